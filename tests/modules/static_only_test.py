#!/usr/bin/env python3
"""dwreloc-materialize --static-only over all kernel modules: the debug sections and
the records that are left are those of eu-strip --reloc-debug-sections-only, and no
file is larger than its.
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
from oracle import elf_image, materialized  # noqa: E402

SHT_NULL = 0


def sections_of(path):
    """{name: contents} of debug and relocation sections that hold anything."""
    image = elf_image.ElfImage(path)
    return {section.name: materialized.contents(image, section)
            for section in image.sections
            if section.type != SHT_NULL and section.size and
            section.name.startswith(('.debug_', '.rela', '.rel.'))}


def compare(path):
    """(text of the difference or '', bytes of the module, of ours, of theirs)."""
    with tempfile.TemporaryDirectory(prefix='dwreloc-static-') as directory:
        theirs = pathlib.Path(directory) / 'theirs'
        ours = pathlib.Path(directory) / 'ours'
        shutil.copyfile(path, theirs)
        for command in (['eu-strip', '--reloc-debug-sections-only', theirs],
                        [materialized.PROGRAM, '--static-only', path, '-o', ours]):
            result = subprocess.run(command, stderr=subprocess.PIPE, text=True,
                                    check=False)
            if result.returncode != 0:
                return f'{path}: {command[0]}: {result.stderr}', 0, 0, 0
        mine, other = sections_of(ours), sections_of(theirs)
        different = sorted(name for name in {*mine, *other}
                           if mine.get(name) != other.get(name))
        sizes = [os.path.getsize(name) for name in (path, ours, theirs)]
        text = ''
        if different:
            text = f'{path}: different: {" ".join(different)}'
        elif sizes[1] > sizes[2]:
            text = f'{path}: {sizes[1]} bytes, more than {sizes[2]}'
        return (text, *sizes)


def main():
    if shutil.which('eu-strip') is None:
        kernel_modules.absent('eu-strip is not installed')
    paths = kernel_modules.all_modules()
    totals = collections.Counter()
    failed = 0
    with multiprocessing.Pool() as pool:
        for text, whole, ours, theirs in pool.imap_unordered(compare, paths):
            totals.update(whole=whole, ours=ours, theirs=theirs)
            if text:
                failed += 1
                print(text)
    print(f'{len(paths)} modules, {totals["whole"]:,} bytes; ours '
          f'{totals["ours"]:,}, eu-strip {totals["theirs"]:,}; {failed} failed')
    return 1 if failed or not totals['ours'] else 0


if __name__ == '__main__':
    sys.exit(main())
