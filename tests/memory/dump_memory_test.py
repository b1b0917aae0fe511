"""dwreloc-dump without memory: whichever allocation fails, it prints one line
that says so and exits with 1, or prints all there is; it never aborts.

    dump_memory_test.py PRELOAD

PRELOAD is the library that makes allocations fail (preload.cc); the path of
dwreloc-dump is in DWRELOC_DUMP, that of the inputs in DWRELOC_TEST_DATA.
"""

import os
import subprocess
import sys
import unittest

sys.path.append(os.path.join(os.path.dirname(__file__), '..'))
from oracle.dump_selectors import NAMES  # noqa: E402

DUMP = os.environ['DWRELOC_DUMP']
DATA = os.environ['DWRELOC_TEST_DATA']
PRELOAD = sys.argv.pop(1)

# So many of the allocations of one command.
TRIES = 20


def run(arguments, **variables):
    result = subprocess.run(
        [DUMP, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        encoding='utf-8', check=False, timeout=60,
        env={**os.environ, 'LD_PRELOAD': PRELOAD, **variables})
    return result.returncode, result.stdout, result.stderr


class DumpMemoryTest(unittest.TestCase):
    def check(self, *arguments):
        status, output, count = run(arguments, COUNT_ALLOCATIONS='1')
        self.assertEqual(status, 0, count)
        count = int(count)
        told = 0
        for step in range(TRIES):
            number = str(count * step // TRIES)
            for onward in ({}, {'FAIL_ONWARD': '1'}):
                with self.subTest(arguments, number=number, **onward):
                    status, text, error = run(
                        arguments, FAIL_ALLOCATION=number, **onward)
                    if status == 0:
                        self.assertEqual((text, error), (output, ''))
                        continue
                    told += 1
                    self.assertEqual(status, 1, error)
                    self.assertIn('out of memory', error)
                    lines = set(error.splitlines())
                    self.assertTrue(
                        all('out of memory' in line for line in lines), error)
        self.assertGreater(told, 0)

    def test_each_selector(self):
        for selector in NAMES:
            self.check('--' + selector, os.path.join(DATA, 'tiny/tiny5.o'))

    def test_split_files(self):
        self.check('--info', '--dwo', os.path.join(DATA, 'split/split5.o'))

    def test_json_and_places(self):
        self.check('--all', '--format=json',
                   os.path.join(DATA, 'tiny/tiny4.o'))
        self.check('--lines', '--frames', '--offline',
                   os.path.join(DATA, 'tiny/tiny4.o'))

    def test_threads(self):
        self.check('--all', '--jobs=4', os.path.join(DATA, 'tiny/tiny5.o'))
        self.check('--info', '--lines', '--jobs=3',
                   os.path.join(DATA, 'module/meter.ko'))


if __name__ == '__main__':
    unittest.main()
