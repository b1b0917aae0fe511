#!/usr/bin/env python3
"""Measures how cost grows with records, sections, modules and threads.

    growth.py BUILD_DIR MODULES_DIR OUT_DIR [--max-records=N]

writes OUT_DIR/growth.md (tables) and OUT_DIR/growth-*.svg (plots). Files with a given
number of records or sections are made in a temporary directory (TMPDIR), one at a
time, and removed at once; what does not fit on the disk or, read by others, into
memory is left out. Each point is the best of 3 runs, or of 1 if that took a second.
"""

import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

import plot
import readers
import synthetic
from readers import OURS
from tables import number

RECORDS = [10 ** exponent for exponent in range(3, 9)]
# Others need 40 to 130 bytes per record, and up to 0.5 microseconds.
OTHERS_MAX_RECORDS = 10 ** 7
FILE_BYTES_PER_RECORD = 30
SECTIONS = [10, 100, 1000, 10000, 68000]
MODULES = [1, 10, 100, 1121, 10000]
OTHERS_MAX_MODULES = 1121
LONG_SECONDS = 1.0
# A walk and the files it reads may take this part of what is free.
FREE_PART = 0.5


class Point:
    """Best values of one reader at one size; what could not be measured is absent."""

    def __init__(self):
        self.values = {}

    def add(self, name, value):
        self.values[name] = min(value, self.values.get(name, value))


def measure(program, work, files, point, take):
    """Runs a work up to 3 times; `take(result)` gives (name, value) pairs. A reader
    that cannot read the file has no point."""
    for _ in range(3):
        try:
            run = readers.run_work(program, work, files)
        except RuntimeError as error:
            print(f'growth: {error}', file=sys.stderr)
            return
        for name, value in take(run.result):
            point.add(name, value)
        if run.wall > LONG_SECONDS:
            return


def take_digest(result):
    return [('digest', result['digest_cpu'] - result['bare_cpu']),
            ('memory', result['digest_kib'])]


def take_open(result):
    return [('open', result['open_cpu']), ('memory', result['anonymous_kib'])]


def take_walk(result):
    return [('walk', result['walk_cpu'])]


class Subject:
    """One thing that grows: points by (reader, size), and what is shown of them."""

    def __init__(self, name, x_label, panels):
        self.name = name
        self.x_label = x_label
        self.panels = panels  # (key of the values, title)
        self.points = {}

    def point(self, reader, size):
        return self.points.setdefault((reader, size), Point())

    def _value(self, reader, size, key):
        point = self.points.get((reader, size))
        return point.values.get(key) if point else None

    def _axes(self):
        shown = [reader for reader in readers.PROGRAMS
                 if any(key[0] == reader for key in self.points)]
        return shown, sorted({size for _, size in self.points})

    def svg(self):
        shown, sizes = self._axes()
        return plot.draw([
            (title, {reader: [(size, self._value(reader, size, key))
                              for size in sizes
                              if self._value(reader, size, key) is not None]
                     for reader in shown})
            for key, title in self.panels], self.x_label)

    def table(self):
        shown, sizes = self._axes()
        lines = []
        for key, title in self.panels:
            lines += [f'| {title}, by {self.x_label} | ' +
                      ' | '.join(f'{size:,}' for size in sizes) + ' |',
                      '| --- |' + ' ---: |' * len(sizes)]
            for reader in shown:
                cells = [number(self._value(reader, size, key)) for size in sizes]
                name = f'**{reader}**' if reader == OURS else reader
                lines.append(f'| {name} | ' + ' | '.join(cells) + ' |')
            lines.append('')
        return lines


def free_memory():
    for line in pathlib.Path('/proc/meminfo').read_text(encoding='ascii').splitlines():
        if line.startswith('MemAvailable:'):
            return int(line.split()[1]) * 1024
    return 0


def grow_records(programs, max_records, work_dir):
    subject = Subject('records', 'relocation records', [
        ('digest', 'digest, CPU s'), ('walk', 'walk, CPU s'),
        ('memory', 'private memory, KiB')])
    path = work_dir / 'records.o'
    for wanted in RECORDS:
        size = wanted * FILE_BYTES_PER_RECORD
        if wanted > max_records:
            break
        if (size > shutil.disk_usage(work_dir).free * FREE_PART or
                size > free_memory() * FREE_PART):
            print(f'growth: no room for {wanted} records', file=sys.stderr)
            break
        count = synthetic.with_records(path, wanted)
        for reader, program in programs.items():
            if reader != OURS and wanted > OTHERS_MAX_RECORDS:
                continue
            point = subject.point(reader, wanted)
            measure(program, 'digest', str(path), point, take_digest)
            measure(program, 'walk', str(path), point,
                    lambda result, count=count: check_walk(result, count))
        path.unlink()
    return subject


