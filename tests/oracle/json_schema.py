"""What docs/json.md promises of each line of `dwreloc-dump --format=json`.

KINDS names the keys of every kind of object in their order, each with what its value
is; a key that may be missing ends in '?'.  A value is checked all the way down: VALUEs,
operations, entries, rows.  The document's own examples have the same keys, which
undocumented() proves.
"""

import json
import re


class Wrong(Exception):
    """What is not as promised."""


def number(value):
    if type(value) is not int or not 0 <= value < 1 << 64:
        raise Wrong(f'{value!r} is no unsigned number of 64 bits')


def signed(value):
    if type(value) is not int or not -1 << 63 <= value < 1 << 64:
        raise Wrong(f'{value!r} is no number of 64 bits')


def size(value):
    """Of a field in bytes."""
    if type(value) is not int or not 0 <= value <= 16:
        raise Wrong(f'{value!r} is no size of a field')


def width(value):
    if value not in (4, 8):
        raise Wrong(f'{value!r} is no size of an offset')


def boolean(value):
    if not isinstance(value, bool):
        raise Wrong(f'{value!r} is neither true nor false')


def string(value):
    if not isinstance(value, str):
        raise Wrong(f'{value!r} is no string')


def name(value):
    string(value)
    if not value:
        raise Wrong('a name without letters')


def constant(prefix):
    """A name of the standards, or a number as a string."""
    pattern = re.compile(rf'({prefix})_\w+|0x[0-9a-f]+')

    def check(value):
        string(value)
        if not pattern.fullmatch(value):
            raise Wrong(f'{value!r} is no {prefix}_*')
    return check


def digits(value):
    string(value)
    if len(value) % 2 or not re.fullmatch('[0-9a-f]*', value):
        raise Wrong(f'{value!r} are no bytes')


def nullable(kind):
    return lambda value: value is None or kind(value)


def array(kind):
    def check(value):
        if not isinstance(value, list):
            raise Wrong(f'{value!r} is no array')
        for item in value:
            kind(item)
    return check


def check_keys(value, fields):
    """An object that has these keys, in this order, and no others."""
    if not isinstance(value, dict):
        raise Wrong(f'{value!r} is no object')
    keys = iter(value)
    key = next(keys, None)
    for field, kind in fields.items():
        wanted = field.rstrip('?')
        if key != wanted:
            if field.endswith('?'):
                continue
            raise Wrong(f'{wanted!r} expected, {key!r} found in {list(value)}')
        try:
            kind(value[key])
        except Wrong as wrong:
            raise Wrong(f'{key}: {wrong}') from None
        key = next(keys, None)
    if key is not None:
        raise Wrong(f'{key!r} is too much in {list(value)}')


def structure(fields):
    return lambda value: check_keys(value, fields)


def word(*words):
    def check(value):
        if value not in words:
            raise Wrong(f'{value!r} is none of {words}')
    return check


# VALUEs.

_SECTION = {'section': string, 'section_index': number}
_SYMBOL = {'symbol': nullable(string), 'symbol_index': nullable(number)}


def _optional(fields):
    return {f'{key}?': kind for key, kind in fields.items()}


VALUES = {
    'absolute': {'value': number, **_optional(_SECTION)},
    'section': {**_SECTION, 'offset': number, **_optional(_SYMBOL),
                'addend?': signed, 'mode?': number, 'address?': number},
    'undefined': {**_SYMBOL, 'addend': signed, 'address?': number},
    'tls': {**_SYMBOL, 'addend': signed},
    'difference': {'plus': lambda value: place(value),
                   'minus': lambda value: place(value)},
    'error': {'error': name, 'type?': name, **_optional(_SYMBOL),
              'index?': nullable(number), 'addend?': signed},
}
# Keys that come together or not at all.
_TOGETHER = (('section', 'section_index'), ('symbol', 'symbol_index'))


