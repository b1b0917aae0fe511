"""Compares all that dwreloc-dump says of a file with what others say.

    compare_module(path)            the relocatable file itself
    compare_linked(path, linked)    the file, placed where `linked` has its sections,
                                    with the linked file
    check_coverage(path, ...)       is each relocation record read exactly once?

llvm-dwarfdump is asked for units, DIEs, tags, attributes, forms, strings, references,
addresses with the section they lie in, expressions, ranges, locations and line tables;
readelf for the number behind every attribute, for expressions with relocated operands,
and for location lists; both for call frames (frames.py) and lookup tables (lookup.py).
Nothing is sampled. What does not agree is a difference, unless one of RULES says why the
other program is wrong; how often each was needed is counted.
"""

import bisect
import collections
import itertools
import re

from . import dump, frames, llvm_dwarfdump, lookup, operations, readelf

MASK = operations.MASK

RULES = {
    'readelf-zero-pair':
        'readelf 2.40 takes a pair of addresses for the end of a list of .debug_ranges if '
        'both are the beginning of a section that it has placed at 0.',
    'readelf-lists':
        'readelf 2.40 reads one section of each name, no split files alone, and not all '
        'kinds of records: the lists of such files are not compared with what it finds.',
    'readelf-no-crel':
        'readelf 2.40 does not know CREL and shows the bytes in place of fields that its '
        'records relocate.',
    'llvm-unrelocated-op':
        'llvm-dwarfdump does not relocate operands of expressions (DW_OP_addr) in '
        'relocatable files: it shows the bytes in place, which are 0. readelf relocates '
        'them and agrees with dwreloc-dump, here and in the linked file.',
    'llvm-unknown-op':
        'llvm-dwarfdump 19 does not know DW_OP_implicit_pointer, DW_OP_const_type, '
        'DW_OP_deref_type and the GNU operations, '
        'and stops decoding there ("<decoding error>"). What it decoded before agrees; '
        'readelf decodes all and agrees.',
    'readelf-plain-block':
        'readelf 2.40 shows the bytes of a size that is an expression in a block (DWARF 3: '
        'DW_AT_byte_size). Their number and what llvm-dwarfdump decodes agree.',
    'llvm-two-byte-addresses':
        'llvm-dwarfdump 19 does not see base address entries of .debug_loc where '
        'addresses have two bytes (AVR): it takes 0xffff for a begin and stops. '
        'readelf sees them and agrees.',
    'readelf-list-index':
        'readelf 2.40 does not look addresses up in .debug_addr for location lists '
        '(DW_LLE_base_addressx, DW_LLE_startx_length, DW_AT_low_pc as addrx): it shows '
        'bounds without base. Their distance and the expression agree; llvm-dwarfdump '
        'agrees in all.',
    'llvm-no-row':
        'llvm-dwarfdump prints no row where neither the CFA nor a register has a rule '
        '(AMDGPU, BPF, Lanai). readelf prints it and agrees.',
    'readelf-no-row':
        'readelf prints no row of an FDE whose instructions are its CIE\'s alone. '
        'llvm-dwarfdump prints it and agrees.',
}

_STRING_FORMS = {
    'DW_FORM_strp': '.debug_str', 'DW_FORM_line_strp': '.debug_line_str'}
_UNKNOWN_TO_LLVM = {'DW_OP_implicit_pointer', 'DW_OP_const_type', 'DW_OP_deref_type'}
# What readelf calls tags whose names got longer after DWARF 3.
_READELF_TAGS = {
    'DW_TAG_template_type_parameter': 'DW_TAG_template_type_param',
    'DW_TAG_template_value_parameter': 'DW_TAG_template_value_param'}
_NUMBER = re.compile(r'(-?(?:0x[0-9a-f]+|\d+))')
_REFERENCE = re.compile(r'cu \+ 0x([0-9a-f]+) => \{0x([0-9a-f]+)\}')
_PLAIN = re.compile(r'[ !#-\[\]-~]*\Z')


class Report:
    """Differences found, rules needed, values compared."""

    SHOWN = 20

    def __init__(self, file):
        self.file = file
        self.differences = 0
        self.text = []
        self.rules = collections.Counter()
        self.compared = collections.Counter()

    def differ(self, where, what, ours, theirs):
        self.differences += 1
        if len(self.text) < self.SHOWN:
            self.text.append(f'{self.file}: {where}: {what}:\n'
                             f'    ours   {ours}\n    theirs {theirs}')

    def check(self, where, what, ours, theirs):
        if ours != theirs:
            self.differ(where, what, ours, theirs)


