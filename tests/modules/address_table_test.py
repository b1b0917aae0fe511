#!/usr/bin/env python3
"""dwreloc-compress --address-table over some kernel modules.

Every STEP-th module has its addresses in .debug_addr, says the same (dwreloc-diff),
and compressing it again, with the option or without, changes nothing. In some of them
eu-addr2line and gdb say the same as of the original.
"""

import multiprocessing
import os
import pathlib
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))

import compress_test  # noqa: E402
import kernel_modules  # noqa: E402
from oracle import elf_image  # noqa: E402

STEP = 10
# Of those, every so many are read by others.
READ_STEP = 20


def compress(job):
    """(path, what is wrong, or '', whether there is a table)"""
    number, path = job
    run, program = compress_test.run, compress_test.PROGRAM
    with tempfile.TemporaryDirectory(prefix='dwreloc-compress-') as directory:
        output = pathlib.Path(directory) / 'x.ko'
        result = run(program, '--address-table', path, '-o', output)
        if result.returncode != 0:
            return path, result.stderr, False
        table = any(section.name == '.debug_addr'
                    for section in elf_image.ElfImage(output).sections)
        difference = run(compress_test.DIFF, '--limit=3', path, output)
        if difference.returncode != 0:
            return path, difference.stdout + difference.stderr, table
        for options in [], ['--address-table']:
            again = pathlib.Path(directory) / 'again.ko'
            if run(program, *options, output, '-o', again).returncode != 0 or (
                    again.read_bytes() != output.read_bytes()):
                return path, 'compressing again changes it', table
        if number % READ_STEP == 0:
            wrong = (compress_test.addr2line_differs(path, output) or
                     compress_test.gdb_differs(path, output))
            if wrong:
                return path, wrong, table
        return path, '', table


def main():
    paths = sorted(kernel_modules.all_modules())[::STEP]
    failed = 0
    tables = 0
    with multiprocessing.Pool() as pool:
        for path, wrong, table in pool.imap_unordered(compress, enumerate(paths)):
            tables += table
            if wrong:
                failed += 1
                print(f'{path}: {wrong}')
    print(f'{len(paths)} modules, {tables} with a table; {failed} failed')
    # The smallest ones have too few addresses.
    return 1 if failed or tables < len(paths) * 0.8 else 0


if __name__ == '__main__':
    sys.exit(main())
