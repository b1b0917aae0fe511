"""Compares the lookup tables: .debug_aranges, .debug_pubnames and its kin,
.debug_names.

What readelf and llvm-dwarfdump print of them is short enough to be read here.
"""

import re

from . import dump, llvm_dwarfdump, readelf

PUBNAMES = ('.debug_pubnames', '.debug_pubtypes', '.debug_gnu_pubnames',
            '.debug_gnu_pubtypes')

_SET_OFFSET = re.compile(r'  Offset into \.debug_info(?: section)?: +(?:0x)?'
                         r'([0-9a-f]+)$')
_TUPLE = re.compile(r'    ([0-9a-f]{8,16}) ([0-9a-f]{8,16})$')
_NAME = re.compile(r'    ([0-9a-f]+) *(?:\t| ([gs]),(\w+) +)(.*)$')
_LLVM_SET = re.compile(r'Address Range Header: .*cu_offset = 0x([0-9a-f]+)')
_LLVM_RANGE = re.compile(r'\[0x([0-9a-f]+), 0x([0-9a-f]+)\)$')
_LLVM_NAMES = re.compile(r'length = .*unit_offset = 0x([0-9a-f]+)')
_LLVM_NAME = re.compile(r'0x([0-9a-f]+) (?:(EXTERNAL|STATIC) +(\w+) +)?"(.*)"$')


def readelf_aranges(path):
    """(unit, address, length), without the zeros that end sets."""
    unit = None
    for line in readelf.output(path, '--debug-dump=aranges'):
        match = _SET_OFFSET.match(line)
        if match:
            unit = int(match[1], 16)
            continue
        match = _TUPLE.match(line)
        if match and (int(match[1], 16) or int(match[2], 16)):
            yield unit, int(match[1], 16), int(match[2], 16)


def llvm_aranges(path):
    """The same. Its ranges have an end, not a length."""
    unit = None
    for line in llvm_dwarfdump.output(path, '--debug-aranges'):
        match = _LLVM_SET.match(line)
        if match:
            unit = int(match[1], 16)
            continue
        match = _LLVM_RANGE.match(line)
        if match:
            begin, end = int(match[1], 16), int(match[2], 16)
            yield unit, begin, end - begin


def readelf_pubnames(path):
    """(section, unit, DIE offset in the unit, name, static?, kind)."""
    section = unit = None
    for line in readelf.output(path, '--debug-dump=pubnames,pubtypes'):
        if line.startswith('Contents of the '):
            section = line.split()[3]
            continue
        match = _SET_OFFSET.match(line)
        if match:
            unit = int(match[1], 16)
            continue
        match = _NAME.match(line)
        if match and not line.startswith('    Offset '):
            static = match[2] and match[2] == 's'
            yield section, unit, int(match[1], 16), match[4], static, match[3]


def llvm_pubnames(path):
    """The same."""
    for section in PUBNAMES:
        unit = None
        option = '--' + section[1:].replace('_', '-')
        for line in llvm_dwarfdump.output(path, option):
            match = _LLVM_NAMES.match(line)
            if match:
                unit = int(match[1], 16)
                continue
            match = _LLVM_NAME.match(line)
            if match:
                static = match[2] and match[2] == 'STATIC'
                kind = match[3] and match[3].lower()
                yield (section, unit, int(match[1], 16), match[4], static, kind)


class LlvmIndex:
    """`names`: {string: (hash, [(offset, tag, unit, DIE offset, parent)])}, where
    unit is a number in `units` and parent None or an offset."""

    def __init__(self, offset):
        self.offset = offset
        self.counts = {}
        self.units = {'CU': [], 'LocalTU': []}
        self.names = {}


def llvm_names(path):
    """The name indexes."""
    index = entries = entry = digest = None
    abbrevs = False
    for line in llvm_dwarfdump.output(path, '--debug-names'):
        text = line.strip()
        key, _, value = text.partition(': ')
        if text.startswith('Name Index @ '):
            index = LlvmIndex(int(text.split()[3], 16))
            yield index
        elif text.startswith('Abbreviations ['):
            abbrevs = True
        elif abbrevs:
            abbrevs = line != '  ]'
        elif text.startswith(('CU[', 'LocalTU[')):
            index.units[key.partition('[')[0]].append(int(value, 16))
        elif key == 'Hash':
            digest = int(value, 16)
        elif key == 'String':
            entries = []
            index.names[value.partition(' ')[2].strip('"')] = (digest, entries)
        elif text.startswith('Entry @ '):
            entry = {'offset': int(text.split()[2], 16), 'unit': ('CU', 0),
                     'parent': 'unknown'}
            entries.append(entry)
        elif key == 'Tag':
            entry['tag'] = value
        elif key == 'DW_IDX_compile_unit':
            entry['unit'] = ('CU', int(value, 16))
        elif key == 'DW_IDX_type_unit':
            entry['unit'] = ('LocalTU', int(value, 16))
        elif key == 'DW_IDX_die_offset':
            entry['die'] = int(value, 16)
        elif key == 'DW_IDX_parent':
            entry['parent'] = (int(value.split()[2], 16)
                               if value.startswith('Entry @ ') else None)
        elif index is not None and key in ('Bucket count', 'Name count',
                                           'Version'):
            index.counts[key] = int(value)


