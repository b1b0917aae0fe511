"""--lines --instructions: programs as stored, compared with readelf and
llvm-dwarfdump, and their rows with those of --lines."""

import pathlib
import re
import subprocess
import sys
import unittest

import cli_support as cli

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))

from oracle import (compare, line_instructions, llvm_dwarfdump,  # noqa: E402
                    readelf)

# A table of no unit with everything that compilers do not write. {address}
# sets an address; {version} is 4.
ODD = """
 .text
 nop; nop; nop; nop
 .section .debug_line,"",@progbits
 .long 9f-0f
0: .short 4
 .long 2f-1f
1: .byte {length}, {operations}, 1, -3, 12, 16
 .byte 0,1,1,1,1,0,0,0,1,0,0,1, 0,2,5
 .byte 0
 .asciz "a.c"
 .byte 0,0,0, 0
2: .byte 0, 9, 2
 .quad .text+2
 .byte 16, 100, 255, 8, 2; .uleb128 7
 .byte 3; .sleb128 -300
 .byte 1, 6, 7, 10, 11, 12; .uleb128 200
 .byte 9; .short 0x102
 .byte 4, 1, 5, 3, 1
 .byte 13
 .byte 14; .uleb128 300; .uleb128 4
 .byte 15, 1,2,3,4,5
 .byte 0, 4, 0x85, 1, 2, 3
 .byte 0, 1, 0xff
 .byte 0, 8, 3
 .asciz "b.c"
 .byte 0, 0, 0
 .byte 0, 5, 4; .uleb128 9; .byte 0,0,0
 .byte 32
 .byte 0, 1, 1
9:
"""


class Differences(compare.Report):
    pass


