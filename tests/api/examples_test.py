#!/usr/bin/env python3
"""Runs the programs of docs/examples on the module of tests/data.

    examples_test.py PROGRAM...

What they print is held against dwreloc-dump and against one another: the C and
the C++ program of one name must agree to the byte.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

PROGRAMS = {os.path.basename(path).removeprefix('example_'):
            os.path.abspath(path) for path in sys.argv[1:]}
DATA = os.environ.get('DWRELOC_TEST_DATA', 'tests/data')
METER = os.path.join(DATA, 'module', 'meter.ko')


def run(name, *arguments, status=0):
    done = subprocess.run([PROGRAMS[name], *arguments], capture_output=True,
                          text=True, check=False)
    if done.returncode != status:
        raise AssertionError(f'{name} {arguments}: exit status '
                             f'{done.returncode}: {done.stderr}')
    return done.stdout


def dump(*arguments):
    done = subprocess.run([os.environ['DWRELOC_DUMP'], *arguments],
                          capture_output=True, text=True, check=True)
    return done.stdout


def objects(*arguments):
    return [json.loads(line)
            for line in dump('--format=json', *arguments).splitlines()]


class ExamplesTest(unittest.TestCase):
    def test_functions_are_those_of_the_symbol_table(self):
        listed = {}
        for line in run('functions_c', METER).splitlines():
            place, size, _, name = line.split()
            listed[name] = (place, int(size))
        symbols = [item for item in objects('--symbols', METER)
                   if item.get('type') == 'STT_FUNC' and item['section']
                   and item['symbol'] in listed]
        self.assertGreater(len(symbols), 5)
        for symbol in symbols:
            section, offset = listed[symbol['symbol']][0].split('+')
            self.assertEqual((section, int(offset, 16)),
                             (symbol['section'], symbol['value']))
            self.assertEqual(listed[symbol['symbol']][1], symbol['size'])

    def test_c_and_cpp_agree(self):
        self.assertEqual(run('functions_c', METER),
                         run('functions_cpp', METER))
        for offset in range(0, 0x200, 0x11):
            place = (METER, '.text', hex(offset))
            outputs = []
            for name in ('symbolize_c', 'symbolize_cpp'):
                done = subprocess.run([PROGRAMS[name], *place], check=False,
                                      capture_output=True, text=True)
                outputs.append((done.returncode, done.stdout, done.stderr))
            self.assertEqual(*outputs)

    def test_symbolize_tells_functions_and_lines(self):
        lines = [item for item in objects('--lines', METER)
                 if item['kind'] == 'line']
        # Those that cover something.
        rows = [row for row, after in zip(lines, lines[1:])
                if not row['end_sequence']
                and row['address']['offset'] < after['address']['offset']]
        told = inlined = 0
        for row in rows[::7]:
            address = row['address']
            output = run('symbolize_c', METER, address['section'],
                         hex(address['offset'])).splitlines()
            told += 1
            inlined += len(output) > 1
            for line in output:
                self.assertRegex(line, r'^\w+ at .+:\d+$')
        self.assertGreater(told, 10)
        self.assertGreater(inlined, 0)
        self.assertEqual(run('symbolize_c', METER, '.modinfo', '0', status=1),
                         '??\n')

    @unittest.skipUnless(shutil.which('addr2line'), 'no addr2line')
    def test_symbolize_agrees_with_addr2line(self):
        for section, size in (('.text', 0x42d), ('.text.unlikely', 0x3e),
                              ('.init.text', 0x88), ('.exit.text', 0x65)):
            places = [hex(offset) for offset in range(size)]
            # Status 1: no unit has what is between the functions.
            told = run('symbolize_c', METER, section, *places,
                       status=int(section == '.text')).splitlines()
            done = subprocess.run(
                ['addr2line', '-fi', '-j', section, '-e', METER, *places],
                capture_output=True, text=True, check=True)
            lines = [re.sub(r' \(discriminator \d+\)$', '', line)
                     for line in done.stdout.splitlines()]
            # Where there are no lines addr2line tells the symbol and its file.
            expected = ['??' if place.endswith(':?') else f'{name} at {place}'
                        for name, place in zip(lines[::2], lines[1::2])]
            self.assertGreaterEqual(len(told), size)
            # What is between functions has lines, but no function: there
            # addr2line names the symbol before it.
            between = {i for i, line in enumerate(told)
                       if line.startswith('?? at ')}
            self.assertLess(len(between), size / 8)
            for i in between:
                expected[i] = re.sub(r'^\w+', '??', expected[i])
            self.assertEqual(told, expected, section)

    def test_inline_chain_of_a_trace(self):
        symbol = next(item for item in objects('--symbols', METER)
                      if item['symbol'] == 'meter_ring_put')
        size = str(symbol['size'])
        expected = ('meter_sample_valid at linux/meter/ring.c:40\n'
                    '  inlined into meter_ring_put at linux/meter/ring.c:47\n')
        self.assertEqual(
            run('inline_chain_c', METER, 'meter_ring_put', '0x10'), expected)
        self.assertEqual(
            run('inline_chain_c', METER, 'meter_ring_put', '0x10', size),
            expected)
        self.assertEqual(run('inline_chain_c', METER, 'meter_ring_put', '0x10',
                             size + '0', status=1), '')
        self.assertEqual(
            run('inline_chain_c', METER, 'nobody', '0', status=1), '')

    def test_variables_have_places(self):
        output = run('variables_c', METER)
        self.assertRegex(output, r'(?m)^scale: DW_OP_addr \S+')
        self.assertRegex(output, r'DW_OP_entry_value\( DW_OP_reg\d+ \)')
        self.assertRegex(output, r'while pc in \[\S+, \S+\)$|while pc in \[')

    # As `llvm-dwarfdump --debug-info` and `addr2line -fi` tell them.
    def test_backtrace_with_variables(self):
        self.assertEqual(
            run('backtrace_variables_c', METER, '.text', '0x150'),
            'meter_sample_valid at linux/meter/ring.c:40\n'
            '  sample: DW_OP_reg4 rsi\n'
            'meter_ring_put at linux/meter/ring.c:47\n'
            '  ring: DW_OP_reg5 rdi\n'
            '  sample: DW_OP_reg4 rsi\n'
            '  slot: not available\n')
        self.assertEqual(
            run('backtrace_variables_c', METER, '.text.unlikely', '0x3d'),
            'meter_ring_put at linux/meter/ring.c:48\n'
            '  ring: DW_OP_entry_value(DW_OP_reg5 rdi), DW_OP_stack_value\n'
            '  sample: DW_OP_entry_value(DW_OP_reg4 rsi), DW_OP_stack_value\n'
            '  slot: not available\n')

    def test_resolved_files_read_alike(self):
        with tempfile.TemporaryDirectory() as folder:
            out = os.path.join(folder, 'resolved.ko')
            told = run('resolve_c', METER, out).split()
            self.assertGreater(int(told[0]), 100)
            self.assertGreater(int(told[3]), 10)
            for view in ('--info', '--lines', '--locations', '--ranges',
                         '--frames', '--aranges'):
                self.assertEqual(dump(view, METER), dump(view, out), view)
            # Nothing is left that another reader would have to relocate.
            self.assertTrue(run('resolve_c', out, os.path.join(folder, 'again'))
                            .startswith('0 records resolved'))

    def test_errors_are_told(self):
        for name in PROGRAMS:
            run(name, status=2)
        run('functions_c', 'nowhere.ko', status=1)
        run('functions_cpp', 'nowhere.ko', status=1)


if __name__ == '__main__':
    unittest.main(argv=sys.argv[:1])
