"""--addr and --str-offsets: the tables behind DW_FORM_addrx and _strx."""

import unittest

import cli_support as cli


def compiled(*flags):
    return cli.compiled('-gdwarf-5', *flags, compiler=cli.clang())


class ContributionsTest(unittest.TestCase):
    def test_attributes_agree_with_the_tables(self):
        path = compiled()
        items = cli.objects('--addr', '--str-offsets', path)
        addresses = {item['index']: item['value']
                     for item in cli.of_kind('addr', items)}
        strings = {item['index']: item
                   for item in cli.of_kind('str_offset', items)}
        seen = {'addr': 0, 'str': 0}
        for die in cli.of_kind('die', cli.objects('--info', path)):
            for attribute in die['attributes']:
                form = attribute['form']
                if form.startswith('DW_FORM_addrx'):
                    seen['addr'] += 1
                    self.assertEqual(attribute['value'],
                                     addresses[attribute['index']])
                elif form.startswith('DW_FORM_strx'):
                    seen['str'] += 1
                    entry = strings[attribute['index']]
                    self.assertEqual(attribute['string'], entry['string'])
                    self.assertEqual(attribute['value']['value'],
                                     entry['offset'])
        self.assertGreater(min(seen.values()), 2)

    def test_llvm_addrx_offset(self):
        flags = ('-O2', '-mllvm', '-minimize-addr-in-v5=')
        sides = []
        for form in ('Form', 'Disabled'):
            dies = cli.of_kind('die', cli.objects('--info', compiled(
                *flags[:-1], flags[-1] + form)))
            sides.append([(die['tag'], attribute['name'],
                           attribute['value'].get('section'),
                           attribute['value']['offset'])
                          for die in dies for attribute in die['attributes']
                          if attribute['form'].startswith(
                              ('DW_FORM_addrx', 'DW_FORM_LLVM_addrx'))])
            names = {attribute['form'] for die in dies
                     for attribute in die['attributes']}
            self.assertEqual('DW_FORM_LLVM_addrx_offset' in names,
                             form == 'Form')
        self.assertEqual(*sides)

    def test_zeros_between_tables(self):
        # As .balign leaves them, in front of, between and behind tables.
        path = cli.compiled(language='s', source='''
 .text
fa: nop
fb: nop
 .section .debug_abbrev,"",@progbits
 .uleb128 1; .uleb128 0x11; .byte 0
 .uleb128 3; .uleb128 0x25; .uleb128 0x72; .uleb128 0x17
 .uleb128 0x73; .uleb128 0x17; .uleb128 0x11; .uleb128 0x29
 .byte 0,0,0
 .section .debug_str,"MS",@progbits,1
s1: .asciz "one.c"
s2: .asciz "two.c"
 .section .debug_str_offsets,"",@progbits
 .quad 0
 .section .debug_addr,"",@progbits
 .byte 0,0,0
 .macro cu n
 .section .debug_info,"",@progbits
 .long 71f-70f
70: .short 5
 .byte 1,8
 .long .debug_abbrev
 .uleb128 1; .byte 0; .long so\\n; .long ad\\n; .byte 0
71: .balign 4
 .section .debug_str_offsets,"",@progbits
 .long 73f-72f
72: .short 5,0
so\\n: .long s\\n
73: .balign 16
 .section .debug_addr,"",@progbits
 .long 75f-74f
74: .short 5
 .byte 8,0
ad\\n: .quad fa+\\n-1
75: .balign 32
 .endm
 cu 1
 cu 2
''')
        items = cli.objects('--addr', '--str-offsets', '--info', '--coverage',
                            path)
        self.assertFalse(cli.of_kind('error', items))
        self.assertEqual([item['value']['offset']
                          for item in cli.of_kind('addr', items)], [0, 1])
        self.assertEqual([item['string']
                          for item in cli.of_kind('str_offset', items)],
                         ['one.c', 'two.c'])
        self.assertEqual(len(cli.of_kind('unit', items)), 2)
        self.assertEqual(cli.run('--all', path).returncode, 0)

    def test_headers(self):
        items = cli.objects('--addr', '--str-offsets', compiled())
        for kind, entry, size in (('addr_table', 'addr', 8),
                                  ('str_offsets_table', 'str_offset', 4)):
            tables = cli.of_kind(kind, items)
            self.assertEqual(len(tables), 1)
            self.assertEqual(tables[0]['version'], 5)
            self.assertEqual(tables[0]['base'], 8)
            self.assertEqual(tables[0]['entry_size'], size)
            entries = cli.of_kind(entry, items)
            self.assertEqual(tables[0]['entries'], len(entries))
            self.assertEqual([item['index'] for item in entries],
                             list(range(len(entries))))

    def test_every_record_has_an_owner(self):
        for item in cli.objects('--coverage', compiled()):
            self.assertEqual(item['owned'], item['records'], item)

    def test_values_are_placed(self):
        path = compiled()
        for item in cli.of_kind('addr', cli.objects(
                '--addr', '--place=.text=0x1000', '--addresses=symbolic',
                path)):
            self.assertNotIn('address', item['value'])
        text = [item['value'] for item in cli.of_kind('addr', cli.objects(
            '--addr', '--offline', path)) if
            item['value'].get('section') == '.text']
        self.assertTrue(text)
        for value in text:
            self.assertIn('address', value)

    def test_text(self):
        path = compiled()
        text = cli.run('--addr', '--str-offsets', path).stdout
        self.assertIn('.debug_addr contents:', text)
        self.assertIn(': Addresses: format = DWARF32, version = 5, base = '
                      '0x00000008', text)
        self.assertRegex(text, r'(?m)^ +\d+: \.text\+0x')
        self.assertRegex(text, r'(?m)^ +\d+: 0x[0-9a-f]+ "init_module"$')

    def test_file_without_such_tables(self):
        self.assertEqual(cli.objects('--addr', '--str-offsets', cli.MODULE),
                         [])


if __name__ == '__main__':
    cli.main()
