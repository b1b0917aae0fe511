"""As much ELF as the oracles need: section headers and symbols of a little-endian
file, read without libelf or libdwreloc, so that what the tests know of a file does
not come from what they test.
"""

import struct

SHT_SYMTAB = 2
SHT_NOBITS = 8
SHF_ALLOC = 2
SHF_MERGE = 0x10
SHF_STRINGS = 0x20
SHF_GROUP = 0x200
SHF_TLS = 0x400


EM_386 = 3


class Section:
    """One section header; `header_offset` is its place in the file."""

    __slots__ = ('index', 'name', 'type', 'flags', 'address', 'offset', 'size',
                 'link', 'info', 'alignment', 'header_offset')


class Symbol:
    __slots__ = ('index', 'name', 'value', 'size', 'type', 'binding', 'section')


class ElfImage:
    """Sections and symbols of ELF32 or ELF64, least significant byte first."""

    def __init__(self, path):
        with open(path, 'rb') as file:
            self.data = file.read()
        if self.data[:4] != b'\x7fELF' or self.data[5] != 1:
            raise ValueError(f'{path}: not a little-endian ELF file')
        self.is_64 = self.data[4] == 2
        self.machine, = struct.unpack_from('<H', self.data, 0x12)
        self._read_sections()
        self._read_symbols()

    def _read_sections(self):
        if self.is_64:
            offset, = struct.unpack_from('<Q', self.data, 0x28)
            size, count, names = struct.unpack_from('<HHH', self.data, 0x3a)
            layout = '<IIQQQQIIQQ'
        else:
            offset, = struct.unpack_from('<I', self.data, 0x20)
            size, count, names = struct.unpack_from('<HHH', self.data, 0x2e)
            layout = '<IIIIIIIIII'
        if count == 0:  # gABI: the first header has the number
            count = struct.unpack_from(layout, self.data, offset)[5]
        if names == 0xffff:
            names = struct.unpack_from(layout, self.data, offset)[6]
        self.sections = []
        for index in range(count):
            header = offset + index * size
            fields = struct.unpack_from(layout, self.data, header)
            section = Section()
            section.index = index
            section.header_offset = header
            (section.name, section.type, section.flags, section.address,
             section.offset, section.size, section.link, section.info,
             section.alignment) = fields[:9]
            self.sections.append(section)
        strings = self.sections[names].offset
        for section in self.sections:
            section.name = self._string(strings + section.name)

    def _string(self, offset):
        return self.data[offset:self.data.index(b'\0', offset)].decode(
            'utf-8', 'replace')

    def _read_symbols(self):
        self.symbols = []
        for table in self.sections:
            if table.type != SHT_SYMTAB:
                continue
            strings = self.sections[table.link].offset
            layout = '<IBBHQQ' if self.is_64 else '<IIIBBH'
            size = struct.calcsize(layout)
            for index in range(table.size // size):
                fields = struct.unpack_from(layout, self.data,
                                            table.offset + index * size)
                if self.is_64:
                    name, info, _, section, value, extent = fields
                else:
                    name, value, extent, info, _, section = fields
                symbol = Symbol()
                symbol.index = index
                symbol.name = self._string(strings + name)
                symbol.value = value
                symbol.size = extent
                symbol.type = info & 15
                symbol.binding = info >> 4
                symbol.section = section
                self.symbols.append(symbol)

    def named(self, name):
        return [section for section in self.sections if section.name == name]