def check_walk(result, count):
    """A reader that did not meet every record did something else."""
    met = result['addr_n'] + result['strp_n'] + result['units']
    if met != count:
        raise RuntimeError(f'{result["reader"]}: {met} records met, not {count}')
    return take_walk(result)


def grow_sections(programs, work_dir):
    subject = Subject('sections', 'sections', [
        ('open', 'open, CPU s'), ('walk', 'walk, CPU s'),
        ('memory', 'anonymous memory when open, KiB')])
    path = work_dir / 'sections.o'
    for count in SECTIONS:
        synthetic.with_sections(path, count)
        for reader, program in programs.items():
            point = subject.point(reader, count)
            measure(program, 'open', str(path), point, take_open)
            measure(program, 'walk', str(path), point, take_walk)
        path.unlink()
    return subject


def grow_modules(programs, modules, work_dir):
    subject = Subject('modules', 'modules open at once', [
        ('open', 'open, CPU s'), ('memory', 'anonymous memory, KiB')])
    list_file = work_dir / 'modules'
    for count in MODULES:
        # Beyond what there is by repetition: each is opened as a module of its own.
        paths = [modules[i % len(modules)] for i in range(count)]
        list_file.write_text(''.join(f'{path}\n' for path in paths), encoding='utf-8')
        for reader, program in programs.items():
            if reader != OURS and count > OTHERS_MAX_MODULES:
                continue
            measure(program, 'open', f'@{list_file}', subject.point(reader, count),
                    take_open)
    return subject


TWO_THREADS = [
    ('halves', 'two halves of the units of xfs.ko'),
    ('shared', 'the same, digested by both threads first'),
    ('modules', 'two modules'),
    ('control', 'control: two loops that touch no memory'),
]
SPEEDUP = 1.8


def best_walls(program, mode, module):
    """Best wall seconds with one thread and with two."""
    best = {1: float('inf'), 2: float('inf')}
    sums = set()
    # By turns: what else the machine does then hits both alike.
    for _ in range(7):
        for threads in best:
            output = subprocess.run([program, str(threads), mode, module],
                                    stdout=subprocess.PIPE, check=True).stdout
            result = json.loads(output)
            best[threads] = min(best[threads], result['walk_wall'])
            sums.add((result['dies'], result['attrs'], result['sum']))
    if len(sums) != 1:
        raise RuntimeError(f'walk_threads {mode}: sums differ: {sums}')
    return best


def thread_table(program, module):
    walls = {mode: best_walls(program, mode, module) for mode, _ in TWO_THREADS}
    speedups = {mode: best[1] / best[2] for mode, best in walls.items()}
    lines = ['| two threads | 1 thread, wall s | 2 threads, wall s | speedup | '
             'target | reached |', '| --- |' + ' ---: |' * 5]
    for mode, title in TWO_THREADS:
        if mode == 'control':
            goal = '- | -'
        elif speedups[mode] >= SPEEDUP:
            goal = f'>= {SPEEDUP} | yes'
        elif speedups['control'] < SPEEDUP:
            goal = f'>= {SPEEDUP} | machine was busy'
        else:
            goal = f'>= {SPEEDUP} | **no**'
        lines.append(f'| {title} | {number(walls[mode][1])} | '
                     f'{number(walls[mode][2])} | {speedups[mode]:.2f} | {goal} |')
    return lines


def main(arguments):
    max_records = RECORDS[-1]
    plain = []
    for argument in arguments:
        if argument.startswith('--max-records='):
            max_records = int(argument.split('=')[1])
        else:
            plain.append(argument)
    if len(plain) != 3:
        print(__doc__, file=sys.stderr)
        return 2
    build_dir, modules_dir, out_dir = (pathlib.Path(path) for path in plain)
    programs = readers.built(build_dir)
    programs.pop(readers.BARE, None)  # a floor under one work, not a reader
    modules = sorted(modules_dir.rglob('*.ko'))
    xfs = [path for path in modules if path.name == 'xfs.ko'][0]
    lines = []
    with tempfile.TemporaryDirectory() as name:
        work_dir = pathlib.Path(name)
        for subject in (grow_records(programs, max_records, work_dir),
                        grow_sections(programs, work_dir),
                        grow_modules(programs, modules, work_dir)):
            file_name = f'growth-{subject.name}.svg'
            (out_dir / file_name).write_text(subject.svg(), encoding='utf-8')
            lines += [f'![{subject.name}]({file_name})', '', *subject.table()]
    lines += thread_table(os.fspath(build_dir / 'bench/walk_threads'), os.fspath(xfs))
    (out_dir / 'growth.md').write_text('\n'.join(lines) + '\n', encoding='utf-8')
    return 0


if __name__ == '__main__':
    sys.exit(main(sys.argv[1:]))