class AtZero:
    """Values as programs show them that place every section at 0."""

    names_sections = True
    bases = collections.defaultdict(int)

    def number(self, value):
        kind = value['kind']
        if kind == 'absolute':
            return value['value']
        if kind == 'section':
            return value['offset']
        if kind == 'undefined':
            return value['addend'] & MASK
        raise ValueError(f'unexpected {value}')

    def llvm_operand(self, value):
        """Operands of expressions are not relocated: 'llvm-unrelocated-op'."""
        return value['value'] if value['kind'] == 'absolute' else 0

    def section(self, value):
        """How llvm-dwarfdump -v names the section of an address."""
        if value['kind'] == 'section':
            return f' "{value["section"]}"'
        return ''


class AtPlaces:
    """Values as they are in the linked file."""

    names_sections = False

    def __init__(self, linked):
        self.linked = linked
        self.bases = linked.bases

    def number(self, value):
        kind = value['kind']
        if kind == 'absolute':
            return value['value']
        if kind == 'section':
            # A section of no address: no number is equal to that.
            return value.get('address', -1)
        if kind == 'undefined':
            return (self.linked.symbols[value['symbol']] +
                    value['addend']) & MASK
        if kind == 'tls':
            return (self.linked.tls_offset(value['symbol_index']) +
                    value['addend']) & MASK
        raise ValueError(f'unexpected {value}')

    def llvm_operand(self, value):
        return self.number(value)

    def section(self, value):
        return ''


def _escaped(content):
    """How llvm-dwarfdump prints the bytes of a string."""
    if content is None:
        return None
    text = content.decode('utf-8', 'surrogateescape')
    if _PLAIN.match(text):
        return text
    result = []
    for byte in content:
        char = chr(byte)
        if char in '\\"':
            result.append('\\' + char)
        elif char == '\t':
            result.append('\\t')
        elif char == '\n':
            result.append('\\n')
        elif 32 <= byte < 127:
            result.append(char)
        else:
            result.append('\\%03o' % byte)
    return ''.join(result)


