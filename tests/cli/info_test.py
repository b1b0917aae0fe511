"""--info: units, DIEs, attributes; text and JSON of the same objects."""

import re
import unittest

import cli_support as cli

DW_AT_LOCATION, DW_FORM_EXPRLOC = 0x02, 0x18


class InfoTest(unittest.TestCase):
    def test_an_unknown_form_ends_its_unit_only(self):
        unit = """
 .long 1f-0f
0: .short 4
 .long .debug_abbrev
 .byte 8
 .uleb128 1; .asciz "u.c"
 .uleb128 2; .asciz "x"; .long 9
 .byte 0
1:
"""
        path = cli.compiled(language='s', source="""
 .section .debug_abbrev,"",@progbits
 .uleb128 1; .uleb128 0x11; .byte 1
 .uleb128 3; .uleb128 8
 .byte 0,0
 .uleb128 2; .uleb128 0x34; .byte 0
 .uleb128 3; .uleb128 8; .uleb128 0xb; .uleb128 0x3fff
 .byte 0,0
 .byte 0
 .section .debug_info,"",@progbits
""" + unit + unit)
        result = cli.run('--info', '--format=json', path)
        self.assertEqual(result.returncode, 1)
        items = cli.parse(result.stdout)
        self.assertEqual(
            [[attribute['string'] for attribute in die['attributes']]
             for die in cli.of_kind('die', items)],
            2 * [['u.c'], ['x']])
        for error in cli.of_kind('error', items):
            self.assertIn('unknown form 0x3fff of DW_AT_byte_size',
                          error['error'])

    def test_die_after_one_of_an_unknown_form(self):
        """DW_AT_sibling leads to it."""
        path = cli.compiled(language='s', source="""
 .section .debug_abbrev,"",@progbits
 .uleb128 1; .uleb128 0x11; .byte 1
 .byte 0,0
 .uleb128 2; .uleb128 0x13; .byte 1
 .uleb128 1; .uleb128 0x13; .uleb128 0xb; .uleb128 0xb; .uleb128 3; .uleb128 0x3fff
 .byte 0,0
 .uleb128 3; .uleb128 0x34; .byte 0
 .uleb128 0xb; .uleb128 0xb
 .byte 0,0
 .byte 0
 .section .debug_info,"",@progbits
start: .long 1f-0f
0: .short 5
 .byte 1,8
 .long .debug_abbrev
 .uleb128 1
 .uleb128 2
 .long after-start
 .byte 8, 1, 2, 3
 .uleb128 3; .byte 7
 .byte 0
after: .uleb128 3; .byte 9
 .byte 0
1:
""")
        result = cli.run('--info', '--format=json', path)
        self.assertEqual(result.returncode, 1)
        items = cli.parse(result.stdout)
        self.assertEqual([(die['tag'], die['depth'],
                           [a['value']['value'] for a in die['attributes']][-1:])
                          for die in cli.of_kind('die', items)],
                         [('DW_TAG_compile_unit', 0, []),
                          ('DW_TAG_structure_type', 1, [8]),
                          ('DW_TAG_variable', 1, [9])])
        error, = cli.of_kind('error', items)
        self.assertIn('unknown form 0x3fff of DW_AT_name', error['error'])
        ranges = cli.run('--ranges', '--locations', path)
        self.assertEqual(ranges.returncode, 1)

    def test_operations_of_llvm_user(self):
        path = cli.compiled(language='s', source="""
 .data
var: .long 1
""" + cli.units_in_assembler(DW_AT_LOCATION, DW_FORM_EXPRLOC, """
 .uleb128 3f-2f
2: .byte 0xe9, 1
 .byte 0xe9, 9, 49, 0x78
 .byte 0xf1, 0
 .quad var
3:
"""))
        die, = cli.of_kind('die', cli.objects('--info', path))
        ops = die['attributes'][0]['expression']
        self.assertEqual(
            [(op['op'], op.get('sub_op')) for op in ops],
            [('DW_OP_LLVM_user', 'DW_OP_LLVM_nop'),
             ('DW_OP_LLVM_user', 'DW_OP_LLVM_aspace_bregx'),
             ('DW_OP_GNU_encoded_addr', None)])
        self.assertEqual(ops[1]['value']['value'], 49)
        self.assertEqual(ops[2]['value']['section'], '.data')
        self.assertIn('DW_OP_LLVM_user DW_OP_LLVM_nop, DW_OP_LLVM_user '
                      'DW_OP_LLVM_aspace_bregx 0x31 -8, '
                      'DW_OP_GNU_encoded_addr .data',
                      cli.run('--info', path).stdout)

    def dies(self, *flags, **options):
        return cli.of_kind('die', cli.objects(
            '--info', cli.compiled(*flags, **options)))

    def one(self, dies, tag, name):
        found = [die for die in dies
                 if die['tag'] == tag and cli.name_of(die) == name]
        self.assertEqual(len(found), 1, (tag, name))
        return found[0]

    def test_units_and_offsets(self):
        for flags in (('-gdwarf-2', '-gstrict-dwarf'), ('-gdwarf-3',),
                      ('-gdwarf-4',), ('-gdwarf-5',),
                      ('-gdwarf-5', '-gdwarf64')):
            items = cli.objects('--info', cli.compiled(*flags))
            unit = items[0]
            self.assertEqual(unit['kind'], 'unit')
            self.assertEqual(unit['version'], int(flags[0][-1]))
            self.assertEqual(unit['unit_type'], 'DW_UT_compile')
            self.assertEqual(unit['offset_size'],
                             8 if '-gdwarf64' in flags else 4)
            self.assertEqual(items[1]['offset'],
                             unit['offset'] + unit['header_size'])
            self.assertEqual((items[1]['depth'], items[1]['tag']),
                             (0, 'DW_TAG_compile_unit'))
            offsets = [item['offset'] for item in items[1:]]
            self.assertEqual(offsets, sorted(set(offsets)))

    def test_attributes(self):
        dies = self.dies('-gdwarf-5')
        by_offset = {die['offset']: die for die in dies}
        pair = self.one(dies, 'DW_TAG_structure_type', 'pair')
        self.assertEqual(cli.attribute(pair, 'DW_AT_byte_size')['value'],
                         {'kind': 'absolute', 'value': 16})
        second = self.one(dies, 'DW_TAG_member', 'second')
        self.assertEqual(
            cli.attribute(second, 'DW_AT_data_member_location')['value'],
            {'kind': 'absolute', 'value': 8})
        # A reference is the section offset of the DIE.
        type_die = by_offset[cli.attribute(second,
                                           'DW_AT_type')['value']['value']]
        self.assertEqual(cli.name_of(type_die), 'long int')
        add = self.one(dies, 'DW_TAG_subprogram', 'add')
        self.assertEqual(cli.attribute(add, 'DW_AT_external')['value'],
                         {'kind': 'absolute', 'value': 1})
        low = cli.attribute(add, 'DW_AT_low_pc')
        self.assertEqual(low['form'], 'DW_FORM_addr')
        self.assertEqual((low['value']['kind'], low['value']['section']),
                         ('section', '.text'))
        red = self.one(dies, 'DW_TAG_enumerator', 'RED')
        self.assertEqual(cli.attribute(red, 'DW_AT_const_value')['value'],
                         {'kind': 'absolute', 'value': 1})

    def test_expressions(self):
        dies = self.dies('-gdwarf-5')
        array = self.one(dies, 'DW_TAG_variable', 'initialized')
        location = cli.attribute(array, 'DW_AT_location')
        self.assertEqual(location['form'], 'DW_FORM_exprloc')
        self.assertEqual(location['value'], {'kind': 'absolute', 'value': 9})
        (op,) = location['expression']
        self.assertEqual(op['op'], 'DW_OP_addr')
        self.assertEqual((op['value']['kind'], op['value']['section']),
                         ('section', '.data'))
        # Thread-local: an offset in the module's block, not an address.
        counter = self.one(dies, 'DW_TAG_variable', 'counter')
        first, second = cli.attribute(counter, 'DW_AT_location')['expression']
        self.assertEqual(first['op'], 'DW_OP_const8u')
        self.assertEqual(first['value']['kind'], 'tls')
        self.assertEqual(first['value']['symbol'], 'counter')
        self.assertIn(second['op'], ('DW_OP_form_tls_address',
                                     'DW_OP_GNU_push_tls_address'))

    def test_forms_that_index_tables(self):
        # gcc writes these in split units only.
        path = cli.compiled('-gdwarf-5', '-ffunction-sections',
                            compiler=cli.clang())
        items = cli.objects('--info', path)
        dies = cli.of_kind('die', items)
        unit, add = dies[0], self.one(dies, 'DW_TAG_subprogram', 'add')
        name = cli.attribute(add, 'DW_AT_name')
        self.assertEqual(name['form'], 'DW_FORM_strx1')
        self.assertEqual(list(name),
                         ['name', 'form', 'value', 'index', 'string'])
        self.assertGreater(name['value']['value'], name['index'])
        low = cli.attribute(add, 'DW_AT_low_pc')
        self.assertEqual(list(low), ['name', 'form', 'value', 'index'])
        self.assertEqual((low['form'], low['value']['section']),
                         ('DW_FORM_addrx', '.text.add'))
        ranges = cli.attribute(unit, 'DW_AT_ranges')
        self.assertEqual(ranges['form'], 'DW_FORM_rnglistx')
        self.assertEqual(ranges['index'], 0)
        # The first list stands behind the table of offsets.
        base = cli.attribute(unit, 'DW_AT_rnglists_base')['value']['value']
        self.assertGreater(ranges['value']['value'], base)
        lists = [attribute for die in dies for attribute in die['attributes']
                 if attribute['form'] == 'DW_FORM_loclistx']
        self.assertTrue(lists)
        for attribute in lists:
            self.assertGreater(attribute['value']['value'],
                               attribute['index'])
        self.assertIn('DW_AT_low_pc\t(.text.add+0x0)',
                      cli.run('--info', path).stdout)
        # An address in an expression comes with its index too.
        array = self.one(dies, 'DW_TAG_variable', 'initialized')
        (op,) = cli.attribute(array, 'DW_AT_location')['expression']
        self.assertEqual(list(op),
                         ['op', 'value', 'index', 'offset', 'size'])
        self.assertEqual(op['op'], 'DW_OP_addrx')
        self.assertIn(op['value']['kind'], ('section',))

    def test_blocks_of_dwarf_2_are_expressions(self):
        dies = self.dies('-gdwarf-2', '-gstrict-dwarf')
        array = self.one(dies, 'DW_TAG_variable', 'initialized')
        location = cli.attribute(array, 'DW_AT_location')
        self.assertEqual(location['form'], 'DW_FORM_block1')
        self.assertEqual(location['expression'][0]['op'], 'DW_OP_addr')

    def test_signatures(self):
        items = cli.objects('--info', cli.compiled('-gdwarf-4',
                                                   '-fdebug-types-section'))
        types = [unit for unit in cli.of_kind('unit', items)
                 if unit['unit_type'] == 'DW_UT_type']
        self.assertTrue(types)
        found = {}
        for die in cli.of_kind('die', items):
            for attribute in die['attributes']:
                if attribute['form'] == 'DW_FORM_ref_sig8':
                    found[attribute['value']['value']] = attribute
        for unit in types:
            self.assertEqual(unit['section'], '.debug_types')
            reference = found[unit['signature']]
            self.assertEqual(reference['die'],
                             unit['offset'] + unit['type_offset'])
            self.assertEqual(reference['die_section_index'],
                             unit['section_index'])

    def test_type_units_of_dwarf_5(self):
        items = cli.objects('--info', cli.compiled('-gdwarf-5',
                                                   '-fdebug-types-section'))
        sections = {unit['section_index']
                    for unit in cli.of_kind('unit', items)}
        self.assertGreater(len(sections), 1)
        text = cli.run('--info', cli.compiled('-gdwarf-5',
                                              '-fdebug-types-section')).stdout
        # Sections of one name are told apart by their index.
        for section in sections:
            self.assertIn('.debug_info[%d] contents:' % section, text)

    def test_text(self):
        path = cli.compiled('-gdwarf-5')
        text = cli.run('--info', path).stdout
        self.assertIn('.debug_info contents:\n0x00000000: Compile Unit: '
                      'length = 0x', text)
        self.assertRegex(
            text, r'\n0x0000000c: DW_TAG_compile_unit\n'
                  r' {14}DW_AT_producer\t\("GNU C')
        self.assertRegex(text, r'DW_AT_language\t\(DW_LANG_C\d+\)\n')
        self.assertRegex(
            text, r'\n0x[0-9a-f]{8}:   DW_TAG_subprogram\n'
                  r' {16}DW_AT_external\t\(true\)\n'
                  r' {16}DW_AT_name\t\("init_module"\)\n'
                  r' {16}DW_AT_decl_file\t\(1\)\n'
                  r' {16}DW_AT_decl_line\t\(\d+\)\n')
        self.assertRegex(text, r'DW_AT_low_pc\t\(\.text\+0x0\)\n')
        self.assertRegex(text, r'DW_AT_high_pc\t\(\+0x[0-9a-f]+\)\n')
        self.assertRegex(text, r'DW_AT_type\t\(0x[0-9a-f]{8}\)\n')
        self.assertRegex(text, r'DW_AT_location\t\(DW_OP_addr initialized\)\n')
        self.assertRegex(text, r'DW_AT_location\t\(DW_OP_addr \.bss\+0x')
        self.assertRegex(text, r'DW_AT_encoding\t\(DW_ATE_signed\)\n')

    def test_text_and_json_agree(self):
        for path in (cli.MODULE, cli.compiled('-gdwarf-4')):
            text = cli.run('--info', path).stdout
            lines = re.findall(r'^(0x[0-9a-f]+): ( *)(DW_TAG_\w+)$', text,
                               re.MULTILINE)
            from_text = [(int(offset, 16), len(indent) // 2, tag)
                         for offset, indent, tag in lines]
            dies = cli.of_kind('die', cli.objects('--info', path))
            self.assertEqual(
                from_text,
                [(die['offset'], die['depth'], die['tag']) for die in dies])
            self.assertEqual(
                len(re.findall(r'^ +DW_AT_', text, re.MULTILINE)),
                sum(len(die['attributes']) for die in dies))

    def test_relocations_of_final_files_are_not_applied(self):
        relocatable = cli.compiled('-gdwarf-5')
        linked = cli.path('linked')
        cli.subprocess.run(
            [*cli.COMPILER, '-static', '-nostdlib', '-Wl,-e,init_module',
             '-Wl,--emit-relocs', '-Wl,--unresolved-symbols=ignore-all',
             relocatable, '-o', linked], check=True)
        result = cli.run('--info', '--format=json', linked)
        self.assertEqual((result.returncode, result.stderr), (0, ''))
        symbols = {item['symbol']: item['value'] for item in cli.of_kind(
            'symbol', cli.objects('--symbols', linked))}
        dies = cli.of_kind('die', cli.parse(result.stdout))
        add = self.one(dies, 'DW_TAG_subprogram', 'add')
        self.assertEqual(cli.attribute(add, 'DW_AT_low_pc')['value'],
                         {'kind': 'absolute', 'value': symbols['add']})


if __name__ == '__main__':
    cli.main()
