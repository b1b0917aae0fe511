"""Range and location lists as stored: those of dwreloc-dump against readelf's."""

import collections
import re

from . import dump, elf_image, readelf

_ENTRY = re.compile(r'    ([0-9a-f]{8}) (.*)')
_VIEWS = re.compile(r'v([0-9a-f]+)\s+v([0-9a-f]+) location view pair')
_SECTION = re.compile(r'Contents of the (\S+) section:')


def kind_of(text):
    """How an entry is told here: 'base', 'end', or 'bounded'."""
    if text.startswith('<End of list>'):
        return 'end'
    return 'base' if '(base address' in text or '(base-address' in text else 'bounded'


def of_readelf(path):
    """{section: {offset: [kind...]}}, and {offset: (view, view)}.

    Entries of .debug_ranges all have the offset of their list."""
    found = collections.defaultdict(lambda: collections.defaultdict(list))
    views = {}
    for option in ('--debug-dump=Ranges', '--debug-dump=loc'):
        section = None
        for line in readelf.output(path, option):
            named = _SECTION.match(line)
            if named:
                section = named[1]
            match = _ENTRY.match(line)
            if not match or section is None:
                continue
            offset = int(match[1], 16)
            pair = _VIEWS.match(match[2])
            if pair:
                views[offset] = (int(pair[1], 16), int(pair[2], 16))
            else:
                found[section][offset].append(kind_of(match[2]))
    return found, views


_BASES = ('base_address', 'base_addressx')


def told_by_readelf(entry):
    kind = entry.split('_', 2)[2]
    if kind == 'end_of_list':
        return 'end'
    return 'base' if kind in _BASES else 'bounded'


def read(path, errors=None):
    """[(list, [list_entry or view_pair...])]."""
    found = []
    for item in dump.objects(path, '--ranges', '--locations', '--raw', errors=errors):
        if item['kind'] == 'list':
            found.append((item, []))
        elif item['kind'] in ('list_entry', 'view_pair'):
            found[-1][1].append(item)
    return found


def gaps(lists):
    """Where entries, or operands in them, do not follow one another."""
    for listed, items in lists:
        at = listed['list']
        for item in items:
            if item['offset'] != at:
                yield at
            place = at + (0 if item.get('is_pair', True) else 1)
            for operand in item['operands']:
                if operand['offset'] != place:
                    yield at
                place += operand['size']
            place += len(item.get('block', '')) // 2
            at += item['size']
            if place != at:
                yield at
        if at != listed['list'] + listed['size']:
            yield at


def operand_gaps(operations, base):
    """Where the operands of operations are not where the operations are."""
    for operation in operations:
        begin = base + operation['offset'] + 1
        end = begin - 1 + operation['size']
        places = sorted((operand['offset'], operand['size'])
                        for operand in operation['operands'])
        if places and places[-1][0] + places[-1][1] != end:
            yield end
        if any(offset < begin for offset, _ in places):
            yield begin
        if len(places) == 1 and 'sub_op' not in operation and places[0][0] != begin:
            yield begin


# Machines whose records readelf 2.40 does not apply.
_UNKNOWN_TO_READELF = {164: 'HEXAGON', 224: 'AMDGPU', 244: 'LANAI', 251: 'VE'}


def readelf_is_able(path):
    """It reads one section of each name, and not every kind of records."""
    image = elf_image.ElfImage(path)
    names = [section.name for section in image.sections
             if section.name.startswith('.debug_')]
    return (len(names) == len(set(names)) and
            image.machine not in _UNKNOWN_TO_READELF and
            not any(section.type == elf_image.SHT_CREL or
                    section.name.startswith('.zdebug_') or
                    section.name.endswith('.dwo') for section in image.sections))


def compare(path, report):
    errors = []
    lists = read(path, errors=errors)
    for error in errors:
        if 'skeleton' not in error:
            report.differ('dwreloc-dump', '--raw', error, '')
    for at in gaps(lists):
        report.differ(hex(at), 'place of a list entry', '', '')
    for _, items in lists:
        for item in items:
            for at in operand_gaps(item.get('expression', []),
                                   item.get('expression_offset', 0)):
                report.differ(hex(at), 'place of an operand', '', '')
    report.compared['lists as stored'] += len(lists)
    if not readelf_is_able(path):
        report.rules['readelf-lists'] += 1
        return
    theirs, views = of_readelf(path)
    compare_entries(lists, theirs, report)
    for listed, items in lists:
        if listed['attribute'] != 'DW_AT_GNU_locviews':
            continue
        for item in items:
            report.compared['view pairs'] += 1
            pair = tuple(operand['value']['value'] for operand in item['operands'])
            report.check(hex(item['offset']), 'view pair', pair,
                         views.pop(item['offset'], pair if was_seen(
                             item['offset'], lists) else None))
    for offset in views:
        report.differ(hex(offset), 'view pair', None, views[offset])


def was_seen(offset, lists):
    """Several DIEs may share views; readelf shows them once."""
    return sum(1 for listed, _ in lists
               if listed['attribute'] == 'DW_AT_GNU_locviews' and
               listed['list'] <= offset < listed['list'] + listed['size']) > 1


def looks_like_end(items):
    """A pair of addresses that are both at the beginning of their section."""
    return items[0]['is_pair'] and all(
        operand['value'].get('offset') == 0 for operand in items[0]['operands'][:2])


def compare_entries(lists, theirs, report):
    for listed, items in lists:
        if listed['attribute'] == 'DW_AT_GNU_locviews':
            continue
        is_ranges = listed['attribute'] == 'DW_AT_ranges'
        is_pair = bool(items) and items[0]['is_pair']
        names = {(True, True): '.debug_ranges', (True, False): '.debug_rnglists',
                 (False, True): '.debug_loc', (False, False): '.debug_loclists'}
        entries = theirs.get(names[is_ranges, is_pair], {})
        ours = collections.defaultdict(list)
        for item in items:
            if item['entry'].endswith('view_pair'):
                continue
            offset = listed['list'] if is_ranges and is_pair else item['offset']
            ours[offset].append(told_by_readelf(item['entry']))
        for offset, kinds in ours.items():
            # Of a table without offsets readelf 2.40 shows the first list only.
            if is_ranges and not is_pair and offset not in entries:
                continue
            if looks_like_end(items) and entries.get(offset) == ['end']:
                report.rules['readelf-zero-pair'] += 1
                continue
            report.compared['list entries'] += len(kinds)
            report.check(hex(offset), 'list entries', kinds, entries.get(offset))
