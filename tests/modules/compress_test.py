#!/usr/bin/env python3
"""dwreloc-compress over all kernel modules.

Every module becomes smaller and says the same (dwreloc-diff), and compressing it again
changes nothing. In some of them eu-addr2line says the same of addresses all over the
code, with inlined functions, and gdb of types, functions and variables. All of them
together take no more than GOAL.
"""

import collections
import multiprocessing
import os
import pathlib
import random
import re
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))

import kernel_modules  # noqa: E402
from oracle import elf_image  # noqa: E402

PROGRAM = os.environ.get('DWRELOC_COMPRESS', 'dwreloc-compress')
DIFF = os.environ.get('DWRELOC_DIFF', 'dwreloc-diff')

# Of what is shipped.
GOAL = 0.41
# Every so many modules are read by others.
ADDR2LINE_STEP = 20
GDB_STEP = 200
ADDRESSES = 100


def run(*command, **options):
    return subprocess.run([str(part) for part in command], capture_output=True,
                          text=True, check=False, errors='replace', **options)


def places(path, code_of):
    """What eu-addr2line says of addresses in the code of `code_of`."""
    image = elf_image.ElfImage(code_of)
    said = []
    for section in image.sections:
        if not section.flags & 4 or not section.size:
            continue
        some = random.Random(section.name).choices(range(section.size), k=ADDRESSES)
        said.append(run('eu-addr2line', '-e', path, '-f', '-i', '-S', '-j',
                        section.name, input='\n'.join(map(hex, some))).stdout)
    return said


def symbols(path):
    """Lines of gdb, without the headings that tell files: types of partial units are
    of no file."""
    text = run('gdb', '-nx', '-batch', '-ex', 'info types', '-ex', 'info functions',
               '-ex', 'info variables', path).stdout
    return sorted(set(re.findall(r'^(?:\d+:)?\t.*$', text, re.MULTILINE)))


def addr2line_differs(before, after):
    """Says so, or returns ''."""
    if shutil.which('eu-addr2line') and places(before, before) != places(after, before):
        return 'eu-addr2line says something else'
    return ''


def gdb_differs(before, after):
    if shutil.which('gdb') and symbols(before) != symbols(after):
        return 'gdb says something else'
    return ''


def compress(job):
    number, path = job
    with tempfile.TemporaryDirectory(prefix='dwreloc-compress-') as directory:
        output = pathlib.Path(directory) / 'x.ko'
        again = pathlib.Path(directory) / 'again.ko'
        result = run(PROGRAM, path, '-o', output)
        if result.returncode != 0:
            return path, result.stderr, 0, 0
        before, after = os.path.getsize(path), os.path.getsize(output)
        difference = run(DIFF, '--limit=3', path, output)
        wrong = ''
        if difference.returncode != 0:
            wrong = difference.stdout + difference.stderr
        elif run(PROGRAM, output, '-o', again).returncode != 0 or (
                again.read_bytes() != output.read_bytes()):
            wrong = 'compressing again changes it'
        if not wrong and number % ADDR2LINE_STEP == 0:
            wrong = addr2line_differs(path, output)
        if not wrong and number % GDB_STEP == 0:
            wrong = gdb_differs(path, output)
        return path, wrong, before, after


def main():
    paths = kernel_modules.all_modules()
    sizes = collections.Counter()
    failed = 0
    with multiprocessing.Pool() as pool:
        for path, wrong, before, after in pool.imap_unordered(
                compress, enumerate(sorted(paths))):
            sizes.update(before=before, after=after)
            if wrong:
                failed += 1
                print(f'{path}: {wrong}')
    share = sizes['after'] / max(1, sizes['before'])
    print(f'{len(paths)} modules, {sizes["before"]:,} bytes, compressed '
          f'{sizes["after"]:,} ({share:.1%}); {failed} failed')
    return 1 if failed or not sizes['after'] or share > GOAL else 0


if __name__ == '__main__':
    sys.exit(main())
