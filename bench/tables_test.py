#!/usr/bin/env python3
"""Tests tables.py on records that were written by hand."""

import sys
import unittest

import readers
import rows
import tables

WALK = dict.fromkeys(readers.WALK_FIELDS, 1000)
LISTS = dict.fromkeys(readers.LIST_FIELDS, 100000)
NAMES = {'libdw': 'libdw 0.1', 'LLVM': 'LLVM 19.0', readers.OURS: 'libdwreloc 0.0',
         readers.BARE: 'bare loop'}


def run(row, reader, result, cpu=0.0):
    spec = [candidate for candidate in rows.ROWS if candidate.name == row][0]
    return {'row': row, 'reader': reader, 'round': 0, 'cpu': cpu, 'wall': cpu,
            'result': {'reader': NAMES[reader], 'work': spec.work, **result}}


def walk(row, reader, seconds, **fields):
    return run(row, reader, {**WALK, 'walk_cpu': seconds, **fields})


def line_of(text, title):
    return [[cell.strip() for cell in line.strip('|').split('|')]
            for line in text.splitlines() if line.startswith(f'| {title}')][0]


class TablesTest(unittest.TestCase):

    def test_median_ratio_and_target(self):
        text, failures = tables.render([
            walk('walk-xfs', 'libdw', 0.4), walk('walk-xfs', 'libdw', 0.2),
            walk('walk-xfs', 'libdw', 0.9), walk('walk-xfs', 'LLVM', 0.8),
            walk('walk-xfs', readers.OURS, 0.1)])
        self.assertEqual(failures, [])
        self.assertEqual(line_of(text, 'W2 walk xfs.ko'),
                         ['W2 walk xfs.ko', 'CPU s', '0.400', '0.800', '**0.100**',
                          '0.250', 'ratio <= 0.22', '**no**'])
        self.assertIn('- libdw 0.1: 20 counts and sums compared; all equal.', text)

    def test_reached(self):
        def reached(*runs):
            return line_of(tables.render(list(runs))[0], 'W2 walk xfs.ko')[-1]
        other = walk('walk-xfs', 'libdw', 1.0)
        self.assertEqual(reached(walk('walk-xfs', readers.OURS, 0.22), other), 'yes')
        self.assertEqual(reached(walk('walk-xfs', readers.OURS, 0.221), other),
                         '**no**')
        # Without another reader there is no ratio.
        self.assertEqual(reached(walk('walk-xfs', readers.OURS, 0.01)), '-')

    def test_memory_has_one_target_everywhere(self):
        def reached(kib):
            return line_of(tables.render([run('open-all', readers.OURS, {
                'open_cpu': 1.0, 'anonymous_kib': kib})])[0], 'W1 anonymous')[-1]
        self.assertEqual(reached(16384), 'yes')
        self.assertEqual(reached(16385), '**no**')

    def test_who_did_less_does_not_set_the_pace(self):
        ours = {**WALK, **LISTS, 'ranges_cpu': 1.0}
        less = {**ours, 'loc_n': 99999, 'loc_begin_sum': 99950, 'ranges_cpu': 2.0}
        text, _ = tables.render([run('ranges-all', 'libdw', less),
                                 run('ranges-all', 'LLVM', {**ours, 'ranges_cpu': 4.0}),
                                 run('ranges-all', readers.OURS, ours)])
        self.assertEqual(line_of(text, 'W4')[5:7], ['0.250', 'ratio <= 0.22'])

    def test_a_wrong_sum_voids_the_time(self):
        text, failures = tables.render([
            walk('walk-xfs', 'libdw', 0.01, addr_sum=999),
            walk('walk-xfs', 'LLVM', 0.8), walk('walk-xfs', readers.OURS, 0.1)])
        self.assertEqual(failures,
                         ['walk-xfs: libdw: addr_sum 999 (ours: 1000)'])
        cells = line_of(text, 'W2 walk xfs.ko')
        self.assertEqual(cells[2], 'disagrees')
        self.assertEqual(cells[5], '0.125')  # of LLVM, the best that agrees
        self.assertIn('DISAGREES', text)

    def test_one_wrong_run_among_good_ones_voids_all(self):
        _, failures = tables.render([
            walk('walk-xfs', 'libdw', 0.2), walk('walk-xfs', 'libdw', 0.2, dies=1),
            walk('walk-xfs', readers.OURS, 0.1)])
        self.assertEqual(len(failures), 1)

    def test_our_own_runs_must_agree(self):
        _, failures = tables.render([
            walk('walk-xfs', readers.OURS, 0.1),
            walk('walk-xfs', readers.OURS, 0.1, units=7)])
        self.assertEqual(len(failures), 1)

    def test_a_known_difference_gets_a_note(self):
        ours = {**WALK, **LISTS, 'ranges_cpu': 1.0}
        theirs = {**ours, 'loc_n': 99999, 'loc_begin_sum': 99950, 'ranges_cpu': 2.0}
        text, failures = tables.render([run('ranges-all', 'libdw', theirs),
                                        run('ranges-all', readers.OURS, ours)])
        self.assertEqual(failures, [])
        self.assertEqual(line_of(text, 'W4')[2], '2.00 [1]')
        self.assertIn('[1] libdw 0.1, ranges of all modules: dwarf_getlocations', text)
        self.assertIn('loc_n 99,999 (ours: 100,000)', text)
        self.assertIn('differs as noted in ranges-all', text)

    def test_a_known_difference_that_grew_is_not_known(self):
        ours = {**WALK, **LISTS, 'ranges_cpu': 1.0}
        theirs = {**ours, 'loc_n': 90000, 'ranges_cpu': 2.0}
        _, failures = tables.render([run('ranges-all', 'libdw', theirs),
                                     run('ranges-all', readers.OURS, ours)])
        self.assertEqual(len(failures), 1)

    def test_an_absent_field_is_not_a_difference(self):
        theirs = walk('walk-xfs', 'libdw', 0.2)
        del theirs['result']['lstrp_sum']
        text, failures = tables.render([theirs, walk('walk-xfs', readers.OURS, 0.1)])
        self.assertEqual(failures, [])
        self.assertIn('19 counts and sums compared', text)

    def test_the_twin_must_count_what_the_file_counts(self):
        text, failures = tables.render([
            walk('walk-xfs', readers.OURS, 0.11), walk('walk-twin', readers.OURS, 0.1),
            walk('walk-xfs', 'LLVM', 0.5), walk('walk-twin', 'LLVM', 0.1, dies=1)])
        self.assertEqual(len(failures), 1)
        self.assertEqual(line_of(text, 'relocation tax')[-4:],
                         ['**1.10**', '-', '<= 1.15', 'yes'])

    def test_the_bare_loop_is_a_floor_and_no_rival(self):
        text, failures = tables.render([
            walk('walk-xfs', 'libdw', 0.4), walk('walk-xfs', readers.OURS, 0.1),
            walk('walk-xfs', readers.BARE, 0.05)])
        self.assertEqual(failures, [])
        self.assertEqual(line_of(text, 'work'),
                         ['work', 'unit', 'libdw 0.1', '**ours**', 'ours / best other',
                          'bare loop', 'ours / bare loop', 'target', 'reached'])
        self.assertEqual(line_of(text, 'W2 walk xfs.ko'),
                         ['W2 walk xfs.ko', 'CPU s', '0.400', '**0.100**', '0.250',
                          '0.0500', '2.00', 'ratio <= 0.22', '**no**'])

    def test_a_bare_loop_that_counts_otherwise_is_no_floor(self):
        text, failures = tables.render([
            walk('walk-xfs', readers.OURS, 0.1),
            walk('walk-xfs', readers.BARE, 0.05, dies=1)])
        self.assertEqual(len(failures), 1)
        self.assertEqual(line_of(text, 'W2 walk xfs.ko')[4:6], ['disagrees', '-'])

    def test_digest_is_less_the_bare_open(self):
        result = {'relocs': 1000000, 'digest_cpu': 0.005, 'bare_cpu': 0.001,
                  'digest_kib': 8000}
        text, _ = tables.render([run('digest-xfs', readers.OURS, result)])
        self.assertEqual(line_of(text, 'W5 digest, xfs.ko')[2], '**4.00**')
        self.assertEqual(line_of(text, 'W5 private bytes')[2], '**8.19**')

    def test_tools(self):
        text, _ = tables.render([
            {'tool': 'readelf -wi', 'cpu': 1.0, 'wall': 1.1, 'bytes': 250000000},
            {'tool': 'dwreloc-dump --info', 'cpu': 0.1, 'wall': 0.2,
             'bytes': 200000000}])
        self.assertEqual(line_of(text, 'DIEs | `readelf -wi`')[2:6],
                         ['1.00', '1.10', '250', '250'])
        self.assertEqual(line_of(text, 'DIEs | **`dwreloc-dump --info`')[5:],
                         ['2,000', '>= 1,000 MB/s', 'yes'])

    def test_numbers(self):
        self.assertEqual([tables.number(value) for value in
                          (None, 0, 0.0123, 1.5, 46.54, 1234.5)],
                         ['-', '0', '0.0123', '1.50', '46.5', '1,234'])


if __name__ == '__main__':
    sys.exit(unittest.main())
