"""Single changes of meaning, each somewhere in an object: `CHANGES` has a function
for each kind, which changes `data` in place and says what it did, or returns None
where that object has nothing of the kind.
"""

import json
import struct
import subprocess

import dwarf_image as image_of
from diff_support import cli

DW_TAG_NAMED_TYPES = (0x04, 0x13, 0x16, 0x17, 0x24)  # enumeration ... base type
DW_AT_SIBLING, DW_AT_NAME, DW_AT_TYPE = 0x01, 0x03, 0x49
DW_AT_FILES = (0x3a, 0x58)  # two numbers may be one file
SHF_ALLOC = 2


class Subject:
    """An object and what stands where in it."""

    def __init__(self, path):
        self.path = path
        self.image = image_of.DwarfImage(path)
        self._dumped = {}

    def dumped(self, *selectors):
        """What dwreloc-dump prints, and the section of each object."""
        if selectors not in self._dumped:
            output = subprocess.run(
                [cli.DUMP, '--format=json', *selectors, self.path],
                capture_output=True, check=True).stdout
            self._dumped[selectors] = [json.loads(line)
                                       for line in output.splitlines()]
        return self._dumped[selectors]

    def place(self, index, offset):
        return self.image.sections[index].offset + offset


def letter(byte):
    """Another one, so that no name is as long as another."""
    return ord('q') if byte != ord('q') else ord('k')


def attributes(subject, accept):
    return [a for die in subject.image.dies for a in die.attributes if accept(a)]


def a_name_in_place(subject, data, rng):
    found = attributes(subject, lambda a: a.form == image_of.STRING and a.value)
    if not found:
        return None
    one = rng.choice(found)
    at = one.at + rng.randrange(one.size - 1)
    data[at] = letter(data[at])
    return f'byte {at:#x} of string {one.value} of DIE {one.die.offset:#x}'


def a_string(subject, data, rng):
    found = attributes(subject, lambda a: a.form in (image_of.STRP,
                                                     image_of.LINE_STRP))
    one = rng.choice(found)
    section = subject.image.section(
        '.debug_str' if one.form == image_of.STRP else '.debug_line_str')
    at = section.offset + subject.image.offset_at(one.at)
    text = image_of.name_of(data, at)
    if not text:
        return None
    data[at] = letter(data[at])
    return f'first byte of {text} of DIE {one.die.offset:#x}'


def another_string(subject, data, rng):
    """The record of a DW_FORM_strp leads to another string."""
    found = attributes(subject, lambda a: a.form == image_of.STRP and
                       a.at in subject.image.by_field)
    if len(found) < 2:
        return None
    one, other = rng.sample(found, 2)
    start = subject.image.section('.debug_str').offset
    here, there = (subject.image.offset_at(a.at) for a in (one, other))
    if image_of.name_of(data, start + here) == image_of.name_of(data,
                                                                start + there):
        return None
    record = subject.image.by_field[one.at]
    struct.pack_into('<q', data, record.at + 16, record.addend + there - here)
    return f'string of DIE {one.die.offset:#x}'


def a_reference(subject, data, rng):
    """DW_AT_type leads to a type of another name."""
    image = subject.image
    types = [d for d in image.dies
             if d.tag in DW_TAG_NAMED_TYPES and d.get(DW_AT_NAME)]
    found = attributes(subject, lambda a: a.form == image_of.REF4 and
                       a.name == DW_AT_TYPE)
    if not found or not types:
        return None
    one = rng.choice(found)
    unit = one.die.unit
    old = image.by_offset[unit[0] + one.value]
    new = rng.choice([d for d in types if d.unit is unit] or [old])

    def call(die):
        name = die.get(DW_AT_NAME)
        if name is None:
            return (die.tag, None)
        if name.form == image_of.STRING:
            return (die.tag, name.value)
        return (die.tag, image_of.name_of(
            data, image.section('.debug_str').offset + image.offset_at(name.at)))
    if call(old) == call(new):
        return None
    struct.pack_into('<I', data, one.at, new.offset - unit[0])
    return f'type of DIE {one.die.offset:#x} is {new.offset:#x}'


