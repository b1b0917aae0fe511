"""--ranges and --locations."""

import re
import unittest

import cli_support as cli


class ListsTest(unittest.TestCase):
    def test_ranges_of_the_unit_cover_the_code(self):
        for flags in (('-gdwarf-3',), ('-gdwarf-4',), ('-gdwarf-5',),
                      ('-gdwarf-5', '-gdwarf64')):
            with self.subTest(flags=flags):
                path = cli.compiled(*flags)
                sizes = {item['section']: item['size'] for item in cli.of_kind(
                    'section', cli.objects('--sections', path))}
                dies = cli.of_kind('die', cli.objects('--info', path))
                unit = dies[0]['offset']
                ranges = [item for item in cli.objects('--ranges', path)
                          if item['die'] == unit]
                found = {item['begin']['section']:
                         (item['begin']['offset'], item['end']['offset'])
                         for item in ranges}
                self.assertEqual(found['.text'], (0, sizes['.text']))
                for item in ranges:
                    self.assertEqual(item['section'], '.debug_info')
                    self.assertEqual(item['begin']['section_index'],
                                     item['end']['section_index'])

    def test_every_range_list_is_shown(self):
        owners = {die['offset']
                  for die in cli.of_kind('die', cli.objects('--info',
                                                            cli.MODULE))
                  if cli.attribute(die, 'DW_AT_ranges')}
        shown = {item['die'] for item in cli.objects('--ranges', cli.MODULE)}
        self.assertEqual(shown, owners)

    def test_every_location_is_shown(self):
        for path in (cli.MODULE, cli.compiled('-gdwarf-4'),
                     cli.compiled('-gdwarf-3')):
            owners = set()
            for die in cli.of_kind('die', cli.objects('--info', path)):
                for attribute in die['attributes']:
                    is_list = (attribute['name'] in ('DW_AT_location',
                                                     'DW_AT_frame_base') and
                               attribute['form'] in ('DW_FORM_sec_offset',
                                                     'DW_FORM_data4',
                                                     'DW_FORM_loclistx'))
                    if 'expression' in attribute or is_list:
                        owners.add((die['offset'], attribute['name']))
            shown = {(item['die'], item['attribute'])
                     for item in cli.objects('--locations', path)}
            # Lists without an entry have nothing to show.
            self.assertLessEqual(shown, owners)
            self.assertGreater(len(shown), 0.9 * len(owners))

    def test_single_expressions_have_no_bounds(self):
        path = cli.compiled('-gdwarf-5')
        by_die = {}
        for item in cli.objects('--locations', path):
            by_die.setdefault((item['die'], item['attribute']),
                              []).append(item)
        for die in cli.of_kind('die', cli.objects('--info', path)):
            for attribute in die['attributes']:
                if 'expression' not in attribute:
                    continue
                (item,) = by_die[die['offset'], attribute['name']]
                self.assertNotIn('begin', item)
                self.assertEqual(item['expression'], attribute['expression'])

    def test_bounds_are_in_one_section(self):
        bounded = [item for item in cli.objects('--locations', cli.MODULE)
                   if 'begin' in item]
        self.assertTrue(bounded)
        for item in bounded:
            self.assertEqual(item['begin']['section_index'],
                             item['end']['section_index'])
            self.assertLessEqual(item['begin']['offset'],
                                 item['end']['offset'])

    def test_text(self):
        path = cli.compiled('-gdwarf-5')
        text = cli.run('--ranges', path).stdout
        self.assertIn('.debug_info ranges:\n0x0000000c: DW_TAG_compile_unit\n'
                      '  [.text+0x0, .text+0x', text)
        text = cli.run('--locations', path).stdout
        self.assertRegex(text, r'DW_TAG_variable DW_AT_location\n'
                               r'  everywhere: DW_OP_addr \.bss\+0x')
        self.assertTrue(re.search(r'\n  \[\.text\+0x[0-9a-f]+, '
                                  r'\.text\+0x[0-9a-f]+\): DW_OP_', text))
        self.assertIn('DW_OP_entry_value(DW_OP_reg', text)

    def test_lost_lists_are_shown_in_their_place(self):
        """The first entry of each is good, the second is cut."""
        path = cli.compiled(language='s', source="""
 .text
f: .byte 0
 .section .debug_abbrev,"",@progbits
 .uleb128 1; .uleb128 0x11; .byte 1
 .uleb128 0x55; .uleb128 0x17
 .byte 0,0
 .uleb128 2; .uleb128 0x34; .byte 0
 .uleb128 2; .uleb128 0x17
 .byte 0,0
 .byte 0
 .section .debug_info,"",@progbits
 .long 1f-0f
0: .short 5
 .byte 1,8
 .long .debug_abbrev
 .uleb128 1; .long ranges
 .uleb128 2; .long locations
 .uleb128 2; .long 0x1000
 .byte 0
1:
 .section .debug_rnglists,"",@progbits
 .long 3f-2f
2: .short 5; .byte 8,0; .long 0
ranges: .byte 7; .quad f; .uleb128 1
 .byte 0x77
3:
 .section .debug_loclists,"",@progbits
 .long 5f-4f
4: .short 5; .byte 8,0; .long 0
locations: .byte 8; .quad f; .uleb128 1; .uleb128 1; .byte 0x30
 .byte 0x77
5:
""")
        result = cli.run('--ranges', path)
        self.assertEqual(result.returncode, 1)
        self.assertEqual(
            [line.strip() for line in result.stdout.splitlines()[-2:]],
            ['[.text+0x0, .text+0x1)', '<error>'])
        result = cli.run('--locations', path)
        self.assertEqual(result.returncode, 1)
        lines = [line.strip() for line in result.stdout.splitlines()[-5:]]
        self.assertEqual(lines[1:3],
                         ['[.text+0x0, .text+0x1): DW_OP_lit0', '<error>'])
        self.assertEqual(lines[4], '<error>')


if __name__ == '__main__':
    cli.main()
