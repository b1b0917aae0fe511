"""DWARF expressions in one shape, whoever printed them.

An operation is a tuple: its name, then its numbers modulo 2**64; that of
DW_OP_entry_value holds a list of operations instead. Each printer leaves
something out or adds something; `as_llvm` and `as_readelf` bring what dwreloc-dump
says of an operation into the shape in which that printer tells it. Between the two
nothing is left out: llvm-dwarfdump names registers where readelf numbers them.
"""

import re

MASK = (1 << 64) - 1

# Operations whose operand is the offset of a DIE in the unit.
_TYPE_FIRST = {'DW_OP_convert', 'DW_OP_reinterpret', 'DW_OP_GNU_convert',
               'DW_OP_GNU_reinterpret', 'DW_OP_const_type',
               'DW_OP_GNU_const_type', 'DW_OP_GNU_parameter_ref',
               'DW_OP_call2', 'DW_OP_call4'}
# Operations whose operand is the offset of a DIE in its section.
_SECTION_FIRST = {'DW_OP_implicit_pointer', 'DW_OP_GNU_implicit_pointer',
                  'DW_OP_call_ref', 'DW_OP_GNU_variable_value'}
_TYPE_SECOND = {'DW_OP_regval_type', 'DW_OP_GNU_regval_type',
                'DW_OP_deref_type', 'DW_OP_GNU_deref_type'}
_REGISTER_FIRST = {'DW_OP_regx', 'DW_OP_bregx', 'DW_OP_regval_type',
                   'DW_OP_GNU_regval_type'}
# The GNU operations that DWARF 5 took over: readelf has their own names, llvm
# those of DWARF 5 for some.
_ENTRY_VALUES = {'DW_OP_entry_value', 'DW_OP_GNU_entry_value'}


# Their operand is looked up: dwreloc-dump shows both, others the index.
_INDEXED = {'DW_OP_addrx', 'DW_OP_constx', 'DW_OP_GNU_addr_index',
            'DW_OP_GNU_const_index'}


def _numbers(operation, number):
    if operation['op'] in _INDEXED:
        return [operation['index']]
    numbers = [number(operation[key]) & MASK for key in ('value', 'value2')
               if key in operation]
    block = bytes.fromhex(operation.get('block', ''))
    if 'block' in operation:
        numbers.append(len(block))
        numbers.extend(block)
    return numbers


def as_llvm(expression, number, unit_offset):
    """What llvm-dwarfdump -v prints of dwreloc-dump's `expression`."""
    result = []
    for operation in expression:
        if 'error' in operation:
            result.append(('error',))
            continue
        name = operation['op']
        if name in _ENTRY_VALUES:
            result.append((name, as_llvm(operation['expression'], number,
                                         unit_offset)))
            continue
        numbers = _numbers(operation, number)
        if name in _TYPE_FIRST and name not in ('DW_OP_call2', 'DW_OP_call4'):
            # "0x2b -> 0x10b": in the unit, in the section; 0 means no type.
            if numbers[0] != 0 or name not in ('DW_OP_convert',
                                               'DW_OP_reinterpret'):
                numbers.insert(1, unit_offset + numbers[0])
        if name in _TYPE_SECOND:
            numbers.append(unit_offset + numbers[1])
        if name in _REGISTER_FIRST:
            del numbers[0]
        result.append((name, *numbers))
    return result


def as_readelf(expression, number, unit_offset, base=0):
    """What readelf prints of dwreloc-dump's `expression`. `base`: where the unit's
    section begins in the file that readelf reads."""
    result = []
    for operation in expression:
        if 'error' in operation:
            result.append(('error',))
            continue
        name = operation['op']
        if name in _ENTRY_VALUES:
            result.append((name, as_readelf(operation['expression'], number,
                                            unit_offset, base)))
            continue
        numbers = _numbers(operation, number)
        if name in _SECTION_FIRST:
            numbers[0] += base
        if name in _TYPE_FIRST and numbers[0] != 0:
            numbers[0] += unit_offset + base
        if name in _TYPE_SECOND:
            numbers[1] += unit_offset + base
        result.append((name, *numbers))
    return result


def _split(text, separator):
    """Splits at separators that are not inside parentheses or quotes."""
    if '(' not in text and '"' not in text:
        return text.split(separator)
    parts, depth, quoted, start, i = [], 0, False, 0, 0
    while i < len(text):
        char = text[i]
        if char == '"':
            quoted = not quoted
        elif quoted:
            pass
        elif char == '(':
            depth += 1
        elif char == ')':
            depth -= 1
        elif depth == 0 and text.startswith(separator, i):
            parts.append(text[start:i])
            start = i + len(separator)
        i += 1
    parts.append(text[start:])
    return parts


_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"')
_REGISTER = re.compile(r'\b[A-Z][A-Z0-9_]*')
_NUMBER = re.compile(r'[+-]?(?:0x[0-9a-f]+|\d+)')


def parse_llvm(text):
    """The operations of llvm-dwarfdump's text.

    Ends with ('undecoded',) where LLVM does not know an operation.
    """
    result = []
    for part in _split(text, ', '):
        if part.startswith('<decoding error>'):
            result.append(('undecoded',))
            break
        name, _, rest = part.partition(' ')
        if '(' in name:  # DW_OP_entry_value(DW_OP_reg5 RDI)
            name, _, nested = part.partition('(')
            result.append((name, parse_llvm(nested.removesuffix(')'))))
            continue
        if not rest:
            result.append((name,))
            continue
        rest = _REGISTER.sub('', _QUOTED.sub('', rest))
        result.append((name, *(int(number, 0) & MASK
                               for number in _NUMBER.findall(rest))))
    return result


# GNU and HP gave one number to two operations.
_READELF_ALIASES = re.compile(r' or DW_OP_HP_\w+')
_READELF = re.compile(r'(DW_OP_\w+)(?: \([a-z0-9]+\))?(?::? ?(.*))?$',
                      re.DOTALL)
_READELF_REFERENCE = re.compile(r'<(?:0x)?([0-9a-f]+)>')
_READELF_BLOCK = re.compile(r'(\d+) byte block: ((?:[0-9a-f]+ ?)*)')


def parse_readelf(text):
    """The operations of readelf's text, without the parentheses around it."""
    result = []
    for part in _split(text, '; '):
        match = _READELF.match(_READELF_ALIASES.sub('', part.strip()))
        if not match:
            result.append(('undecoded', part))
            break
        name, rest = match.groups()
        rest = rest or ''
        if name in _ENTRY_VALUES:
            result.append((name, parse_readelf(
                rest.strip().removeprefix('(').removesuffix(')'))))
        elif name == 'DW_OP_addr':
            result.append((name, int(rest, 16)))
        else:
            numbers = []
            match = _READELF_REFERENCE.match(rest)
            if match:
                numbers.append(int(match[1], 16))
                rest = rest[match.end():]
            block = _READELF_BLOCK.search(rest)
            if block:
                rest = rest[:block.start()]
            before, reference, after = rest.partition('<')
            before = re.sub(r'\([^)]*\)', '', before)
            numbers.extend(int(number) & MASK
                           for number in re.findall(r'-?\d+', before))
            if reference:
                numbers.append(int(after.partition('>')[0], 16))
            if block:
                content = bytes(int(byte, 16) for byte in block[2].split())
                numbers.append(len(content))
                numbers.extend(content)
            result.append((name, *numbers))
    return result
