#!/usr/bin/env python3
"""Makes the resolved twin of a relocatable file.

    twin.py FILE TWIN

writes what FILE would be if it needed no relocation: in each debug section every
record is applied, with all sections at 0, and its relocation section is emptied.
What a reader needs longer for FILE than for TWIN is its relocation tax. (eu-strip
--reloc-debug-sections resolves offsets only and leaves every address a record.)
x86-64 only.
"""

import pathlib
import struct
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / 'tests'))

from oracle import elf_image  # noqa: E402  the path must be known first

EM_X86_64 = 62
SHT_RELA = 4
RELA = struct.Struct('<QIIq')  # r_offset, type, symbol, r_addend
# Absolute relocations: S + A in that many bytes.
FORMATS = {
    1: struct.Struct('<Q'),   # R_X86_64_64
    10: struct.Struct('<I'),  # R_X86_64_32
    11: struct.Struct('<I'),  # R_X86_64_32S
    17: struct.Struct('<Q'),  # R_X86_64_DTPOFF64
    21: struct.Struct('<I'),  # R_X86_64_DTPOFF32
}
SIZE_IN_HEADER = 0x20  # sh_size in an Elf64_Shdr


def make(source, twin):
    """Returns how many records were applied."""
    image = elf_image.ElfImage(source)
    if not image.is_64 or image.machine != EM_X86_64:
        raise ValueError(f'{source}: not an x86-64 file')
    data = bytearray(image.data)
    values = [symbol.value for symbol in image.symbols]
    count = 0
    for section in image.sections:
        if section.type != SHT_RELA:
            continue
        target = image.sections[section.info]
        if not target.name.startswith('.debug_'):
            continue
        records = image.data[section.offset:section.offset + section.size]
        for offset, kind, symbol, addend in RELA.iter_unpack(records):
            form = FORMATS[kind]
            mask = (1 << form.size * 8) - 1
            form.pack_into(data, target.offset + offset,
                           (values[symbol] + addend) & mask)
            count += 1
        struct.pack_into('<Q', data, section.header_offset + SIZE_IN_HEADER, 0)
    pathlib.Path(twin).write_bytes(data)
    return count


def main(arguments):
    if len(arguments) != 2:
        print(__doc__, file=sys.stderr)
        return 2
    print(f'{make(*arguments)} records applied')
    return 0


if __name__ == '__main__':
    sys.exit(main(sys.argv[1:]))
