"""--ranges and --locations with --raw: lists as stored, compared with readelf."""

import pathlib
import sys
import unittest

import cli_support as cli

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))

from oracle import compare, raw_lists, readelf  # noqa: E402


class RawListsTest(unittest.TestCase):
    def check(self, path, views=True):
        if readelf.PROGRAM is None:
            self.skipTest('no readelf')
        report = compare.Report(path)
        raw_lists.compare(path, report)
        self.assertEqual(report.text, [])
        self.assertGreater(report.compared['list entries'], 10)
        if views:
            self.assertGreater(report.compared['view pairs'], 5)

    def test_gcc(self):
        for flags in (('-gdwarf-2',), ('-gdwarf-4',), ('-gdwarf-5',),
                      ('-gdwarf-5', '-gdwarf64')):
            with self.subTest(flags=flags):
                self.check(cli.compiled(*flags))

    def test_clang(self):
        for version in (4, 5):
            path = cli.compiled(f'-gdwarf-{version}', compiler=cli.clang())
            self.check(path, views=False)

    def test_module(self):
        self.check(cli.MODULE)

    def test_bounds_are_those_of_entries_with_their_base(self):
        lists = raw_lists.read(cli.MODULE)
        ranges = cli.objects('--ranges', cli.MODULE)
        stored = [item for listed, items in lists for item in items
                  if listed['attribute'] == 'DW_AT_ranges' and
                  item['entry'] not in ('DW_RLE_base_address',
                                        'DW_RLE_end_of_list')]
        self.assertEqual(len(stored), len(ranges))
        for item, bounds in zip(stored, ranges):
            self.assertEqual(item['list'], bounds['list'])
            if item['entry'] == 'DW_RLE_start_length':
                first, second = item['operands']
                self.assertEqual(first['value'], bounds['begin'])
                self.assertTrue(first['has_record'])
                self.assertFalse(second['has_record'])

    def test_text(self):
        path = cli.compiled('-g0', language='s', source="""
 .text
 nop
 .section .debug_abbrev,"",@progbits
 .uleb128 1; .uleb128 0x11; .byte 1; .uleb128 0x55; .uleb128 0x17; .byte 0,0
 .uleb128 2; .uleb128 0x34; .byte 0; .uleb128 2; .uleb128 0x17
 .uleb128 0x2137; .uleb128 0x17; .byte 0,0,0
 .section .debug_info,"",@progbits
 .long 1f-0f
0: .short 5
 .byte 1,8
 .long .debug_abbrev
 .uleb128 1
 .long .debug_rnglists
 .uleb128 2
 .long .debug_loclists+2
 .long .debug_loclists
 .byte 0
1:
 .section .debug_rnglists,"",@progbits
 .byte 6; .quad .text, .text+1
 .byte 0
 .section .debug_loclists,"",@progbits
 .uleb128 1; .uleb128 2
 .byte 6; .quad .text
 .byte 9; .uleb128 3; .uleb128 4
 .byte 4; .uleb128 0; .uleb128 1; .uleb128 1; .byte 0x30
 .byte 5; .uleb128 0
 .byte 0
""")
        result = cli.run('--ranges', '--locations', '--raw', path)
        self.assertEqual(result.stderr, '')
        self.assertEqual(result.stdout, """
.debug_info ranges:
0x0000000c: DW_TAG_compile_unit DW_AT_ranges: 0x00000000..0x00000012
  0x00000000: DW_RLE_start_end .text+0x0 .text+0x1
  0x00000011: DW_RLE_end_of_list

.debug_info locations:
0x00000011: DW_TAG_variable DW_AT_location: 0x00000002..0x00000016
  0x00000002: DW_LLE_base_address .text+0x0
  0x0000000b: DW_LLE_GNU_view_pair 3 4
  0x0000000e: DW_LLE_offset_pair 0 1: DW_OP_lit0
  0x00000013: DW_LLE_default_location: {}
  0x00000015: DW_LLE_end_of_list
0x00000011: DW_TAG_variable DW_AT_GNU_locviews: 0x00000000..0x00000002
  0x00000000: 1 2
""".format(''))

    def test_a_list_without_an_end(self):
        path = cli.compiled('-g0', language='s',
                            source=cli.units_in_assembler(
                                0x55, 0x17, '.long .debug_rnglists') + """
 .section .debug_rnglists,"",@progbits
 .byte 4,1,2
 .byte 4,1
""")
        items = cli.objects('--ranges', '--raw', path, status=1)
        self.assertEqual([item['kind'] for item in items],
                         ['list', 'list_entry', 'error'])
        self.assertEqual(items[0]['size'], 0)

    def test_usage(self):
        result = cli.run('--raw', '--info', cli.MODULE)
        self.assertEqual(result.returncode, 2)
        self.assertIn("'--raw' needs --ranges or --locations", result.stderr)


if __name__ == '__main__':
    cli.main()
