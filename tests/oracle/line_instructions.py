"""Instructions of line programs: those of dwreloc-dump against readelf's, and run by a
state machine of their own (DWARF 5 6.2.2) against the rows of --lines.
"""

import itertools
import re

from . import dump, elf_image, readelf

MAX_OPERANDS = 4  # that dwreloc-dump prints of an unknown opcode
_STATEMENT = re.compile(r'  \[0x([0-9a-f]+)\]\s+(.*)')
_SECTION = re.compile(r'Raw dump of debug contents of section (\S+):')
# What readelf says of an instruction, and how that is told here.
_PATTERNS = [(re.compile(pattern), kind) for pattern, kind in (
    (r'Special opcode (\d+): advance Address by (\d+) to .* and Line by (-?\d+) to',
     'special'),
    (r'Extended opcode (1): End of Sequence', 'extended'),
    (r'Extended opcode (2): set Address to (?:0x)?([0-9a-f]+)', 'address'),
    (r'Extended opcode (3): define new File Table entry', 'extended'),
    (r'Extended opcode (4): set Discriminator to (\d+)', 'extended'),
    (r'Extended opcode (\d+): (?:UNKNOWN|user defined)', 'extended'),
    (r'Copy', 1), (r'Advance PC by (\d+) to', 2), (r'Advance Line by (-?\d+) to', 3),
    (r'Set File Name to entry (\d+) in', 4), (r'Set column to (\d+)', 5),
    (r'Set is_stmt to \d', 6), (r'Set basic block', 7),
    (r'Advance PC by constant (\d+) to', 8),
    (r'Advance PC by fixed size amount (\d+) to', 9),
    (r'Set prologue_end', 10), (r'Set epilogue_begin', 11),
    (r'Set ISA to (\d+)', 12), (r'Unknown opcode (\d+) with operands: ?(.*)', 'unknown'))]


def of_readelf(path):
    """[(offset, what, number...)] in the order of the file."""
    found = []
    for line in readelf.output(path, '--debug-dump=rawline'):
        match = _STATEMENT.match(line)
        if not match:
            continue
        for pattern, kind in _PATTERNS:
            told = pattern.match(match[2])
            if told:
                break
        else:
            raise ValueError(f'{path}: unknown statement of readelf: {line}')
        if kind == 'address':
            numbers = [2, int(told[2], 16)]
            kind = 'extended'
        elif kind == 'unknown':
            numbers = [int(told[1])] + [
                int(operand, 16)
                for operand in re.findall('0x([0-9a-f]+)', told[2])[:MAX_OPERANDS]]
        else:
            numbers = [int(number) for number in told.groups()]
        found.append((int(match[1], 16), kind, *numbers))
    return found


def number_of(value):
    """What readelf makes of an operand: a symbol is where it is in its section."""
    kind = value['kind']
    return {'absolute': value.get('value'), 'section': value.get('offset'),
            'undefined': value.get('addend')}.get(kind)


def told_by_readelf(program, item):
    """An instruction as of_readelf tells it."""
    values = [number_of(operand['value']) for operand in item['operands']
              if 'value' in operand]
    length = program['minimum_instruction_length']
    if item['class'] == 'special':
        return (item['offset'], 'special', item['opcode'] - program['opcode_base'],
                item['operation_advance'] * length, item['line_advance'])
    if item['class'] == 'extended':
        if item['opcode'] in (2, 4):
            return (item['offset'], 'extended', item['opcode'], values[0])
        return (item['offset'], 'extended', item['opcode'])
    opcode = item['opcode']
    if opcode == 2:
        return (item['offset'], 2, values[0] * length)
    if opcode == 3:
        return (item['offset'], 3, signed(values[0]))
    if opcode == 8:
        return (item['offset'], 8, item['operation_advance'] * length)
    if opcode > 12:
        return (item['offset'], 'unknown', opcode, *values)
    return (item['offset'], opcode, *values)


def signed(value):
    return value - (1 << 64) if value >= 1 << 63 else value


def read(path, *options, errors=None):
    """[(line_program, [line_instruction...])]."""
    found = []
    for item in dump.objects(path, '--lines', '--instructions', *options,
                             errors=errors):
        if item['kind'] == 'line_program':
            found.append((item, []))
        elif item['kind'] == 'line_instruction':
            found[-1][1].append(item)
    return found


def gaps(programs):
    """Where instructions do not follow one another from begin to end."""
    for program, items in programs:
        at = program['program_offset']
        for item in items:
            if item['offset'] != at:
                yield at
            at = item['offset'] + item['size']
            place = item['offset'] + 1
            for operand in item['operands']:
                if operand['offset'] < place or operand['offset'] + operand[
                        'size'] > at:
                    yield item['offset']
                place = operand['offset'] + operand['size']
        if at != program['end']:
            yield at


