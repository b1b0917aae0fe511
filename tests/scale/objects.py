"""Objects of any size for scale_test.py: each shape has n of one thing and is else
as small as can be. All are good DWARF 5 of an unlinked x86-64 file."""

import collections
import struct

SHT_PROGBITS, SHT_SYMTAB, SHT_STRTAB, SHT_RELA = 1, 2, 3, 4
SHT_GROUP, SHT_SYMTAB_SHNDX = 17, 18
SHF_ALLOC, SHF_EXECINSTR, SHF_GROUP = 2, 4, 0x200
SHN_LORESERVE, SHN_XINDEX = 0xff00, 0xffff
STT_SECTION = 3
R_X86_64_64, R_X86_64_32 = 1, 10
DW_TAG_type_unit, DW_TAG_compile_unit, DW_TAG_subprogram = 0x41, 0x11, 0x2e
DW_TAG_structure_type, DW_TAG_variable, DW_TAG_lexical_block = 0x13, 0x34, 0x0b


def uleb(value):
    out = bytearray()
    while value > 0x7f:
        out.append(value & 0x7f | 0x80)
        value >>= 7
    return bytes(out + bytes([value]))


class Section:
    def __init__(self, name, kind=SHT_PROGBITS, flags=0, align=1):
        self.name, self.kind, self.flags, self.align = name, kind, flags, align
        self.data = bytearray()
        self.records = []
        self.link = self.info = self.entsize = 0
        self.index = None
        self.symbol = None

    def put(self, *pieces):
        """Appends; returns where."""
        start = len(self.data)
        for piece in pieces:
            self.data += piece
        return start

    def reference(self, target, addend=0, size=4):
        """Appends a field with a record against a section."""
        kind = R_X86_64_32 if size == 4 else R_X86_64_64
        self.records.append((len(self.data), kind, target, addend))
        self.data += bytes(size)

    def counted(self, start):
        """Fills in the 4-byte length at `start`."""
        struct.pack_into('<I', self.data, start, len(self.data) - start - 4)


class Object:
    def __init__(self):
        self.sections = []
        self.by_name = {}
        self.groups = []
        self.undefined_symbols = []

    def new(self, name, **options):
        section = Section(name, **options)
        self.sections.append(section)
        return section

    def shared(self, name, **options):
        """The one section of that name."""
        if name not in self.by_name:
            self.by_name[name] = self.new(name, **options)
        return self.by_name[name]

    def undefined(self, name):
        """A symbol that no section has; for Section.reference."""
        symbol = Section(name)
        self.undefined_symbols.append(symbol)
        return symbol

    def group(self, members):
        for member in members:
            member.flags |= SHF_GROUP
        self.groups.append(members)

    def write(self, path):
        sections = self.sections
        for number, section in enumerate(sections):
            section.index = number + 1
            section.symbol = number + 1
        symtab = Section('.symtab', SHT_SYMTAB, align=8)
        symtab.index = len(sections) + 1
        extended = Section('.symtab_shndx', SHT_SYMTAB_SHNDX, align=4)
        strings = Section('.strtab', SHT_STRTAB)
        strings.put(b'\0')
        symtab.put(bytes(24))
        extended.put(bytes(4))
        for section in sections:
            is_long = section.index >= SHN_LORESERVE
            symtab.put(struct.pack(
                '<IBBHQQ', 0, STT_SECTION, 0,
                SHN_XINDEX if is_long else section.index, 0, 0))
            extended.put(struct.pack('<I', section.index if is_long else 0))
        symtab.info = len(sections) + 1
        for number, symbol in enumerate(self.undefined_symbols):
            symbol.symbol = len(sections) + 1 + number
            symtab.put(struct.pack('<IBBHQQ', strings.put(
                symbol.name.encode() + b'\0'), 0x10, 0, 0, 0, 0))
            extended.put(bytes(4))
        symtab.entsize = 24
        extra = [symtab, extended, strings]
        symtab.link = symtab.index + 2
        extended.link = symtab.index
        for section in sections:
            if not section.records:
                continue
            relocs = Section('.rela' + section.name, SHT_RELA, align=8)
            relocs.link, relocs.info = symtab.index, section.index
            relocs.entsize = 24
            relocs.flags = section.flags & SHF_GROUP
            relocs.put(*(struct.pack('<QIIq', offset, kind, target.symbol, addend)
                         for offset, kind, target, addend in section.records))
            extra.append(relocs)
            section.relocs = len(sections) + len(extra)
        for members in self.groups:
            group = Section('.group', SHT_GROUP, align=4)
            group.link, group.info, group.entsize = symtab.index, 1, 4
            group.put(struct.pack('<I', 1))
            for member in members:
                group.put(struct.pack('<I', member.index))
                if member.records:
                    group.put(struct.pack('<I', member.relocs))
            extra.append(group)
        write_elf(path, sections + extra)


