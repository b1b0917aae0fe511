"""Single changes of form, which say the same: as meaning.py, `CHANGES` has a function
for each kind.
"""

import struct

import dwarf_image as image_of
from meaning import DW_AT_SIBLING, attributes

R_SIZES = {image_of.R_X86_64_32: 4, image_of.R_X86_64_64: 8}
DATA_FORMS = (image_of.DATA1, image_of.UDATA, image_of.SDATA)
# The type may say whether it is signed: 0xff is not 255 there.
UNSIGNED = (0x0b, 0x39, 0x3b, 0x57, 0x59)


def _tables(subject):
    return [table for table in subject.image.abbrevs.values() if len(table) > 2]


def numbers_of_abbreviations(subject, data, rng):
    """Two codes are exchanged, in the declarations and in all DIEs."""
    table = rng.choice(_tables(subject))
    codes = [code for code in table if code < 0x80]
    one, other = rng.sample(codes, 2)
    data[table[one].at], data[table[other].at] = other, one
    for die in subject.image.dies:
        if die.unit[2] is table and die.code in (one, other):
            data[die.at] = other if die.code == one else one
    return f'codes {one} and {other}'


def order_of_abbreviations(subject, data, rng):
    table = rng.choice(_tables(subject))
    declared = sorted(table.values(), key=lambda abbrev: abbrev.at)
    start, end = declared[0].at, declared[-1].end
    pieces = [bytes(data[a.at:a.end]) for a in declared]
    rng.shuffle(pieces)
    data[start:end] = b''.join(pieces)
    return 'order of declarations'


def order_of_attributes(subject, data, rng):
    """Two attributes without bytes in the DIE change their places."""
    declared = [a for table in _tables(subject) for a in table.values()]
    found = []
    for abbrev in declared:
        free = [s for s in abbrev.specs if s[1] == image_of.FLAG_PRESENT and
                s[0] < 0x80]
        if len(free) > 1:
            found.append(free)
    if not found:
        return None
    one, other = rng.sample(rng.choice(found), 2)
    data[one[2]], data[other[2]] = data[other[2]], data[one[2]]
    return 'order of attributes'


def a_form(subject, data, rng):
    """A byte below 0x40 is the same number in three forms."""
    values = {}
    for attribute in attributes(subject, lambda a: a.form in DATA_FORMS):
        die = attribute.die
        position = die.attributes.index(attribute)
        spec = die.unit[2][die.code].specs[position]
        values.setdefault(spec[3], []).append(attribute)
    found = [at for at, all_of in values.items()
             if all(a.value < 0x40 and a.size == 1 and a.name in UNSIGNED
                    for a in all_of)]
    if not found:
        return None
    at = rng.choice(sorted(found))
    data[at] = rng.choice([f for f in DATA_FORMS if f != data[at]])
    return f'form at {at:#x}'


def _static(subject):
    """Records of debug sections against debug sections; ld keeps others' places."""
    image = subject.image
    return [r for r in image.records
            if r.section.name.startswith('.debug_') and r.target is not None and
            image.sections[r.target].name.startswith('.debug_') and
            r.type in R_SIZES and
            len(image.named(image.sections[r.target].name)) == 1]


def applied_records(subject, data, rng):
    """Some offsets among debug sections stand in their fields."""
    found = _static(subject)
    for record in rng.sample(found, rng.randrange(1, len(found))):
        size = R_SIZES[record.type]
        value = subject.image.offset_at(record.field)
        data[record.field:record.field + size] = value.to_bytes(size, 'little')
        struct.pack_into('<Q', data, record.at + 8, image_of.R_X86_64_NONE)
    return 'applied records'


def order_of_records(subject, data, rng):
    debug = [s for s in subject.image.sections
             if s.type == 4 and s.name.startswith('.rela.debug_') and s.size > 48]
    section = rng.choice(debug)
    pieces = [bytes(data[at:at + 24])
              for at in range(section.offset, section.offset + section.size, 24)]
    rng.shuffle(pieces)
    data[section.offset:section.offset + section.size] = b''.join(pieces)
    return f'order of {section.name}'


def a_symbol_of_a_record(subject, data, rng):
    """A place is written against another symbol of its section."""
    image = subject.image
    found = []
    for record in image.records:
        if not record.section.name.startswith('.debug_') or not record.target:
            continue
        others = [s for s in image.symbols
                  if s.index and s.section == record.target and
                  s.type in (1, 2, 3) and s.index != record.symbol]
        if others:
            found.append((record, others))
    if not found:
        return None
    record, others = rng.choice(found)
    other = rng.choice(others)
    old = image.symbols_by_index[record.symbol]
    struct.pack_into('<QQq', data, record.at, record.offset,
                     other.index << 32 | record.type,
                     old.value + record.addend - other.value)
    return f'symbol {other.name} for {record.section.name}+{record.offset:#x}'


def another_place_of_a_string(subject, data, rng):
    """What ends another string is the same string."""
    image = subject.image
    strings = image.section('.debug_str')
    text = bytes(data[strings.offset:strings.offset + strings.size])
    found = []
    for attribute in attributes(subject, lambda a: a.form == image_of.STRP and
                                a.at in image.by_field):
        here = image.offset_at(attribute.at)
        wanted = image_of.name_of(text, here) + b'\0'
        there = text.find(wanted)
        if there == here:
            there = text.find(wanted, here + 1)
        if there >= 0:
            found.append((attribute, there - here))
    if not found:
        return None
    attribute, distance = rng.choice(found)
    record = image.by_field[attribute.at]
    struct.pack_into('<q', data, record.at + 16, record.addend + distance)
    return f'string of DIE {attribute.die.offset:#x}'


def order_of_dies(subject, data, rng):
    """Two neighbours below the unit, of one size, without records and children."""
    image = subject.image
    tops = [d for d in image.dies if d.depth == 1]
    found = []
    for one, other in zip(tops, tops[1:]):
        same_size = other.offset - one.offset == other.end - other.at
        plain = not any(at in image.by_field for at in range(one.at, other.end))
        if (one.unit is other.unit and same_size and plain and
                not one.has_children and not other.has_children and
                not any(d.get(DW_AT_SIBLING) for d in (one, other))):
            found.append((one, other))
    if not found:
        return None
    one, other = rng.choice(found)
    size = other.at - one.at
    data[one.at:one.at + 2 * size] = (bytes(data[other.at:other.at + size]) +
                                      bytes(data[one.at:one.at + size]))
    moved = {one.offset: size, other.offset: -size}
    for die in image.dies:
        if die.unit is not one.unit:
            continue
        for attribute in die.attributes:
            if attribute.form != image_of.REF4:
                continue
            target = die.unit[0] + attribute.value
            at = attribute.at + moved.get(die.offset, 0)
            struct.pack_into('<I', data, at,
                             attribute.value + moved.get(target, 0))
    return f'order of DIEs {one.offset:#x} and {other.offset:#x}'


CHANGES = (numbers_of_abbreviations, order_of_abbreviations, order_of_attributes,
           a_form, applied_records, order_of_records, a_symbol_of_a_record,
           another_place_of_a_string, order_of_dies)
