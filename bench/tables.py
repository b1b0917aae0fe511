#!/usr/bin/env python3
"""Makes the tables of docs/benchmarks.md from what bench/compare.py recorded.

    tables.py RECORDS.jsonl

A record is one run: {"row", "reader", "round", "cpu", "wall", "result"} of a work,
{"tool", "cpu", "wall", "bytes"} of a tool, or {"machine"}. Cells are medians. The time
of a reader whose counts differ from ours is shown only if the difference is known
(readers.KNOWN), with a note; else the cell says so and nothing is compared with it.
"""

import collections
import json
import statistics
import sys

import readers
import rows
from readers import BARE, OURS


class Data:
    """Records by row and reader, and what was found out about agreement."""

    def __init__(self, records):
        self.machine = []
        self.runs = collections.defaultdict(list)   # (row, reader): [record]
        self.tools = collections.defaultdict(list)  # name: [record]
        for record in records:
            if 'machine' in record:
                self.machine.append(record['machine'])
            elif 'tool' in record:
                self.tools[record['tool']].append(record)
            else:
                self.runs[record['row'], record['reader']].append(record)
        self.readers = [reader for reader in readers.PROGRAMS
                        if any(key[1] == reader for key in self.runs)]
        self.notes = []
        self.failures = []
        self.marks = {}     # (row, reader): number of its note
        self.void = set()   # (row, reader)
        self.fields = {}    # (row, reader): how many fields were compared
        for row in rows.ROWS:
            self._check_row(row)

    def _check_row(self, row):
        ours = self.runs.get((row.name, OURS))
        if not ours:
            return
        # The twin has no relocations, but everything else is that of the file.
        if row.name == 'walk-twin' and self.runs.get(('walk-xfs', OURS)):
            ours = self.runs['walk-xfs', OURS]
        reference = ours[0]['result']
        for reader in self.readers:
            key = (row.name, reader)
            for record in self.runs.get(key, []):
                result = record['result']
                self.fields[key] = sum(field in result
                                       for field in readers.FIELDS[row.work])
                found = readers.disagreements(reference, result)
                if not found:
                    continue
                known = readers.explain(reader, row.work, found)
                text = ', '.join(f'{field} {theirs} (ours: {mine})'
                                 for field, mine, theirs in found)
                if known is None:
                    self.void.add(key)
                    self.failures.append(f'{row.name}: {reader}: {text}')
                    break
                if key not in self.marks:
                    # The sums tell no more than the counts, in a note.
                    text = ', '.join(f'{field} {theirs:,} (ours: {mine:,})'
                                     for field, mine, theirs in found
                                     if not field.endswith('_sum'))
                    self.notes.append(f'{result["reader"]}, {row.work} of '
                                      f'{row.files}: {known.why}: {text}.')
                    self.marks[key] = len(self.notes)

    def median(self, row, reader, value):
        """None if there is no run, or none that counts."""
        records = self.runs.get((row.name, reader))
        if not records or (row.name, reader) in self.void:
            return None
        return statistics.median(value(record) for record in records)

    def name(self, reader):
        for (_, other), records in self.runs.items():
            if other == reader:
                return records[0]['result']['reader']
        return reader


def number(value):
    """Three significant digits, no exponent."""
    if value is None:
        return '-'
    if value == 0:
        return '0'
    digits = 0
    while abs(value) * 10 ** digits < 100 and digits < 5:
        digits += 1
    return f'{value:,.{digits}f}'


def _line(cells):
    return '| ' + ' | '.join(cells) + ' |'


def _reached(ours, target, at_most=True):
    if target is None:
        return '-', '-'
    sign = '<=' if at_most else '>='
    good = ours <= target if at_most else ours >= target
    return f'{sign} {float(number(target).replace(",", "")):,g}', \
        'yes' if good else '**no**'


def work_table(data):
    others = [reader for reader in data.readers if reader not in (OURS, BARE)]
    has_bare = BARE in data.readers
    titles = ['work', 'unit', *[data.name(reader) for reader in others],
              '**ours**', 'ours / best other',
              *(['bare loop', 'ours / bare loop'] if has_bare else []),
              'target', 'reached']
    lines = [_line(titles), _line(['---'] * len(titles))]
    medians = {}
    for row in rows.ROWS:
        for metric in row.metrics:
            values = {reader: data.median(row, reader, metric.value)
                      for reader in data.readers}
            medians[metric.name] = values
            marks = {reader: data.marks.get((row.name, reader))
                     for reader in data.readers}
            void = {reader for reader in data.readers
                    if (row.name, reader) in data.void}
            _add(lines, others, has_bare, metric.title, metric.unit, values, marks,
                 void, metric.target, metric.best_other)
    dividend, divisor, title, target = rows.TAX
    values = {}
    for reader in data.readers:
        pair = (medians[dividend].get(reader), medians[divisor].get(reader))
        values[reader] = None if None in pair else pair[0] / pair[1]
    _add(lines, others, has_bare, title, 'ratio', values, {}, set(), target)
    return lines


