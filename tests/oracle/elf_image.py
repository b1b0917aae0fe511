"""As much ELF as the oracles need: section headers and symbols of a file of either
class and byte order, read without libelf or libdwreloc, so that what the tests know of
a file does not come from what they test.
"""

import functools
import os
import struct

SHT_PROGBITS = 1
SHT_SYMTAB = 2
SHT_RELA = 4
SHT_NOBITS = 8
SHT_REL = 9
SHT_SYMTAB_SHNDX = 18
SHT_CREL = 0x40000014
SHT_LOPROC = 0x70000000
SHT_RELOCATIONS = (SHT_RELA, SHT_REL, SHT_CREL)
SHF_ALLOC = 2
SHF_MERGE = 0x10
SHF_STRINGS = 0x20
SHF_GROUP = 0x200
SHF_TLS = 0x400


EM_386 = 3
EM_AARCH64 = 183
EM_X86_64 = 62
EM_SPARCS = (2, 18, 43)


class Section:
    """One section header; `header_offset` is its place in the file."""

    __slots__ = ('index', 'name', 'type', 'flags', 'address', 'offset', 'size',
                 'link', 'info', 'alignment', 'header_offset')


class Symbol:
    __slots__ = ('index', 'name', 'value', 'size', 'type', 'binding', 'section')


class ElfImage:
    """Sections and symbols. `order` is '<' or '>', for struct."""

    def __init__(self, path):
        with open(path, 'rb') as file:
            self.data = file.read()
        if self.data[:4] != b'\x7fELF' or self.data[5] not in (1, 2):
            raise ValueError(f'{path}: not an ELF file')
        self.is_64 = self.data[4] == 2
        self.order = '<' if self.data[5] == 1 else '>'
        self.machine, = self._unpack('H', 0x12)
        self._read_sections()

    def _unpack(self, layout, offset):
        return struct.unpack_from(self.order + layout, self.data, offset)

    def _read_sections(self):
        if self.is_64:
            offset, = self._unpack('Q', 0x28)
            size, count, names = self._unpack('HHH', 0x3a)
            layout = 'IIQQQQIIQQ'
        else:
            offset, = self._unpack('I', 0x20)
            size, count, names = self._unpack('HHH', 0x2e)
            layout = 'IIIIIIIIII'
        if count == 0:  # gABI: the first header has the number
            count = self._unpack(layout, offset)[5]
        if names == 0xffff:
            names = self._unpack(layout, offset)[6]
        self.sections = []
        for index in range(count):
            header = offset + index * size
            fields = self._unpack(layout, header)
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

    @functools.cached_property
    def symbols(self):
        found = []
        for table in self.sections:
            if table.type != SHT_SYMTAB:
                continue
            strings = self.sections[table.link].offset
            layout = 'IBBHQQ' if self.is_64 else 'IIIBBH'
            size = struct.calcsize(self.order + layout)
            for index in range(table.size // size):
                fields = self._unpack(layout, table.offset + index * size)
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
                found.append(symbol)
        return found

    def named(self, name):
        return [section for section in self.sections if section.name == name]


def version(path):
    """Another one if the file has been written again."""
    status = os.stat(path)
    return status.st_ino, status.st_size, status.st_mtime_ns


@functools.lru_cache(maxsize=8)
def _section_names(path, _version):
    return [section.name.replace('.z', '.', 1) if section.name.startswith('.zdebug')
            else section.name for section in ElfImage(path).sections]


def has_section(path, *prefixes):
    """Is there a section whose name begins with one of `prefixes`? By any other name
    that it has in a split file (.debug_info.dwo), or compressed (.zdebug_info), too."""
    return any(name.startswith(prefixes)
               for name in _section_names(path, version(path)))
