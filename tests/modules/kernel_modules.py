#!/usr/bin/env python3
"""Finds the kernel modules to test with, and runs programs over them.

    kernel_modules.py PROGRAM [ARGUMENT...]

runs PROGRAM with the paths of all modules on its standard input, one per line.

The directory is $DWRELOC_MODULES, or what tools/fetch-kernel-modules.sh has in
its cache. Where there is none the exit status is 77 (skipped), unless CI is
set: a pipeline that silently reads nothing must not be green.
"""

import os
import pathlib
import subprocess
import sys

SKIPPED = 77
SOURCE = pathlib.Path(os.environ.get(
    'DWRELOC_SOURCE_DIR', pathlib.Path(__file__).resolve().parents[2]))


def absent(why):
    """Ends the program: skipped, or failed where CI must not skip."""
    if os.environ.get('CI'):
        sys.exit(f'no kernel modules to test with, but CI is set: {why}')
    print(f'SKIPPED: no kernel modules to test with: {why}')
    sys.exit(SKIPPED)


def directory():
    given = os.environ.get('DWRELOC_MODULES')
    if given:
        return pathlib.Path(given)
    script = SOURCE / 'tools' / 'fetch-kernel-modules.sh'
    result = subprocess.run([script, '--cached'], stdout=subprocess.PIPE,
                            stderr=subprocess.PIPE, text=True, check=False)
    if result.returncode != 0:
        absent(result.stderr.strip())
    return pathlib.Path(result.stdout.strip())


def all_modules():
    """Paths of all modules, in an order that depends on their names only."""
    modules = sorted(directory().rglob('*.ko'))
    if not modules:
        absent(f'{directory()} holds no *.ko')
    return modules


def main(arguments):
    if not arguments:
        print(__doc__, file=sys.stderr)
        return 2
    paths = ''.join(f'{path}\n' for path in all_modules())
    return subprocess.run(arguments, input=paths, text=True,
                          check=False).returncode


if __name__ == '__main__':
    sys.exit(main(sys.argv[1:]))
