"""Compares the call frame information that dwreloc-dump reads with what llvm-dwarfdump
and readelf (frames-interp) make of it.

Every FDE, every row: where it begins, the CFA, the rule of every register.
llvm-dwarfdump tells all, readelf of expressions only that there is one.
"""

import re

from . import dump, elf_image, llvm_dwarfdump, operations, readelf

MASK = operations.MASK

_NAMES_64 = ('rax rdx rcx rbx rsi rdi rbp rsp r8 r9 r10 r11 r12 r13 r14 r15 '
             'rip').split()
_NAMES_32 = 'eax ecx edx ebx esp ebp esi edi eip'.split()
SECTIONS = ('.debug_frame', '.eh_frame')


class Frame:
    """`begin` and `end`: what an FDE covers. `rows`: (begin, CFA, rules), where
    rules is {register: rule}, and a rule a tuple."""

    __slots__ = ('offset', 'begin', 'end', 'rows')

    def __init__(self, offset, begin, end):
        self.offset, self.begin, self.end, self.rows = offset, begin, end, []


_NUMBERED = re.compile(r'(?:r|reg|x)(\d+)$')


class _Registers(dict):
    """From names to numbers. Of machines that are not listed here names without a number
    are learned: the first row that has one tells its number by the order of its rules, and every
    other row of the file is held to that."""

    def __init__(self, image, **more):
        names = {elf_image.EM_386: _NAMES_32,
                 elf_image.EM_X86_64: _NAMES_64}.get(image.machine, ())
        super().__init__({name: number for number, name in enumerate(names)})
        if names:
            self.update(more)

    def __missing__(self, name):
        # What is a number already stays it.
        match = _NUMBERED.match(str(name))
        return int(match[1]) if match else name

    def _learn(self, name, number):
        if isinstance(name, str) and number not in self.values():
            self.setdefault(name, number)

    def _translated(self, rule):
        if rule and rule[0] == 'register':
            return (rule[0], self[rule[1]], *rule[2:])
        return rule

    def row(self, ours, theirs):
        """Their row, with numbers."""
        begin, cfa, rules = theirs
        if cfa and ours[1] and cfa[0] == ours[1][0] == 'register':
            self._learn(cfa[1], ours[1][1])
        if len(rules) == len(ours[2]):
            for name, number in zip(rules, sorted(ours[2])):
                self._learn(name, number)
        return (begin, self._translated(cfa),
                {self[name]: self._translated(rule)
                 for name, rule in rules.items()})


# What dwreloc-dump says.

def _our_rule(rule, number):
    kind = rule['rule']
    if kind in ('expression', 'val_expression'):
        return (kind, operations.as_llvm(rule['expression'], number, 0))
    if kind == 'register' and 'offset' in rule:
        return (kind, rule['register'], rule['offset'])
    if kind == 'register':
        return (kind, rule['in'], 0)
    if kind == 'architectural':
        return (kind, rule['value'])
    return (kind, rule['offset']) if 'offset' in rule else (kind,)


def _our_frames(path, section, placement, options, errors):
    def operand(value):
        return placement.llvm_operand(value)
    for item in dump.objects(path, '--frames', f'--section={section}', *options,
                             errors=errors):
        if item['kind'] != 'fde':
            if item['kind'] != 'cie':
                errors.append(item)
            continue
        begin = placement.number(item['begin'])
        frame = Frame(item['offset'], begin, (begin + item['range']) & MASK)
        ends = begin
        for row in item['rows']:
            if placement.number(row['begin']) != ends:
                errors.append(f'FDE {item["offset"]:#x}: a gap before {row}')
            ends = placement.number(row['end'])
            frame.rows.append(
                (placement.number(row['begin']),
                 row['cfa'] and _our_rule(row['cfa'], operand),
                 {rule['register']: _our_rule(rule, operand)
                  for rule in row['registers']}))
        if ends != frame.end:
            errors.append(f'FDE {item["offset"]:#x}: rows end at {ends:#x}')
        yield frame


