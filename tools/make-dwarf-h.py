#!/usr/bin/env python3
"""Makes include/dwreloc/dwarf.h of libdwreloc/dwarf/constants.inc.

    make-dwarf-h.py TABLES HEADER           writes HEADER
    make-dwarf-h.py --check TABLES HEADER   fails if HEADER is not what it would
                                            write

Each table becomes an enumeration with the comment in front of the table.
"""

import re
import sys

BEGIN = """\
/* dwarf.h - the constants of DWARF 2 to 5 and of the extensions in use: the
 * names of the standard for the numbers that dwreloc.h and dwreloc.hpp hand out
 * and take, e.g. DW_TAG_subprogram.
 *
 * tools/make-dwarf-h.py made this of libdwreloc/dwarf/constants.inc.
 *
 * dwreloc.h does not include this header: the names are global and the same as
 * those of other libraries, so it is for the program to choose whose it takes.
 *
 * Another dwarf.h in the same source file:
 *
 *  - elfutils' <dwarf.h>, and dwarf2.h of binutils and gcc: the one that comes
 *    first is read, the other is passed over.  Include this one first: it has
 *    all names of elfutils 0.188 and many more, and a name that only this one
 *    has is missing where theirs came first.  But dwarf2.h declares functions
 *    and types of enumerations too; who needs those includes it first.
 *  - libdwarf's <dwarf.h>, which has macros.  Where this one comes first both
 *    are read; where theirs does, this one is passed over.
 *
 * Values agree with theirs, but for these: DW_SECT_MACRO is 7 as in DWARF 5 and
 * not 8 as in dwarf2.h (here DW_SECT_GNU_MACRO); some releases of libdwarf have
 * another DW_AT_LLVM_apinotes (0x3e03) and DW_IDX_hi_user (0xfff).
 *
 * Names may share a value.  dwreloc_tag_name and its like give one of them: the
 * standard's, or else GNU's.  DW_*_lo_user and DW_*_hi_user bound the values
 * that are left to vendors, who share them: DW_CFA_GNU_window_save and
 * DW_CFA_AARCH64_negate_ra_state are one number, and the machine decides.
 */
#ifndef DWRELOC_DWARF_H_
#define DWRELOC_DWARF_H_

#if !defined(_DWARF_H) && !defined(_DWARF_H_) && !defined(__DWARF_H) && \\
    !defined(DWARF_H) && !defined(_DWARF2_H) && !defined(_ELF_DWARF2_H)

/* The guards of elfutils' dwarf.h and of dwarf2.h, whose enumerators would
 * clash with these. */
/* NOLINTBEGIN(bugprone-reserved-identifier) */
#define _DWARF_H
#define _DWARF2_H
#define _ELF_DWARF2_H
/* NOLINTEND(bugprone-reserved-identifier) */

"""

END = """\
/* What a CIE of .debug_frame has in the place of its address, in each format
 * (DWARF 5 7.24). */
#define DW_CIE_ID_32 0xffffffffu
#define DW_CIE_ID_64 0xffffffffffffffffu

#endif /* no other dwarf.h */

#endif /* DWRELOC_DWARF_H_ */
"""

TABLE = re.compile(r'((?:^// .*\n)+)#if defined\(DW_ALL_TABLES\) \|\| '
                   r'defined\((DW_\w+)_TABLE\)\n((?:.*\n)*?)#endif\n', re.M)
ROW = re.compile(r'(?:X|ALIAS)\((DW_\w+), 0x([0-9a-f]+)\)\n')


def enumeration(heading, rows):
    """The lines of one table."""
    lines = [line.removeprefix('// ') for line in heading.splitlines()]
    text = '/* ' + '\n * '.join(lines) + ' */\nenum {\n'
    width = 4 if any(len(digits) > 2 for _, digits in rows) else 2
    for name, digits in rows:
        text += f'  {name} = 0x{digits.zfill(width)},\n'
    return text + '};\n\n'


def header(tables):
    """The whole header; `tables` is the text of constants.inc."""
    text = BEGIN
    found = 0
    for heading, name, body in TABLE.findall(tables):
        rows = ROW.findall(body)
        if not rows or len(rows) != body.count('\n'):
            sys.exit(f'make-dwarf-h.py: {name}: a line is no X and no ALIAS')
        found += len(rows)
        text += enumeration(heading, rows)
    if found != len(re.findall(r'^(?:X|ALIAS)\(', tables, re.M)):
        sys.exit('make-dwarf-h.py: a table has no comment in front of it')
    return text + END


def main():
    arguments = sys.argv[1:]
    check = arguments[:1] == ['--check']
    if check:
        arguments.pop(0)
    if len(arguments) != 2:
        sys.exit(__doc__.strip())
    with open(arguments[0], encoding='utf-8') as file:
        made = header(file.read())
    if not check:
        with open(arguments[1], 'w', encoding='utf-8') as file:
            file.write(made)
        return
    with open(arguments[1], encoding='utf-8') as file:
        if file.read() != made:
            sys.exit(f'{arguments[1]} is not what {arguments[0]} makes; please '
                     'run: tools/make-dwarf-h.py ' + ' '.join(arguments))


if __name__ == '__main__':
    main()