def value(item):
    if not isinstance(item, dict) or item.get('kind') not in VALUES:
        raise Wrong(f'{item!r} is no VALUE')
    check_keys(item, {'kind': name, **VALUES[item['kind']]})
    for keys in _TOGETHER:
        if len({key in item for key in keys}) != 1:
            raise Wrong(f'{keys} do not come together in {list(item)}')
    if item['kind'] == 'section' and ('symbol' in item) != ('addend' in item):
        raise Wrong(f'symbol and addend do not come together in {list(item)}')


def place(item):
    """A side of a difference."""
    value(item)
    if item['kind'] not in ('section', 'undefined') or 'address' in item:
        raise Wrong(f'{item!r} is no side of a difference')


def number_or_value(item):
    (value if isinstance(item, dict) else number)(item)


# Expressions.

def operations(items):
    if not isinstance(items, list):
        raise Wrong(f'{items!r} are no operations')
    end = 0
    for item in items:
        check_keys(item, OPERATION)
        if item['offset'] != end:
            raise Wrong(f'{item["op"]} does not follow the one before')
        end += item['size']
        if 'expression' in item and 'block' not in item:
            raise Wrong('an expression without its bytes')


OPERATION = {'op': constant('DW_OP'), 'value?': value, 'index?': number,
             'value2?': value, 'expression?': operations, 'block?': digits,
             'offset': number, 'size': number, 'sub_op?': name,
             'operands?': array(lambda item: check_keys(item, OPERAND))}
EXPRESSION = {'expression': operations, 'block': digits,
              'expression_section_index': number, 'expression_offset': number}


def check_expression(item):
    """Its operations are its bytes, unless one cannot be decoded."""
    if item.get('expression'):
        last = item['expression'][-1]
        if last['offset'] + last['size'] > len(item['block']) // 2:
            raise Wrong('operations beyond the bytes of their expression')


# Parts of objects.

ATTRIBUTE = {'name': constant('DW_AT'), 'form': constant('DW_FORM'),
             'value': value, 'index?': number, 'index_offset?': number,
             'string?': nullable(string),
             'string_hex?': digits, 'die?': number,
             'die_section_index?': number, 'constant?': name,
             'expression?': operations, 'block?': digits,
             'expression_section_index?': number, 'expression_offset?': number}
OPERAND = {'encoding': word('unsigned', 'signed', 'uleb128', 'sleb128', 'string',
                            'bytes'),
           'role': word('number', 'address', 'address_index', 'unit_die',
                        'info_die', 'distance'),
           'offset': number, 'size': number, 'string?': string,
           'string_hex?': digits, 'bytes?': digits, 'value?': value,
           'has_record?': boolean}
ABBREV_ATTRIBUTE = {'name': constant('DW_AT'), 'form': constant('DW_FORM'),
                    'implicit_const?': signed, 'offset': number}
NAME_ENTRY = {'tag': constant('DW_TAG'), 'unit': nullable(number_or_value),
              'die': nullable(number), 'parent?': nullable(number),
              'offset': number, 'unit_section_index?': number,
              'signature?': number, 'die_offset?': number}
INSTRUCTION = {'op': constant('DW_CFA'), 'location?': value,
               'delta?': number_or_value, 'operands?': array(signed),
               **_optional({**EXPRESSION,
                            'expression': nullable(operations)}),
               'offset': number, 'size': number}
RULES = ('undefined', 'same_value', 'offset', 'val_offset', 'register',
         'expression', 'val_expression', 'architectural')
_RULE_MEMBERS = {'offset?': signed, 'in?': number, 'value?': number,
                 **_optional({**EXPRESSION,
                              'expression': nullable(operations)}),
                 'address_space?': number}
RULE = {'register': number, 'rule': word(*RULES), **_RULE_MEMBERS}
CFA = {'rule': word('register', 'expression'), 'register?': number,
       **_RULE_MEMBERS}
ROW = {'begin?': value, 'end?': value, 'cfa': nullable(structure(CFA)),
       'registers': array(structure(RULE)), 'args_size?': number}
UNIT_PLACE = {**_optional(_SECTION), 'offset': number_or_value}
CONTRIBUTION = {'section_id': constant('DW_SECT'), 'offset': number,
                'size': number}

