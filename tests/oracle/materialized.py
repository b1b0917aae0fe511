"""dwreloc-materialize against ld: the debug sections of an object whose relocations
it has applied are those of the linked file, byte for byte, but for the fields whose
records it has left (offsets in thread-local storage).
"""

import os
import struct
import subprocess

from . import elf_image

PROGRAM = os.environ.get('DWRELOC_MATERIALIZE', 'dwreloc-materialize')
SHF_COMPRESSED = 0x800
MOST_BYTES = 16  # of a field


def make(path, output, linked, directory):
    """Writes the materialized file."""
    symbols = directory / 'symbols'
    symbols.write_text(''.join(f'{value:x} T {name}\n'
                               for name, value in linked.symbols.items() if value))
    return subprocess.run(
        [PROGRAM, path, '-o', output, f'--symbols-from={symbols}',
         *linked.options()], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        text=True, check=False)


def contents(image, section):
    return image.data[section.offset:section.offset + section.size]


def _leb128(data, at, is_signed=False):
    value = shift = 0
    while True:
        byte = data[at]
        at += 1
        value |= (byte & 0x7f) << shift
        shift += 7
        if byte < 0x80:
            break
    if is_signed and byte & 0x40:
        value -= 1 << shift
    return value, at


def crel_offsets(data):
    """r_offset of each record of an SHT_CREL section."""
    header, at = _leb128(data, 0)
    has_addends, shift = header >> 2 & 1, header & 3
    flag_bits = 2 + has_addends
    offset = 0
    for _ in range(header >> 3):
        first = data[at]
        at += 1
        # The flags, and above them the low bits of the distance.
        offset += (first & 0x7f) >> flag_bits
        if first & 0x80:
            more, at = _leb128(data, at)
            offset += more << 7 - flag_bits
        for bit in range(flag_bits):
            if first >> bit & 1:
                at = _leb128(data, at, True)[1]
        yield offset << shift


def left_fields(image):
    """{section index: offsets of the fields whose records are left}."""
    left = {}
    for section in image.sections:
        if section.type == elf_image.SHT_CREL:
            left.setdefault(section.info, set()).update(
                crel_offsets(contents(image, section)))
        if section.type not in (elf_image.SHT_REL, elf_image.SHT_RELA):
            continue
        word = 'Q' if image.is_64 else 'I'
        size = struct.calcsize(word) * (3 if section.type == elf_image.SHT_RELA
                                        else 2)
        data = contents(image, section)
        for at in range(0, section.size - size + 1, size):
            offset, = struct.unpack_from(image.order + word, data, at)
            left.setdefault(section.info, set()).add(offset)
    return left


def compare(path, linked, directory, report):
    """Compares what is materialized of the object at `path` with the linked file."""
    output = directory / 'materialized.o'
    result = make(path, output, linked, directory)
    if not output.exists():
        report.differ(path, 'dwreloc-materialize failed', result.stderr, '')
        return
    ours = elf_image.ElfImage(output)
    theirs = {}
    for section in elf_image.ElfImage(linked.path).sections:
        theirs.setdefault(section.name, section)
    linked_image = elf_image.ElfImage(linked.path)
    left = left_fields(ours)
    names = [section.name for section in ours.sections
             if section.name.startswith('.debug_')]
    if len(names) != len(set(names)):
        # COMDAT groups: ld has joined sections of one name, and offsets in them
        # count in the whole.
        report.compared['files with joined sections, not compared'] += 1
        return
    for section in ours.sections:
        name = section.name
        is_frames = name == '.eh_frame'
        if not name.startswith('.debug_') and not is_frames:
            continue
        if name not in theirs or not section.size:
            continue
        # Without records it stays compressed. Stripped files have none.
        if (section.flags & SHF_COMPRESSED or
                section.type == elf_image.SHT_NOBITS):
            continue
        mine = bytearray(contents(ours, section))
        other = bytearray(contents(linked_image, theirs[name]))[:len(mine)]
        for offset in left.get(section.index, ()):
            for image in (mine, other):
                image[offset:offset + 8] = bytes(len(image[offset:offset + 8]))
        if mine != other:
            at = next(i for i, (a, b) in enumerate(zip(mine, other)) if a != b)
            report.differ(f'{name}+{at:#x}', 'bytes of the linked file',
                          mine[at:at + MOST_BYTES].hex(),
                          other[at:at + MOST_BYTES].hex())
        report.compared['bytes of materialized sections'] += len(mine)
        report.compared['records left by dwreloc-materialize'] += len(
            left.get(section.index, ()))
