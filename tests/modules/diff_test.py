#!/usr/bin/env python3
"""dwreloc-diff over all kernel modules: each says the same once the records among its
debug sections are applied; and, linked, once dwz has moved what units share into
partial units, which it does not do for a module itself.
"""

import collections
import multiprocessing
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))

import kernel_modules  # noqa: E402
from oracle import materialized  # noqa: E402

DIFF = os.environ.get('DWRELOC_DIFF', 'dwreloc-diff')
# Linked and compressed.
LINKED = 8
LINK = ['ld', '-e', '0', '--unresolved-symbols=ignore-all', '--no-warnings']


def run(*command):
    """What went wrong, or ''."""
    result = subprocess.run(command, stdout=subprocess.PIPE,
                            stderr=subprocess.STDOUT, text=True, check=False,
                            timeout=300)
    if result.returncode == 0:
        return ''
    return f'{" ".join(map(str, command))}: {result.returncode}: {result.stdout}'


def check(job):
    """(what was done, what went wrong, or '')."""
    path, is_linked = job
    with tempfile.TemporaryDirectory(prefix='dwreloc-diff-') as directory:
        static = os.path.join(directory, 'static.ko')
        wrong = (run(materialized.PROGRAM, '--static-only', path, '-o', static) or
                 run(DIFF, path, static))
        if wrong or not is_linked:
            return 'static', wrong
        linked = os.path.join(directory, 'linked')
        shared = os.path.join(directory, 'shared')
        # Modules of one unit have nothing to share, and some cannot be linked.
        if (run(*LINK, '-o', linked, path) or
                run('dwz', '-l', 'none', '-L', 'none', linked, '-o', shared) or
                not os.path.exists(shared)):
            return 'static', ''
        return 'shared', run(DIFF, linked, shared)


def main():
    if not all(map(shutil.which, ('ld', 'dwz'))):
        kernel_modules.absent('ld or dwz is not installed')
    paths = kernel_modules.all_modules()
    jobs = [(path, number % LINKED == 0) for number, path in enumerate(paths)]
    done = collections.Counter()
    failed = 0
    with multiprocessing.Pool() as pool:
        for what, wrong in pool.imap_unordered(check, jobs):
            done[what] += 1
            if wrong:
                failed += 1
                print(wrong)
    print(f'{len(paths)} modules, {done["shared"]} of them compressed by dwz as '
          f'well; {failed} failed')
    return 1 if failed else 0


if __name__ == '__main__':
    sys.exit(main())