def write_elf(path, sections):
    names = bytearray(b'\0')
    known = {}
    headers = [bytearray(64)]
    image = bytearray(64)

    def add(section):
        if section.name not in known:
            known[section.name] = len(names)
            names.extend(section.name.encode() + b'\0')
        image.extend(bytes(-len(image) % max(section.align, 1)))
        headers.append(bytearray(struct.pack(
            '<IIQQQQIIQQ', known[section.name], section.kind, section.flags, 0,
            len(image), len(section.data), section.link, section.info,
            section.align, section.entsize)))
        image.extend(section.data)

    for section in sections:
        add(section)
    table_of_names = Section('.shstrtab', SHT_STRTAB)
    names.extend(b'.shstrtab\0')
    known['.shstrtab'] = len(names) - 10
    table_of_names.data = names
    add(table_of_names)
    image.extend(bytes(-len(image) % 8))
    count = len(headers)
    is_long = count >= SHN_LORESERVE
    if is_long:
        struct.pack_into('<Q', headers[0], 0x20, count)
        struct.pack_into('<I', headers[0], 0x28, count - 1)
    struct.pack_into(
        '<16sHHIQQQIHHHHHH', image, 0, b'\x7fELF\x02\x01\x01', 1, 62, 1, 0, 0,
        len(image), 0, 64, 0, 0, 64, 0 if is_long else count,
        SHN_XINDEX if is_long else count - 1)
    with open(path, 'wb') as file:
        file.write(image + b''.join(headers))


# The tables of one unit.
ABBREVS = [
    # compile unit: stmt_list, addr_base, str_offsets_base, rnglists_base,
    # loclists_base, macros (sec_offset), low_pc (addrx), ranges (rnglistx)
    (1, DW_TAG_compile_unit, 1, [
        (0x10, 0x17), (0x73, 0x17), (0x72, 0x17), (0x74, 0x17), (0x8c, 0x17),
        (0x79, 0x17), (0x03, 0x1f)]),
    # subprogram: name (strx), low_pc (addrx), high_pc (data1), frame_base
    # (exprloc)
    (2, DW_TAG_subprogram, 1, [
        (0x03, 0x1a), (0x11, 0x1b), (0x12, 0x0b), (0x40, 0x18)]),
    # variable: name (strp), location (loclistx)
    (3, DW_TAG_variable, 0, [(0x03, 0x0e), (0x02, 0x22)]),
    # lexical block: ranges (rnglistx)
    (4, DW_TAG_lexical_block, 0, [(0x55, 0x23)]),
    (5, DW_TAG_type_unit, 1, []),
    (6, DW_TAG_structure_type, 0, [(0x03, 0x0e), (0x0b, 0x0b)]),
    # nested blocks
    (7, DW_TAG_lexical_block, 1, []),
    # variable: type (ref4), type (ref_addr), type (ref_sig8)
    (8, DW_TAG_variable, 0, [(0x49, 0x13)]),
    (9, DW_TAG_variable, 0, [(0x49, 0x10)]),
    (10, DW_TAG_variable, 0, [(0x49, 0x20)]),
    # variable: location (exprloc)
    (11, DW_TAG_variable, 0, [(0x02, 0x18)]),
]


