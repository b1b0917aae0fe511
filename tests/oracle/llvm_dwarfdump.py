"""Reads what llvm-dwarfdump prints.

`info` gives units and DIEs with all attributes, the form of each, names of the
sections that addresses lie in, and the ranges and locations of lists, which
llvm-dwarfdump -v prints where the attribute is. `lines` gives the line tables.
What LLVM is known to read wrongly is not dealt with here: see compare.py.
"""

import collections
import functools
import os
import re
import shutil
import subprocess

from . import elf_image

PROGRAM = next((name for name in ('llvm-dwarfdump-19', 'llvm-dwarfdump')
                if shutil.which(name)), None)

_UNIT = re.compile(
    r'0x([0-9a-f]+): (Compile|Type|Partial) Unit: length = 0x([0-9a-f]+), '
    r'format = DWARF(32|64), version = 0x([0-9a-f]+), '
    r'(?:unit_type = (\w+), )?abbr_offset = 0x([0-9a-f]+), '
    r'addr_size = 0x([0-9a-f]+)(.*?)\(next unit at 0x([0-9a-f]+)\)')
_DIE = re.compile(r'0x([0-9a-f]+): ( *)(DW_TAG_\w+|NULL)')
_ATTRIBUTE = re.compile(r' *(DW_AT_\w+) \[(DW_FORM_\w+)\](?:\t\((.*))?$')


class Unit:
    __slots__ = ('section', 'offset', 'length', 'offset_size', 'version',
                 'abbrev_offset', 'address_size', 'end', 'signature',
                 'type_offset')


class Die:
    """`attributes`: [name, form, text in parentheses, [lines of a list]]."""

    __slots__ = ('offset', 'depth', 'tag', 'attributes')


def _sections(*options):
    """What they ask for."""
    found = ['.' + option[2:].replace('-', '_') for option in options
             if option.startswith('--')]
    # Frames of both are printed by either option.
    return (*found, '.debug_frame') if '.eh_frame' in found else tuple(found)


def _run(path, *options):
    with subprocess.Popen([PROGRAM, *options, path], stdout=subprocess.PIPE,
                          stderr=subprocess.DEVNULL) as process:
        for line in process.stdout:
            yield line[:-1].decode('utf-8', 'surrogateescape')


# It is slow to start, so of a small file all these are asked at once.
_TOGETHER = ('--debug-addr', '--debug-aranges', '--debug-gnu-pubnames',
             '--debug-gnu-pubtypes', '--debug-line', '--debug-names',
             '--debug-pubnames', '--debug-pubtypes', '--eh-frame')
_SMALL = 1 << 20  # bytes
_CONTENTS = re.compile(r'(\.[\w.]+) contents:$')


@functools.lru_cache(maxsize=4)
def _together(path, _version):
    """[(section, its lines)]"""
    found = []
    for line in _run(path, *_TOGETHER):
        match = _CONTENTS.match(line)
        if match:
            found.append((match[1], []))
        if found:
            found[-1][1].append(line)
    return found


def output(path, *options):
    """Lines of the program's output; none if the file has no such section."""
    wanted = _sections(*options)
    if not elf_image.has_section(path, *wanted):
        return
    if options[0] in _TOGETHER and len(options) == 1 and (
            os.path.getsize(path) <= _SMALL):
        for section, text in _together(path, elf_image.version(path)):
            if section.startswith(wanted):
                yield from text
    else:
        yield from _run(path, *options)


_SIGNATURE = re.compile(r'type_signature = 0x([0-9a-f]+), '
                        r'type_offset = 0x([0-9a-f]+)')
_SPLIT_ID = re.compile(r'DWO_id = 0x([0-9a-f]+)')


