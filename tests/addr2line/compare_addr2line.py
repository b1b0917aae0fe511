#!/usr/bin/env python3
"""Compares dwreloc-addr2line with binutils' addr2line at every function.

    compare_addr2line.py PROGRAM FILE...
    compare_addr2line.py PROGRAM -         (their paths are on standard input)

For every function symbol of each FILE: the first byte, the one in the middle and
the last one.  Both programs are asked with -fi -j SECTION; function, file, line
and inline chain must be the same.  Prints what differs and the number of places
asked; the exit status is 1 if there is a difference that is not one of these,
where binutils 2.40 is wrong:

outer      It repeats the discriminator of the innermost frame in the others.
first file It takes file 1 of a DWARF 5 line table for file 0.  elfutils'
           eu-addr2line is the judge: it must have our file.
alias      Several symbols are at one place and no DWARF tells which is meant.
nops       No function has the instructions before a function's entry that arm64
           kernels patch (-fpatchable-function-entry=4,2), but its symbol; binutils
           takes the row of the function before for them.
"""
import collections
import concurrent.futures
import functools
import os
import re
import subprocess
import sys

READELF = os.environ.get('READELF', 'readelf')
# binutils reads each machine with a program of its own.
EM_AARCH64 = 183
FIRST_FILE = 'first file'
DISCRIMINATOR = re.compile(r' \(discriminator \d+\)$')


def output_of(*command, text=None):
    return subprocess.run(command, input=text, capture_output=True, text=True,
                          check=False).stdout.splitlines()


def binutils(path):
    """The addr2line for the file's machine."""
    with open(path, 'rb') as file:
        header = file.read(20)
    order = 'big' if header[5] == 2 else 'little'
    if int.from_bytes(header[18:20], order) == EM_AARCH64:
        return 'aarch64-linux-gnu-addr2line'
    return 'addr2line'


def functions(path):
    """{section name: {offset: names of the functions that begin before it}}"""
    sections = {}
    for line in output_of(READELF, '-SW', path):
        match = re.match(r' *\[ *(\d+)\] (\S+)', line)
        if match:
            sections[match[1]] = match[2]
    found = collections.defaultdict(lambda: collections.defaultdict(set))
    for line in output_of(READELF, '-sW', path):
        words = line.split()
        if len(words) < 8 or words[3] != 'FUNC' or words[6] not in sections:
            continue
        value, size = int(words[1], 16), int(words[2], 0)
        if size:
            for offset in value, value + size // 2, value + size - 1:
                found[sections[words[6]]][offset].add(words[7])
    return found


def ask(program, path, section, offsets):
    """The answer for each offset: lines, without the address."""
    answers = []
    for line in output_of(program, '-afi', '-e', path, '-j', section,
                          text=''.join('%x\n' % o for o in offsets)):
        if line.startswith('0x'):
            answers.append([])
        else:
            answers[-1].append(line)
    assert len(answers) == len(offsets), (program, path, section)
    return answers


def place(line):
    """The directory and file of "path:line (discriminator N)", and the line."""
    path, number = DISCRIMINATOR.sub('', line).rsplit(':', 1)
    return os.path.basename(path), number


def judge(path, section, offsets):
    """File and line of the innermost frame by elfutils, for each offset."""
    places = []
    for line in output_of('eu-addr2line', '-e', path, '-j', section,
                          *('%#x' % offset for offset in offsets)):
        file, number = line.split(':')[:2]
        places.append((os.path.basename(file), number))
    assert len(places) == len(offsets), (path, section)
    return places


@functools.lru_cache(maxsize=None)
def is_patchable(path):
    return any('__patchable_function_entries' in line
               for line in output_of(READELF, '-SW', path))


def explain(path, section, offset, names, ours, theirs):
    """Why binutils differs, or None; 'first file' is for the judge to confirm."""
    if ours[:2] == theirs[:2] and [DISCRIMINATOR.sub('', x) for x in ours] == [
            DISCRIMINATOR.sub('', x) for x in theirs]:
        return 'outer'
    if len(ours) != len(theirs):
        return None
    if {ours[0], theirs[0]} <= names and (
            ours[1:] == theirs[1:] or
            all(line.endswith(':?') for line in (ours[1], theirs[1]))):
        return 'alias'
    if ours[0] in names and ours[1].endswith(':?') and is_patchable(path):
        # The entry is 8 bytes further on; DWARF has no ".isra.0".
        entry = ask(binutils(path), path, section, [offset + 8])[0][-2]
        if entry in {name.split('.')[0] for name in names}:
            return 'nops'
    if ours[0::2] == theirs[0::2] and all(
            place(a)[1] == place(b)[1]
            for a, b in zip(ours[1::2], theirs[1::2])):
        return FIRST_FILE
    return None


def explain_all(path, section, differing):
    """The same for each (offset, names, our answer, theirs), first files judged."""
    reasons = [explain(path, section, *one) for one in differing]
    doubtful = [offset for (offset, *_), why in zip(differing, reasons)
                if why == FIRST_FILE]
    # All at once: elfutils reads the whole module each time it is started.
    judged = iter(judge(path, section, doubtful) if doubtful else [])
    return [None if why == FIRST_FILE and next(judged) != place(ours[1]) else why
            for (_, _, ours, _), why in zip(differing, reasons)]


def compare(program, path):
    """(number of places, Counter of explanations, texts of differences)"""
    asked, explained, different = 0, collections.Counter(), []
    for section, offsets in functions(path).items():
        wanted = sorted(offsets)
        asked += len(wanted)
        answers = zip(wanted, ask(program, path, section, wanted),
                      ask(binutils(path), path, section, wanted))
        differing = [(offset, offsets[offset], ours, theirs)
                     for offset, ours, theirs in answers if ours != theirs]
        for (offset, _, ours, theirs), why in zip(
                differing, explain_all(path, section, differing)):
            if why is None:
                different.append('%s %s+%#x\n  ours:   %s\n  theirs: %s' %
                                 (path, section, offset, ours, theirs))
            else:
                explained[why] += 1
    return asked, explained, different


def main(program, paths):
    if paths == ['-']:
        paths = sys.stdin.read().splitlines()
    # The largest first, so that none is left alone at the end.
    paths = sorted(paths, key=os.path.getsize, reverse=True)
    asked, explained, different = 0, collections.Counter(), []
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for one in pool.map(lambda path: compare(program, path), paths):
            asked += one[0]
            explained += one[1]
            different += one[2]
    print('\n'.join(different))
    print('%d places of %d files, %d differ; binutils is wrong: %s' %
          (asked, len(paths), len(different), dict(explained)))
    return 1 if different or not asked else 0


if __name__ == '__main__':
    sys.exit(main(sys.argv[1], sys.argv[2:]))