_REGISTERS = {'file_number': 1, 'line': 1, 'column': 0, 'op_index': 0,
              'discriminator': 0, 'basic_block': False, 'prologue_end': False,
              'epilogue_begin': False, 'end_sequence': False, 'isa': 0}


class Machine:
    """Runs the instructions of a program."""

    def __init__(self, program):
        self.program = program
        self.reset()

    def reset(self):
        self.row = dict(_REGISTERS, is_stmt=self.program['default_is_stmt'])
        self.place = ('absolute', None, None)
        self.address = 0

    def add_bytes(self, count):
        self.address += count

    def add_operations(self, count):
        operations = max(self.program['maximum_operations_per_instruction'], 1)
        count += self.row['op_index']
        self.add_bytes(count // operations *
                       self.program['minimum_instruction_length'])
        self.row['op_index'] = count % operations

    def add_lines(self, count):
        self.row['line'] = (self.row['line'] + count) % (1 << 32)

    def emit(self, item):
        bits = 8 * self.program['address_size']
        row = dict(self.row, place=self.place, offset=item['offset'],
                   address=self.address % (1 << bits))
        self.row.update(discriminator=0, basic_block=False, prologue_end=False,
                        epilogue_begin=False)
        return row

    def run(self, item):
        """The row that it makes, or None."""
        values = [operand['value'] for operand in item['operands']
                  if 'value' in operand]
        if item['class'] == 'special':
            self.add_operations(item['operation_advance'])
            self.add_lines(item['line_advance'])
            return self.emit(item)
        if item['class'] == 'extended':
            return self.run_extended(item, values)
        if item['opcode'] == 1:
            return self.emit(item)
        self.run_standard(item, values)
        return None

    def run_extended(self, item, values):
        if item['opcode'] == 1:
            self.row['end_sequence'] = True
            row = self.emit(item)
            self.reset()
            return row
        if item['opcode'] == 2:
            self.set_address(values[0])
        if item['opcode'] == 4:
            self.row['discriminator'] = values[0]['value']
        return None

    def set_address(self, value):
        self.place = place_of(value)
        self.address = number_of(value) or 0
        self.row['op_index'] = 0

    def run_standard(self, item, values):
        opcode = item['opcode']
        number = number_of(values[0]) if values else 0
        if opcode in (4, 5, 12):
            register = {4: 'file_number', 5: 'column', 12: 'isa'}[opcode]
            self.row[register] = number
        elif opcode in (7, 10, 11):
            flag = {7: 'basic_block', 10: 'prologue_end', 11: 'epilogue_begin'}
            self.row[flag[opcode]] = True
        elif opcode == 2:
            self.add_operations(number)
        elif opcode == 3:
            self.add_lines(number)
        elif opcode == 6:
            self.row['is_stmt'] = not self.row['is_stmt']
        elif opcode == 8:
            self.add_operations(item['operation_advance'])
        elif opcode == 9:
            self.add_bytes(number)
            self.row['op_index'] = 0


def place_of(value):
    """What an address counts from."""
    if value['kind'] == 'section':
        return ('section', value['section_index'], None)
    return (value['kind'], None, value.get('symbol_index'))


def rows_of(programs):
    """The rows that instructions make."""
    rows = []
    for program, items in programs:
        machine = Machine(program)
        rows.extend(row for row in map(machine.run, items) if row)
    return rows


def printed_rows(path):
    """The rows of --lines in the same form."""
    rows = []
    for item in dump.objects(path, '--lines'):
        if item['kind'] != 'line':
            continue
        row = {key: item[key] for key in _REGISTERS}
        row.update(is_stmt=item['is_stmt'], offset=item['offset'],
                   place=place_of(item['address']))
        row['address'] = number_of(item['address']) or 0
        rows.append(row)
    return rows


def knows_records(path):
    return all(section.type != elf_image.SHT_CREL
               for section in elf_image.ElfImage(path).sections)


def compare(path, report):
    """All of the above of one file."""
    errors = []
    programs = read(path, errors=errors)
    for error in errors:
        report.differ('dwreloc-dump', '--lines --instructions', error, '')
    for at in gaps(programs):
        report.differ(hex(at), 'place of a line instruction', '', '')
    ours = [(program['section_index'], told_by_readelf(program, item))
            for program, items in programs for item in items]
    ours = [told for _, told in sorted(ours, key=lambda pair: pair[:1] + pair[1][:1])]
    if knows_records(path):
        theirs_too = of_readelf(path)
    else:
        report.rules['readelf-no-crel'] += 1
        theirs_too = ours
    for mine, theirs in itertools.zip_longest(ours, theirs_too):
        report.compared['line instructions'] += 1
        if mine != theirs:
            report.differ(hex((mine or theirs)[0]), 'line instruction', mine, theirs)
            break
    for mine, theirs in itertools.zip_longest(rows_of(programs), printed_rows(path)):
        report.compared['rows of line instructions'] += 1
        if mine != theirs:
            report.differ(hex((mine or theirs)['offset']),
                          'row of line instructions', mine, theirs)
            break