def abbrev_bytes(declarations):
    out = bytearray()
    for code, tag, children, attributes in declarations:
        out += uleb(code) + uleb(tag) + bytes([children])
        for name, form in attributes:
            out += uleb(name) + uleb(form)
        out += b'\0\0'
    return bytes(out + b'\0')


class Unit:
    """A compile unit with one table of each kind. `pick` gives the section of a name
    and so decides whether units share it."""

    def __init__(self, pick, functions=1, blocks=1, variables=1, rows=3, files=2,
                 macros=1, entries=1, fdes=1):
        self.pick = pick
        text = pick('.text', flags=SHF_ALLOC | SHF_EXECINSTR, align=16)
        self.text, self.text_at = text, text.put(bytes(16 * functions))
        names = pick('.debug_str')
        self.names = names
        self.name_at = names.put(*(b'f%d\0' % i for i in range(functions)))
        line_names = pick('.debug_line_str')
        abbrev = pick('.debug_abbrev')
        abbrev_at = abbrev.put(abbrev_bytes(ABBREVS))

        addr = pick('.debug_addr')
        start = addr.put(bytes(4), struct.pack('<HBB', 5, 8, 0))
        addr_base = len(addr.data)
        for i in range(functions):
            addr.reference(text, self.text_at + 16 * i, 8)
        addr.counted(start)

        offsets = pick('.debug_str_offsets')
        start = offsets.put(bytes(4), struct.pack('<HH', 5, 0))
        offsets_base = len(offsets.data)
        at = self.name_at
        for i in range(functions):
            offsets.reference(names, at)
            at += len(b'f%d\0' % i)
        offsets.counted(start)

        ranges = pick('.debug_rnglists')
        ranges_base = self.lists(ranges, blocks, entries, lambda _: b'')
        locations = pick('.debug_loclists')
        locations_base = self.lists(locations, variables, entries,
                                    lambda i: b'\x01' + bytes([0x50 + i % 32]))

        macro = pick('.debug_macro')
        macro_at = macro.put(struct.pack('<HB', 5, 2))
        self.macros = macro, macro_at
        line = pick('.debug_line')
        line_at = self.line_table(line, line_names, rows, files)
        macro.reference(line, line_at)
        macro.put(b'\x03\x00\x01', *(b'\x01' + uleb(i) + b'M%d 1\0' % i
                                     for i in range(macros)), b'\x04\x00')

        info = pick('.debug_info')
        self.info = info
        self.start = start = info.put(bytes(4), struct.pack('<HBB', 5, 1, 8))
        info.reference(abbrev, abbrev_at)
        info.put(b'\x01')
        for target, offset in ((line, line_at), (addr, addr_base),
                               (offsets, offsets_base), (ranges, ranges_base),
                               (locations, locations_base), (macro, macro_at)):
            info.reference(target, offset)
        info.reference(line_names, 0)
        self.first_function = len(info.data) - start
        for i in range(functions):
            info.put(b'\x02', uleb(i), uleb(i), b'\x10', b'\x01\x9c')
            if i == 0:
                for k in range(variables):
                    info.put(b'\x03')
                    info.reference(names, self.name_at)
                    info.put(uleb(k))
                for k in range(blocks):
                    info.put(b'\x04' + uleb(k))
            info.put(b'\0')

        self.lookup_tables(functions)
        self.frames(fdes)

    def end(self):
        self.info.put(b'\0')
        self.info.counted(self.start)

    @staticmethod
    def lists(section, count, entries, expression):
        """`count` lists with an offset table; returns the base."""
        start = section.put(bytes(4), struct.pack('<HBBI', 5, 8, 0, count))
        base = len(section.data)
        table = section.put(bytes(4 * count))
        for i in range(count):
            struct.pack_into('<I', section.data, table + 4 * i,
                             len(section.data) - base)
            section.put(b'\x01\x00')  # base_addressx 0
            for _ in range(entries):
                section.put(b'\x04\x00\x08', expression(i))  # offset_pair
            section.put(b'\0')
        section.counted(start)
        return base

    def line_table(self, line, line_names, rows, files):
        start = line.put(bytes(4), struct.pack('<HBB', 5, 8, 0))
        header = line.put(bytes(4))
        line.put(struct.pack('<BBBbBB', 1, 1, 1, -5, 14, 13),
                 bytes([0, 1, 1, 1, 1, 0, 0, 0, 1, 0, 0, 1]))
        line.put(b'\x01\x01\x1f', uleb(files))  # directories: path, line_strp
        for i in range(files):
            line.reference(line_names, line_names.put(b'd%d\0' % i))
        line.put(b'\x02\x01\x1f\x02\x0f', uleb(files))  # and directory, udata
        for i in range(files):
            line.reference(line_names, line_names.put(b'f%d.c\0' % i))
            line.put(uleb(i))
        line.counted(header)
        line.put(b'\0\x09\x02')
        line.reference(self.text, self.text_at, 8)
        for i in range(rows):
            line.put(b'\x04', uleb(i % files), b'\x4c')  # set_file, special
        line.put(b'\0\x01\x01')
        line.counted(start)
        return start

    def lookup_tables(self, functions):
        aranges = self.pick('.debug_aranges')
        start = aranges.put(bytes(4), struct.pack('<H', 2))
        aranges.reference(self.info, self.start)
        aranges.put(b'\x08\0', bytes(4))
        for i in range(functions):
            aranges.reference(self.text, self.text_at + 16 * i, 8)
            aranges.put(struct.pack('<Q', 16))
        aranges.put(bytes(16))
        aranges.counted(start)

        pubnames = self.pick('.debug_pubnames')
        start = pubnames.put(bytes(4), struct.pack('<H', 2))
        pubnames.reference(self.info, self.start)
        pubnames.put(struct.pack('<I', 16))
        for i in range(functions):
            pubnames.put(struct.pack('<I', self.first_function), b'f%d\0' % i)
        pubnames.put(bytes(4))
        pubnames.counted(start)

        names = self.pick('.debug_names')
        start = names.put(bytes(4), struct.pack('<HH', 5, 0))
        # 1: subprogram with die_offset (ref4)
        abbrevs = b'\x01\x2e\x03\x13\0\0\0'
        names.put(struct.pack('<IIIIIII', 1, 0, 0, 0, functions, len(abbrevs), 0))
        names.reference(self.info, self.start)
        at = self.name_at
        for i in range(functions):
            names.reference(self.names, at)
            at += len(b'f%d\0' % i)
        names.put(*(struct.pack('<I', 6 * i) for i in range(functions)), abbrevs)
        names.put(*(b'\x01' + struct.pack('<I', self.first_function) + b'\0'
                    for _ in range(functions)))
        names.counted(start)

    def frames(self, fdes):
        frame = self.pick('.debug_frame')
        cie = frame.put(struct.pack('<II', 12, 0xffffffff),
                        b'\x03\0\x01\x78\x10\x0c\x07\x08')
        for _ in range(fdes):
            start = frame.put(bytes(4))
            frame.reference(frame, cie)
            frame.reference(self.text, self.text_at, 8)
            frame.put(struct.pack('<Q', 16), b'\x41\x0e\x10\0')
            frame.counted(start)