def _floor(values, void):
    """The cells of the bare loop, which is what all have to do at least."""
    if BARE in void:
        return 'disagrees', '-'
    bare = values.get(BARE)
    return number(bare), number(values[OURS] / bare if bare else None)


def _add(lines, others, has_bare, title, unit, values, marks, void, target,
         best_other=None):
    ours = values.get(OURS)
    if ours is None:
        return
    cells = []
    for reader in others:
        cell = 'disagrees' if reader in void else number(values[reader])
        if marks.get(reader):
            cell += f' [{marks[reader]}]'
        cells.append(cell)
    # Who did less than all of it does not set the pace.
    known = [values[reader] for reader in others
             if values[reader] is not None and not marks.get(reader)]
    ratio = ours / min(known) if known else None
    if best_other is None:
        reached = _reached(ours, target)
    elif ratio is None:
        reached = '-', '-'
    else:
        goal, answer = _reached(ratio, target / best_other)
        reached = f'ratio {goal}', answer
    lines.append(_line([title, unit, *cells, f'**{number(ours)}**', number(ratio),
                        *(_floor(values, void) if has_bare else ()), *reached]))


def tool_table(data):
    lines = [_line(['what', 'command', 'CPU s', 'wall s', 'MB of text', 'MB/s',
                    'target', 'reached']),
             _line(['---'] * 8)]
    for tool in rows.TOOLS:
        records = data.tools.get(tool.name)
        if not records:
            continue
        cpu = statistics.median(record['cpu'] for record in records)
        wall = statistics.median(record['wall'] for record in records)
        megabytes = records[0]['bytes'] / 1e6
        seconds = cpu if tool.clock == 'cpu' else wall
        rate = megabytes / seconds if seconds > 0 else 0
        is_text = tool.group in ('DIEs', 'lines')
        goal = ['-', '-']
        if tool.rate is not None:
            goal = list(_reached(rate, tool.rate, at_most=False))
            goal[0] += ' MB/s'
        elif tool.seconds is not None:
            goal = list(_reached(cpu, tool.seconds))
            goal[0] += ' s'
        name = f'`{tool.name}`'
        lines.append(_line([tool.group, f'**{name}**' if tool.is_ours else name,
                            number(cpu), number(wall),
                            number(megabytes) if is_text else '-',
                            number(rate) if is_text else '-', *goal]))
    return lines


def agreement(data):
    """One sentence per reader on what was compared."""
    lines = []
    for reader in data.readers:
        if reader == OURS:
            continue
        total = sum(count for (_, other), count in data.fields.items()
                    if other == reader)
        marked = [row for (row, other) in data.marks if other == reader]
        void = [row for (row, other) in data.void if other == reader]
        text = f'- {data.name(reader)}: {total} counts and sums compared'
        if void:
            text += f'; DISAGREES without a known reason in {", ".join(void)}'
        text += f'; differs as noted in {", ".join(marked)}' if marked else \
            '' if void else '; all equal'
        lines.append(text + '.')
    return lines


def render(records):
    """The text, and the disagreements that nobody can explain."""
    data = Data(records)
    lines = [*data.machine, '', *work_table(data), '']
    lines += [f'[{index}] {note}' + ('\n' if index < len(data.notes) else '')
              for index, note in enumerate(data.notes, 1)]
    lines += ['', *agreement(data)]
    if data.tools:
        lines += ['', 'Whole programs on xfs.ko, output to /dev/null:', '',
                  *tool_table(data)]
    return '\n'.join(lines) + '\n', data.failures


def main(arguments):
    if len(arguments) != 1:
        print(__doc__, file=sys.stderr)
        return 2
    with open(arguments[0], encoding='utf-8') as file:
        text, failures = render([json.loads(line) for line in file])
    print(text, end='')
    for failure in failures:
        print(f'DISAGREEMENT: {failure}', file=sys.stderr)
    return 1 if failures else 0


if __name__ == '__main__':
    sys.exit(main(sys.argv[1:]))