def info(path, section='.debug_info'):
    """Units and DIEs of .debug_info or .debug_types, in the order printed."""
    die = None
    # LLVM indents by depth; the unit DIE stands at 0.
    for line in output(path, section.replace('.debug_', '--debug-'), '-v'):
        if line.startswith(' '):
            match = _ATTRIBUTE.match(line)
            if match and die is not None:
                name, form, text = match.groups()
                die.attributes.append([name, form, text or '', []])
            elif die is not None and die.attributes:
                die.attributes[-1][3].append(line.strip())
        elif line.startswith('0x'):
            if die is not None:
                yield die
                die = None
            match = _DIE.match(line)
            if match:
                if match[3] != 'NULL':
                    die = Die()
                    die.offset = int(match[1], 16)
                    die.depth = len(match[2]) // 2
                    die.tag = match[3]
                    die.attributes = []
                continue
            match = _UNIT.match(line)
            if not match:
                raise ValueError(f'{PROGRAM} {path}: {line}')
            unit = Unit()
            unit.section = section
            unit.offset = int(match[1], 16)
            unit.length = int(match[3], 16)
            unit.offset_size = 4 if match[4] == '32' else 8
            unit.version = int(match[5], 16)
            unit.abbrev_offset = int(match[7], 16)
            unit.address_size = int(match[8], 16)
            unit.end = int(match[10], 16)
            rest = match[9]
            match = _SIGNATURE.search(rest)
            unit.signature = int(match[1], 16) if match else 0
            unit.type_offset = int(match[2], 16) if match else 0
            match = _SPLIT_ID.search(rest)
            if match:
                unit.signature = int(match[1], 16)
            yield unit
    if die is not None:
        yield die


_ADDRESS_TABLE = re.compile(r'Address table header: .*format = DWARF(32|64)')


def addresses(path):
    """The tables of .debug_addr: {offset of the first entry: [address]}."""
    # Before DWARF 5 (-gsplit-dwarf) there is one table and no header.
    tables = collections.defaultdict(list)
    table = tables[0]
    offset = 0
    size = 0
    for line in output(path, '--debug-addr'):
        match = _ADDRESS_TABLE.match(line)
        if match:
            # Each ends where the next one begins; DWARF 5 7.27.
            offset += 8 if match[1] == '32' else 16
            size = 2 * int(re.search(r'addr_size = 0x([0-9a-f]+)', line)[1], 16)
            table = tables[offset] = []
        elif line.startswith('0x'):
            table.append(int(line, 16))
            offset += size // 2
    return tables


class LineTable:
    __slots__ = ('offset', 'version', 'directories', 'files', 'rows')


# The columns of a row: address, line, column, file, ISA, discriminator, op-index,
# flags.
_ROW = re.compile(r'0x([0-9a-f]+) +(\d+) +(\d+) +(\d+) +(\d+) +(\d+) +(\d+) +'
                  r'([a-z_ ]*)$')


def lines(path):
    """The line tables, each with rows of
    (address, file number, line, column, discriminator, op_index, flags)."""
    tables = {}
    table = None
    name = None
    for line in output(path, '--debug-line'):
        if line.startswith('0x'):
            match = _ROW.match(line)
            address, row_line, column, file, _, discriminator, op_index, flags = (
                match.groups())
            table.rows.append((int(address, 16), int(file), int(row_line),
                               int(column), int(discriminator), int(op_index),
                               frozenset(flags.split())))
        elif line.startswith('debug_line['):
            table = LineTable()
            table.offset = int(line[len('debug_line['):-1], 16)
            table.version = None
            table.directories, table.files, table.rows = {}, {}, []
            tables[table.offset] = table
        elif line.startswith('         version: '):
            table.version = int(line.split()[1])
        elif line.startswith('include_directories['):
            number, _, text = line[len('include_directories['):].partition('] = ')
            table.directories[int(number)] = _unquote(text)
        elif line.startswith('file_names['):
            name = int(line[len('file_names['):].partition(']')[0])
            table.files[name] = [None, None]
        elif line.startswith('           name: '):
            table.files[name][0] = _unquote(line[len('           name: '):])
        elif line.startswith('      dir_index: '):
            table.files[name][1] = int(line.split()[1])
    return tables


_ESCAPE = re.compile(rb'\\(?:([0-7]{3})|(.))')


def _unquote(text):
    """The string (as bytes) that LLVM printed between quotes."""
    content = text.strip()[1:-1].encode('utf-8', 'surrogateescape')
    if b'\\' not in content:
        return content
    return _ESCAPE.sub(
        lambda match: (bytes([int(match[1], 8)]) if match[1] else
                       {b't': b'\t', b'n': b'\n'}.get(match[2], match[2])),
        content)


unquote = _unquote
