"""gdb as a reader of a materialized file: the line of every address that has a row in
dwreloc-dump's line tables, and the address of every function that has one.

gdb-multiarch knows all machines that gdb does; without it nothing is compared.
"""

import re
import shutil
import subprocess

from . import dump

PROGRAM = shutil.which('gdb-multiarch')
_LINE = re.compile(r'Line (\d+) of "[^"]*" (?:starts at|is at) address (0x[0-9a-f]+)')
_FUNCTION = re.compile(r'Symbol "(\w+)" is a function at address (0x[0-9a-f]+)')


def _ask(path, commands):
    """What gdb prints for each command, in order."""
    words = [PROGRAM, '-nx', '-batch', '-iex', 'set confirm off', '-iex',
             'set width 0', '-iex', 'set debuginfod enabled off']
    for command in commands:
        words += ['-ex', command, '-ex', 'echo \\n=\\n']
    result = subprocess.run([*words, path], stdout=subprocess.PIPE,
                            stderr=subprocess.DEVNULL, text=True, check=False,
                            timeout=120)
    return result.stdout.split('\n=\n')[:len(commands)]


def _rows(path, placement, options):
    """{address: lines}; None for a row that gdb may not stop at."""
    rows = {}
    for row in dump.objects(path, '--lines', *options):
        if row['kind'] != 'line':
            continue
        lines = rows.setdefault(placement.number(row['address']), [])
        lines.append(row['line'] if row['is_stmt'] and not row['end_sequence']
                     else None)
    return rows


def _functions(path, placement, options):
    """{name: address} of functions whose name only one has."""
    found = {}
    for die in dump.objects(path, '--info', *options):
        if die['kind'] != 'die' or die['tag'] != 'DW_TAG_subprogram':
            continue
        attributes = {item['name']: item for item in die['attributes']}
        name = attributes.get('DW_AT_name', {}).get('string')
        low_pc = attributes.get('DW_AT_low_pc')
        if name and low_pc:
            found.setdefault(name, []).append(placement.number(low_pc['value']))
    return {name: places[0] for name, places in found.items()
            if len(places) == 1}


def compare(path, materialized, placement, options, report):
    rows = _rows(path, placement, options)
    # Elsewhere gdb has to choose between statements.
    asked = {address: lines for address, lines in rows.items()
             if None not in lines}
    answers = _ask(materialized, [f'info line *{address:#x}' for address in asked])
    for (address, lines), answer in zip(asked.items(), answers):
        match = _LINE.search(answer)
        where = f'address {address:#x}'
        if match is None:
            report.differ(where, 'line of gdb', lines, answer)
            continue
        line, start = int(match[1]), int(match[2], 16)
        if line not in lines:
            report.differ(where, 'line of gdb', lines, line)
        # It joins rows of one line.
        if start > address or not {line, None} & set(rows.get(start, ())):
            report.differ(where, 'where the line begins for gdb', address, start)
        report.compared['lines of gdb'] += 1
    functions = _functions(path, placement, options)
    answers = _ask(materialized, [f'info address {name}' for name in functions])
    for (name, address), answer in zip(functions.items(), answers):
        match = _FUNCTION.search(answer)
        report.check(name, 'function of gdb', f'{address:#x}',
                     match[2] if match else answer)
        report.compared['functions of gdb'] += 1
