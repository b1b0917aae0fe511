#!/usr/bin/env python3
"""Reads real kernel modules as others do, and compares every value.

    differential_test.py [--modules=N|all] [--jobs=N] [PATH...]

For each of N modules (120; a spread over all sizes up to two megabytes, the same
each time), or each PATH:

1. the module, with llvm-dwarfdump and readelf reading the same file: they relocate
   it with every section at address 0; llvm-dwarfdump tells the section besides;
2. the module placed (--place), with both reading the file that ld links of it
   with every section at an address of its own: this is where a value that is right
   in the wrong section shows;
3. --coverage: each relocation record is read once, by a field with a name.

What is compared is in tests/oracle/compare.py, and so are the RULES: what others are
known to get wrong. Prints totals and how often each rule was needed.
"""

import argparse
import collections
import multiprocessing
import os
import pathlib
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))

import kernel_modules  # noqa: E402
from oracle import compare, link, llvm_dwarfdump, readelf  # noqa: E402

LARGEST = 2_000_000


def spread(modules, count):
    """`count` of the modules, evenly over their order by size."""
    sized = sorted((path.stat().st_size, path.name, path) for path in modules)
    candidates = [path for size, _, path in sized if size <= LARGEST]
    count = min(count, len(candidates))
    return [candidates[i * len(candidates) // count] for i in range(count)]


def compare_one(path):
    """Runs in a process of its own. Returns what Report gathered."""
    report = compare.Report(path.name)
    try:
        compare.compare_module(path, report)
        compare.check_coverage(path, report)
        with tempfile.TemporaryDirectory(prefix='dwreloc-linked-') as directory:
            linked = link.link(path, pathlib.Path(directory))
            report.file = f'{path.name}, linked'
            compare.compare_linked(path, linked, report)
    except Exception as error:  # pylint: disable=broad-except
        # Other processes go on; this one's module counts as different.
        report.differ(str(path), type(error).__name__, error, '')
    return report.differences, report.text, report.rules, report.compared


def can_fail(path):
    with tempfile.TemporaryDirectory(prefix='dwreloc-linked-') as directory:
        linked = link.link(path, pathlib.Path(directory))
        return compare.notices_moved_section(path, linked)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('--modules', default='120')
    parser.add_argument('--jobs', type=int, default=os.cpu_count())
    parser.add_argument('paths', nargs='*', type=pathlib.Path)
    arguments = parser.parse_args()

    for name, program in (('llvm-dwarfdump', llvm_dwarfdump.PROGRAM),
                          ('readelf', readelf.PROGRAM)):
        if program is None:
            kernel_modules.absent(f'{name} is not installed')
    paths = arguments.paths
    if not paths:
        paths = kernel_modules.all_modules()
        if arguments.modules != 'all':
            paths = spread(paths, int(arguments.modules))
    if link.linker(paths[0]) is None:
        kernel_modules.absent('no linker for the modules is installed')
    # The largest first: none of them is waited for at the end.
    paths = sorted(paths, key=lambda path: -path.stat().st_size)

    began = time.monotonic()
    differences = different = 0
    rules, compared = collections.Counter(), collections.Counter()
    with multiprocessing.Pool(arguments.jobs) as pool:
        for found, text, rule, values in pool.imap_unordered(compare_one, paths):
            differences += found
            different += found != 0
            rules.update(rule)
            compared.update(values)
            for line in text:
                print(line, flush=True)
    print(f'{len(paths)} modules, each as it is and linked, compared with '
          f'{llvm_dwarfdump.PROGRAM} and readelf in '
          f'{time.monotonic() - began:.0f} s:')
    for name, number in compared.items():
        print(f'  {number:12,} {name}')
    for name, number in rules.items():
        print(f'{number} times {name}: {compare.RULES[name]}')
    noticed = can_fail(paths[-1])
    print(f'{differences} differences in {different} modules')
    return 0 if differences == 0 and noticed and compared['DIEs'] else 1


if __name__ == '__main__':
    sys.exit(main())