def one_unit(**counts):
    o = Object()
    unit = Unit(o.shared, **counts)
    unit.end()
    return o


def units(n):
    o = Object()
    for _ in range(n):
        Unit(o.shared).end()
    return o


def unique_sections(n):
    """As ld -r --unique leaves them: n sections of every name."""
    o = Object()
    for _ in range(n):
        own = {}

        def pick(name, own=own, **options):
            if name not in own:
                own[name] = o.new(name, **options)
            return own[name]
        Unit(pick).end()
    return o


def type_units(n):
    """n type units in COMDAT groups, and a compile unit that refers to each."""
    o = Object()
    unit = Unit(o.shared)
    abbrev, names = o.shared('.debug_abbrev'), o.shared('.debug_str')
    for i in range(n):
        info = o.new('.debug_info')
        start = info.put(bytes(4), struct.pack('<HBB', 5, 2, 8))
        info.reference(abbrev)
        info.put(struct.pack('<QI', 256 + i, 25), b'\x05\x06')
        info.reference(names)
        info.put(b'\x08\0')
        info.counted(start)
        o.group([info])
        unit.info.put(b'\x0a', struct.pack('<Q', 256 + i))
    unit.end()
    return o


def macro_groups(n):
    """n macro units in COMDAT groups, all imported by one."""
    o = Object()
    unit = Unit(o.shared)
    unit.end()
    macro, _ = unit.macros
    del macro.data[-1:]  # goes on
    for i in range(n):
        section = o.new('.debug_macro')
        section.put(struct.pack('<HB', 5, 0), b'\x01\x01N%d 1\0' % i, b'\0')
        o.group([section])
        macro.put(b'\x07')
        macro.reference(section)
    macro.put(b'\0')
    return o


