"""Makes relocatable files of any size for compare.py and growth.py.

Both kinds are good DWARF 5 that every reader accepts, written in large pieces: a file
with 10^8 records takes seconds.
"""

import array
import dataclasses
import struct
import sys

SHT_PROGBITS, SHT_SYMTAB, SHT_STRTAB, SHT_RELA, SHT_REL = 1, 2, 3, 4, 9
SHT_SYMTAB_SHNDX = 18
SHF_ALLOC, SHF_EXECINSTR = 2, 4
SHN_LORESERVE, SHN_XINDEX = 0xff00, 0xffff

# The unit DIE with DW_AT_language (data1), a variable with a name (strp), a label with
# a low_pc (addr), a subprogram with low_pc and high_pc (data1).
ABBREVS = (b'\x01\x11\x01\x13\x0b\0\0' b'\x02\x34\x00\x03\x0e\0\0'
           b'\x03\x0a\x00\x11\x01\0\0' b'\x04\x2e\x00\x11\x01\x12\x0b\0\0' b'\0')
HEADER_SIZE = 12  # a unit header of 32-bit DWARF 5
UNIT_DIE = b'\x01\x0c'
# Offset of each record in a group, and whether it is an address.
GROUP_RECORDS = [(5 * k + 1, False) for k in range(9)] + [(46, True)]
GROUPS_PER_UNIT = 5000
STRING = 7  # offset in .debug_str


@dataclasses.dataclass(frozen=True)
class Machine:
    """What its files are like."""
    e_machine: int
    order: str  # as struct wants it
    is_64: bool
    is_rela: bool
    absolute32: int   # r_type of an offset in another section
    absolute: int     # of an address

    @property
    def word(self):
        return 8 if self.is_64 else 4

    def pack(self, fields, *values):
        """Packs with "W" for a word."""
        return struct.pack(self.order + fields.replace('W', 'Q' if self.is_64 else 'I'),
                           *values)

    def info(self, symbol, kind):
        return symbol << (32 if self.is_64 else 8) | kind

    def words(self, values):
        return array.array('Q' if self.is_64 else 'I', values)

    def stored(self, words):
        if self.order == '>' and sys.byteorder == 'little':
            words.byteswap()
        return words.tobytes()

    def unit(self, body):
        return struct.pack(self.order + 'IHBBI', HEADER_SIZE - 4 + len(body), 5, 1,
                           self.word, 0) + body

    def group(self):
        """DIEs with ten relocated data. REL finds the addends in them."""
        offset = struct.pack(self.order + 'I', 0 if self.is_rela else STRING)
        return (b'\x02' + offset) * 9 + b'\x03' + bytes(self.word)


X86_64 = Machine(62, '<', True, True, 10, 1)
I386 = Machine(3, '<', False, False, 1, 1)
PPC = Machine(20, '>', False, True, 1, 1)


class Writer:
    """Sections one after the other, headers last."""

    def __init__(self, path, machine=X86_64):
        self.machine = machine
        self.file = open(path, 'wb')
        self.file.write(bytes(64 if machine.is_64 else 52))
        self.headers = [bytearray(self._header(*[0] * 10))]
        self.names = bytearray(b'\0')

    def _header(self, *fields):
        return self.machine.pack('IIWWWWIIWW', *fields)

    def section(self, name, kind, flags, pieces, link=0, info=0, align=1, entsize=0):
        offset = self.file.tell()
        for piece in pieces:
            self.file.write(piece)
        self.headers.append(bytearray(self._header(
            len(self.names), kind, flags, 0, offset, self.file.tell() - offset, link,
            info, align, entsize)))
        self.names += name.encode() + b'\0'
        return len(self.headers) - 1

    def symbols(self, sections):
        """The symbol table: one section symbol for each of `sections`, from 1 on."""
        is_64 = self.machine.is_64
        table = bytearray(24 if is_64 else 16)
        extended = array.array('I', [0])
        for index in sections:
            short = index if index < SHN_LORESERVE else SHN_XINDEX
            table += (self.machine.pack('IBBHQQ', 0, 3, 0, short, 0, 0) if is_64 else
                      self.machine.pack('IIIBBH', 0, 0, 0, 3, 0, short))
            extended.append(index if short == SHN_XINDEX else 0)
        strings = self.section('.strtab', SHT_STRTAB, 0, [b'\0'])
        symtab = self.section('.symtab', SHT_SYMTAB, 0, [bytes(table)], strings,
                              len(sections) + 1, 8, 24 if is_64 else 16)
        if any(extended):
            self.section('.symtab_shndx', SHT_SYMTAB_SHNDX, 0, [extended.tobytes()],
                         symtab, 0, 4, 4)
        return symtab

    def finish(self):
        names_index = len(self.headers)
        self.names += b'.shstrtab\0'
        offset = self.file.tell()
        self.headers.append(bytearray(self._header(
            len(self.names) - 10, SHT_STRTAB, 0, 0, offset, len(self.names), 0, 0, 1,
            0)))
        self.file.write(self.names)
        self.file.write(bytes(-self.file.tell() % 8))
        table = self.file.tell()
        count = len(self.headers)
        # gABI: what does not fit into the ELF header stands in section header 0.
        word = self.machine.word
        if count >= SHN_LORESERVE:
            self.headers[0][8 + 3 * word:8 + 4 * word] = self.machine.pack('W', count)
        if names_index >= SHN_LORESERVE:
            self.headers[0][8 + 4 * word:12 + 4 * word] = self.machine.pack(
                'I', names_index)
        self.file.write(b''.join(self.headers))
        self.file.seek(0)
        self.file.write(b'\x7fELF' + bytes([2 if self.machine.is_64 else 1,
                                           1 if self.machine.order == '<' else 2, 1]) +
                        bytes(9))
        self.file.write(self.machine.pack(
            'HHIWWWIHHHHHH', 1, self.machine.e_machine, 1, 0, 0, table, 0,
            64 if self.machine.is_64 else 52, 0, 0, len(self.headers[0]),
            count if count < SHN_LORESERVE else 0,
            names_index if names_index < SHN_LORESERVE else SHN_XINDEX))
        self.file.close()


