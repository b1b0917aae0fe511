#!/usr/bin/env python3
"""Measures questions about places, and sets of modules, against other tools.

    bench/questions.py BUILD MODULES

MODULES is a directory of kernel modules, BUILD a build directory with
dwreloc-addr2line, dwreloc-oops, set_cost and libdwfl_set:

    meson compile -C BUILD dwreloc-addr2line dwreloc-oops set_cost libdwfl_set

Prints tables: medians of CPU time (user and system) of some runs, and memory.
Programs take turns. Private memory of a program is what it has not from files
(Private_Dirty in /proc/PID/smaps_rollup), taken while it waits for the next
address; RSS, the maximum, counts pages of mapped files too.
"""

import json
import os
import pathlib
import random
import re
import resource
import select
import statistics
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / 'tests' / 'modules'))

import trace_log  # noqa: E402

ROUNDS = 5
FRAMES = 10000
SOME = 2000  # addresses, for all programs
MANY = 100000, 200000  # for those that take microseconds
SECTION, OFFSET = '.text', 0x1234


def run(command, text):
    """(CPU seconds, output)"""
    with tempfile.TemporaryFile('w+') as given, \
            tempfile.TemporaryFile('w+') as output:
        given.write(text)
        given.flush()
        given.seek(0)
        with subprocess.Popen(command, stdin=given, stdout=output,
                              stderr=subprocess.DEVNULL) as child:
            _, _, usage = os.wait4(child.pid, 0)
            child.returncode = 0
        output.seek(0)
        return usage.ru_utime + usage.ru_stime, output.read()


def memory(command, text):
    """(maximal RSS, private memory), in KiB, of a program that has answered one
    line and waits for the next one."""
    with subprocess.Popen(command, stdin=subprocess.PIPE,
                          stdout=subprocess.PIPE,
                          stderr=subprocess.DEVNULL) as child:
        child.stdin.write(text.encode())
        child.stdin.flush()
        select.select([child.stdout], [], [], 30)
        process = pathlib.Path('/proc/%d' % child.pid)
        kib = [int(re.search(r'%s:\s*(\d+)' % key,
                             (process / file).read_text())[1])
               for file, key in (('status', 'VmHWM'),
                                 ('smaps_rollup', 'Private_Dirty'))]
        child.stdin.close()
        child.stdout.read()
        child.wait()
        return kib


def table(title, *rows):
    print('\n%s\n' % title)
    for row in rows:
        print('| %s |' % ' | '.join(row))
        if row is rows[0]:
            print('|%s' % ('---|' * len(row)))


def milliseconds(seconds):
    return '%.1f ms' % (seconds * 1e3)


def mib(kib):
    return '-' if kib is None else '%.1f MiB' % (kib / 1024)


def measure_sets(build, paths):
    text = ''.join('%s\n' % path for path in paths)
    commands = [
        [build / 'bench/set_cost', 'bare'],
        [build / 'bench/set_cost', 'set', 'xfs', SECTION, '%x' % OFFSET],
        [build / 'bench/peers/libdwfl_set']]
    records = {}
    for _ in range(ROUNDS):
        for command in commands:
            for line in run(list(map(str, command)), text)[1].splitlines():
                record = json.loads(line)
                records.setdefault((record['reader'], record['phase']),
                                   []).append(record)
    table('Sets: %d modules' % len(paths),
          ('reader', 'phase', 'CPU', 'private memory'),
          *((reader, phase,
             milliseconds(statistics.median(r['seconds'] for r in some)),
             mib(statistics.median(r['private_kib'] for r in some)))
            for (reader, phase), some in records.items()))


def measure_questions(build, path):
    names = {'dwreloc-addr2line': build / 'tools/dwreloc-addr2line',
             'addr2line': 'addr2line', 'eu-addr2line': 'eu-addr2line'}
    commands = {name: [str(program), '-fi', '-e', path, '-j', SECTION]
                for name, program in names.items()}
    size = max(function.value + function.size
               for _, function in trace_log.read_symbols(path)
               if function.section_name == SECTION)
    draw = random.Random(1)
    texts = {'one': '%#x\n' % OFFSET}
    for count in SOME, *MANY:
        texts[count] = ''.join('%#x\n' % draw.randrange(size)
                               for _ in range(count))
    rows = [('program', 'addresses', 'CPU', 'maximal RSS', 'private memory')]
    for label, text in texts.items():
        results = {name: [] for name in commands
                   if label not in MANY or name.startswith('dwreloc')}
        for _ in range(ROUNDS if label == 'one' else 3):
            for name, some in results.items():
                some.append(run(commands[name], text)[0])
        for name, some in results.items():
            kib = memory(commands[name], text) if label == 'one' else [None] * 2
            rows.append((name, str(label),
                         milliseconds(statistics.median(some)),
                         *map(mib, kib)))
    table('Questions: %s' % os.path.basename(path), *rows)


def measure_oops(build, modules):
    frames = trace_log.make_frames(FRAMES, 1)
    log = ''.join(trace_log.line_of(*each) + '\n'
                  for each in enumerate(frames))
    ours = [run([str(build / 'tools/dwreloc-oops'), '--modules=%s' % modules],
                log)[0] for _ in range(ROUNDS)]
    theirs = []
    for frame in random.Random(2).sample(frames, 50):
        function = frame.function
        theirs.append(run(
            ['addr2line', '-fi', '-e', function.path, '-j',
             function.section_name,
             '%#x' % (function.value + frame.offset - 1)], '')[0])
    one, other = statistics.median(ours) / FRAMES, statistics.mean(theirs)
    table('Log of %d frames' % FRAMES, ('program', 'CPU per frame'),
          ('dwreloc-oops, one process', '%.1f us' % (one * 1e6)),
          ('addr2line, a process per frame', '%.1f us' % (other * 1e6)),
          ('ratio', '%.0f' % (other / one)))


def main(build, modules):
    build = pathlib.Path(build)
    os.environ['DWRELOC_MODULES'] = modules
    paths = sorted(map(str, pathlib.Path(modules).rglob('*.ko')))
    # One descriptor or mapping each.
    resource.setrlimit(resource.RLIMIT_NOFILE,
                       (resource.getrlimit(resource.RLIMIT_NOFILE)[1],) * 2)
    measure_sets(build, paths)
    measure_questions(build, next(p for p in paths if p.endswith('/xfs.ko')))
    measure_oops(build, modules)
    return 0


if __name__ == '__main__':
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    sys.exit(main(*sys.argv[1:]))