class _InfoComparison:
    """Units, DIEs, attributes; ranges and locations beside the attributes."""

    def __init__(self, ours, theirs, placement, options, report):
        self.path = ours
        self.other_path = theirs
        self.placement = placement
        self.options = options
        self.report = report
        self.unit = None
        self.base = 0
        self.stmt_lists = {}  # unit offset: (table offset, comp_dir)
        self.ranges = collections.defaultdict(list)
        self.locations = collections.defaultdict(list)
        # By offset: (locations, offset of the unit and of its section, has it a
        # .debug_addr?)
        self.lists = {}
        self.rows = collections.defaultdict(list)
        self.addr_base = None
        self.addresses = llvm_dwarfdump.addresses(theirs)

    def run(self):
        self.read_lists()
        there = {item['section'] for item in dump.objects(self.path, '--sections')}
        for section in ('.debug_info', '.debug_types'):
            # zlib-gnu: the name tells that it is compressed.
            for name in (section, section.replace('.', '.z', 1)):
                if name in there:
                    self.compare_section(section, name)
        self.compare_raw_locations()
        self.compare_lines()

    def compare_section(self, section, name):
        """`name` is what our file calls it."""
        errors = []
        theirs = llvm_dwarfdump.info(self.other_path, section)
        others = readelf.dies(self.other_path, section)
        ours = (item for item in dump.objects(
                    self.path, '--info', f'--section={name}', *self.options,
                    errors=errors)
                if item['kind'] in ('unit', 'die'))
        for item, their in itertools.zip_longest(ours, theirs):
            if item is None or their is None:
                self.report.differ(section, 'unit or DIE only one has',
                                   item, getattr(their, 'offset', None))
                break
            if item['kind'] == 'unit':
                self.compare_unit(item, their)
            else:
                self.compare_die(item, their, next(others, None))
        if next(others, None) is not None:
            self.report.differ(section, 'DIEs', 'no more', 'more')
        for error in errors:
            self.report.differ(self.path, 'dwreloc-dump failed', error, '')

    def read_lists(self):
        errors = []
        for item in dump.objects(self.path, '--ranges', '--locations',
                                 '--lines', *self.options, errors=errors):
            kind = item['kind']
            if kind == 'line':
                self.rows[item['unit']].append(item)
            elif kind == 'range':
                self.ranges[item['die']].append(item)
            elif kind == 'location':
                self.locations[item['die'], item['attribute']].append(item)
        for error in errors:
            self.report.differ(self.path, 'dwreloc-dump failed', error, '')

    def compare_unit(self, ours, theirs):
        report = self.report
        self.unit = ours
        self.base = base = self.placement.bases[ours['section_index']]
        where = f'{ours["section"]} unit {ours["offset"]:#x}'
        if not isinstance(theirs, llvm_dwarfdump.Unit):
            report.differ(where, 'kind', 'unit', 'DIE')
            return
        report.compared['units'] += 1
        header = 4 if ours['offset_size'] == 4 else 12
        report.check(where, 'header',
                     (ours['section'].replace('.z', '.'), ours['offset'] + base,
                      ours['end'] + base,
                      ours['end'] - ours['offset'] - header,
                      ours['offset_size'], ours['version'],
                      ours['address_size'], ours['abbrev_offset'],
                      ours['signature'], ours['type_offset']),
                     (theirs.section, theirs.offset, theirs.end,
                      theirs.length, theirs.offset_size, theirs.version,
                      theirs.address_size, theirs.abbrev_offset,
                      theirs.signature, theirs.type_offset))

    def compare_die(self, ours, llvm, other):
        report = self.report
        where = f'{ours["section"]} DIE {ours["offset"]:#x}'
        if not isinstance(llvm, llvm_dwarfdump.Die) or other is None:
            report.differ(where, 'kind', 'DIE', 'unit or nothing')
            return
        report.compared['DIEs'] += 1
        attributes = ours['attributes']
        place = (ours['offset'] + self.base, ours['depth'], ours['tag'])
        report.check(where, 'llvm', place, (llvm.offset, llvm.depth, llvm.tag))
        place = (*place[:2], _READELF_TAGS.get(ours['tag'], ours['tag']))
        report.check(where, 'readelf', place,
                     (other.offset, other.depth, other.tag))
        report.check(where, 'attributes of llvm',
                     [(item['name'], item['form']) for item in attributes],
                     [(item[0], item[1]) for item in llvm.attributes])
        report.check(where, 'attributes of readelf',
                     [(item['name'], item['form']) for item in attributes],
                     [(item[0], 'DW_FORM_' + item[1])
                      for item in other.attributes])
        report.compared['attributes'] += len(attributes)
        if ours['depth'] == 0:
            self.remember_unit_die(ours)
        for item, their, another in zip(attributes, llvm.attributes,
                                        other.attributes):
            self.compare_with_llvm(where, ours, item, their)
            self.compare_with_readelf(where, item, another[2])

    def remember_unit_die(self, die):
        by_name = {item['name']: item for item in die['attributes']}
        base = by_name.get('DW_AT_addr_base')
        self.addr_base = base['value']['value'] if base else None
        if 'DW_AT_stmt_list' in by_name:
            directory = by_name.get('DW_AT_comp_dir')
            self.stmt_lists[self.unit['offset']] = (
                by_name['DW_AT_stmt_list']['value']['value'],
                directory and dump.bytes_of(directory, 'string'))

    # Attributes as llvm-dwarfdump prints them.

    def compare_with_llvm(self, where, die, item, their):
        name, form, text, lines = their
        value = item['value']
        if lines:
            lines[-1] = lines[-1].removesuffix(')')
        else:
            text = text.removesuffix(')')
        if form in _STRING_FORMS:
            expected = (f' {_STRING_FORMS[form]}[0x{value["value"]:08x}] = '
                        f'"{_escaped(dump.bytes_of(item, "string"))}"')
            # 64-bit DWARF: sixteen digits.
            if self.unit['offset_size'] == 8:
                expected = expected.replace('[0x', '[0x00000000', 1)
        elif form == 'DW_FORM_string':
            expected = f'"{_escaped(dump.bytes_of(item, "string"))}"'
        elif 'string' in item:  # strx
            expected = (f'indexed ({item["index"]:08x}) string = '
                        f'"{_escaped(dump.bytes_of(item, "string"))}"')
        elif form == 'DW_FORM_addr':
            expected = self.address(value)
        elif form.startswith('DW_FORM_addrx'):
            expected = (f'indexed ({item["index"]:08x}) address = '
                        f'{self.address(value)}')
        elif form == 'DW_FORM_LLVM_addrx_offset':
            expected = (f'indexed ({item["index"]:08x}) + '
                        f'0x{item["index_offset"]:x} address = '
                        f'{self.address(value)}')
        elif form in ('DW_FORM_ref1', 'DW_FORM_ref2', 'DW_FORM_ref4',
                      'DW_FORM_ref8', 'DW_FORM_ref_udata'):
            expected = (value['value'] - self.unit['offset'],
                        value['value'] + self.base)
            match = _REFERENCE.match(text)
            text = match and (int(match[1], 16), int(match[2], 16))
        elif form == 'DW_FORM_ref_sig8':
            expected = f'0x{value["value"]:016x}'
        elif form == 'DW_FORM_ref_addr':
            expected = f'0x{value["value"] + self.base:08x}'
            text = '0x' + text[2:].partition(' ')[0].lstrip('0').rjust(8, '0')
        elif 'expression' in item:
            self.report.compared['expressions of attributes'] += 1
            self.compare_llvm_expression(f'{where} {name}', item['expression'],
                                         text)
            return
        elif name == 'DW_AT_ranges' or (die['offset'], name) in self.locations:
            self.compare_list_offset(f'{where} {name}', item, text)
            if name == 'DW_AT_ranges':
                self.compare_ranges(where, die, lines)
            else:
                self.compare_locations(where, die, item, lines)
            return
        elif form == 'DW_FORM_flag_present':
            expected = 'true'
        elif 'block' in item:
            content = bytes.fromhex(item['block'])
            expected = content.hex(' ')
            text = text[text.find('>') + 1:].strip()
        else:
            number = _NUMBER.match(text)
            # A file name or the name of a constant: readelf has the number.
            if text.startswith(('"', 'DW_')) or not number:
                self.report.compared['numbers told by readelf alone'] += 1
                return
            expected, text = value['value'], int(number[1], 0) & MASK
        self.report.check(where, f'{name} [{form}] of llvm', expected, text)

    def address(self, value):
        digits = 2 * self.unit['address_size']
        return (f'0x{self.placement.number(value):0{digits}x}'
                f'{self.placement.section(value)}')

    def compare_llvm_expression(self, where, expression, text):
        ours = operations.as_llvm(expression, self.placement.number,
                                  self.unit['offset'])
        theirs = operations.parse_llvm(text)
        self.compare_indexed_operands(where, expression)
        if ours == theirs:
            return
        # The rules; see RULES.
        if theirs and theirs[-1] == ('undecoded',):
            stopped_at = len(theirs) - 1
            if stopped_at < len(ours) and (
                    ours[stopped_at][0] in _UNKNOWN_TO_LLVM or
                    ours[stopped_at][0].startswith('DW_OP_GNU_')):
                self.report.rules['llvm-unknown-op'] += 1
                theirs.pop()
                expression = expression[:stopped_at]
                ours = ours[:stopped_at]
                if ours == theirs:
                    return
        unrelocated = operations.as_llvm(
            expression, self.placement.llvm_operand, self.unit['offset'])
        if unrelocated == theirs:
            self.report.rules['llvm-unrelocated-op'] += 1
            return
        self.report.differ(where, 'expression of llvm', ours, theirs)

    def compare_indexed_operands(self, where, expression):
        """DW_OP_addrx: others show the index, and the table it leads into."""
        for operation in expression:
            if 'index' in operation:
                self.report.check(
                    where, 'operand in .debug_addr of llvm',
                    self.placement.number(operation['value']),
                    self.addresses[self.addr_base][operation['index']])
            elif 'expression' in operation:
                self.compare_indexed_operands(where, operation['expression'])

    def interval(self, item):
        """How llvm-dwarfdump prints [begin, end)."""
        begin, end = item['begin'], item['end']
        digits = 2 * self.unit['address_size']
        return (f'[0x{self.placement.number(begin):0{digits}x}, '
                f'0x{self.placement.number(end):0{digits}x})'
                f'{self.placement.section(begin)}')

    def compare_list_offset(self, where, item, text):
        ours, theirs = [item['value']['value']], []
        if 'index' in item:
            ours.insert(0, item['index'])
            kind = 'rangelist' if item['name'] == 'DW_AT_ranges' else 'loclist'
            ours.insert(0, kind)
            theirs.append('rangelist' if 'rangelist' in text else 'loclist')
        theirs += [int(number, 16)
                   for number in re.findall('0x[0-9a-f]+', text)]
        self.report.check(where, 'list of llvm', ours, theirs)

    def compare_ranges(self, where, die, lines):
        expected = [self.interval(item) for item in self.ranges[die['offset']]]
        self.report.compared['ranges'] += len(expected)
        self.report.check(where, 'ranges of llvm', expected, lines)

    def compare_locations(self, where, die, item, lines):
        expected = self.locations[die['offset'], item['name']]
        where = f'{where} {item["name"]}'
        self.lists[item['value']['value']] = (expected, self.unit['offset'],
                                              self.base,
                                              self.addr_base is not None)
        if self.unit['address_size'] == 2 and self.unit['version'] < 5:
            self.report.rules['llvm-two-byte-addresses'] += 1
            return
        self.report.compared['locations'] += len(expected)
        if len(expected) != len(lines):
            self.report.differ(where, 'number of locations', expected, lines)
            return
        for location, line in zip(expected, lines):
            interval, _, text = line.partition(': ')
            self.report.check(
                where, 'interval of llvm',
                self.interval(location) if 'begin' in location else '<default>',
                interval)
            self.compare_llvm_expression(where, location['expression'], text)

    # Attributes as readelf prints them.

    def compare_with_readelf(self, where, item, text):
        form, value = item['form'], item['value']
        if 'string' in item:
            theirs = text.encode('utf-8', 'surrogateescape')
            if form in _STRING_FORMS:
                prefix = f'(offset: {_readelf_hex(value["value"])}): '
            elif form == 'DW_FORM_string':
                prefix = ''
            else:
                # readelf numbers indexed strings its own way; the text counts.
                prefix = text[:text.find('): ') + 3]
            ours = prefix.encode() + dump.bytes_of(item, 'string')
            self.report.check(where, f'{item["name"]} of readelf', ours, theirs)
            return
        if 'expression' in item:
            head, _, rest = (('', '', text[1:]) if text.startswith('(DW_OP') else
                             text.partition('\t('))
            if item['name'] == 'DW_AT_byte_size' and form == 'DW_FORM_block1' and not rest:
                self.report.rules['readelf-plain-block'] += 1
            else:
                ours = operations.as_readelf(item['expression'],
                                             self.placement.number,
                                             self.unit['offset'], self.base)
                theirs = operations.parse_readelf(_in_parentheses(rest))
                self.report.check(where, f'{item["name"]} of readelf', ours, theirs)
            # Of some one-byte operands readelf shows the operation only.
            if head:
                self.report.check(where, f'length of {item["name"]} of readelf',
                                  f'{value["value"]} byte block',
                                  head.partition(':')[0])
            return
        if 'block' in item and form != 'DW_FORM_data16':
            ours = list(bytes.fromhex(item['block']))
            theirs = [int(byte, 16) for byte in
                      text.partition('block: ')[2].partition('\t')[0].split()]
            self.report.check(where, f'{item["name"]} of readelf', ours, theirs)
            return
        if text.startswith('(index: '):
            text = text.partition('): ')[2]
        if form == 'DW_FORM_ref_sig8':
            theirs = int(text.removeprefix(': '), 16)
        elif text.startswith('<'):
            theirs = int(text[1:].partition('>')[0], 16)
        else:
            match = _NUMBER.match(text)
            theirs = match and int(match[1], 0) & MASK
        ours = self.placement.number(value)
        if form.startswith('DW_FORM_ref') and form != 'DW_FORM_ref_sig8':
            ours += self.base
        if ours != theirs:
            # -1 of four bytes, say: readelf extends the sign of some.
            self.report.differ(where, f'{item["name"]} [{form}] of readelf',
                               ours, text)

    def compare_raw_locations(self):
        """Location lists, expressions relocated, with readelf."""
        if not self.lists:
            return
        entries = readelf.locations(self.other_path)
        order = sorted(entries)
        for offset, (locations, unit_offset, base,
                     is_indexed) in self.lists.items():
            where = f'location list {offset:#x}'
            ours = [(self.placement.number(item['begin'])
                     if 'begin' in item else None,
                     self.placement.number(item['end'])
                     if 'begin' in item else None,
                     operations.as_readelf(item['expression'],
                                           self.placement.number,
                                           unit_offset, base))
                    for item in locations]
            theirs = []
            # The first entry at or behind the start: base entries are left out.
            i = bisect.bisect_left(order, offset)
            while i < len(order) and entries[order[i]].expression is not None:
                entry = entries[order[i]]
                begin, end = entry.begin, entry.end
                if is_indexed and len(theirs) < len(ours):
                    our_begin, our_end, _ = ours[len(theirs)]
                    if begin != our_begin and end - begin == our_end - our_begin:
                        self.report.rules['readelf-list-index'] += 1
                        begin, end = our_begin, our_end
                theirs.append((begin, end, entry.expression))
                i += 1
            self.report.compared['locations of readelf'] += len(ours)
            self.report.check(where, 'entries of readelf', ours, theirs)

    # Line tables.

    def compare_lines(self):
        tables = llvm_dwarfdump.lines(self.other_path)
        read = set()
        for unit, rows in self.rows.items():
            if unit not in self.stmt_lists:
                self.report.differ(f'unit {unit:#x}', 'line rows',
                                   'a table', 'no DW_AT_stmt_list')
                continue
            offset, comp_dir = self.stmt_lists[unit]
            table = tables.get(offset)
            where = f'line table {offset:#x}'
            if table is None:
                self.report.differ(where, 'table', 'one', 'none')
                continue
            read.add(offset)
            names = _file_names(table, comp_dir)
            self.report.compared['line rows'] += len(rows)
            ours = [self.row(row) for row in rows]
            theirs = [(address, names.get(file), *rest)
                      for address, file, *rest in table.rows]
            if ours != theirs:
                for number, (our, their) in enumerate(
                        itertools.zip_longest(ours, theirs)):
                    if our != their:
                        self.report.differ(f'{where} row {number}', 'llvm', our,
                                           their)
        for offset, table in tables.items():
            if offset not in read and table.rows:
                self.report.differ(f'line table {offset:#x}', 'rows', 'none',
                                   f'{len(table.rows)} rows')

    _FLAGS = ('is_stmt', 'basic_block', 'prologue_end', 'epilogue_begin',
              'end_sequence')

    def row(self, row):
        return (self.placement.number(row['address']),
                dump.bytes_of(row, 'file'), row['line'], row['column'],
                row['discriminator'], row['op_index'],
                frozenset(flag for flag in self._FLAGS if row[flag]))


