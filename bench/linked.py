#!/usr/bin/env python3
"""Measures dwreloc-compress against dwz on linked files.

    linked.py BUILD_DIR PATH... [--dwz=PROGRAM] [--runs=N] [--each=N] [--least=BYTES]

prints a table in Markdown: for each file its size, and size, CPU time and peak of memory
of both programs, the best of N (3) runs. A directory stands for the N (3) largest ELF
files in it that have so many BYTES, and gives them its name.

Each file is copied, and its debug sections are decompressed (eu-elfcompress), because
dwz 0.15 reads no others. dwz works without its limits on DIEs (-L none, -l none). What
dwreloc-compress writes is compared with the original by dwreloc-diff; a difference is an
error. What dwz refuses is not in the table, but told on standard error.

The files of docs/compress.md are those of packages of Debian 12, each in a directory of
its name:

    apt-get download PACKAGE... && for deb in *.deb; do dpkg-deb -x $deb ${deb%%_*}; done
    bench/linked.py build */
"""

import argparse
import pathlib
import shutil
import subprocess
import sys
import tempfile

OURS, THEIRS = 'dwreloc-compress', 'dwz'


class Cost:
    """Best of some runs."""

    def __init__(self):
        self.seconds = float('inf')
        self.kilobytes = float('inf')
        self.size = None
        self.trouble = ''


def run_once(command):
    """(exit status, CPU seconds, peak of memory in KiB, what it complained of)"""
    # A program that a large one starts begins with the memory of that one, as the
    # kernel counts it; this one is small.
    with tempfile.NamedTemporaryFile('r') as cost:
        result = subprocess.run(['/usr/bin/time', '-o', cost.name, '-f', '%U %S %M', *command],
                                stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
                                text=True, errors='replace', check=False)
        user, system, kilobytes = cost.read().splitlines()[-1].split()
    return (result.returncode, float(user) + float(system), int(kilobytes),
            result.stderr.strip())


def measure(command, output, runs):
    cost = Cost()
    for _ in range(runs):
        output.unlink(missing_ok=True)
        status, seconds, kilobytes, trouble = run_once([*map(str, command)])
        if status != 0 or not output.exists():
            cost.trouble = trouble or f'exit status {status}'
            return cost
        cost.seconds = min(cost.seconds, seconds)
        cost.kilobytes = min(cost.kilobytes, kilobytes)
        cost.size = output.stat().st_size
    return cost


def is_elf(path):
    if not path.is_file() or path.is_symlink():
        return False
    with open(path, 'rb') as stream:
        return stream.read(4) == b'\x7fELF'


def elf_files(path, each, least):
    """(name, path) of a file, or of the largest ones in a directory."""
    if not path.is_dir():
        return [(path.name, path)]
    found = [file for file in path.rglob('*')
             if is_elf(file) and file.stat().st_size >= least]
    found.sort(key=lambda file: (-file.stat().st_size, file))
    # Debug files are called by the rest of their build-ids.
    return [(f'{path.name}: {file.name[:12]}' if '.build-id' in file.parts else
             f'{path.name}: {file.name}', file) for file in found[:each]]


def row(cells):
    return '| ' + ' | '.join(map(str, cells)) + ' |'


def cells_of(name, size, ours, theirs):
    def of(cost):
        return [f'{cost.size:,}', f'{cost.seconds:.2f}', f'{cost.kilobytes / 1024:.0f}']
    return [name, f'{size:,}', *of(ours), *of(theirs),
            f'{100 * ours.size / theirs.size:.0f} %']


class Bench:
    def __init__(self, arguments, directory):
        self.arguments = arguments
        self.tools = arguments.build / 'tools'
        self.plain = directory / 'plain'
        self.output = directory / 'output'
        self.lost = {'larger': [], 'slower': [], 'more memory': []}
        self.total = [0, 0, 0]

    def decompress(self, path):
        self.plain.unlink(missing_ok=True)
        status = subprocess.run(['eu-elfcompress', '-q', '-t', 'none', '-o', self.plain,
                                 path], stderr=subprocess.DEVNULL, check=False)
        if status.returncode != 0 or not self.plain.exists():
            shutil.copy(path, self.plain)

    def file(self, name, path):
        """Cells of its row, or None."""
        self.decompress(path)
        runs = self.arguments.runs
        theirs = measure([self.arguments.dwz, '-L', 'none', '-l', 'none', self.plain, '-o',
                          self.output], self.output, runs)
        if theirs.trouble:
            print(f'{name}: {theirs.trouble}', file=sys.stderr)
            return None
        ours = measure([self.tools / OURS, self.plain, '-o', self.output], self.output,
                       runs)
        if ours.trouble:
            print(f'{name}: {ours.trouble}', file=sys.stderr)
            return None
        if not self.arguments.no_diff:
            subprocess.run([self.tools / 'dwreloc-diff', self.plain, self.output],
                           check=True)
        size = self.plain.stat().st_size
        for i, part in enumerate((size, ours.size, theirs.size)):
            self.total[i] += part
        for what, is_lost in (('larger', ours.size > theirs.size),
                              ('slower', ours.seconds > theirs.seconds),
                              ('more memory', ours.kilobytes > theirs.kilobytes)):
            if is_lost:
                self.lost[what].append(name)
        return cells_of(name, size, ours, theirs)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('build', type=pathlib.Path)
    parser.add_argument('paths', type=pathlib.Path, nargs='+')
    parser.add_argument('--dwz', default='dwz')
    parser.add_argument('--runs', type=int, default=3)
    parser.add_argument('--each', type=int, default=3)
    parser.add_argument('--least', type=int, default=300_000)
    parser.add_argument('--no-diff', action='store_true')
    arguments = parser.parse_args()
    print(row(['file', 'bytes', OURS, 's', 'MiB', THEIRS, 's', 'MiB', 'size of ours']))
    print(row(['---', *['---:'] * 8]))
    with tempfile.TemporaryDirectory(prefix='dwreloc-linked-') as directory:
        bench = Bench(arguments, pathlib.Path(directory))
        for path in arguments.paths:
            for name, file in elf_files(path, arguments.each, arguments.least):
                cells = bench.file(name, file)
                if cells:
                    print(row(cells), flush=True)
    if bench.total[0]:
        print(row(['all', f'{bench.total[0]:,}', f'{bench.total[1]:,}', '', '',
                   f'{bench.total[2]:,}', '', '',
                   f'{100 * bench.total[1] / bench.total[2]:.0f} %']))
    for what, names in bench.lost.items():
        print(f'{what}: {", ".join(names) or "none"}', file=sys.stderr)


if __name__ == '__main__':
    main()
