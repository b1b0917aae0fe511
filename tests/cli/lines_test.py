"""--lines: rows, files, tables that several units share."""

import re
import unittest

import cli_support as cli


class LinesTest(unittest.TestCase):
    def test_rows(self):
        for flags in (('-gdwarf-2', '-gstrict-dwarf'), ('-gdwarf-4',),
                      ('-gdwarf-5',), ('-gdwarf-5', '-gdwarf64')):
            with self.subTest(flags=flags):
                rows = cli.objects('--lines', cli.compiled(*flags))
                self.assertEqual({row['kind'] for row in rows}, {'line'})
                self.assertTrue(rows[-1]['end_sequence'])
                for row in rows:
                    self.assertTrue(row['file'].endswith('fixture.c'),
                                    row['file'])
                    self.assertEqual(row['address']['kind'], 'section')
                    self.assertIn(row['address']['section'],
                                  ('.text', '.text.unlikely'))
                lines = {row['line'] for row in rows}
                add = cli.SOURCE[:cli.SOURCE.index('int add(')].count('\n') + 1
                self.assertIn(add, lines)

    def test_sequences_do_not_go_back(self):
        rows = cli.objects('--lines', cli.MODULE)
        previous = None
        for row in rows:
            place = (row['address']['section_index'], row['address']['offset'])
            if previous is not None:
                self.assertGreaterEqual(place, previous)
            previous = None if row['end_sequence'] else place

    def test_text(self):
        path = cli.compiled('-gdwarf-5')
        text = cli.run('--lines', path).stdout
        self.assertIn('\n.debug_line contents:\ndebug_line[0x00000000] of '
                      'unit 0x00000000: format = DWARF32, version = 5', text)
        self.assertRegex(text, r'file_names\[  1\] = ".*fixture\.c"\n')
        rows = re.findall(r'^(\.text\S*)\+0x([0-9a-f]+) +(\d+) +(\d+) +(\d+) ',
                          text, re.MULTILINE)
        self.assertEqual(
            [(section, int(offset, 16), int(line), int(column))
             for section, offset, line, column, _ in rows],
            [(row['address']['section'], row['address']['offset'],
              row['line'], row['column'])
             for row in cli.objects('--lines', path)])

    def test_a_shared_table_is_printed_once(self):
        path = cli.compiled('-gdwarf-5', '-fdebug-types-section')
        units = cli.of_kind('unit', cli.objects('--info', path))
        self.assertGreater(len(units), 1)
        text = cli.run('--lines', path).stdout
        self.assertEqual(text.count('debug_line[0x00000000]'), 1)

    def test_tables_of_no_unit(self):
        # The unit does not say that it has lines.
        path = cli.compiled('-g0', language='s', source="""
 .file "a.c"
 .file 1 "a.c"
 .text
 .loc 1 7
 nop
 .loc 1 9
 nop
 .section .debug_abbrev,"",@progbits
 .uleb128 1; .uleb128 0x11; .byte 0, 0, 0, 0
 .section .debug_info,"",@progbits
 .long 1f-0f
0: .short 4
 .long .debug_abbrev
 .byte 8
 .uleb128 1
1:
""")
        rows = cli.objects('--lines', path)
        self.assertEqual([(row['unit'], row['line'], row['address']['offset'],
                           row['file'].endswith('a.c')) for row in rows],
                         [(None, 7, 0, True), (None, 9, 1, True),
                          (None, 9, 2, True)])
        self.assertEqual(rows, cli.objects('--lines', '--jobs=2', path))
        self.assertIn('debug_line[0x00000000] of no unit: format = ',
                      cli.run('--lines', path).stdout)
        for item in cli.objects('--coverage', path):
            self.assertEqual(item['owned'], item['records'])

    def test_filters(self):
        units = cli.of_kind('unit', cli.objects('--info', cli.MODULE))
        everything = cli.objects('--lines', cli.MODULE)
        for unit in units:
            rows = cli.objects('--lines', '--unit=%d' % unit['offset'],
                               cli.MODULE)
            self.assertEqual(rows, [row for row in everything
                                    if row['unit'] == unit['offset']])
        self.assertEqual(
            cli.objects('--lines', '--section=.debug_line', cli.MODULE),
            everything)
        self.assertEqual(
            cli.objects('--lines', '--section=.debug_info', cli.MODULE), [])

    def test_unknown_form_in_the_file_table(self):
        """The files are lost, and told once; the rows are read."""
        path = cli.compiled(language='s', source="""
 .text
f: .byte 0
 .section .debug_line,"",@progbits
 .long 9f-0f
0: .short 5
 .byte 8,0
 .long 3f-2f
2: .byte 1,1,1,0xfb,14,13
 .byte 0,1,1,1,1,0,0,0,1,0,0,1
 .byte 1,1,8
 .byte 1
 .string "/d"
 .byte 2,1,8
 .uleb128 0x2001; .uleb128 0x77
 .byte 2
 .string "a.c"
 .byte 1,2,3
3: .byte 0,9,2
 .quad f
 .byte 1, 2,1, 1, 0,1,1
9:
""")
        result = cli.run('--lines', '--format=json', path)
        self.assertEqual(result.returncode, 1)
        items = cli.parse(result.stdout)
        rows = cli.of_kind('line', items)
        self.assertEqual([(row['address']['section'], row['address']['offset'],
                           row['file']) for row in rows],
                         [('.text', 0, None), ('.text', 1, None),
                          ('.text', 1, None)])
        error, = cli.of_kind('error', items)
        self.assertIn('file 0: unknown form 0x77 of content type 0x2001', error['error'])
        self.assertIn('is_stmt', cli.run('--lines', path).stdout)


if __name__ == '__main__':
    cli.main()