class Comparison:
    """Of one file with another view of it; see compare.py."""

    def __init__(self, path, other_path, placement, options, report):
        self.path = path
        self.other_path = other_path
        self.placement = placement
        self.options = options
        self.report = report

    def run(self):
        errors = []
        ours = {kind: [] for kind in ('arange', 'pubname', 'name_index',
                                      'name')}
        for item in dump.objects(self.path, '--aranges', '--pubnames',
                                 '--debug-names', *self.options,
                                 errors=errors):
            ours[item['kind']].append(item)
        for error in errors:
            self.report.differ(self.path, 'dwreloc-dump failed', error, '')
        self.base = self.compile_unit_base() if any(ours.values()) else 0
        self.compare_aranges(ours['arange'])
        self.compare_pubnames(ours['pubname'])
        self.compare_names(ours['name_index'], ours['name'])

    def compile_unit_base(self):
        """Where the section of the compile units begins among those of its
        name; type units have sections of their own."""
        for item in dump.objects(self.path, '--info'):
            if item['kind'] == 'unit' and item['unit_type'] != 'DW_UT_type':
                return self.placement.bases[item['section_index']]
        return 0

    def check(self, what, ours, theirs):
        """Lists, item by item."""
        self.report.compared[what] += len(ours)
        self.report.check(self.path, f'number of {what}', len(ours),
                          len(theirs))
        for number, pair in enumerate(zip(ours, theirs)):
            self.report.check(f'{what} {number}', 'item', *pair)

    def compare_aranges(self, aranges):
        ours = [(item['unit'] + self.base,
                 self.placement.number(item['begin']), item['length'])
                for item in aranges]
        self.check('address ranges of readelf', ours,
                   list(readelf_aranges(self.other_path)))
        # It does not relocate this section.
        if not self.placement.names_sections:
            self.check('address ranges of llvm', ours,
                       list(llvm_aranges(self.other_path)))

    def compare_pubnames(self, pubnames):
        for name, theirs in (('readelf', readelf_pubnames(self.other_path)),
                             ('llvm', llvm_pubnames(self.other_path))):
            # Sections come in the order of the file, or of the program.
            theirs = sorted(theirs, key=lambda item: PUBNAMES.index(item[0]))
            ours = sorted(
                ((item['section'], item['unit'] + self.base,
                  item['die'] - item['unit'], item['name'],
                  item.get('is_static'), item.get('symbol_kind'))
                 for item in pubnames),
                key=lambda item: PUBNAMES.index(item[0]))
            self.check(f'public names of {name}', ours, theirs)

    def compare_names(self, indexes, names):
        by_index = {index['offset']: {} for index in indexes}
        for name in names:
            by_index[name['index']][name['name']] = name
        theirs = list(llvm_names(self.other_path))
        self.report.check(self.path, 'name indexes',
                          [index['offset'] for index in indexes],
                          [index.offset for index in theirs])
        for ours, their in zip(indexes, theirs):
            where = f'name index {their.offset:#x}'
            self.report.check(
                where, 'header',
                (ours['bucket_count'], ours['name_count'], ours['version']),
                tuple(their.counts[key] for key in
                      ('Bucket count', 'Name count', 'Version')))
            for key, list_name in (('comp_units', 'CU'),
                                   ('local_type_units', 'LocalTU')):
                self.report.check(where, key,
                                  [self.place(unit['section_index'],
                                              unit['offset'])
                                   for unit in ours[key]],
                                  their.units[list_name])
            self.compare_index(where, by_index[ours['offset']], their)

    def place(self, section, offset):
        return offset + self.placement.bases[section]

    def compare_index(self, where, names, their):
        self.report.check(where, 'names', set(names), set(their.names))
        for name, (digest, theirs) in their.names.items():
            if name not in names:
                continue
            ours = names[name]
            self.report.compared['indexed names'] += 1
            self.report.check(f'{where} {name}', 'hash', ours.get('hash'),
                              digest)
            entries = [(item['offset'], item['tag'],
                        self.place(item['unit_section_index'], item['unit']),
                        item['die'] - item['unit'],
                        item.get('parent', 'unknown'))
                       for item in ours['entries']]
            expected = [(item['offset'], item['tag'],
                         their.units[item['unit'][0]][item['unit'][1]],
                         item['die'], item['parent']) for item in theirs]
            self.report.compared['entries of name indexes'] += len(entries)
            self.report.check(f'{where} {name}', 'entries', entries, expected)
