"""Makes x86-64 relocatable files of any size for growth.py.

Both kinds are good DWARF 5 that every reader accepts, written in large pieces: a file
with 10^8 records takes seconds.
"""

import array
import struct

EM_X86_64 = 62
R_X86_64_64 = 1
R_X86_64_32 = 10
SHT_PROGBITS, SHT_SYMTAB, SHT_STRTAB, SHT_RELA, SHT_SYMTAB_SHNDX = 1, 2, 3, 4, 18
SHF_ALLOC, SHF_EXECINSTR = 2, 4
SHN_LORESERVE, SHN_XINDEX = 0xff00, 0xffff

# The unit DIE with DW_AT_language (data1), a variable with a name (strp), a label with
# a low_pc (addr), a subprogram with low_pc and high_pc (data1).
ABBREVS = (b'\x01\x11\x01\x13\x0b\0\0' b'\x02\x34\x00\x03\x0e\0\0'
           b'\x03\x0a\x00\x11\x01\0\0' b'\x04\x2e\x00\x11\x01\x12\x0b\0\0' b'\0')
HEADER_SIZE = 12  # a unit header of 32-bit DWARF 5
UNIT_DIE = b'\x01\x0c'
GROUP = b'\x02\0\0\0\0' * 9 + b'\x03' + bytes(8)
# Offset of each record in a GROUP, and whether it is an address.
GROUP_RECORDS = [(5 * k + 1, False) for k in range(9)] + [(46, True)]
GROUPS_PER_UNIT = 5000


class Writer:
    """Sections one after the other, headers last."""

    def __init__(self, path):
        self.file = open(path, 'wb')
        self.file.write(bytes(64))
        self.headers = [bytearray(64)]
        self.names = bytearray(b'\0')

    def section(self, name, kind, flags, pieces, link=0, info=0, align=1, entsize=0):
        offset = self.file.tell()
        for piece in pieces:
            self.file.write(piece)
        self.headers.append(bytearray(struct.pack(
            '<IIQQQQIIQQ', len(self.names), kind, flags, 0, offset,
            self.file.tell() - offset, link, info, align, entsize)))
        self.names += name.encode() + b'\0'
        return len(self.headers) - 1

    def symbols(self, sections):
        """The symbol table: one section symbol for each of `sections`, from 1 on."""
        table = bytearray(24)
        extended = array.array('I', [0])
        for index in sections:
            short = index if index < SHN_LORESERVE else SHN_XINDEX
            table += struct.pack('<IBBHQQ', 0, 3, 0, short, 0, 0)
            extended.append(index if short == SHN_XINDEX else 0)
        strings = self.section('.strtab', SHT_STRTAB, 0, [b'\0'])
        symtab = self.section('.symtab', SHT_SYMTAB, 0, [bytes(table)], strings,
                              len(sections) + 1, 8, 24)
        if any(extended):
            self.section('.symtab_shndx', SHT_SYMTAB_SHNDX, 0, [extended.tobytes()],
                         symtab, 0, 4, 4)
        return symtab

    def finish(self):
        names_index = len(self.headers)
        self.names += b'.shstrtab\0'
        offset = self.file.tell()
        self.headers.append(bytearray(struct.pack(
            '<IIQQQQIIQQ', len(self.names) - 10, SHT_STRTAB, 0, 0, offset,
            len(self.names), 0, 0, 1, 0)))
        self.file.write(self.names)
        self.file.write(bytes(-self.file.tell() % 8))
        table = self.file.tell()
        count = len(self.headers)
        # gABI: what does not fit into the ELF header stands in section header 0.
        if count >= SHN_LORESERVE:
            struct.pack_into('<Q', self.headers[0], 0x20, count)
        if names_index >= SHN_LORESERVE:
            struct.pack_into('<I', self.headers[0], 0x28, names_index)
        self.file.write(b''.join(self.headers))
        self.file.seek(0)
        self.file.write(b'\x7fELF\x02\x01\x01' + bytes(9))
        self.file.write(struct.pack(
            '<HHIQQQIHHHHHH', 1, EM_X86_64, 1, 0, 0, table, 0, 64, 0, 0, 64,
            count if count < SHN_LORESERVE else 0,
            names_index if names_index < SHN_LORESERVE else SHN_XINDEX))
        self.file.close()