_OWNER_PLACES = ('unit', 'line_table', 'list', 'frame', 'table')
OWNER = {'die?': number, 'attribute?': constant('DW_AT'), 'uses?': number}
PLACED_OWNER = {'field': name, 'die?': number, 'attribute?': constant('DW_AT'),
                'die_section_index?': number, 'uses?': number}


def owner(item):
    if isinstance(item, dict) and next(iter(item)) in _OWNER_PLACES:
        check_keys(item, {next(iter(item)): nullable(number), **PLACED_OWNER})
    else:
        check_keys(item, OWNER)


FOOTPRINT_CLASSES = ('code', 'rodata', 'data', 'bss', 'loaded_relocations',
                     'debug', 'debug_relocations', 'btf', 'btf_relocations',
                     'symbols', 'headers', 'other', 'padding')
RECORD_COUNT = {'records': number, 'static': number, 'sections': number}
SCHEME_COST = {'bytes': number, 'peak_bytes': number, 'ns': nullable(number)}
_LIST = {'list_section_index': nullable(number), 'list': nullable(number)}
_SET = {'section_index': number, 'offset': number, 'set': number,
        'offset_size': width}
_FRAME = {**_SECTION, 'offset': number, 'size': number}
_FRAME_END = {'instructions': array(structure(INSTRUCTION)),
              'rows': array(structure(ROW)), 'offset_size': width}
_TABLE = {**_SECTION, 'offset': number, 'version': number,
          'offset_size': width, 'entry_size': number, 'base': number,
          'entries': number}

