#!/usr/bin/env python3
"""Writes a C list of the names that elfutils' dwarf.h has.

    make_elfutils_names.py DWARF_H OUTPUT COMPILER...

COMPILER finds and preprocesses <dwarf.h>; DWARF_H is ours.  A line is
NAME(DW_TAG_array_type, 0x01) with the value that ours gives the name, or
MISSING(DW_TAG_x) where ours has none.
"""

import re
import subprocess
import sys

ENUMERATOR = re.compile(r'\b(DW_\w+)\s*(?==|,|\})')
MACRO = re.compile(r'^#define (DW_\w+)', re.M)
OURS = re.compile(r'^(?:  |#define )(DW_\w+)(?: =)? (0x\w+)', re.M)


def preprocessed(compiler, flag):
    return subprocess.run([*compiler, flag, '-x', 'c', '-'], check=True,
                          input='#include <dwarf.h>\n', encoding='utf-8',
                          stdout=subprocess.PIPE).stdout


def main():
    header, output, *compiler = sys.argv[1:]
    with open(header, encoding='utf-8') as file:
        ours = dict(OURS.findall(file.read()))
    names = (ENUMERATOR.findall(preprocessed(compiler, '-E')) +
             MACRO.findall(preprocessed([*compiler, '-dM'], '-E')))
    with open(output, 'w', encoding='utf-8') as file:
        for name in sorted(set(names)):
            if name in ours:
                file.write(f'NAME({name}, {ours[name]})\n')
            else:
                file.write(f'MISSING({name})\n')


if __name__ == '__main__':
    main()