def a_constant(subject, data, rng):
    forms = (image_of.DATA1, image_of.DATA2, image_of.DATA4, image_of.DATA8,
             image_of.SDATA, image_of.UDATA)
    found = attributes(subject, lambda a: a.form in forms and
                       a.name not in DW_AT_FILES and
                       a.at not in subject.image.by_field)
    one = rng.choice(found)
    data[one.at] ^= 1 << rng.randrange(6)
    return f'attribute {one.name:#x} of DIE {one.die.offset:#x}'


def an_operation(subject, data, rng):
    """A register or an offset of an expression."""
    found = attributes(subject, lambda a: a.form == image_of.EXPRLOC and
                       a.value and (a.value[0] == 0x91 or
                                    0x50 <= a.value[0] < 0x90))
    if not found:
        return None
    one = rng.choice(found)
    at = one.at + one.size - len(one.value)
    if one.value[0] == 0x91:
        data[at + 1] ^= 2
    else:
        data[at] ^= 1
    return f'expression of DIE {one.die.offset:#x}'


def a_declaration(subject, data, rng):
    """The tag, or a constant, of an abbreviation that is used."""
    used = {(id(d.unit[2]), d.code): d for d in subject.image.dies if d.depth > 0}
    die = used[rng.choice(sorted(used, key=lambda key: used[key].offset))]
    abbrev = die.unit[2][die.code]
    consts = [s for s in abbrev.specs if s[1] == image_of.IMPLICIT and
              s[0] not in DW_AT_FILES]
    if consts and rng.random() < 0.5:
        data[rng.choice(consts)[3] + 1] ^= 1
        return f'constant in the abbreviation of DIE {die.offset:#x}'
    if abbrev.tag >= 0x40 or abbrev.tag in (0x39, 0x3d):
        return None
    data[abbrev.tag_at] = 0x35 if abbrev.tag != 0x35 else 0x26
    return f'tag of DIE {die.offset:#x}'


def _records(subject, accept):
    return [r for r in subject.image.records if accept(r)]


def _is_debug(section):
    return section.name.startswith('.debug_')


def an_address(subject, data, rng):
    """The addend of a record of debugging information against code or data."""
    found = _records(subject, lambda r: _is_debug(r.section) and r.target is not None
                     and not _is_debug(subject.image.sections[r.target]))
    record = rng.choice(found)
    struct.pack_into('<q', data, record.at + 16,
                     record.addend + rng.choice((1, 2, 4, 16)))
    return f'addend for {record.section.name}+{record.offset:#x}'


def a_symbol(subject, data, rng):
    """Another section for such a record."""
    image = subject.image
    found = _records(subject, lambda r: _is_debug(r.section) and r.target is not None
                     and not _is_debug(image.sections[r.target]))
    record = rng.choice(found)
    others = [s for s in image.symbols if s.type == 3 and s.section is not None and
              s.section != record.target and
              image.sections[s.section].flags & SHF_ALLOC]
    if not others:
        return None
    other = rng.choice(others)
    struct.pack_into('<Q', data, record.at + 8, other.index << 32 | record.type)
    return f'symbol for {record.section.name}+{record.offset:#x}'


def no_record(subject, data, rng):
    """An address becomes a number."""
    found = _records(subject, lambda r: _is_debug(r.section) and r.target is not None
                     and not _is_debug(subject.image.sections[r.target]))
    record = rng.choice(found)
    struct.pack_into('<Q', data, record.at + 8, image_of.R_X86_64_NONE)
    return f'no record for {record.section.name}+{record.offset:#x}'


def a_line(subject, data, rng):
    """An instruction of a line program that makes a row."""
    found = [i for i in subject.dumped('--lines', '--instructions')
             if i['kind'] == 'line_instruction' and
             (i['class'] == 'special' or i.get('op') == 'DW_LNS_advance_line')]
    one = rng.choice(found)
    at = subject.place(one['section_index'], one['offset'])
    if one['class'] == 'special':
        data[at] += 1 if data[at] < 255 else -1
    else:
        data[at + 1] ^= 1
    return f'line instruction at {one["offset"]:#x}'


def a_path(subject, data, rng):
    """A letter of a directory or file of a line table."""
    image = subject.image
    found = _records(subject, lambda r: r.section.name == '.debug_line' and
                     r.target is not None and
                     image.sections[r.target].name == '.debug_line_str')
    if not found:
        return None
    record = rng.choice(found)
    at = image.section('.debug_line_str').offset + record.addend
    if data[at] == 0:
        return None
    data[at] = letter(data[at])
    return f'path at {at:#x}'