def text_sections(n):
    """n sections of code, each with its record."""
    o = Object()
    unit = Unit(o.shared)
    aranges = o.shared('.debug_aranges')
    start = aranges.put(bytes(4), struct.pack('<H', 2))
    aranges.reference(unit.info, unit.start)
    aranges.put(b'\x08\0', bytes(4 + -(len(aranges.data) + 6) % 16 * 0))
    for i in range(n):
        text = o.new(f'.text.f{i}', flags=SHF_ALLOC | SHF_EXECINSTR, align=16)
        text.put(bytes(16))
        aranges.reference(text, 0, 8)
        aranges.put(struct.pack('<Q', 16))
        unit.info.put(b'\x0b\x09\x03')
        unit.info.reference(text, 4, 8)
    aranges.put(bytes(16))
    aranges.counted(start)
    unit.end()
    return o


def same_text(n):
    """n sections of code of one name."""
    o = Object()
    Unit(o.shared).end()
    for _ in range(n):
        o.new('.text', flags=SHF_ALLOC | SHF_EXECINSTR, align=16).put(bytes(16))
    return o


def references(n):
    """n DIEs that each refer to the first one, by two forms."""
    o = Object()
    unit = Unit(o.shared)
    for _ in range(n):
        unit.info.put(b'\x08', struct.pack('<I', unit.first_function), b'\x09')
        unit.info.reference(unit.info, unit.first_function)
    unit.end()
    return o


def siblings_of_blocks(n):
    """n subtrees of a few DIEs."""
    o = Object()
    unit = Unit(o.shared)
    for _ in range(n):
        unit.info.put(b'\x07\x07\x07\0\0\0')
    unit.end()
    return o


def declarations(n, order):
    """n abbreviations, each of which a DIE uses."""
    o = Object()
    unit = Unit(o.shared)
    unit.info.put(*(uleb(100 + i) for i in range(n)))
    unit.end()
    abbrev = o.shared('.debug_abbrev')
    del abbrev.data[-1:]
    abbrev.put(abbrev_bytes([(100 + i, DW_TAG_lexical_block, 0, [])
                             for i in order(range(n))]))
    return o


def unsorted_records(n):
    """n records behind their order."""
    o = references(n)
    o.shared('.debug_info').records.reverse()
    return o