class LineInstructionsTest(unittest.TestCase):
    def check(self, path):
        if readelf.PROGRAM is None:
            self.skipTest('no readelf')
        report = Differences(path)
        line_instructions.compare(path, report)
        self.assertEqual(report.text, [])
        self.assertGreater(report.compared['line instructions'], 10)
        self.assertGreater(report.compared['rows of line instructions'], 3)

    def check_llvm(self, path):
        """Where each instruction is, and its name."""
        if llvm_dwarfdump.PROGRAM is None:
            self.skipTest('no llvm-dwarfdump')
        output = subprocess.run(
            [llvm_dwarfdump.PROGRAM, '--debug-line', '--verbose', path],
            stdout=subprocess.PIPE, check=True, encoding='utf-8').stdout
        theirs = re.findall(
            r'^0x([0-9a-f]+): ([0-9a-f]{2}) (?:\[\w+\] *)*'
            r'(DW_LN\w+|address|Unrecognized)?', output, re.MULTILINE)
        ours = [item for _, items in line_instructions.read(path)
                for item in items]
        self.assertEqual([int(offset, 16) for offset, _, _ in theirs],
                         [item['offset'] for item in ours])
        for (offset, byte, name), item in zip(theirs, ours):
            if item['class'] != 'extended':
                self.assertEqual(int(byte, 16), item['opcode'], offset)
            if name.startswith('DW_'):
                self.assertEqual(name, item['op'], offset)

    def test_gcc(self):
        for flags in (('-gdwarf-2', '-gstrict-dwarf'), ('-gdwarf-3',),
                      ('-gdwarf-4',), ('-gdwarf-5',),
                      ('-gdwarf-5', '-gdwarf64')):
            with self.subTest(flags=flags):
                self.check(cli.compiled(*flags))
                self.check_llvm(cli.compiled(*flags))

    def test_clang(self):
        for version in (4, 5):
            path = cli.compiled(f'-gdwarf-{version}', compiler=cli.clang())
            self.check(path)
            self.check_llvm(path)

    def test_module(self):
        self.check(cli.MODULE)
        self.check_llvm(cli.MODULE)

    def test_what_compilers_do_not_write(self):
        for length, operations in ((1, 1), (4, 1), (2, 3)):
            with self.subTest(length=length, operations=operations):
                path = cli.compiled('-g0', language='s', source=ODD.format(
                    length=length, operations=operations))
                if operations == 1:
                    self.check(path)
                else:  # readelf prints op_index in other words
                    programs = line_instructions.read(path)
                    self.assertEqual(list(line_instructions.gaps(programs)),
                                     [])
                    self.assertEqual(line_instructions.rows_of(programs),
                                     line_instructions.printed_rows(path))
                self.check_llvm(path)

    def test_operands(self):
        path = cli.compiled('-g0', language='s',
                            source=ODD.format(length=4, operations=1))
        ((program, items),) = line_instructions.read(path)
        self.assertEqual(program['unit'], None)
        self.assertEqual(program['opcode_base'], 16)
        by_op = {item.get('op', 'special'): item for item in items}
        (address,) = by_op['DW_LNE_set_address']['operands']
        self.assertEqual(
            {**address, 'value': None},
            {'encoding': 'unsigned', 'role': 'address',
             'offset': program['program_offset'] + 3, 'size': 8,
             'value': None, 'has_record': True})
        self.assertEqual((address['value']['section'],
                          address['value']['offset']), ('.text', 2))
        self.assertEqual(by_op['0xf']['operand_count'], 5)
        self.assertEqual(len(by_op['0xf']['operands']), 4)
        self.assertEqual(by_op["0x85"]['operands'][0]['bytes'], '010203')
        self.assertEqual(by_op['DW_LNE_define_file']['operands'][0]['string'],
                         'b.c')
        self.assertEqual(by_op['DW_LNE_set_discriminator']['size'], 7)

    def test_text(self):
        path = cli.compiled('-g0', language='s',
                            source=ODD.format(length=4, operations=1))
        result = cli.run('--lines', '--instructions', path)
        self.assertEqual((result.returncode, result.stderr), (0, ''))
        at = result.stdout.index('DW_LNE_set_address') - len('0x00000000: ')
        lines = [line[12:] for line in result.stdout[at:].splitlines()]
        self.assertEqual(lines, '''DW_LNE_set_address .text+0x2
special 16: operations += 0, line += -3
special 100: operations += 7, line += -3
special 255: operations += 19, line += 8
DW_LNS_const_add_pc: operations += 19
DW_LNS_advance_pc 7
DW_LNS_advance_line -300
DW_LNS_copy
DW_LNS_negate_stmt
DW_LNS_set_basic_block
DW_LNS_set_prologue_end
DW_LNS_set_epilogue_begin
DW_LNS_set_isa 200
DW_LNS_fixed_advance_pc 258
DW_LNS_set_file 1
DW_LNS_set_column 3
DW_LNS_copy
DW_LNS 0xd
DW_LNS 0xe 300 4
DW_LNS 0xf 1 2 3 4 ...
DW_LNE 0x85 <01 02 03>
DW_LNE 0xff <>
DW_LNE_define_file "b.c" 0 0 0
DW_LNE_set_discriminator 9
special 32: operations += 1, line += 1
DW_LNE_end_sequence
'''.splitlines() + [''])

    def test_a_damaged_program_ends_with_one_error(self):
        source = ODD.format(length=1, operations=1).replace(
            '.byte 0, 1, 0xff', '.byte 0, 0')
        path = cli.compiled('-g0', language='s', source=source)
        of_rows = cli.run('--lines', path)
        result = cli.run('--lines', '--instructions', path)
        self.assertEqual(result.returncode, 1)
        self.assertIn('extended opcode of length 0', result.stderr)
        self.assertEqual(result.stderr, of_rows.stderr)
        self.assertIn('DW_LNE 0x85', result.stdout)

    def test_filters_and_usage(self):
        ((program, items),) = line_instructions.read(
            cli.compiled('-gdwarf-5'))
        middle = items[len(items) // 2]
        found = cli.objects('--lines', '--instructions',
                            f'--offset={middle["offset"]}..'
                            f'{middle["offset"] + 1}',
                            cli.compiled('-gdwarf-5'))
        self.assertEqual(cli.of_kind('line_instruction', found), [middle])
        result = cli.run('--instructions', cli.MODULE)
        self.assertEqual(result.returncode, 2)
        self.assertIn("'--instructions' needs --lines", result.stderr)


if __name__ == '__main__':
    cli.main()
