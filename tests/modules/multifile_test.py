#!/usr/bin/env python3
"""dwreloc-compress --multifile over all kernel modules.

All of them with the common file take no more than GOAL of what is shipped, the same
bytes with one job and with two. Every so many say the same as before: to dwreloc-diff,
to eu-addr2line of addresses all over the code, to gdb of types, functions and variables.
Each of these finds the common file by itself.
"""

import multiprocessing
import os
import pathlib
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))

import compress_test as one_by_one  # noqa: E402
import kernel_modules  # noqa: E402

# Of what is shipped: 350 MB of 1201.
GOAL = 0.291
# Every so many modules are read again.
DIFF_STEP = 12
ADDR2LINE_STEP = 40
GDB_STEP = 300


def check(job):
    number, before, after = job
    if number % DIFF_STEP == 0:
        difference = one_by_one.run(one_by_one.DIFF, '--limit=3', before, after)
        if difference.returncode != 0:
            return before, difference.stdout + difference.stderr
    wrong = ''
    if number % ADDR2LINE_STEP == 0:
        wrong = one_by_one.addr2line_differs(before, after)
    if not wrong and number % GDB_STEP == 0:
        wrong = one_by_one.gdb_differs(before, after)
    return before, wrong


def compress(paths, directory, jobs):
    """The outputs, and how many bytes they and the common file take."""
    output = directory / f'out{jobs}'
    output.mkdir()
    common = directory / f'common{jobs}'
    result = one_by_one.run(one_by_one.PROGRAM, f'--multifile={common}',
                            '--multifile-name=../common1', f'--jobs={jobs}',
                            f'--output-dir={output}', *paths)
    if result.returncode != 0:
        print(result.stderr)
        sys.exit(1)
    outputs = [output / pathlib.Path(path).name for path in paths]
    return outputs, sum(path.stat().st_size for path in [common, *outputs])


def main():
    paths = sorted(kernel_modules.all_modules())
    with tempfile.TemporaryDirectory(prefix='dwreloc-multifile-') as name:
        directory = pathlib.Path(name)
        outputs, after = compress(paths, directory, 1)
        again, _ = compress(paths, directory, 2)
        failed = 0
        for one, two in zip([directory / 'common1', *outputs],
                            [directory / 'common2', *again]):
            if one.read_bytes() != two.read_bytes():
                failed += 1
                print(f'{two}: other bytes with two jobs')
        jobs = [(number, *pair) for number, pair in enumerate(zip(paths, outputs))]
        with multiprocessing.Pool() as pool:
            for path, wrong in pool.imap_unordered(check, jobs):
                if wrong:
                    failed += 1
                    print(f'{path}: {wrong}')
    before = sum(os.path.getsize(path) for path in paths)
    share = after / max(1, before)
    print(f'{len(paths)} modules, {before:,} bytes, compressed with a common file '
          f'{after:,} ({share:.1%}); {failed} failed')
    return 1 if failed or not after or share > GOAL else 0


if __name__ == '__main__':
    sys.exit(main())
