"""Symbolic values, and the numbers they become when placed."""

import os
import re
import subprocess
import tempfile
import unittest

import cli_support as cli

TEXT = 0xffffffffc0a00000

# Compilers hardly write this any more; kernel modules had it.
UNDEFINED = r'''
    .section .debug_abbrev,"",@progbits
    .uleb128 1; .uleb128 0x11; .byte 1; .byte 0, 0
    .uleb128 2; .uleb128 0x34; .byte 0
    .uleb128 0x02; .uleb128 0x18     # DW_AT_location, DW_FORM_exprloc
    .uleb128 0x11; .uleb128 0x01     # DW_AT_low_pc, DW_FORM_addr
    .byte 0, 0
    .byte 0
    .section .debug_info,"",@progbits
    .long 2f - 1f
1:  .value 4
    .long .debug_abbrev
    .byte 8
    .uleb128 1
    .uleb128 2
    .uleb128 9
    .byte 3                          # DW_OP_addr
    .quad kmalloc_caches - 8
    .quad kmalloc_caches + 16
    .byte 0
2:
'''

# As clang -ffunction-sections -fno-unique-section-names writes them.
SAME_NAMED = r'''
    .section .text,"ax",@progbits,unique,1
f1: nop
    .section .text,"ax",@progbits,unique,2
f2: nop
    .section .text,"ax",@progbits,unique,3
f3: nop
    .section .debug_addr,"",@progbits
    .long 2f - 1f
1:  .value 5
    .byte 8, 0
    .quad f1, f2, f3
2:
'''


