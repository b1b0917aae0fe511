"""The programs that do the works, how to run one, and whether two agree.

A time is only worth something if the work was the same: every count and sum of a
work must be equal to that of libdwreloc. Where a reader is known to be unable to
agree, KNOWN says in which fields, by how much at most, and why; such a difference is
reported beside the time. Any other disagreement voids the time.
"""

import json
import os
import pathlib
import subprocess
import time

OURS = 'libdwreloc'
# The floor: what a work costs at least on this machine. It reads nothing for
# anybody, so it is no rival.
BARE = 'bare'
# In the order of the columns; the program, relative to the build directory.
PROGRAMS = {
    'libdw': 'bench/peers/libdw_works',
    'LLVM': 'bench/peers/llvm_works',
    'gimli': 'bench/peers/gimli_works',
    'libdwarf': 'bench/peers/libdwarf_works',
    OURS: 'bench/works',
    BARE: 'bench/bare_loop',
}

WORKS = ('open', 'walk', 'lines', 'ranges', 'digest', 'query')
BARE_WORKS = ('open', 'walk', 'digest', 'random')

WALK_FIELDS = (
    'units dies attrs addr_n addr_sum strp_n strp_sum lstrp_n lstrp_sum str_n '
    'strbyte_sum secoff_n secoff_sum const_n const_sum ref_n ref_sum blk_n blk_sum '
    'flag_sum').split()
LIST_FIELDS = 'rng_list_n rng_n rng_begin_sum loc_list_n loc_n loc_begin_sum'.split()
FIELDS = {
    'open': [],
    'walk': WALK_FIELDS,
    'ranges': WALK_FIELDS + LIST_FIELDS,
    'lines': ['row_n', 'row_addr_sum', 'row_line_sum'],
    'digest': ['relocs'],
    'query': ['function', 'file', 'line'],
    'random': [],
}


class Known:
    """A difference that is understood."""

    def __init__(self, reader, work, fields, at_most, why):
        self.reader = reader
        self.work = work
        self.fields = fields
        self.at_most = at_most  # as a part of our value
        self.why = why


KNOWN = [
    Known('libdw', 'ranges', ('loc_n', 'loc_begin_sum'), 0.001,
          'dwarf_getlocations of elfutils 0.188 does not know DW_OP_GNU_uninit and '
          'gives up the rest of such a list'),
    Known('libdwarf', 'digest', ('relocs',), 0.25,
          'relocates section by section on first use: counted and timed are '
          '.debug_info, .debug_rnglists and .debug_loclists'),
]


class Run:
    """What one run of a program printed and used."""

    def __init__(self, result, cpu, wall):
        self.result = result  # the JSON line, or None
        self.cpu = cpu        # of the whole process, seconds
        self.wall = wall


def spawn(command, stdout):
    """Starts a command, and returns (output, CPU seconds, wall seconds)."""
    begin = time.monotonic()
    process = subprocess.Popen(command, stdout=stdout, stderr=subprocess.PIPE,
                               stdin=subprocess.DEVNULL)
    output = process.stdout.read() if process.stdout else b''
    errors = process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    wall = time.monotonic() - begin
    for pipe in (process.stdout, process.stderr):
        if pipe:
            pipe.close()
    if process.returncode != 0:
        text = errors.decode('utf-8', 'replace').strip()[-500:]
        raise RuntimeError(f'{command[0]}: exit status {process.returncode}: {text}')
    return output, usage.ru_utime + usage.ru_stime, wall


def run_work(program, work, files, options=()):
    """Runs one work over a list of paths or a list file ("@path")."""
    if isinstance(files, str):
        arguments = [f'--list={files[1:]}' if files.startswith('@') else files]
    else:
        arguments = list(files)
    output, cpu, wall = spawn([str(program), work, *options, *arguments],
                              subprocess.PIPE)
    return Run(json.loads(output), cpu, wall)


def built(build_dir):
    """The programs that are there, by reader."""
    found = {}
    for reader, program in PROGRAMS.items():
        path = pathlib.Path(build_dir) / program
        if os.access(path, os.X_OK):
            found[reader] = path
    return found


def does(reader, work):
    """Whether a reader knows that work."""
    return reader != BARE or work in BARE_WORKS


def _equal(field, ours, theirs):
    if field == 'file':  # readers differ in whether they put the directory before
        return pathlib.PurePath(ours).name == pathlib.PurePath(theirs).name
    return ours == theirs


def disagreements(ours, theirs):
    """The fields in which two results of one work differ: (field, ours, theirs).
    A field that the other does not tell at all is not among them."""
    return [(field, ours[field], theirs[field])
            for field in FIELDS[ours['work']]
            if field in theirs and not _equal(field, ours[field], theirs[field])]


def explain(reader, work, found):
    """The Known that covers all disagreements found, or None."""
    for known in KNOWN:
        if known.reader == reader and known.work == work and all(
                field in known.fields and
                abs(ours - theirs) <= known.at_most * abs(ours)
                for field, ours, theirs in found):
            return known
    return None