# What llvm-dwarfdump prints.

_LLVM_FDE = re.compile(r'([0-9a-f]+) [0-9a-f]+ [0-9a-f]+ FDE cie=[0-9a-f]+ '
                       r'pc=([0-9a-f]+)\.\.\.([0-9a-f]+)')
_LLVM_ROW = re.compile(r'  0x([0-9a-f]+): CFA=(.*)')
_RULE_START = re.compile(r', (?=[A-Za-z][A-Za-z0-9_]*=)')
_PLUS = re.compile(r'([A-Za-z][A-Za-z0-9_]*)([+-]\d+)?$')


def _llvm_rule(text, names):
    if text == 'undefined':
        return ('undefined',)
    if text == 'same':
        return ('same_value',)
    if text.isdigit():
        return ('architectural', int(text))
    saved = text.startswith('[')
    text = text.removeprefix('[').removesuffix(']')
    if text.startswith('DW_OP'):
        return ('expression' if saved else 'val_expression',
                operations.parse_llvm(text))
    match = _PLUS.match(text)
    offset = int(match[2] or 0)
    if match[1] == 'CFA':
        return ('offset' if saved else 'val_offset', offset)
    return ('register', names[match[1].lower()], offset)


def _llvm_frames(path, section, names):
    here = False
    frame = None
    # The option asks for both sections.
    for line in llvm_dwarfdump.output(path, '--eh-frame'):
        if line.endswith(' contents:'):
            here = line == f'{section} contents:'
        elif not here:
            pass
        elif line.startswith('  0x'):
            match = _LLVM_ROW.match(line)
            cfa, _, rules = match[2].partition(': ')
            if not rules:
                cfa = cfa.removesuffix(':')
            cfa = _llvm_rule(cfa, names)
            if cfa[0] == 'val_expression':
                cfa = ('expression', cfa[1])
            rules = [rule.partition('=')
                     for rule in _RULE_START.split(rules) if rule]
            frame.rows.append(
                (int(match[1], 16), cfa,
                 {names[name.lower()]: _llvm_rule(rule, names)
                  for name, _, rule in rules}))
        elif line and line[0] != ' ':
            match = _LLVM_FDE.match(line)
            if match:
                if frame is not None:
                    yield frame
                frame = Frame(*(int(number, 16) for number in match.groups()))
    if frame is not None:
        yield frame


# What readelf prints.

_READELF_ENTRY = re.compile(r'([0-9a-f]{8,}) [0-9a-f]+ [0-9a-f]+ (CIE|FDE)'
                            r'(?:.* pc=([0-9a-f]+)\.\.([0-9a-f]+))?')
_READELF_RULE = re.compile(r'([cv])([+-]\d+)$')


def _readelf_rule(text, names):
    if text == 'u':
        return None
    if text == 's':
        return ('same_value',)
    if text in ('exp', 'vexp'):
        return ('expression' if text == 'exp' else 'val_expression',)
    match = _READELF_RULE.match(text)
    if match:
        return ('offset' if match[1] == 'c' else 'val_offset', int(match[2]))
    return ('register', names[text], 0)


def _readelf_cfa(text, names):
    if text == 'exp':
        return ('expression',)
    match = re.match(r'(.+?)([+-]\d+)$', text)
    return ('register', names[match[1]], int(match[2]))


def _readelf_frames(path, section, names):
    here = False
    frame = None
    columns = []
    for line in readelf.output(path, '--debug-dump=frames-interp'):
        if line.startswith('Contents of the '):
            here = line == f'Contents of the {section} section:'
            continue
        if not here or not line:
            continue
        match = _READELF_ENTRY.match(line)
        if match:
            if frame is not None:
                yield frame
            frame = None
            if match[2] == 'FDE':
                frame = Frame(*(int(match[i], 16) for i in (1, 3, 4)))
        elif line.startswith('   LOC '):
            columns = [names[name] for name in line.split()[2:]]
        elif frame is not None and 'terminator' not in line:
            begin, cfa, *rules = line.split()
            frame.rows.append(
                (int(begin, 16), _readelf_cfa(cfa, names),
                 dict(zip(columns, (_readelf_rule(rule, names)
                                    for rule in rules)))))
    if frame is not None:
        yield frame


