#!/usr/bin/env python3
"""Do all readers that were built count the same?

    agreement_test.py BUILD_DIR MODULE [SYMBOL]

runs every work with every program of readers.py over MODULE and compares counts and
sums. It proves nothing about time. Without any peer it still checks that the works
run and that works that share fields agree among each other.
"""

import sys

import readers

# Behind the end of every other section of meter.ko that holds code: with all
# sections at 0, LLVM's map of functions and libdwarf's ranges know no section, and
# answer for an address in .init.text with what is at that address of .text.
SYMBOL = 'meter_summarize'

# A field of each work that is not 0 if anything was read.
FIRST = {'digest': 'relocs', 'walk': 'dies', 'ranges': 'loc_n', 'lines': 'row_n',
         'query': 'line'}


def main(arguments):
    build_dir, module, symbol = (arguments + [SYMBOL])[:3]
    programs = readers.built(build_dir)
    failures = []
    ours = {}
    for work in readers.WORKS:
        options = []
        if work == 'query':
            options = [f'--target={module}', f'--symbol={symbol}']
        results = {reader: readers.run_work(program, work, module, options).result
                   for reader, program in programs.items()
                   if readers.does(reader, work)}
        ours[work] = results[readers.OURS]
        if work in FIRST and not ours[work][FIRST[work]]:
            failures.append(f'{work}: nothing was read')
        for reader, result in results.items():
            found = readers.disagreements(ours[work], result)
            known = readers.explain(reader, work, found)
            if found and known is None:
                failures.append(f'{work}: {result["reader"]}: {found}')
            told = [field for field in readers.FIELDS[work] if field in result]
            print(f'{work}: {result["reader"]}: {len(told)} fields, '
                  f'{len(found)} differ{": " + known.why if found and known else ""}')
    for field in readers.WALK_FIELDS:
        if ours['walk'][field] != ours['ranges'][field]:
            failures.append(f'walk and ranges differ in {field}')
    for failure in failures:
        print(f'FAILED: {failure}')
    return 1 if failures else 0


if __name__ == '__main__':
    sys.exit(main(sys.argv[1:]))