def _readelf_hex(number):
    return f'{number:#x}' if number else '0'


def _in_parentheses(text):
    """Of "DW_OP_fbreg: 8)": what is in front of the last parenthesis."""
    return text.rstrip().removesuffix(')')


def _file_names(table, comp_dir):
    """What a row's file number means: name, or directory/name."""
    names = {}
    for number, (name, directory_index) in table.files.items():
        directory = (comp_dir if table.version < 5 and directory_index == 0 else
                     table.directories.get(directory_index))
        if name.startswith(b'/') or not directory:
            names[number] = name
        else:
            names[number] = directory.rstrip(b'/') + b'/' + name
    return names


def compare_module(path, report):
    _InfoComparison(path, path, AtZero(), [], report).run()
    frames.compare(path, path, AtZero(), [], report)
    lookup.Comparison(path, path, AtZero(), [], report).run()


def compare_linked(path, linked, report):
    options = ['--addresses=both', *linked.options()]
    placement = AtPlaces(linked)
    _InfoComparison(path, linked.path, placement, options, report).run()
    frames.compare(path, linked.path, placement, options, report)
    lookup.Comparison(path, linked.path, placement, options, report).run()


def check_coverage(path, report):
    """Each record has one owner."""
    errors = []
    for item in dump.objects(path, '--coverage', errors=errors):
        if item['kind'] != 'coverage':
            report.differ(path, 'record not read exactly once', item, '')
        else:
            report.compared['records with an owner'] += item['owned']
            report.check(item['section'], 'records with one owner, and NONE',
                         item['owned'] + item['none'], item['records'])
    for error in errors:
        report.differ(path, 'dwreloc-dump --coverage failed', error, '')


def notices_moved_section(path, linked):
    """Says of the comparison that it can fail: one that accepts everything looks
    just like a good one. One section is said to be where it is not."""
    places = linked.places
    for name in ('.text', '.init.text', '.data', '.bss', '.rodata'):
        if name not in places:
            continue
        linked.places = {**places, name: places[name] + 16}
        report = Report(path)
        compare_linked(path, linked, report)
        linked.places = places
        if report.differences:
            print(f'with {name} moved by 16 bytes: {report.differences} '
                  'differences, as there must be')
            return True
    print('FAILED: a section was moved and nobody noticed')
    return False
