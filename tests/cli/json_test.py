"""Every line is an object as docs/json.md describes: kinds, keys, order."""

import json
import os
import re
import struct
import subprocess
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(__file__), '..'))

import cli_support as cli  # noqa: E402
from oracle import json_schema  # noqa: E402

NULL_LSDA = r'''
  .text
with_table:
  .cfi_startproc
  .cfi_personality 0x3, handler
  .cfi_lsda 0x3, table
  nop
  .cfi_endproc
with_null:
  .cfi_startproc
  .cfi_personality 0x3, handler
  .cfi_lsda 0x3, 0
  nop
  .cfi_endproc
without:
  .cfi_startproc
  nop
  .cfi_endproc
'''


class JsonTest(unittest.TestCase):
    def check(self, item):
        json_schema.check(item)

    def check_file(self, path, *options):
        result = cli.run_bytes('--format=json', '--all', '--coverage',
                               *options, path)
        self.assertEqual(result.returncode, 0, result.stderr)
        return json_schema.check_output(result.stdout)

    def test_module(self):
        items = self.check_file(cli.MODULE)
        kinds = {item['kind'] for item in items}
        self.assertGreaterEqual(kinds, {
            'summary', 'section', 'symbol', 'unit', 'die', 'line', 'range',
            'location', 'cie', 'fde', 'arange', 'reloc', 'memory', 'stats', 'coverage'})

    def test_objects(self):
        for flags in (('-gdwarf-5',), ('-gdwarf-4',), ('-gdwarf-3',),
                      ('-gdwarf-2', '-gstrict-dwarf', '-O0'),
                      ('-gdwarf-5', '-gdwarf64'),
                      ('-gdwarf-5', '-ffunction-sections'),
                      ('-gdwarf-4', '-fdebug-types-section'),
                      ('-gdwarf-5', '-gz'),
                      ('-gdwarf-5', '-g3', '-ggnu-pubnames'),
                      ('-gdwarf-4', '-g3', '-gpubnames'),
                      ('-gdwarf-2', '-g3', '-gstrict-dwarf', '-O0')):
            with self.subTest(flags=flags):
                items = self.check_file(cli.compiled(*flags))
                names = [cli.name_of(die) for die in cli.of_kind('die', items)]
                self.assertIn('init_module', names)
                self.assertIn('pair', names)

    def test_placed(self):
        path = cli.compiled('-gdwarf-5')
        result = cli.run('--format=json', '--all', '--offline', path)
        for item in cli.parse(result.stdout):
            self.check(item)

    def test_lines_are_ascii_safe_objects(self):
        result = cli.run('--format=json', '--all', cli.MODULE)
        for line in result.stdout.split('\n')[:-1]:
            self.assertTrue(line.startswith('{"kind":"'))
            # As compact as the standard writer makes it.
            again = json.dumps(json.loads(line), separators=(',', ':'),
                               ensure_ascii=False)
            self.assertEqual(line, again)

    def test_strings_that_are_not_utf8(self):
        # -g names come from the source as bytes.
        name = b'caf\xe9\x80\xff'
        path = cli.compiled('-gdwarf-4')
        with open(path, 'rb') as file:
            content = file.read()
        self.assertIn(b'give_up\0', content)
        self.assertEqual(len(name), len(b'give_up') - 1)
        changed = content.replace(b'give_up\0', name + b'\0\0')
        broken = cli.write('latin.o', changed)
        result = cli.run('--format=json', '--info', '--symbols', broken)
        self.assertEqual(result.returncode, 0, result.stderr)
        found = [attribute for die in cli.of_kind('die',
                                                  cli.parse(result.stdout))
                 for attribute in die['attributes']
                 if 'string_hex' in attribute]
        self.assertEqual(len(found), 1)
        self.assertEqual(found[0]['string'], 'caf\ufffd\ufffd\ufffd')
        self.assertEqual(bytes.fromhex(found[0]['string_hex']), name)
        self.assertEqual(list(found[0]),
                         ['name', 'form', 'value', 'string', 'string_hex'])
        # In text the bytes are escaped.
        self.assertIn(r'("caf\xe9\x80\xff")', cli.run('--info', broken).stdout)

    def test_control_characters(self):
        path = cli.compiled('-gdwarf-4')
        with open(path, 'rb') as file:
            content = file.read()
        name = b'\x1b[1m"\\\n'
        self.assertEqual(len(name), len(b'give_up'))
        broken = cli.write('control.o', content.replace(b'give_up\0',
                                                        name + b'\0'))
        names = [cli.name_of(die) for die in cli.of_kind(
            'die', cli.objects('--info', broken))]
        self.assertIn(name.decode(), names)
        text = cli.run('--info', '--symbols', broken).stdout
        self.assertNotIn('\x1b', text)
        self.assertIn(r'("\x1b[1m\"\\\n")', text)

    def test_clang(self):
        for flags in (('-gdwarf-5', '-gpubnames'), ('-gdwarf-4', '-g3')):
            self.check_file(cli.compiled(*flags, compiler=cli.clang()))

    # Who reads the numbers must be able to say what they count in.
    def test_offsets_name_their_section(self):
        items = cli.objects('--info', '--sections', '--relocs',
                            cli.compiled('-gdwarf-5'))
        names = {item['section_index']: item['section']
                 for item in cli.of_kind('section', items)}
        found = set()
        for die in cli.of_kind('die', items):
            for attribute in die['attributes']:
                value = attribute['value']
                if value['kind'] != 'absolute':
                    continue
                wanted = {'DW_FORM_strp': '.debug_str',
                          'DW_FORM_line_strp': '.debug_line_str',
                          'DW_FORM_string': '.debug_info'}.get(
                              attribute['form'])
                wanted = {'DW_AT_stmt_list': '.debug_line',
                          'DW_AT_ranges': '.debug_rnglists'}.get(
                              attribute['name'], wanted)
                if attribute['form'] == 'DW_FORM_sec_offset':
                    wanted = wanted or '.debug_loclists'
                self.assertEqual(value.get('section'), wanted, attribute)
                if wanted:
                    self.assertEqual(names[value['section_index']], wanted)
                    found.add(wanted)
        self.assertGreaterEqual(len(found), 5, found)
        (unit,) = cli.of_kind('unit', items)
        self.assertEqual(names[unit['abbrev_section_index']], '.debug_abbrev')
        for record in cli.of_kind('reloc', items):
            value = record['value']
            if value['kind'] == 'absolute':
                self.assertEqual(value['section'], record['symbol'])
                self.assertEqual(names[value['section_index']],
                                 record['symbol'])

    def test_inline_strings_are_where_they_say(self):
        path = cli.compiled('-gdwarf-5')
        items = cli.objects('--info', '--sections', path)
        with open(path, 'rb') as file:
            content = file.read()
        starts = {item['section_index']: item['offset']
                  for item in cli.of_kind('section', items)}
        number = 0
        for die in cli.of_kind('die', items):
            for attribute in die['attributes']:
                if attribute['form'] != 'DW_FORM_string':
                    continue
                number += 1
                at = (starts[attribute['value']['section_index']] +
                      attribute['value']['value'])
                string = attribute['string'].encode() + b'\0'
                self.assertEqual(content[at:at + len(string)], string)
        self.assertGreater(number, 3)

    def test_expressions_have_their_bytes_and_place(self):
        path = cli.compiled('-gdwarf-5')
        items = cli.objects('--info', '--locations', '--sections', path)
        with open(path, 'rb') as file:
            content = file.read()
        starts = {item['section_index']: item['offset']
                  for item in cli.of_kind('section', items)}
        number = 0
        expressions = [attribute for die in cli.of_kind('die', items)
                       for attribute in die['attributes']
                       if 'expression' in attribute]
        for item in expressions + cli.of_kind('location', items):
            at = (starts[item['expression_section_index']] +
                  item['expression_offset'])
            block = bytes.fromhex(item['block'])
            self.assertEqual(content[at:at + len(block)], block)
            # Operations tile them.
            self.assertEqual(sum(op['size'] for op in item['expression']),
                             len(block))
            number += len(item['expression'])
        self.assertGreater(number, 20)

    def test_rows_know_their_table(self):
        items = cli.objects('--lines', '--sections', '--info',
                            cli.compiled('-gdwarf-5'))
        names = {item['section_index']: item['section']
                 for item in cli.of_kind('section', items)}
        (unit,) = cli.of_kind('unit', items)
        rows = cli.of_kind('line', items)
        self.assertGreater(len(rows), 10)
        for row in rows:
            self.assertEqual(row['table'], 0)
            self.assertEqual(row['section'], '.debug_line')
            self.assertEqual(names[row['section_index']], '.debug_line')
            self.assertEqual(row['unit_section_index'], unit['section_index'])
            self.assertEqual(row['file_number'], 1)
        offsets = [row['offset'] for row in rows]
        self.assertEqual(offsets, sorted(set(offsets)))

    def test_directory_0(self):
        for version in ('-gdwarf-2', '-gdwarf-3', '-gdwarf-4', '-gdwarf-5'):
            path = cli.compiled(version)
            items = cli.objects('--lines', '--info', path)
            root = cli.of_kind('die', items)[0]
            directory = cli.attribute(root, 'DW_AT_comp_dir')['string']
            self.assertEqual({f'{directory}/fixture.c'},
                             {row['file']
                              for row in cli.of_kind('line', items)})

    def test_lists_know_their_place(self):
        items = cli.objects('--info', '--ranges', '--locations',
                            cli.compiled('-gdwarf-5'))
        values = {}
        for die in cli.of_kind('die', items):
            for attribute in die['attributes']:
                values[die['offset'], attribute['name']] = attribute['value']
        number = 0
        for item in (cli.of_kind('range', items) +
                     cli.of_kind('location', items)):
            value = values[item['die'], item.get('attribute', 'DW_AT_ranges')]
            if 'list' not in item:
                continue
            number += 1
            self.assertEqual(item['list'], value['value'])
            self.assertEqual(item['list_section_index'],
                             value['section_index'])
        self.assertGreater(number, 5)

    def test_errors_keep_symbol_and_addend(self):
        path = cli.compiled('-gdwarf-5')
        items = cli.objects('--relocs', '--sections', path)
        with open(path, 'rb') as file:
            content = bytearray(file.read())
        if content[4:6] != b'\2\1':
            self.skipTest('not an object of 64 bits, little-endian')
        record = next(item for item in cli.of_kind('reloc', items)
                      if item['section'] == '.debug_info' and
                      item['value'].get('symbol') and item['size'] == 8)
        table = next(item for item in cli.of_kind('section', items)
                     if item['type'] == 'SHT_RELA' and
                     item['info'] == record['section_index'])
        for at in range(table['offset'], table['offset'] + table['size'], 24):
            if struct.unpack_from('<Q', content, at)[0] == record['offset']:
                struct.pack_into('<I', content, at + 8, 255)
                struct.pack_into('<q', content, at + 16, -12)
        broken = cli.write('unknown.o', bytes(content))
        items = cli.objects('--relocs', '--info', broken, status=1)
        bad = [item for item in cli.of_kind('reloc', items)
               if item.get('holds_dwarf', True) and
               item['value']['kind'] == 'error']
        self.assertEqual(len(bad), 1)
        self.assertEqual(bad[0]['value'], {
            'kind': 'error', 'error': bad[0]['value']['error'], 'type': '255',
            'symbol': record['symbol'],
            'symbol_index': record['symbol_index'], 'addend': -12})
        # The datum says the same.
        text = json.dumps(cli.of_kind('die', items))
        self.assertIn(json.dumps(bad[0]['value']), text)
        self.assertIn(f'<error: {record["symbol"]}-0xc: ',
                      cli.run('--relocs', broken).stdout)

    def split_object(self, *flags, compiler=None):
        """The .dwo file, alone."""
        path = cli.compiled('-gsplit-dwarf', *flags, compiler=compiler)
        return os.path.splitext(path)[0] + '.dwo'

    def test_addresses_without_skeleton_keep_their_index(self):
        for flags in (('-gdwarf-5',), ('-gdwarf-4',)):
            with self.subTest(flags=flags):
                path = self.split_object(*flags)
                result = cli.run_bytes('--format=json', '--all', path)
                self.assertEqual(result.returncode, 1)
                items = json_schema.check_output(result.stdout)
                number = 0
                for item in (cli.of_kind('range', items) +
                             cli.of_kind('location', items)):
                    for bound in ('begin', 'end'):
                        if bound not in item:
                            continue
                        number += 1
                        self.assertEqual(item[bound]['kind'], 'error')
                        self.assertIn('index', item[bound])
                    if 'begin' in item:
                        begin, end = item['begin'], item['end']
                        self.assertLess((begin['index'], begin['addend']),
                                        (end['index'], end['addend'] + 1))
                self.assertGreater(number, 5)
                # One message speaks for all of them.
                message = result.stderr.decode()
                self.assertEqual(message.count('\n'), 1, message)
                self.assertEqual(len(cli.of_kind('error', items)), 1)

    # DW_AT_low_pc of a skeleton that is not there is not 0.
    def test_offsets_from_an_unknown_low_pc_are_no_addresses(self):
        source = 'int f(int x) { int y = x * 2; return y * y + x; }\n'
        path = cli.compiled('-gsplit-dwarf', '-gdwarf-5', source=source,
                            compiler=cli.clang())
        items = cli.objects('--locations', os.path.splitext(path)[0] + '.dwo',
                            status=1)
        bounds = [item[bound] for item in cli.of_kind('location', items)
                  for bound in ('begin', 'end') if bound in item]
        self.assertTrue(bounds)
        for bound in bounds:
            self.assertEqual(bound['kind'], 'error')

    def test_null_lsda_is_not_none(self):
        machine = subprocess.run(
            [*cli.COMPILER, '-dumpmachine'], stdout=subprocess.PIPE, text=True,
            check=False).stdout
        if not machine.startswith('x86_64'):
            self.skipTest('the source is x86-64 assembly')
        path = cli.compiled(source=NULL_LSDA, language='s')
        fdes = [item for item in self.check_file(path)
                if item['kind'] == 'fde' and item['section'] == '.eh_frame']
        self.assertEqual([fde.get('lsda', {}).get('kind') for fde in fdes],
                         ['undefined', 'absolute', None])
        self.assertEqual(fdes[1]['lsda'], {'kind': 'absolute', 'value': 0})
        lines = re.findall('FDE.*', cli.run('--frames', path).stdout)
        self.assertEqual(['lsda' in line for line in lines],
                         [True, True, False])

    def test_document(self):
        root = os.environ.get('DWRELOC_SOURCE_DIR',
                              os.path.join(os.path.dirname(__file__), '../..'))
        with open(os.path.join(root, 'docs', 'json.md')) as file:
            self.assertEqual(json_schema.undocumented(file.read()), [])


if __name__ == '__main__':
    cli.main()