def bad_units(n):
    """n units that use an abbreviation that is not there."""
    o = Object()
    Unit(o.shared).end()
    info, abbrev = o.shared('.debug_info'), o.shared('.debug_abbrev')
    for _ in range(n):
        start = info.put(bytes(4), struct.pack('<HBB', 5, 1, 8))
        info.reference(abbrev)
        info.put(b'\x63')
        info.counted(start)
    return o


def unknown_types(n):
    """n debug sections with a record of a type that does not exist."""
    o = Object()
    Unit(o.shared).end()
    text = o.shared('.text')
    for _ in range(n):
        section = o.new('.debug_addr')
        start = section.put(bytes(4), struct.pack('<HBB', 5, 8, 0))
        section.records.append((len(section.data), 250, text, 0))
        section.put(bytes(8))
        section.counted(start)
    return o


def split_units(n):
    """n skeletons, and their split units in the same file."""
    o = Object()
    Unit(o.shared).end()
    abbrev, info = o.shared('.debug_abbrev'), o.shared('.debug_info')
    del abbrev.data[-1:]
    # dwo_name (string)
    abbrev.put(abbrev_bytes([(12, 0x4a, 0, [(0x76, 0x08)])]))
    o.shared('.debug_abbrev.dwo').put(abbrev_bytes([(1, 0x11, 0, [])]))
    split = o.shared('.debug_info.dwo')
    for i in range(n):
        start = info.put(bytes(4), struct.pack('<HBB', 5, 4, 8))
        info.reference(abbrev)
        info.put(struct.pack('<Q', i + 1), b'\x0ca.dwo\0')
        info.counted(start)
        start = split.put(bytes(4), struct.pack('<HBBIQ', 5, 5, 8, 0, i + 1),
                          b'\x01')
        split.counted(start)
    return o


def undefined_symbols(n):
    """n symbols that no section has, and a record against each."""
    o = Object()
    unit = Unit(o.shared)
    for i in range(n):
        symbol = o.undefined(f'u{i}')
        unit.info.put(b'\x0b\x09\x03')
        unit.info.reference(symbol, 4, 8)
    unit.end()
    return o


def expressions(n):
    """One expression of n operations."""
    o = Object()
    unit = Unit(o.shared)
    unit.info.put(b'\x0b', uleb(2 * n), b'\x08\x01' * n)
    unit.end()
    return o


def zeros(n):
    """Much padding after all tables, and then a byte that is no table."""
    o = Object()
    Unit(o.shared).end()
    for name in ('info', 'line', 'aranges', 'pubnames', 'names', 'macro', 'macinfo',
                 'addr', 'str_offsets', 'frame', 'rnglists', 'loclists'):
        o.shared(f'.debug_{name}').put(bytes(64 * n), b'\x01')
    return o


# Each shape by its number.
SHAPES = collections.OrderedDict([
    ('units', units),
    ('unique_sections', unique_sections),
    ('type_units', type_units),
    ('macro_groups', macro_groups),
    ('text_sections', text_sections),
    ('same_text', same_text),
    ('functions', lambda n: one_unit(functions=n)),
    ('blocks', lambda n: one_unit(blocks=n, variables=n)),
    ('entries', lambda n: one_unit(entries=n)),
    ('rows', lambda n: one_unit(rows=n)),
    ('files', lambda n: one_unit(files=n)),
    ('macros', lambda n: one_unit(macros=n)),
    ('fdes', lambda n: one_unit(fdes=n)),
    ('references', references),
    ('siblings', siblings_of_blocks),
    ('declarations', lambda n: declarations(n, list)),
    ('declarations_reversed', lambda n: declarations(n, reversed)),
    ('unsorted_records', unsorted_records),
    ('bad_units', bad_units),
    ('unknown_types', unknown_types),
    ('split_units', split_units),
    ('undefined_symbols', undefined_symbols),
    ('expressions', expressions),
    ('zeros', zeros),
])