def a_list(subject, data, rng):
    """A number in the entry of a list, or a view."""
    operands = []
    for item in subject.dumped('--ranges', '--locations', '--raw'):
        if item['kind'] in ('list_entry', 'view_pair'):
            # The last one of a location is the length of its expression.
            count = len(item['operands']) - ('expression' in item)
            operands += [(item['list_section_index'], operand)
                         for operand in item['operands'][:count]]
    found = [(section, o) for section, o in operands
             if o['encoding'] == 'uleb128' and o['role'] == 'number']
    if not found:
        return None
    section, one = rng.choice(found)
    data[subject.place(section, one['offset'])] ^= 1
    return f'list operand at {one["offset"]:#x}'


def a_frame(subject, data, rng):
    found = [(entry['section_index'], i)
             for entry in subject.dumped('--frames')
             if entry['kind'] in ('cie', 'fde') and
             entry['section'] == '.debug_frame'
             for i in entry['instructions']
             if i['op'] in ('DW_CFA_def_cfa_offset', 'DW_CFA_advance_loc1',
                            'DW_CFA_offset')]
    if not found:
        return None
    section, one = rng.choice(found)
    data[subject.place(section, one['offset'] + 1)] ^= 1
    return f'call frame instruction at {one["offset"]:#x}'


def an_arange(subject, data, rng):
    found = [a for a in subject.dumped('--aranges') if a['kind'] == 'arange']
    if not found:
        return None
    one = rng.choice(found)
    data[subject.place(one['section_index'], one['offset'] + 8)] ^= 1 << 3
    return f'length of the range at {one["offset"]:#x}'


def a_macro(subject, data, rng):
    found = [m for m in subject.dumped('--macros')
             if m['kind'] == 'macro' and m['op'].startswith('DW_MACRO_define')]
    if not found:
        return None
    one = rng.choice(found)
    data[subject.place(one['section_index'], one['offset'] + 1)] ^= 1
    return f'macro at {one["offset"]:#x}'


def a_public_name(subject, data, rng):
    found = [n for n in subject.dumped('--pubnames') if n['kind'] == 'pubname']
    if not found:
        return None
    one = rng.choice(found)
    at = subject.place(one['section_index'], one['offset'] + 4)
    if one['section'].startswith('.debug_gnu'):
        at += 1
    data[at] = letter(data[at])
    return f'public name at {one["offset"]:#x}'


def a_byte_of_the_program(subject, data, rng):
    found = [s for s in subject.image.sections
             if s.type == 1 and s.size and not _is_debug(s)]
    one = rng.choice(found)
    at = one.offset + rng.randrange(one.size)
    data[at] ^= 1 << rng.randrange(8)
    return f'byte of {one.name}'


def a_record_of_the_program(subject, data, rng):
    found = _records(subject, lambda r: not _is_debug(r.section))
    if not found:
        return None
    record = rng.choice(found)
    place = rng.choice((0, 16, 12))  # r_offset, r_addend, symbol
    data[record.at + place] ^= 1
    return f'record for {record.section.name}+{record.offset:#x}'


def a_symbol_of_the_program(subject, data, rng):
    image = subject.image
    table = next(s for s in image.sections if s.type == 2)
    strings = image.sections[table.link]
    found = [s for s in image.symbols if s.index and s.name and s.type != 3]
    one = rng.choice(found)
    at = table.offset + 24 * one.index
    if rng.random() < 0.5:
        data[at + rng.choice((8, 16))] ^= 1  # st_value, st_size
    else:
        name = int.from_bytes(data[at:at + 4], 'little')
        data[strings.offset + name] = letter(data[strings.offset + name])
    return f'symbol {one.name}'


CHANGES = (a_name_in_place, a_string, another_string, a_reference, a_constant,
           an_operation, a_declaration, an_address, a_symbol, no_record, a_line,
           a_path, a_list, a_frame, an_arange, a_macro, a_public_name,
           a_byte_of_the_program, a_record_of_the_program, a_symbol_of_the_program)