KINDS = {
    'file': {'file': string, 'archive?': string, 'member?': string,
             'member_index?': number, 'member_offset?': nullable(number),
             'left_out?': nullable(string)},
    'error': {'section': nullable(string), 'section_index': nullable(number),
              'offset': nullable(number), 'error': name},
    'unit': {**_SECTION, 'offset': number, 'version': number,
             'unit_type': constant('DW_UT'), 'address_size': number,
             'offset_size': width, 'header_size': number, 'end': number,
             'abbrev_offset': number, 'signature': number,
             'type_offset': number, 'abbrev_section_index': nullable(number)},
    'die': {**_SECTION, 'offset': number, 'depth': number,
            'tag': constant('DW_TAG'),
            'attributes': array(structure(ATTRIBUTE))},
    'line': {'unit': nullable(number), 'address': value,
             'file': nullable(string), 'file_hex?': digits, 'line': number,
             'column': number, 'op_index': number, 'discriminator': number,
             'is_stmt': boolean, 'basic_block': boolean,
             'prologue_end': boolean, 'epilogue_begin': boolean,
             'end_sequence': boolean, 'isa': number, 'file_number': number,
             'offset': number, **_SECTION, 'table': number,
             'unit_section_index': nullable(number)},
    'line_program': {'unit': nullable(number), **_SECTION, 'offset': number,
                     'program_offset': number, 'end': number,
                     'version': number, 'offset_size': width,
                     'address_size': number,
                     'minimum_instruction_length': number,
                     'maximum_operations_per_instruction': number,
                     'default_is_stmt': boolean, 'line_base': signed,
                     'line_range': number, 'opcode_base': number,
                     'unit_section_index': nullable(number)},
    'line_instruction': {**_SECTION, 'table': number, 'offset': number,
                         'size': number,
                         'class': word('standard', 'extended', 'special'),
                         'opcode': number, 'op?': constant('DW_LNS|DW_LNE'),
                         'operands': array(structure(OPERAND)),
                         'operand_count': number,
                         'operation_advance?': number,
                         'line_advance?': signed},
    'range': {'die': number, 'section': string, 'begin': value, 'end': value,
              'section_index': number, **_LIST},
    'location': {'die': number, 'section': string,
                 'attribute': constant('DW_AT'), 'begin?': value,
                 'end?': value, **EXPRESSION, 'section_index': number,
                 **_optional(_LIST)},
    'list': {'die': number, 'section': string, 'section_index': number,
             'attribute': constant('DW_AT'), 'list_section_index': number,
             'list': number, 'size': number},
    'list_entry': {'list_section_index': number, 'list': number,
                   'offset': number, 'size': number,
                   'entry': constant('DW_RLE|DW_LLE'), 'is_pair': boolean,
                   'operands': array(structure(OPERAND)),
                   **_optional(EXPRESSION)},
    'view_pair': {'list_section_index': number, 'list': number,
                  'offset': number, 'size': number,
                  'operands': array(structure(OPERAND))},
    'abbrev': {**_SECTION, 'table': number, 'offset': number, 'size': number,
               'code': number, 'tag': constant('DW_TAG'), 'children': boolean,
               'attributes': array(structure(ABBREV_ATTRIBUTE))},
    'arange': {'section': string, 'unit': number_or_value, 'begin': value,
               'length': number_or_value, 'segment?': value, **_SET,
               'address_size': number, 'segment_selector_size': number,
               'unit_section_index': nullable(number)},
    'pubname': {'section': string, 'unit': number_or_value,
                'die': nullable(number), 'name': string, 'name_hex?': digits,
                'flags?': number, 'symbol_kind?': name, 'is_static?': boolean,
                **_SET, 'unit_size': number_or_value,
                'unit_section_index': nullable(number), 'die_offset': number},
    'name_index': {**_SECTION, 'offset': number, 'version': number,
                   'offset_size': width, 'end': number, 'bucket_count': number,
                   'name_count': number, 'augmentation': string,
                   'comp_units': array(structure(UNIT_PLACE)),
                   'local_type_units': array(structure(UNIT_PLACE)),
                   'foreign_type_units': array(number)},
    'name': {'section': string, 'index': number, 'name': nullable(string),
             'name_hex?': digits, 'entries': array(structure(NAME_ENTRY)),
             'hash?': number, 'section_index': number, 'number': number,
             'string_offset': value},
    'macro_unit': {**_SECTION, 'offset': number, 'version': number,
                   'flags': number, 'offset_size': width,
                   'line_offset': nullable(number),
                   'line_section_index': nullable(number)},
    'macro': {**_SECTION, 'unit': number, 'offset': number, 'depth': number,
              'op': constant('DW_MACRO|DW_MACINFO'), 'line?': number,
              'file_number?': number, 'file?': nullable(string),
              'file_hex?': digits, 'string?': nullable(string),
              'string_hex?': digits, 'target_section_index?': nullable(number),
              'target_offset?': nullable(number), 'index?': number,
              'value?': value, 'supplementary_offset?': value},
    'addr_table': _TABLE,
    'addr': {**_SECTION, 'table': number, 'index': number, 'value': value},
    'str_offsets_table': _TABLE,
    'str_offset': {**_SECTION, 'table': number, 'index': number,
                   'offset': nullable(number), 'string': nullable(string),
                   'string_hex?': digits, 'value': value},
    'unit_index': {**_SECTION, 'version': number, 'sections': number,
                   'units': number, 'slots': number},
    'unit_index_entry': {**_SECTION, 'slot': number, 'row': number,
                         'signature': number,
                         'contributions': array(structure(CONTRIBUTION))},
    'footprint': {
        'machine': name, 'elf_class': number, 'size': number,
        'loaded_memory': number, 'writable_memory': number,
        'classes': array(structure({
            'class': word(*FOOTPRINT_CLASSES), 'sections': number,
            'bytes': number, 'memory': number})),
        'loaded_records': structure(RECORD_COUNT),
        'debug_records': structure(RECORD_COUNT),
        'ladder': array(structure({
            'step': word('whole', 'static_relocations', 'debug_relocations',
                         'no_debug', 'no_btf', 'loader', 'image'),
            'bytes': number})),
        'schemes': array(structure({
            'scheme': word('eager', 'columns', 'packed', 'checked',
                           'streaming'),
            'ns_per_record': nullable(number),
            'loaded': structure(SCHEME_COST),
            'debug': structure(SCHEME_COST)})),
        'programs': array(structure({
            'class': word('reads_rodata', 'uses_data', 'uses_bss', 'calls',
                          'function_pointers', 'code_places',
                          'data_pointers', 'externals', 'thread_local', 'got',
                          'function_descriptors'),
            'records': number, 'symbols': number}))},
    'gdb_command': {'command': string, 'not_placed': array(string)},
    'link': {**_SECTION, 'is_supplementary?': boolean, 'file_name': string,
             'file_name_hex?': digits, 'checksum?': digits,
             'build_id?': digits, 'crc?': number},
    'cie': {**_FRAME, 'version': number, 'augmentation': string,
            'address_size': number, 'code_alignment_factor': number,
            'data_alignment_factor': signed, 'return_address_register': number,
            'fde_encoding?': number, 'lsda_encoding?': number,
            'personality_encoding?': number, 'personality?': value,
            **_FRAME_END, 'segment_selector_size': number,
            'is_signal_frame': boolean, 'is_b_key_frame': boolean,
            'is_mte_tagged_frame': boolean, 'is_understood': boolean,
            'augmentation_data?': digits},
    'fde': {**_FRAME, 'cie': number, 'begin': value, 'range': number_or_value,
            'lsda?': value, **_FRAME_END, 'cie_section_index?': number,
            'augmentation_data?': digits},
    'reloc': {**_SECTION, 'offset': number, 'size': size, 'type': name,
              'symbol_index': number, 'symbol': nullable(string),
              'addend': signed, 'in_place': number, 'value': value,
              'owner': nullable(owner), 'holds_dwarf?': boolean,
              'explanation?': name},
    'coverage': {**_SECTION, 'records': number, 'owned': number,
                 'unowned': number, 'doubled': number, 'none': number},
    'rewritable': {**_SECTION, 'rewritable': boolean,
                   'obstacles': array(structure({
                       'obstacle': word('file', 'loaded', 'role', 'unreadable',
                                        'attribute', 'record_kind',
                                        'record_owner'),
                       'section_index': nullable(number),
                       'offset': nullable(number), 'count': number,
                       'error': name}))},
    # Of dwreloc-addr2line.
    'address': {
        'input': string, 'address': number, 'place': nullable(value),
        'symbol': nullable(name), 'symbol_index': nullable(number),
        'symbol_offset': nullable(number),
        'frames': array(structure({
            'function': nullable(name), 'linkage_name': nullable(name),
            'demangled_name?': nullable(name), 'path': nullable(name),
            'line': nullable(number), 'column': nullable(number),
            'discriminator': number, 'inlined': boolean})),
        'error?': string},
    # Of dwreloc-diff.
    'difference': {
        'section': string, 'unit': nullable(string), 'path': string,
        'what': name, 'offset_a': nullable(number),
        'offset_b': nullable(number), 'a': nullable(string),
        'b': nullable(string)},
    'trouble': {
        'file': name, 'section': string, 'offset': nullable(number),
        'text': name},
    'comparison': {
        'a': name, 'b': name, 'same': boolean, 'differences': number,
        'troubles': number, 'units': number, 'dies': number},
    # Of dwreloc-oops.
    'trace_line': {
        'text': string, 'text_hex?': digits,
        'places': array(structure({
            'symbol': string, 'offset': number, 'size': nullable(number),
            'module': nullable(string), 'is_return_address': boolean,
            'begin': number, 'end': number,
            'frames': array(structure({
                'function': nullable(name), 'linkage_name': nullable(name),
                'path': nullable(name), 'line': nullable(number),
                'column': nullable(number), 'discriminator': number,
                'inlined': boolean})),
            'note?': string}))},
    'summary': {
        'type': constant('ET'), 'machine': name, 'elf_class': number,
        'big_endian': boolean, 'relocatable': boolean,
        'machine_known': boolean, 'build_id': nullable(digits),
        'size': number, 'sections': number, 'symbols': number,
        'units': number, 'debug_bytes': number, 'reloc_bytes': number,
        'records': number,
        'debug_sections': array(structure({
            **_SECTION, 'size': number, 'records': number,
            'reloc_bytes': number, 'is_compressed': boolean})),
        'targets': array(structure({
            **_optional(_SECTION), 'special?': name, 'records': number})),
        'links': array(string),
        'split': structure({'skeletons': number, 'found': number,
                            'files': array(string)}),
        'signature': nullable(structure({
            'error?': name, 'type?': name, 'hash?': nullable(name),
            'offset?': number, 'size?': number, 'elf_size?': number})),
        'unit_versions': array(structure({
            'version': number, 'units': number}))},
    'section': {**_SECTION, 'type': name, 'flags': number, 'address': number,
                'offset': number, 'size': number, 'alignment': number,
                'entry_size': number, 'link': number, 'info': number,
                'group': nullable(number), 'is_debug': boolean,
                'is_compressed': boolean, 'records': number,
                'holds_dwarf': boolean},
    'symbol': {**_SYMBOL, 'value': number, 'size': number, 'type': name,
               'binding': name, 'visibility': name,
               'section': nullable(string), 'section_index': nullable(number),
               'st_shndx': number, 'special': nullable(string)},
    'diagnostic': {**_SECTION, 'offset': number, 'type': name, 'count': number,
                   'error': name},
    'memory': {**_SECTION, 'records_digested': number, 'digest_bytes': number,
               'decompressed_bytes': number},
    'stats': {key: number for key in (
        'sections_digested', 'records_digested', 'records_static',
        'digests_sorted', 'digest_bytes', 'sections_decompressed',
        'decompressed_bytes', 'sections_asked', 'symbols_asked')},
}


