"""Reads what GNU readelf prints.

Attributes as numbers, where llvm-dwarfdump prints names; expressions with
operands relocated, where llvm-dwarfdump leaves them as they are in the file; raw
location lists.
"""

import re
import shutil
import subprocess

from . import operations

PROGRAM = 'readelf' if shutil.which('readelf') else None

_UNIT = re.compile(r'  Compilation Unit @ offset (?:0x)?([0-9a-f]+):')
_DIE = re.compile(r' <(\d+)><([0-9a-f]+)>: Abbrev Number: (\d+)'
                  r'(?: \((.*)\))?')
# --wide makes it tell the form.
_ATTRIBUTE = re.compile(r'    <[0-9a-f]+>   (\w+) *: ?\((\w+)\)[ \t](.*)$',
                        re.DOTALL)


class Die:
    """`attributes`: (name, form, text behind that)."""

    __slots__ = ('unit', 'offset', 'depth', 'tag', 'attributes')


def output(path, *options):
    """Lines of the program's output."""
    # In bytes: a carriage return in a string does not end a line.
    with subprocess.Popen([PROGRAM, '--wide', *options, path],
                          stdout=subprocess.PIPE,
                          stderr=subprocess.DEVNULL) as process:
        for line in process.stdout:
            yield line[:-1].decode('utf-8', 'surrogateescape')


def dies(path, wanted='.debug_info'):
    """The DIEs of .debug_info or .debug_types, in the order printed."""
    here = False
    unit = 0
    die = None
    for line in output(path, '--debug-dump=info'):
        if line.startswith('Contents of the '):
            here = line == f'Contents of the {wanted} section:'
            continue
        if not here:
            continue
        if line.startswith('    <'):
            match = _ATTRIBUTE.match(line)
            if match and die is not None:
                die.attributes.append(match.groups())
                continue
        elif line.startswith(' <'):
            match = _DIE.match(line)
            if match:
                if die is not None:
                    yield die
                    die = None
                if match[3] != '0':
                    die = Die()
                    die.unit = unit
                    die.depth = int(match[1])
                    die.offset = int(match[2], 16)
                    die.tag = match[4]
                    die.attributes = []
                continue
        else:
            match = _UNIT.match(line)
            if match:
                unit = int(match[1], 16)
                continue
        # A string with a line break in it goes on here.
        if die is not None and die.attributes and line and line[0] != ' ':
            name, form, text = die.attributes[-1]
            die.attributes[-1] = (name, form, text + '\n' + line)
    if die is not None:
        yield die


_ENTRY = re.compile(r'    ([0-9a-f]{8,16}) (.*)$')
# An address has as many digits as the unit's size of addresses tells.
_VIEWED = re.compile(r' {13,}([0-9a-f]{4,16}) ([0-9a-f]{4,16}) \((.*)\)')
_BOUNDED = re.compile(r'([0-9a-f]{4,16}) ([0-9a-f]{4,16}) (\(?DW_OP.*|\(\))$')
_START_EQUALS_END = re.compile(r' \(start [=>] end\)$')


class Location:
    """`expression` is None at the end of a list."""

    __slots__ = ('offset', 'begin', 'end', 'expression')


def locations(path):
    """The entries of .debug_loc and .debug_loclists by offset, without base
    entries and view pairs: {offset: Location}."""
    entries = {}
    viewed = None

    def add(offset, begin, end, text):
        entry = Location()
        entry.offset, entry.begin, entry.end = offset, begin, end
        if text is None:
            entry.expression = None
        else:
            if text.startswith('('):
                text = text[1:].removesuffix(')')
            entry.expression = operations.parse_readelf(text) if text else []
        entries[offset] = entry

    for line in output(path, '--debug-dump=loc'):
        line = _START_EQUALS_END.sub('', line)
        match = _VIEWED.match(line)
        if match and viewed is not None:
            add(viewed, int(match[1], 16), int(match[2], 16), match[3])
            viewed = None
            continue
        match = _ENTRY.match(line)
        if not match:
            continue
        offset, rest = int(match[1], 16), match[2]
        if rest.startswith('<End of list>'):
            add(offset, None, None, None)
        elif ' views at ' in rest:
            viewed = offset
        elif '(base address' not in rest:
            bounded = _BOUNDED.match(rest)
            if bounded:
                add(offset, int(bounded[1], 16), int(bounded[2], 16),
                    bounded[3])
    return entries
