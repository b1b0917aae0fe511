#!/usr/bin/env python3
"""Proves that the picture of the library in docs/design.md is true.

    check_design.py ROOT          check the tree under ROOT
    check_design.py --self-test   check that each rule can fail

The picture is the indented block that begins with "libdwreloc/": folders, each
with the files in it and a remark after two blanks. Every component (a .h, a .cc,
or both of one name) of the library stands in its folder there, and nothing else
does. A .cc that belongs to another component's header (reloc_digest_sort.cc)
need not be named.
"""

import pathlib
import re
import sys

FOLDER = re.compile(r'^ {6,}(?P<indent> *)(?P<name>[a-z]+)/ +(?P<rest>.*)$')
MORE = re.compile(r'^ {10,}(?P<rest>\S.*)$')


def picture(text):
    """{folder: set of components}"""
    lines = text[text.index('    libdwreloc/\n'):].splitlines()[1:]
    folders, current, parent = {}, None, ''
    for line in lines:
        if not line.startswith('      '):
            break
        match = FOLDER.match(line)
        if match:
            nested = line.startswith('        ')
            current = (parent + '/' if nested else '') + match['name']
            parent = parent if nested else match['name']
            folders[current] = set()
        else:
            match = MORE.match(line)
        # The remark comes after two blanks.
        names = re.split(r'  +', match['rest'])[0] if match else ''
        folders[current].update(names.split())
    return folders


def components(root):
    """{folder: {component: True if it has a header}}"""
    found = {}
    base = root / 'libdwreloc'
    for path in sorted(base.rglob('*')):
        if path.suffix not in ('.h', '.cc', '.inc'):
            continue
        folder = str(path.parent.relative_to(base))
        stems = found.setdefault(folder, {})
        stems[path.stem] = stems.get(path.stem, False) or path.suffix == '.h'
    return found


def check(root):
    drawn = picture((root / 'docs/design.md').read_text(encoding='utf-8'))
    there = components(root)
    errors = []
    for folder, stems in there.items():
        # The wall's files are drawn as one; tables are parts of their file.
        if folder in ('capi', 'reloc/howto_tables'):
            continue
        names = drawn.get(folder)
        if names is None:
            errors.append(f'{folder}/ is not drawn')
            continue
        for stem, has_header in stems.items():
            # reloc_digest_sort.cc is a part of reloc_digest.h.
            is_part = not has_header and any(
                stem.startswith(other + '_') for other in stems)
            if stem not in names and not is_part:
                errors.append(f'{folder}/{stem} is not drawn')
    for folder, names in drawn.items():
        if folder == 'capi':
            continue
        for name in sorted(names - set(there.get(folder, ()))):
            errors.append(f'{folder}/{name} is drawn but not there')
    return errors


def self_test():
    import tempfile
    design = ('text\n    libdwreloc/\n'
              '      base/     status text   knows nothing\n'
              '      dwarf/    constants\n'
              '        tree/   unit form\n'
              '                die           DIEs\n'
              '      capi/     handles c_api_*.cc   the wall\n'
              '    tools/\n')
    files = ['base/status.h', 'base/text.h', 'base/text.cc', 'base/text_hex.cc',
             'dwarf/constants.inc', 'dwarf/tree/unit.cc', 'dwarf/tree/form.h',
             'dwarf/tree/die.h', 'capi/handles.h', 'capi/c_api_x.cc']
    cases = [
        ('good', design, files, []),
        ('a file', design, files + ['base/extra.h'],
         ['base/extra is not drawn']),
        ('a folder', design, files + ['set/a.h'], ['set/ is not drawn']),
        ('a name', design.replace('die', 'die walk'), files,
         ['dwarf/tree/walk is drawn but not there']),
        ('another folder', design.replace('status ', '').replace(
            'unit ', 'unit status '), files,
         ['base/status is not drawn',
          'dwarf/tree/status is drawn but not there']),
    ]
    failed = 0
    for name, text, paths, expected in cases:
        with tempfile.TemporaryDirectory() as directory:
            root = pathlib.Path(directory)
            (root / 'docs').mkdir()
            (root / 'docs/design.md').write_text(text)
            for path in paths:
                path = root / 'libdwreloc' / path
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text('')
            found = check(root)
            if found != expected:
                failed += 1
                print(f'{name}: {found}, not {expected}')
    print(f'{len(cases) - failed} of {len(cases)} cases as expected')
    return 1 if failed else 0


def main(arguments):
    if arguments == ['--self-test']:
        return self_test()
    errors = check(pathlib.Path(arguments[0]))
    for error in errors:
        print('docs/design.md: ' + error)
    print(f'the picture in docs/design.md: {len(errors)} errors')
    return 1 if errors else 0


if __name__ == '__main__':
    sys.exit(main(sys.argv[1:]))
