"""pyelftools as a reader that applies no relocations: what it finds in a materialized
file is what dwreloc-dump says of the original, placed.

Compared are the address, offset, number and string of every attribute, the operand of
every DW_OP_addr, the rows of line tables, and where the FDEs of .eh_frame and
.debug_frame begin and end.
"""

import sys

from . import dump

try:
    from elftools.dwarf.callframe import FDE
    from elftools.dwarf.dwarf_expr import DWARFExprParser
    from elftools.elf.elffile import ELFFile
except ImportError:
    # Debian's package is for Debian's Python; it is in Python alone.
    sys.path.append('/usr/lib/python3/dist-packages')
    try:
        from elftools.dwarf.callframe import FDE
        from elftools.dwarf.dwarf_expr import DWARFExprParser
        from elftools.elf.elffile import ELFFile
    except ImportError:
        ELFFile = None

MASK = (1 << 64) - 1
_STRINGS = ('DW_FORM_strp', 'DW_FORM_line_strp')
_NUMBERS = ('DW_FORM_addr', 'DW_FORM_sec_offset', 'DW_FORM_data1',
            'DW_FORM_data2', 'DW_FORM_data4', 'DW_FORM_data8',
            'DW_FORM_udata', 'DW_FORM_sdata', 'DW_FORM_implicit_const')


def is_available():
    return ELFFile is not None


class _File:
    """What pyelftools reads in a file, which need not be open afterwards."""

    def __init__(self, path):
        with open(path, 'rb') as file:
            # It knows the relocations of few machines; none are left to apply.
            self.dwarf = ELFFile(file).get_dwarf_info(
                relocate_dwarf_sections=False)
        self.units = {unit.cu_offset: unit for unit in self.dwarf.iter_CUs()}
        self.dies = {die.offset: die for unit in self.units.values()
                     for die in unit.iter_DIEs() if not die.is_null()}

    def rows(self, unit):
        program = self.dwarf.line_program_for_CU(self.units[unit])
        return [(entry.state.address, entry.state.line,
                 bool(entry.state.end_sequence))
                for entry in program.get_entries() if entry.state]

    def fdes(self, name):
        if name == '.eh_frame':
            entries = self.dwarf.EH_CFI_entries() if self.dwarf.has_EH_CFI() else ()
        else:
            entries = self.dwarf.CFI_entries() if self.dwarf.has_CFI() else ()
        return [(entry.header['initial_location'], entry.header['address_range'])
                for entry in entries if isinstance(entry, FDE)]


class Comparison:
    """`path`: the original. `materialized`: the copy. `placement` gives numbers.
    `linked`: what ld made of it; what pyelftools cannot read there, it need not
    read in the copy."""

    def __init__(self, path, materialized, linked, placement, options, report):
        self.path = path
        self.placement = placement
        self.options = options
        self.report = report
        self.file = _File(materialized)
        self.dies = self.file.dies
        self.linked = linked

    def read(self, what, *arguments):
        """What a function of _File returns; None if the linked file has made
        pyelftools fail as well."""
        try:
            return what(self.file, *arguments)
        except Exception as error:  # pylint: disable=broad-except
            try:
                what(_File(self.linked), *arguments)
            except Exception:  # pylint: disable=broad-except
                self.report.compared['parts that pyelftools cannot read'] += 1
                return None
            raise error

    def ours(self, *selectors):
        errors = []
        yield from dump.objects(self.path, *selectors, *self.options,
                                errors=errors)
        for error in errors:
            self.report.differ(self.path, 'dwreloc-dump failed', error, '')

    def run(self):
        self.compare_dies()
        self.compare_lines()
        self.compare_frames()

    def compare_dies(self):
        count = 0
        for die in self.ours('--info', '--section=.debug_info'):
            if die['kind'] != 'die':
                continue
            count += 1
            where = f'DIE {die["offset"]:#x}'
            their = self.dies.get(die['offset'])
            if their is None:
                self.report.differ(where, 'DIE of pyelftools', die['tag'], None)
                continue
            self.report.check(where, 'tag of pyelftools', die['tag'], their.tag)
            values = list(their.attributes.values())
            self.report.check(where, 'attributes of pyelftools',
                              len(die['attributes']), len(values))
            for item, value in zip(die['attributes'], values):
                self.compare_attribute(where, item, value, their.cu)
        self.report.check('.debug_info', 'DIEs of pyelftools', count,
                          len(self.dies))

    def compare_attribute(self, where, item, their, unit):
        form = their.form
        where = f'{where} {item["name"]}'
        if form in _STRINGS:
            self.report.check(
                where, 'string of pyelftools',
                (self.placement.number(item['value']), dump.bytes_of(item, 'string')),
                (their.raw_value, their.value))
        elif 'expression' in item and isinstance(their.value, list):
            ours = [self.placement.number(operation['value'])
                    for operation in item['expression']
                    if operation['op'] == 'DW_OP_addr']
            theirs = [operation.args[0] for operation in
                      DWARFExprParser(unit.structs).parse_expr(their.value)
                      if operation.op_name == 'DW_OP_addr']
            self.report.check(where, 'addresses of pyelftools', ours, theirs)
            self.report.compared['addresses of pyelftools'] += len(ours)
            return
        elif form in _NUMBERS:
            self.report.check(where, f'{form} of pyelftools',
                              self.placement.number(item['value']),
                              their.value & MASK)
        else:
            return
        self.report.compared['attributes of pyelftools'] += 1

    def compare_lines(self):
        ours = {}
        for row in self.ours('--lines'):
            if row['kind'] == 'line' and row['unit'] is not None:
                ours.setdefault(row['unit'], []).append(
                    (self.placement.number(row['address']), row['line'],
                     row['end_sequence']))
        for offset, rows in ours.items():
            if offset not in self.file.units:  # a type unit
                continue
            theirs = self.read(_File.rows, offset)
            if theirs is None:
                continue
            self.report.check(f'unit {offset:#x}', 'rows of pyelftools', rows,
                              theirs)
            self.report.compared['rows of pyelftools'] += len(rows)

    def compare_frames(self):
        ours = {'.eh_frame': [], '.debug_frame': []}
        for item in self.ours('--frames'):
            if item['kind'] != 'fde':
                continue
            extent = item['range']
            if not isinstance(extent, int):
                extent = self.placement.number(extent)
            ours[item['section']].append(
                (self.placement.number(item['begin']), extent))
        for name, fdes in ours.items():
            theirs = self.read(_File.fdes, name)
            if theirs is None:
                continue
            self.report.check(name, 'FDEs of pyelftools', fdes, theirs)
            self.report.compared['FDEs of pyelftools'] += len(fdes)
