"""Where in an object file things stand that a test changes: attributes of DIEs,
declarations of abbreviations, relocation records.  ELF64, little-endian, RELA; read
without libdwreloc, so that what the tests change does not come from what they test.
"""

import os
import struct
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), '..'))

from oracle import elf_image  # noqa: E402

R_X86_64_NONE, R_X86_64_64, R_X86_64_32 = 0, 1, 10

# Forms of a fixed size of DWARF 4 and 5, in the 32-bit format.
SIZES = {0x01: 8, 0x05: 2, 0x06: 4, 0x07: 8, 0x0b: 1, 0x0c: 1, 0x0e: 4, 0x10: 4,
         0x11: 1, 0x12: 2, 0x13: 4, 0x14: 8, 0x17: 4, 0x19: 0, 0x1e: 16, 0x1f: 4,
         0x20: 8, 0x21: 0}
(ADDR, DATA2, DATA4, DATA8, STRING, DATA1, FLAG, SDATA, STRP, UDATA, REF4,
 SEC_OFFSET, EXPRLOC, FLAG_PRESENT, LINE_STRP, IMPLICIT) = (
     0x01, 0x05, 0x06, 0x07, 0x08, 0x0b, 0x0c, 0x0d, 0x0e, 0x0f, 0x13, 0x17, 0x18,
     0x19, 0x1f, 0x21)
BLOCKS = {0x0a: 1, 0x03: 2, 0x04: 4, 0x09: 0, 0x18: 0}


def uleb(data, at):
    """The number and where it ends."""
    value = shift = 0
    while True:
        byte = data[at]
        value |= (byte & 0x7f) << shift
        shift += 7
        at += 1
        if byte < 0x80:
            return value, at


def name_of(data, at):
    return bytes(data[at:data.index(0, at)])


class Attribute:
    """`at` and `size` are the bytes in the file; `value` is as stored."""

    __slots__ = ('die', 'name', 'form', 'at', 'size', 'value')


class Die:
    """Offsets are those in the section; `at` is the place in the file."""

    __slots__ = ('offset', 'at', 'end', 'unit', 'depth', 'tag', 'code', 'attributes',
                 'has_children')

    def get(self, name):
        return next((a for a in self.attributes if a.name == name), None)


class Abbrev:
    """A declaration: [at, end) of the file, `tag_at` its tag, `specs` its
    attributes as (name, form, place of the name, place of the form)."""

    __slots__ = ('at', 'end', 'tag_at', 'tag', 'has_children', 'specs', 'code')


class Record:
    """`at`: place of the record in the file; `field`: of what it applies to."""

    __slots__ = ('at', 'section', 'offset', 'field', 'type', 'symbol', 'addend',
                 'target')


class DwarfImage(elf_image.ElfImage):
    """One .debug_info with its .debug_abbrev."""

    def __init__(self, path):
        super().__init__(path)
        self.symbols_by_index = {s.index: s for s in self.symbols}
        self.records = self._records()
        self.by_field = {r.field: r for r in self.records}
        self.units = []
        self.dies = []
        self.abbrevs = {}
        info = self.section('.debug_info')
        self.info = info
        at = info.offset
        while at < info.offset + info.size:
            at = self._unit(at)
        self.by_offset = {die.offset: die for die in self.dies}

    def section(self, name):
        return next((s for s in self.sections if s.name == name), None)

    def _records(self):
        records = []
        for section in self.sections:
            if section.type != elf_image.SHT_RELA:
                continue
            applied = self.sections[section.info]
            for at in range(section.offset, section.offset + section.size, 24):
                record = Record()
                record.at = at
                offset, info, record.addend = struct.unpack_from('<QQq', self.data,
                                                                 at)
                record.offset = offset
                record.section = applied
                record.field = applied.offset + offset
                record.type, record.symbol = info & 0xffffffff, info >> 32
                symbol = self.symbols_by_index.get(record.symbol)
                record.target = (symbol.section if symbol is not None and
                                 symbol.section < len(self.sections) else None)
                records.append(record)
        return records

    def offset_at(self, at, width=4):
        """An offset, by its record or as stored."""
        record = self.by_field.get(at)
        if record is not None:
            symbol = self.symbols_by_index[record.symbol]
            return record.addend + symbol.value
        return int.from_bytes(self.data[at:at + width], 'little')

    def _unit(self, at):
        length, version = struct.unpack_from('<IH', self.data, at)
        end = at + 4 + length
        if version >= 5:
            abbrev_at, header = at + 8, 12
        else:
            abbrev_at, header = at + 6, 11
        table = self._table(self.offset_at(abbrev_at))
        unit = (at - self.info.offset, version, table)
        self.units.append(unit)
        depth, at = 0, at + header
        while at < end:
            code, after = uleb(self.data, at)
            if code == 0:
                depth -= 1
                at = after
                continue
            at = self._die(at, after, code, depth, unit)
            depth += self.dies[-1].has_children
        return end

    def _die(self, at, after, code, depth, unit):
        abbrev = unit[2][code]
        die = Die()
        die.offset, die.at, die.code = at - self.info.offset, at, code
        die.unit, die.depth, die.tag = unit, depth, abbrev.tag
        die.has_children = abbrev.has_children
        die.attributes = []
        for name, form, _, form_at in abbrev.specs:
            attribute = Attribute()
            attribute.die, attribute.name, attribute.form = die, name, form
            attribute.at = after
            attribute.value, end = self._value(form, after, form_at)
            attribute.size = end - after
            die.attributes.append(attribute)
            after = end
        die.end = after
        self.dies.append(die)
        return after

    def _value(self, form, at, form_at):
        if form == STRING:
            text = name_of(self.data, at)
            return text, at + len(text) + 1
        if form in (UDATA, SDATA, 0x15):
            return uleb(self.data, at)
        if form in BLOCKS:
            width = BLOCKS[form]
            size, start = ((int.from_bytes(self.data[at:at + width], 'little'),
                            at + width) if width else uleb(self.data, at))
            return bytes(self.data[start:start + size]), start + size
        if form == IMPLICIT:
            return uleb(self.data, form_at + 1)[0], at
        size = SIZES[form]
        return int.from_bytes(self.data[at:at + size], 'little'), at + size

    def _table(self, offset):
        if offset in self.abbrevs:
            return self.abbrevs[offset]
        table = self.abbrevs[offset] = {}
        at = self.section('.debug_abbrev').offset + offset
        while True:
            abbrev = Abbrev()
            abbrev.at = at
            abbrev.code, at = uleb(self.data, at)
            if abbrev.code == 0:
                return table
            abbrev.tag_at = at
            abbrev.tag, at = uleb(self.data, at)
            abbrev.has_children = self.data[at]
            at += 1
            abbrev.specs = []
            while True:
                name_at = at
                name, form_at = uleb(self.data, at)
                form, at = uleb(self.data, form_at)
                if form == IMPLICIT:
                    _, at = uleb(self.data, at)
                if name == form == 0:
                    break
                abbrev.specs.append((name, form, name_at, form_at))
            abbrev.end = at
            table[abbrev.code] = abbrev