class ValuesTest(unittest.TestCase):
    def low_pcs(self, items):
        found = {}
        for die in cli.of_kind('die', items):
            low = cli.attribute(die, 'DW_AT_low_pc')
            if die['tag'] == 'DW_TAG_subprogram' and low:
                found[cli.name_of(die)] = low['value']
        return found

    def symbols(self, path):
        return {item['symbol']: item for item in cli.of_kind(
            'symbol', cli.objects('--symbols', path))}

    def test_place(self):
        path = cli.compiled('-gdwarf-5', '-fno-reorder-functions')
        result = cli.run('--info', '--format=json', '--place=.text=%#x' % TEXT,
                         path)
        values = self.low_pcs(cli.parse(result.stdout))
        symbols = self.symbols(path)
        self.assertIn('add', values)
        for name, value in values.items():
            if value['section'] != '.text':
                continue
            self.assertEqual(value['kind'], 'section')
            self.assertEqual(value['address'], TEXT + symbols[name]['value'])
            self.assertEqual(value['offset'], symbols[name]['value'])
        # What was not placed has no address, and that is told.
        self.assertEqual(result.returncode, 1)
        self.assertIn('section .data', result.stderr)

    def same_named(self):
        """Three functions, each in a .text of its own, and where."""
        path = cli.compiled(source=SAME_NAMED, language='s')
        sections = cli.of_kind('section', cli.objects('--sections', path))
        return path, [section['section_index'] for section in sections
                      if section['section'] == '.text' and section['size'] != 0]

    def numbers(self, *options):
        result = cli.run('--addr', '--format=json', *options)
        return result, [item['value'].get('address') for item in cli.of_kind(
            'addr', cli.parse(result.stdout))]

    def test_place_of_one_of_several(self):
        path, indexes = self.same_named()
        self.assertEqual(len(indexes), 3)
        places = [f'--place=.text[{index}]={0x1000 * (k + 1):#x}'
                  for k, index in enumerate(indexes)]
        result, numbers = self.numbers(*places, path)
        self.assertEqual((result.returncode, result.stderr), (0, ''))
        self.assertEqual(numbers, [0x1000, 0x2000, 0x3000])
        # All of them, and one anew.
        result, numbers = self.numbers('--place=.text=0x7000', *places, path)
        self.assertEqual((result.returncode, result.stderr), (0, ''))
        self.assertEqual(numbers, [0x1000, 0x2000, 0x3000])

    def test_place_of_several_at_once_is_told(self):
        path, indexes = self.same_named()
        result, numbers = self.numbers('--place=.text=0x1000', path)
        self.assertEqual(numbers, [0x1000] * 3)
        self.assertEqual(result.returncode, 1)
        self.assertIn(f'sections .text[{indexes[0]}] and .text[{indexes[1]}] overlap '
                      'where they are placed', result.stderr)

    def test_places_that_cannot_be(self):
        path, indexes = self.same_named()
        for place, complaint in (
                ('.text[1000]', 'no section .text[1000] to place'),
                ('.text[0]', 'no section .text[0] to place'),
                ('.data[%d]' % indexes[0], 'no section .data['),
                ('.text[]', 'no section .text[] to place'),
                ('.text[%d' % indexes[0], 'no section .text['),
                ('.debug_addr', 'section .debug_addr is not loaded')):
            result = cli.run('--addr', f'--place={place}=0x1000', path)
            self.assertEqual(result.returncode, 1, place)
            self.assertIn(complaint, result.stderr)

    def test_place_in_a_linked_file(self):
        path = cli.compiled('-gdwarf-5', '-fPIC')
        linked = path + '.so'
        subprocess.run([*cli.COMPILER, '-shared', '-nostdlib', '-o', linked, path],
                       check=True, stderr=subprocess.DEVNULL)
        result = cli.run('--info', '--place=.text=0x1000', linked)
        self.assertEqual(result.returncode, 1)
        self.assertIn('the addresses of a linked file are final', result.stderr)
        # Its numbers are there without it.
        result = cli.run('--info', '--offline', linked)
        self.assertEqual((result.returncode, result.stderr), (0, ''))

    def test_places_of_a_captured_module(self):
        """A directory as /sys/module/NAME/sections; the file says the same."""
        path = cli.compiled('-gdwarf-5')
        symbols = self.symbols(path)
        with tempfile.TemporaryDirectory() as directory:
            with open(os.path.join(directory, '.text'), 'w') as file:
                file.write('0x%016x\n' % TEXT)
            listing = os.path.join(directory, 'listing')
            with open(listing, 'w') as file:
                file.write('# captured\n.text %x\n' % TEXT)
            for source in directory, listing:
                result = cli.run('--info', '--format=json',
                                 '--place-from=' + source, path)
                values = self.low_pcs(cli.parse(result.stdout))
                self.assertEqual(values['add']['address'],
                                 TEXT + symbols['add']['value'])
                # What the kernel does not tell is absent, and only that.
                self.assertIn('section .data', result.stderr)
                self.assertEqual(result.returncode, 1)
            result = cli.run('--info', '--format=json',
                             '--place-from=' + listing,
                             '--place=.text=0x123000', path)
            values = self.low_pcs(cli.parse(result.stdout))
            self.assertEqual(values['add']['address'],
                             0x123000 + symbols['add']['value'])
            with open(listing, 'w') as file:
                file.write('.other 1\n')
            result = cli.run('--sections', '--place-from=' + listing, path)
            self.assertEqual(result.returncode, 1)
            self.assertIn('places no section', result.stderr)
            with open(listing, 'a') as file:
                file.write('1 .text\n')
            result = cli.run('--sections', '--place-from=' + listing, path)
            self.assertEqual(result.returncode, 1)
            self.assertIn('line 2 is not', result.stderr)
        result = cli.run('--sections', '--place-from=/nowhere', path)
        self.assertEqual(result.returncode, 1)
        self.assertIn('/nowhere: No such file', result.stderr)

    def test_symbols_of_a_kernel(self):
        with tempfile.TemporaryDirectory() as directory:
            symbols = os.path.join(directory, 'kallsyms')
            with open(symbols, 'w') as file:
                file.write('ffffffff81000010 T _printk\n'
                           'ffffffffc0000000 t _printk\t[other]\n')
            result = cli.run('--relocs', '--format=json', '--section=.text',
                             '--symbols-from=' + symbols, cli.MODULE)
            self.assertNotIn('_printk', result.stderr)
            with open(symbols, 'w') as file:
                file.write('nonsense\n')
            result = cli.run('--sections', '--symbols-from=' + symbols,
                             cli.MODULE)
            self.assertEqual(result.returncode, 1)
            self.assertIn('line 1 is not a symbol', result.stderr)
        result = cli.run('--sections', '--symbols-from=/nowhere', cli.MODULE)
        self.assertEqual(result.returncode, 1)
        self.assertIn('cannot read /nowhere: No such file', result.stderr)

    def test_place_wins_over_offline(self):
        path = cli.compiled('-gdwarf-5')
        for options in (('--offline', '--place=.text=0x123000'),
                        ('--place=.text=0x123000', '--offline')):
            result = cli.run('--info', '--format=json', *options, path)
            values = self.low_pcs(cli.parse(result.stdout))
            self.assertEqual(values['add']['address'],
                             0x123000 + values['add']['offset'])

    def test_offline(self):
        path = cli.compiled('-gdwarf-5')
        result = cli.run('--info', '--format=json', '--offline', path)
        self.assertEqual((result.returncode, result.stderr), (0, ''))
        value = self.low_pcs(cli.parse(result.stdout))['add']
        self.assertEqual(value['address'], 0x10000 + value['offset'])

    def test_addresses(self):
        path = cli.compiled('-gdwarf-5')
        symbolic = r'DW_AT_low_pc\t\(\.text\+0x0\)'
        numeric = r'DW_AT_low_pc\t\(0x0000000000010000\)'
        both = r'DW_AT_low_pc\t\(\.text\+0x0 \(0x0000000000010000\)\)'
        for pattern, options in (
                (symbolic, ()),
                (numeric, ('--offline',)),
                (symbolic, ('--offline', '--addresses=symbolic')),
                (numeric, ('--offline', '--addresses=numeric')),
                (both, ('--offline', '--addresses=both'))):
            text = cli.run('--info', *options, path).stdout
            for other in (symbolic, numeric, both):
                self.assertEqual(bool(re.search(other, text)),
                                 other == pattern, (options, other))
        items = cli.parse(cli.run('--info', '--format=json', '--offline',
                                  '--addresses=symbolic', path).stdout)
        self.assertNotIn('address', self.low_pcs(items)['add'])

    def test_lines_and_lists_are_placed_too(self):
        path = cli.compiled('-gdwarf-5')
        for row in cli.objects('--lines', '--offline', path):
            self.assertIn('address', row['address'])
        for item in cli.objects('--ranges', '--offline', path):
            self.assertEqual(item['end']['address'] - item['begin']['address'],
                             item['end']['offset'] - item['begin']['offset'])

    def test_undefined_symbols(self):
        path = cli.compiled(source=UNDEFINED, language='s')
        dies = cli.of_kind('die', cli.objects('--info', path))
        (op,) = cli.attribute(dies[1], 'DW_AT_location')['expression']
        self.assertEqual(
            (op['value']['kind'], op['value']['symbol'],
             op['value']['addend']), ('undefined', 'kmalloc_caches', -8))
        self.assertEqual(
            cli.attribute(dies[1], 'DW_AT_low_pc')['value']['addend'], 16)
        # Offline says where sections are, and nothing of other files.
        result = cli.run('--info', '--offline', path)
        self.assertEqual(result.returncode, 1)
        self.assertIn('DW_AT_location\t(DW_OP_addr kmalloc_caches-0x8)',
                      result.stdout)
        self.assertIn('DW_AT_low_pc\t(kmalloc_caches+0x10)', result.stdout)
        self.assertEqual(result.stderr.count('(symbol kmalloc_caches)'), 1)
        self.assertIn('2 values need the address of symbol kmalloc_caches',
                      result.stderr)

    def test_thread_local_offsets_are_no_addresses(self):
        path = cli.compiled('-gdwarf-5')
        result = cli.run('--info', '--offline', path)
        self.assertEqual((result.returncode, result.stderr), (0, ''))
        self.assertIn('DW_OP_const8u tls(counter)', result.stdout)


if __name__ == '__main__':
    cli.main()