def _with_window(row, image, rules_of_window):
    """The row, if it has what DW_CFA_GNU_window_save sets, with these rules instead."""
    begin, cfa, rules = row
    size = 8 if image.is_64 else 4
    window = {16 + i: ('offset', i * size) for i in range(16)}
    if image.machine not in elf_image.EM_SPARCS or not (
            window.items() <= rules.items()):
        return row
    return (begin, cfa, {**{register: rule for register, rule in rules.items()
                            if register not in window}, **rules_of_window})


def _as_llvm(row, image):
    """LLVM takes 8 bytes for each register of a window, on 32-bit SPARC too."""
    return _with_window(row, image,
                        {16 + i: ('offset', i * 8) for i in range(16)})


def _as_readelf(row, image):
    """Our row as far as readelf tells it: it knows no windows nor AArch64's
    RA_SIGN_STATE, and leaves out the register -1 that clang writes for m68k."""
    begin, cfa, rules = _with_window(row, image, {})
    short = {register: rule[:1] if 'expression' in rule[0] else rule
             for register, rule in rules.items()
             if rule[0] not in ('undefined', 'architectural') and
             register != 0xffffffff}
    return (begin, cfa and (cfa[:1] if cfa[0] == 'expression' else cfa), short)


def _without_unset(row):
    begin, cfa, rules = row
    return (begin, cfa, {register: rule for register, rule in rules.items()
                         if rule is not None})


def _compare(section, ours, theirs, who, shape, names, report):
    report.check(section, f'number of FDEs of {who}', len(ours), len(theirs))
    for our, their in zip(ours, theirs):
        where = f'{section} {our.offset:#x}'
        report.compared[f'FDEs of {who}'] += 1
        report.compared[f'rows of {who}'] += len(our.rows)
        report.check(where, f'interval of {who}', (our.begin, our.end),
                     (their.begin, their.end))
        if who == 'readelf' and not their.rows and len(our.rows) == 1:
            report.rules['readelf-no-row'] += 1
            continue
        if who == 'llvm' and not their.rows and all(
                row[1:] == (None, {}) for row in our.rows):
            report.rules['llvm-no-row'] += 1
            continue
        rows = [shape(row) for row in our.rows]
        their_rows = [_without_unset(row) for row in their.rows]
        their_rows[:len(rows)] = [names.row(row, their_row) for row, their_row
                                  in zip(rows, their_rows)]
        report.check(where, f'rows of {who}', rows, their_rows)


def compare(path, other_path, placement, options, report):
    """`other_path`: the file that the others read. ld rearranges .eh_frame, so that
    FDEs are compared in the order of what they cover when it is another."""
    image = elf_image.ElfImage(path)
    names_of_llvm = _Registers(image)
    names_of_readelf = _Registers(
        image, ra=8 if image.machine == elf_image.EM_386 else 16)
    present = {item.name for item in image.sections}

    def in_order(frames):
        return sorted(frames, key=lambda frame: (
            (frame.begin, frame.end) if other_path != path else frame.offset))

    for section in SECTIONS:
        if section not in present:
            continue
        errors = []
        ours = in_order(_our_frames(path, section, placement, options, errors))
        for error in errors:
            # Nobody said where undefined symbols (personality routines) are.
            if 'value requires relocation (symbol ' not in str(error):
                report.differ(section, '--frames', error, '')
        _compare(section, ours,
                 in_order(_llvm_frames(other_path, section, names_of_llvm)),
                 'llvm', lambda row: _as_llvm(row, image), names_of_llvm, report)
        _compare(section, ours,
                 in_order(_readelf_frames(other_path, section,
                                          names_of_readelf)),
                 'readelf', lambda row: _as_readelf(row, image),
                 names_of_readelf, report)
