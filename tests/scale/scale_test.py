#!/usr/bin/env python3
"""Does the work of dwreloc-dump grow in step with its input?

    scale_test.py [--jobs=N] [SHAPE[/SELECTOR]]...     (patterns; all without)
    scale_test.py --self-test                          can the test fail?

For each shape of objects.py, objects of some size, 4 and 16 times that size are
printed with each selector, and the instructions are counted by valgrind: no other
load of the machine can change them. What the second step adds may be at most 6 times
what the first one added. It is 4 where work is linear, 5 where things are sorted (a
merge sort merges twice as it grows by 4), and 16 where it is quadratic.

Where there is no valgrind the exit status is 77: skipped.
"""

import argparse
import concurrent.futures
import fnmatch
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

import objects

sys.path.append(str(pathlib.Path(__file__).parents[1]))
from oracle.dump_selectors import NAMES  # noqa: E402

DUMP = os.environ.get('DWRELOC_DUMP', 'dwreloc-dump')
SKIPPED = 77
SIZES = (125, 500, 2000)
MAX_GROWTH = 6
# What a step must add, in instructions per item, before its growth says anything:
# less is the noise of the allocator.
MIN_PER_ITEM = 20

# By the name that messages and patterns give them.
VIEWS = {selector: [f'--{selector}'] for selector in NAMES}
VIEWS.update({
    'all-json': ['--all', '--format=json'],
    'all-offline': ['--all', '--offline'],
    'all-jobs': ['--all', '--jobs=2'],
    'place': ['--info', '--place=.text=0x1000'],
    'name': ['--info', '--name=nothing'],
})


# Shapes whose items are all in one table: what else would read them?
ONLY = {
    'blocks': ['info', 'ranges', 'locations', 'coverage'],
    'entries': ['ranges', 'locations', 'coverage'],
    'rows': ['lines', 'coverage'],
    'files': ['lines', 'macros', 'coverage'],
    'macros': ['macros', 'coverage'],
    'fdes': ['frames', 'relocs', 'coverage'],
    'references': ['info', 'relocs', 'coverage'],
    'siblings': ['info', 'coverage'],
    'declarations': ['info', 'coverage', 'abbrev'],
    'declarations_reversed': ['info', 'coverage', 'abbrev'],
    'unsorted_records': ['info', 'relocs', 'coverage', 'diagnostics'],
    'expressions': ['info', 'locations'],
    'zeros': ['info', 'lines', 'aranges', 'pubnames', 'debug-names', 'macros', 'addr',
              'str-offsets', 'frames', 'coverage'],
}


class CountError(Exception):
    """The instructions could not be counted."""


def count(path, options):
    result = subprocess.run(
        ['valgrind', '--tool=cachegrind', '--cache-sim=no',
         '--cachegrind-out-file=/dev/null', DUMP, *options, str(path)],
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, check=False, timeout=600)
    text = result.stderr.decode(errors='replace')
    found = re.search(r'I\s+refs:\s+([\d,]+)', text)
    if found is None or result.returncode not in (0, 1):
        raise CountError(f'status {result.returncode}: {text[-2000:]}')
    return int(found.group(1).replace(',', ''))


def judge(name, counts):
    """What is wrong, or ''."""
    first, second = counts[1] - counts[0], counts[2] - counts[1]
    if max(first, second / 4) < MIN_PER_ITEM * (SIZES[1] - SIZES[0]):
        return ''
    factor = second / max(first, 1)
    if factor <= MAX_GROWTH:
        return ''
    return (f'{name}: {counts[0]:,}, {counts[1]:,}, {counts[2]:,} instructions: the '
            f'second step adds {factor:.2f} times what the first one did')


def check(shape, view, paths):
    name = f'{shape}/{view}'
    try:
        first, last = (count(path, VIEWS[view]) for path in (paths[0], paths[-1]))
        if last - first < MIN_PER_ITEM * (SIZES[-1] - SIZES[0]):
            return ''
        return judge(name, (first, count(paths[1], VIEWS[view]), last))
    except (CountError, subprocess.TimeoutExpired) as error:
        return f'{name}: {error}'


def wanted(patterns):
    for shape in objects.SHAPES:
        for view in ONLY.get(shape, VIEWS):
            if not patterns or any(
                    fnmatch.fnmatch(f'{shape}/{view}',
                                    pattern if '/' in pattern else pattern + '/*')
                    for pattern in patterns):
                yield shape, view


def run(pairs, jobs):
    errors = []
    with tempfile.TemporaryDirectory(prefix='dwreloc-scale-') as directory, \
            concurrent.futures.ThreadPoolExecutor(jobs) as pool:
        paths = {}
        for shape in dict.fromkeys(shape for shape, _ in pairs):
            paths[shape] = []
            for size in SIZES:
                path = pathlib.Path(directory) / f'{shape}-{size}.o'
                objects.SHAPES[shape](size).write(path)
                paths[shape].append(path)
        for error in pool.map(lambda pair: check(*pair, paths[pair[0]]), pairs):
            if error:
                print(error, flush=True)
                errors.append(error)
    print(f'{len(pairs)} views counted, {len(errors)} grow too fast')
    return 1 if errors else 0


def self_test():
    def fails(cost):
        return judge('', [cost(n) for n in SIZES]) != ''
    assert not fails(lambda n: 30_000_000)
    assert not fails(lambda n: 30_000_000 + 1000 * n)
    assert not fails(lambda n: 30_000_000 + 50 * n * n.bit_length())
    assert fails(lambda n: 30_000_000 + n * n)
    assert fails(lambda n: 30_000_000 + 1000 * n + 2 * n * n)
    assert not fails(lambda n: 30_000_000 + n)
    return 0


def main():
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument('--jobs', type=int, default=os.cpu_count())
    parser.add_argument('--self-test', action='store_true')
    parser.add_argument('patterns', nargs='*')
    arguments = parser.parse_args()
    if arguments.self_test:
        return self_test()
    if shutil.which('valgrind') is None:
        print('SKIPPED: no valgrind to count with')
        return SKIPPED
    return run(list(wanted(arguments.patterns)), arguments.jobs)


if __name__ == '__main__':
    sys.exit(main())
