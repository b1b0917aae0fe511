#!/usr/bin/env python3
"""dwreloc-oops over a made log of 10,000 calls into all kernel modules.

The functions, files and lines of each frame must be those that binutils'
addr2line -j SECTION -fi gives for the byte before it, for a trace has return
addresses; differences must be those where binutils is wrong, which
compare_addr2line.py explains. The texts of all lines together are the input.
"""

import collections
import concurrent.futures
import json
import os
import pathlib
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] /
                       'addr2line'))

import compare_addr2line  # noqa: E402
import kernel_modules  # noqa: E402
import trace_log  # noqa: E402

PROGRAM = os.environ.get('DWRELOC_OOPS', 'dwreloc-oops')
COUNT, SEED = 10000, 1


def as_addr2line(frames):
    """The lines that addr2line -fi prints."""
    lines = []
    for frame in frames:
        lines.append(frame['linkage_name'] or frame['function'] or '??')
        line = str(frame['line'] or '?')
        if frame['line'] and frame['discriminator']:
            line += ' (discriminator %d)' % frame['discriminator']
        lines.append('%s:%s' % (frame['path'] or '??', line))
    return lines or ['??', '??:0']


def names_at(path, section, offset):
    return {function.name for _, function in trace_log.read_symbols(path)
            if function.section_name == section and
            0 <= offset - function.value < max(function.size, 1)}


def compare(place, frames):
    """(Counter of explanations, texts of differences) for the frames of one
    section."""
    path, section = place
    explained, different = collections.Counter(), []
    offsets = [frame.function.value + frame.offset - 1 for frame, _ in frames]
    answers = zip(offsets, frames,
                  compare_addr2line.ask(compare_addr2line.binutils(path), path,
                                        section, offsets))
    differing = [(frame, (offset, names_at(path, section, offset), ours, theirs))
                 for offset, (frame, ours), theirs in answers if ours != theirs]
    reasons = compare_addr2line.explain_all(path, section,
                                            [one for _, one in differing])
    for (frame, (_, _, ours, theirs)), why in zip(differing, reasons):
        if why is None:
            different.append('%s\n  ours:   %s\n  theirs: %s' %
                             (frame, ours, theirs))
        else:
            explained[why] += 1
    return explained, different


def main():
    directory = kernel_modules.directory()
    frames = trace_log.make_frames(COUNT, SEED)
    log = ''.join(trace_log.line_of(*numbered) + '\n'
                  for numbered in enumerate(frames))
    run = subprocess.run([PROGRAM, '--json', '--modules=%s' % directory],
                         input=log, capture_output=True, text=True, check=False)
    decoded = [json.loads(line) for line in run.stdout.splitlines()]
    assert run.returncode == 0, run.stderr
    assert ''.join(line['text'] + '\n' for line in decoded) == log

    asked = collections.defaultdict(list)
    for frame, line in zip(frames, decoded):
        place, = line['places']
        assert place['symbol'] == frame.function.name, line
        assert place['is_return_address'], line
        function = frame.function
        asked[function.path, function.section_name].append(
            (frame, as_addr2line(place['frames'])))

    explained, different = collections.Counter(), []
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for one in pool.map(lambda item: compare(*item), asked.items()):
            explained += one[0]
            different += one[1]
    print('\n'.join(different))
    print('%d frames of %d sections, %d differ; binutils is wrong: %s' %
          (len(frames), len(asked), len(different), dict(explained)))
    return 1 if different else 0


if __name__ == '__main__':
    sys.exit(main())