def _unit(body):
    return struct.pack('<IHBBI', HEADER_SIZE - 4 + len(body), 5, 1, 8, 0) + body


def _record_columns(count, info, addend):
    """`count` records whose r_offset is to be filled in."""
    records = array.array('Q', bytes(24)) * count
    records[1::3] = array.array('Q', [info]) * count
    records[2::3] = array.array('Q', [addend]) * count
    return records


def with_records(path, records):
    """A file with about `records` records for .debug_info, nine of ten 4 bytes wide
    against .debug_str. Returns their exact number."""
    abbrev, string, text = 1, 2, 3  # symbols
    groups = max(1, round(records / len(GROUP_RECORDS)))
    sizes = [min(GROUPS_PER_UNIT, groups - first)
             for first in range(0, groups, GROUPS_PER_UNIT)]
    units = {size: _unit(UNIT_DIE + GROUP * size + b'\0') for size in set(sizes)}
    count = sum(1 + size * len(GROUP_RECORDS) for size in sizes)

    def relocations():
        templates = {}
        start = 0
        for size in sizes:
            if size not in templates:
                templates[size] = _template(size)
            chunk = templates[size][:]
            chunk[0::3] = array.array('Q', _offsets(start, size))
            yield chunk.tobytes()
            start += len(units[size])

    def _template(size):
        table = _record_columns(1 + size * len(GROUP_RECORDS),
                                string << 32 | R_X86_64_32, 7)
        table[1] = abbrev << 32 | R_X86_64_32
        table[2] = 0
        for k, (_, is_address) in enumerate(GROUP_RECORDS):
            if is_address:
                step = 3 * len(GROUP_RECORDS)
                table[3 * (k + 1) + 1::step] = array.array(
                    'Q', [text << 32 | R_X86_64_64]) * size
        return table

    def _offsets(start, size):
        body = start + HEADER_SIZE + len(UNIT_DIE)
        offsets = array.array('Q', bytes(8)) * (1 + size * len(GROUP_RECORDS))
        offsets[0] = start + 8  # debug_abbrev_offset
        for k, (place, _) in enumerate(GROUP_RECORDS):
            offsets[1 + k::len(GROUP_RECORDS)] = array.array('Q', range(
                body + place, body + place + size * len(GROUP), len(GROUP)))
        return offsets

    writer = Writer(path)
    text_section = writer.section('.text', SHT_PROGBITS, SHF_ALLOC | SHF_EXECINSTR,
                                  [bytes(64)], align=16)
    abbrevs = writer.section('.debug_abbrev', SHT_PROGBITS, 0, [ABBREVS])
    strings = writer.section('.debug_str', SHT_PROGBITS, 0, [b'growth\0records\0'])
    info = writer.section('.debug_info', SHT_PROGBITS, 0,
                          (units[size] for size in sizes))
    symtab = writer.symbols([abbrevs, strings, text_section])
    writer.section('.rela.debug_info', SHT_RELA, 0, relocations(), symtab, info, 8, 24)
    writer.finish()
    return count


FIXED_SECTIONS = 7  # of with_sections, header 0 included, .symtab_shndx not


def with_sections(path, sections):
    """A file of `sections` sections, as -ffunction-sections makes them: a subprogram
    for each."""
    many = sections - FIXED_SECTIONS
    writer = Writer(path)
    texts = [writer.section(f'.text.f{i}', SHT_PROGBITS, SHF_ALLOC | SHF_EXECINSTR,
                            [bytes(16)], align=16) for i in range(many)]
    abbrevs = writer.section('.debug_abbrev', SHT_PROGBITS, 0, [ABBREVS])
    die = b'\x04' + bytes(8) + b'\x10'
    info = writer.section('.debug_info', SHT_PROGBITS, 0,
                          [_unit(UNIT_DIE + die * many + b'\0')])
    symtab = writer.symbols([abbrevs] + texts)
    body = HEADER_SIZE + len(UNIT_DIE) + 1
    records = [struct.pack('<QIIq', 8, R_X86_64_32, 1, 0)]
    records += [struct.pack('<QIIq', body + i * len(die), R_X86_64_64, i + 2, 0)
                for i in range(many)]
    writer.section('.rela.debug_info', SHT_RELA, 0, [b''.join(records)], symtab, info,
                   8, 24)
    writer.finish()
    return len(writer.headers)