def check(item):
    """Raises Wrong if an object is not as promised."""
    if not isinstance(item, dict) or next(iter(item), None) != 'kind':
        raise Wrong(f'{item!r} does not begin with its kind')
    kind = item['kind']
    if kind not in KINDS:
        raise Wrong(f'{kind!r} is no kind that the document knows')
    check_keys(item, {'kind': name, **KINDS[kind]})
    if kind == 'location':
        check_expression(item)
    for attribute in item.get('attributes', []):
        if 'expression' in attribute:
            check_expression(attribute)


def check_line(line):
    """The object of a line of output, given as bytes without the newline."""
    try:
        item = json.loads(line.decode('utf-8'), parse_float=_no_float,
                          parse_constant=_no_float)
    except ValueError as error:
        raise Wrong(f'no JSON in UTF-8: {error}: {line[:200]!r}') from None
    try:
        check(item)
    except Wrong as wrong:
        raise Wrong(f'{item.get("kind")}: {wrong}') from None
    return item


def _no_float(text):
    raise Wrong(f'{text} is no integer')


def check_output(output):
    """The objects of a whole output, given as bytes."""
    if output and not output.endswith(b'\n'):
        raise Wrong('the last line does not end')
    return [check_line(line) for line in output.split(b'\n')[:-1]]