def with_records(path, records, machine=X86_64):
    """A file with about `records` records for .debug_info, nine of ten 4 bytes wide
    against .debug_str. Returns their exact number."""
    abbrev, string, text = 1, 2, 3  # symbols
    per_record = 3 if machine.is_rela else 2  # words
    group = machine.group()
    groups = max(1, round(records / len(GROUP_RECORDS)))
    sizes = [min(GROUPS_PER_UNIT, groups - first)
             for first in range(0, groups, GROUPS_PER_UNIT)]
    units = {size: machine.unit(UNIT_DIE + group * size + b'\0')
             for size in set(sizes)}
    count = sum(1 + size * len(GROUP_RECORDS) for size in sizes)

    def relocations():
        templates = {}
        start = 0
        for size in sizes:
            if size not in templates:
                templates[size] = _template(size)
            chunk = templates[size][:]
            chunk[0::per_record] = _offsets(start, size)
            yield machine.stored(chunk)
            start += len(units[size])

    def _template(size):
        count = 1 + size * len(GROUP_RECORDS)
        table = machine.words(bytes(per_record * machine.word)) * count
        table[1::per_record] = machine.words(
            [machine.info(string, machine.absolute32)]) * count
        table[1] = machine.info(abbrev, machine.absolute32)
        if machine.is_rela:
            table[2::per_record] = machine.words([STRING]) * count
            table[2] = 0
        for k, (_, is_address) in enumerate(GROUP_RECORDS):
            if is_address:
                step = per_record * len(GROUP_RECORDS)
                first = per_record * (k + 1)
                table[first + 1::step] = machine.words(
                    [machine.info(text, machine.absolute)]) * size
        return table

    def _offsets(start, size):
        body = start + HEADER_SIZE + len(UNIT_DIE)
        offsets = machine.words([0]) * (1 + size * len(GROUP_RECORDS))
        offsets[0] = start + 8  # debug_abbrev_offset
        for k, (place, _) in enumerate(GROUP_RECORDS):
            offsets[1 + k::len(GROUP_RECORDS)] = machine.words(range(
                body + place, body + place + size * len(group), len(group)))
        return offsets

    writer = Writer(path, machine)
    text_section = writer.section('.text', SHT_PROGBITS, SHF_ALLOC | SHF_EXECINSTR,
                                  [bytes(64)], align=16)
    abbrevs = writer.section('.debug_abbrev', SHT_PROGBITS, 0, [ABBREVS])
    strings = writer.section('.debug_str', SHT_PROGBITS, 0, [b'growth\0records\0'])
    info = writer.section('.debug_info', SHT_PROGBITS, 0,
                          (units[size] for size in sizes))
    symtab = writer.symbols([abbrevs, strings, text_section])
    writer.section('.rela.debug_info' if machine.is_rela else '.rel.debug_info',
                   SHT_RELA if machine.is_rela else SHT_REL, 0, relocations(), symtab,
                   info, machine.word, per_record * machine.word)
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
                          [X86_64.unit(UNIT_DIE + die * many + b'\0')])
    symtab = writer.symbols([abbrevs] + texts)
    body = HEADER_SIZE + len(UNIT_DIE) + 1
    records = [struct.pack('<QIIq', 8, X86_64.absolute32, 1, 0)]
    records += [struct.pack('<QIIq', body + i * len(die), X86_64.absolute, i + 2, 0)
                for i in range(many)]
    writer.section('.rela.debug_info', SHT_RELA, 0, [b''.join(records)], symtab, info,
                   8, 24)
    writer.finish()
    return len(writer.headers)
