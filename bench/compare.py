#!/usr/bin/env python3
"""Runs all readers over the real modules, round robin, and records every run.

    compare.py BUILD_DIR MODULES_DIR RECORDS.jsonl [ROUNDS]

One process at a time. Each round runs each work with each reader that was built, then
each tool that is installed; what takes longer than 2 seconds is run 3 times at
most. tables.py makes tables of the records.
"""

import json
import os
import pathlib
import platform
import shutil
import subprocess
import sys
import tempfile
import time

import readers
import rows
import synthetic
import twin

SYMBOL = 'xfs_attr_get'
SYNTHETIC_RECORDS = 1_000_000
SLOW_SECONDS = 2.0
SLOW_ROUNDS = 3
BUSY_LOAD = 0.5  # of the minute before


def machine_line(count):
    model = 'unknown processor'
    for line in pathlib.Path('/proc/cpuinfo').read_text(encoding='utf-8').splitlines():
        if line.startswith('model name'):
            model = line.split(':', 1)[1].strip()
            break
    pages = os.sysconf('SC_PHYS_PAGES') * os.sysconf('SC_PAGE_SIZE')
    compiler = subprocess.run(['c++', '--version'], stdout=subprocess.PIPE, text=True,
                              check=False).stdout.split('\n')[0]
    load = os.getloadavg()[0]
    busy = ' **The machine was busy: these times are preliminary.**'
    return (f'{model}, {os.cpu_count()} processors, {pages >> 30} GiB, '
            f'Linux {platform.release()}, {compiler}; {count} modules; '
            f'load {load:.1f} when it began.{busy if load > BUSY_LOAD else ""}')


class Runner:
    """Runs things and writes them down."""

    def __init__(self, build_dir, modules, out, work_dir):
        self.build_dir = build_dir
        self.programs = readers.built(build_dir)
        self.out = out
        self.slow = set()
        xfs = [path for path in modules if path.name == 'xfs.ko'][0]
        list_file = work_dir / 'modules'
        list_file.write_text(''.join(f'{path}\n' for path in modules),
                             encoding='utf-8')
        self.twin = work_dir / 'xfs-twin.ko'
        twin.make(xfs, self.twin)
        self.xfs = str(xfs)
        self.files = {rows.XFS: str(xfs), rows.TWIN: str(self.twin),
                      rows.ALL: f'@{list_file}'}
        for name, machine in ((rows.I386, synthetic.I386), (rows.PPC, synthetic.PPC)):
            path = work_dir / f'{name}.o'
            synthetic.with_records(path, SYNTHETIC_RECORDS, machine)
            self.files[name] = str(path)
        symbols = twin.elf_image.ElfImage(xfs).symbols
        self.address = [hex(symbol.value) for symbol in symbols
                        if symbol.name == SYMBOL][0]
        self.sizes = {}

    def record(self, fields):
        print(json.dumps(fields), file=self.out, flush=True)

    def run_row(self, row, reader, round_number):
        if reader not in self.programs or (
                row.only is not None and reader not in row.only) or (
                not readers.does(reader, row.work)) or (
                reader == readers.BARE and not row.has_floor) or (
                (row.name, reader) in self.slow and round_number >= SLOW_ROUNDS):
            return
        run = readers.run_work(self.programs[reader], row.work,
                               self.files[row.files], row.options)
        if run.wall > SLOW_SECONDS:
            self.slow.add((row.name, reader))
        self.record({'row': row.name, 'reader': reader, 'round': round_number,
                     'cpu': run.cpu, 'wall': run.wall, 'result': run.result})

    def tool_command(self, tool):
        """None where it is not installed, or has no such option yet."""
        command = [part.format(file=self.xfs, symbol=SYMBOL, address=self.address,
                               build=self.build_dir) for part in tool.command]
        if shutil.which(command[0]) is None:
            return None
        if '--jobs=2' in command:
            usage = subprocess.run([command[0], '--help'], stdout=subprocess.PIPE,
                                   text=True, check=False).stdout
            if '--jobs' not in usage:
                return None
        return command

    def run_tool(self, tool, round_number):
        command = self.tool_command(tool)
        if command is None or (tool.name in self.slow and
                               round_number >= SLOW_ROUNDS):
            return
        if tool.name not in self.sizes:
            with subprocess.Popen(command, stdout=subprocess.PIPE,
                                  stderr=subprocess.DEVNULL) as process:
                self.sizes[tool.name] = sum(
                    len(block) for block in
                    iter(lambda: process.stdout.read(1 << 20), b''))
        _, cpu, wall = readers.spawn(command, subprocess.DEVNULL)
        if wall > SLOW_SECONDS:
            self.slow.add(tool.name)
        self.record({'tool': tool.name, 'round': round_number, 'cpu': cpu,
                     'wall': wall, 'bytes': self.sizes[tool.name]})


def main(arguments):
    if len(arguments) not in (3, 4):
        print(__doc__, file=sys.stderr)
        return 2
    build_dir, modules_dir, out_path = arguments[:3]
    rounds = int(arguments[3]) if len(arguments) == 4 else 5
    modules = sorted(pathlib.Path(modules_dir).rglob('*.ko'))
    # Everything is measured with the files in the page cache.
    for path in modules:
        path.read_bytes()
    begin = time.monotonic()
    with tempfile.TemporaryDirectory() as work_dir, \
            open(out_path, 'w', encoding='utf-8') as out:
        runner = Runner(build_dir, modules, out, pathlib.Path(work_dir))
        runner.record({'machine': machine_line(len(modules))})
        for round_number in range(rounds):
            for row in rows.ROWS:
                for reader in readers.PROGRAMS:
                    runner.run_row(row, reader, round_number)
            for tool in rows.TOOLS:
                runner.run_tool(tool, round_number)
            print(f'round {round_number + 1} of {rounds}: '
                  f'{time.monotonic() - begin:.0f} s', file=sys.stderr)
    return 0


if __name__ == '__main__':
    sys.exit(main(sys.argv[1:]))