# The document.

def _example(text):
    """An example of the document as JSON: placeholders become null."""
    text = re.sub(r'(?<=[:\[])(VALUE|OPERATION|OPERAND|N)\b', 'null', text)
    text = text.replace('[...]', '[]').replace(',...', '')
    return json.loads(text)


def examples(document):
    """{kind: [object...]} of the document's lines that are objects."""
    found = {}
    for line in document.splitlines():
        if line.startswith('    {"kind":"'):
            item = _example(line)
            found.setdefault(item['kind'], []).append(item)
    return found


def undocumented(document):
    """What KINDS and the examples of the document do not have in common."""
    found = examples(document)
    complaints = []
    for kind, fields in KINDS.items():
        if kind not in found:
            complaints.append(f'no example of {kind}')
            continue
        known = [field.rstrip('?') for field in ['kind', *fields]]
        # A kind of VALUE may have the name of an object.
        values = [field.rstrip('?') for field in ['kind', *VALUES.get(kind, ())]]
        shown = set()
        for item in found[kind]:
            if set(item) <= set(values):
                continue
            shown.update(item)
            order = [key for key in known if key in item]
            if list(item) != order:
                complaints.append(f'the keys of {kind} in the example are '
                                  f'{list(item)}, not {order}')
        for field in fields:
            if not field.endswith('?') and field not in shown:
                complaints.append(f'{kind}: {field} is in no example')
    for kind in found:
        if kind not in KINDS and kind not in VALUES:
            complaints.append(f'an example of {kind}, which nothing prints')
    return complaints
