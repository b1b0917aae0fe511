#!/usr/bin/env python3
"""Linked files, compressed: they run as before, and say the same to every reader.

    compressed_test.py [--list] [NAME...]

The program beside this file is linked by gcc, and by clang where there is one: static,
position-independent or not, with a shared library, with --emit-relocs, with compressed
debug sections, by other linkers, with DWARF 2 to 5; and what objcopy and eu-strip leave of it for
debugging. Of each file that dwreloc-compress has made smaller:

1. dwreloc-diff finds no difference; compressing again changes nothing;
2. program headers and everything that is loaded are where they were, byte for byte, and
   so are all sections without DWARF, at any place;
3. no records of debug sections are left, and those of others are as they were;
4. readelf warns of nothing new;
5. eu-addr2line, llvm-symbolizer and gdb, those that are there, give the same answers;
6. the program prints the same.

NAME selects variants whose name contains it. Exit status 77 without a compiler or readelf;
where CI is set that is a failure.
"""

import argparse
import difflib
import multiprocessing
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))

from oracle import elf_image, readelf  # noqa: E402

SOURCES = pathlib.Path(__file__).resolve().parent / 'program'
PROGRAM = os.environ.get('DWRELOC_COMPRESS', 'dwreloc-compress')
DIFF = os.environ.get('DWRELOC_DIFF', 'dwreloc-diff')

SHF_ALLOC = 2
SHF_COMPRESSED = 0x800
SHT_NOBITS = 8
KINDS = {
    'static': ('-static',),
    'pie': ('-fPIE', '-pie'),
    'fixed': ('-fno-pie', '-no-pie'),
    'relocs': ('-fno-pie', '-no-pie', '-Wl,--emit-relocs'),
    'packed': ('-gz=zlib',),
    'index': ('-gpubnames',),
    'macros': ('-g3',),
    'lto': ('-flto',),
    'gold': ('-fuse-ld=gold', '-Wl,--emit-relocs'),
    'lld': ('-fuse-ld=lld',),
}
VERSIONS = {'static': (5,), 'pie': (2, 3, 4, 5), 'fixed': (4, 5), 'relocs': (4, 5),
            'packed': (4, 5), 'index': (4, 5), 'macros': (4, 5),
            'lto': (5,), 'gold': (5,), 'lld': (5,)}
LINKERS = {'gold': 'ld.gold', 'lld': 'ld.lld'}
SHARED = 'shared'
FUNCTIONS = ('main', 'list_add', 'is_new_record', 'tell', 'list_sum_of_all')


class Wrong(Exception):
    """What must not be."""


def run(*command, **options):
    return subprocess.run([str(part) for part in command], text=True,
                          capture_output=True, check=False, errors='replace',
                          env={**os.environ, 'LC_ALL': 'C',
                               'DEBUGINFOD_URLS': ''}, **options)


def make(*command):
    result = run(*command)
    if result.returncode != 0:
        raise Wrong(f'{" ".join(map(str, command))}: {result.stderr}')


def skip(reason):
    print(f'skipped: {reason}', file=sys.stderr)
    sys.exit(1 if os.environ.get('CI') else 77)


def compilers():
    """gcc, and the newest clang."""
    clang = [name for name in ('clang-19', 'clang-14', 'clang') if shutil.which(name)]
    return [name for name in ('gcc',) if shutil.which(name)] + clang[:1]


def variants():
    """(name, compiler, kind, flags)"""
    for compiler in compilers():
        for kind, flags in KINDS.items():
            if not shutil.which(LINKERS.get(kind, compiler)):
                continue
            for version in VERSIONS[kind]:
                # .debug_names.
                if kind == 'index' and version == 5 and compiler != 'gcc':
                    continue
                yield (f'{compiler} {kind} {version}', compiler, kind,
                       ('-O2', '-g', f'-gdwarf-{version}', *flags))
        for version in (4, 5):
            yield (f'{compiler} {SHARED} {version}', compiler, SHARED,
                   ('-O1', '-g', f'-gdwarf-{version}'))


def link(compiler, kind, flags, directory):
    """The files that are made, the program first."""
    program = directory / 'program'
    if kind != SHARED:
        make(compiler, *flags, SOURCES / 'main.c', SOURCES / 'list.c', '-o', program)
        return [program]
    library = directory / 'liblist.so'
    make(compiler, *flags, '-fPIC', '-shared', SOURCES / 'list.c', SOURCES / 'sum.c', '-o',
         library)
    make(compiler, *flags, SOURCES / 'main.c', library, '-Wl,-rpath,$ORIGIN', '-o',
         program)
    return [program, library]


def is_debug(section):
    return section.name.startswith(('.debug_', '.rel.debug_', '.rela.debug_'))


def loaded(image):
    """Headers and bytes of what is loaded."""
    return [(section.name, section.type, section.flags, section.offset, section.size,
             section.type != SHT_NOBITS and
             image.data[section.offset:section.offset + section.size])
            for section in image.sections if section.flags & SHF_ALLOC]


def others(image):
    return [(section.index, section.name, section.type, section.flags, section.size,
             image.data[section.offset:section.offset + section.size])
            for section in image.sections
            if not is_debug(section) and section.type != SHT_NOBITS]


def check_layout(path, small):
    before, after = elf_image.ElfImage(path), elf_image.ElfImage(small)
    if [section.name for section in before.sections] != [
            section.name for section in after.sections]:
        raise Wrong('other sections')
    if loaded(before) != loaded(after):
        raise Wrong('what is loaded has changed')
    if others(before) != others(after):
        raise Wrong('sections without DWARF have changed')
    if run(readelf.PROGRAM, '-lW', path).stdout != run(
            readelf.PROGRAM, '-lW', small).stdout:
        raise Wrong('other program headers')
    # What stands between sections, too: all up to the end of what is loaded.
    end = max((section.offset + section.size for section in before.sections
               if section.flags & SHF_ALLOC and section.type != SHT_NOBITS),
              default=0)
    header = 64  # has the place of the section headers
    if before.data[header:end] != after.data[header:end]:
        raise Wrong('bytes between loaded sections have changed')
    for section in after.sections:
        if section.name.startswith('.rela.debug_') and section.size:
            raise Wrong(f'{section.name} is not empty')


def warnings(path):
    return sum('Warning' in line for line in
               run(readelf.PROGRAM, '--debug-dump=info,decodedline,loc,Ranges,aranges',
                   path).stderr.splitlines())


def addresses(path):
    """Some of each function of the program."""
    found = []
    for line in run('nm', path).stdout.splitlines():
        fields = line.split()
        if len(fields) == 3 and fields[2] in FUNCTIONS:
            found += [int(fields[0], 16) + step for step in range(0, 64, 3)]
    return [f'{address:#x}' for address in found]


def answers(path, places):
    """What readers say of these places and of the types."""
    said = {}
    if shutil.which('eu-addr2line'):
        said['eu-addr2line'] = run('eu-addr2line', '-f', '-i', '-S', '-e', path,
                                   *places).stdout
    for symbolizer in ('llvm-symbolizer-19', 'llvm-symbolizer'):
        if shutil.which(symbolizer):
            said[symbolizer] = run(symbolizer, '-e', path, *places).stdout
    if shutil.which('gdb'):
        commands = ['ptype struct list', 'ptype struct item', 'whatis list_add',
                    'info line main', 'info address added']
        commands += [f'info symbol {place}' for place in places[:5]]
        # By address: of two inlined copies of one function gdb takes the one whose symbol
        # lies lower in its memory.
        commands += [f'info scope *{place}' for place in places[::3]]
        options = [part for command in commands for part in ('-ex', command)]
        # Of a DIE that an expression refers to, it says the offset.
        said['gdb'] = re.sub(r'(<[^<>]+) \[0x[0-9a-f]+\]>|(pointer DIE) [0-9a-f]+', r'\1\2',
                             run('gdb', '-nx', '-batch', *options, path).stdout)
    return {reader: text.replace(str(path), 'FILE') for reader, text in said.items()}


def check(path, places, directory, options):
    """Compresses a file; returns the smaller one, under the same name elsewhere."""
    small = directory / 'small' / path.name
    small.parent.mkdir(exist_ok=True)
    result = run(PROGRAM, '--verify', *options, path, '-o', small)
    if result.returncode != 0:
        raise Wrong(f'{path.name}: {result.stderr}')
    if small.stat().st_size >= path.stat().st_size:
        raise Wrong(f'{path.name}: not smaller')
    difference = run(DIFF, path, small)
    if difference.returncode != 0:
        raise Wrong(difference.stdout + difference.stderr)
    again = directory / 'again'
    if run(PROGRAM, *options, small, '-o', again).returncode != 0 or (
            again.read_bytes() != small.read_bytes()):
        raise Wrong(f'{path.name}: compressing again changes it')
    check_layout(path, small)
    if warnings(small) > warnings(path):
        raise Wrong(f'{path.name}: readelf warns')
    before, after = answers(path, places), answers(small, places)
    for reader, said in before.items():
        if said != after[reader]:
            difference = '\n'.join(difflib.unified_diff(
                said.splitlines(), after[reader].splitlines(), 'before', 'after',
                lineterm=''))
            raise Wrong(f'{path.name}: {reader} says\n{difference}')
    return small


def stripped(path, directory):
    """What tools leave of it for debugging."""
    debug = directory / f'{path.name}.debug'
    make('objcopy', '--only-keep-debug', path, debug)
    yield debug
    if shutil.which('eu-strip'):
        debug = directory / f'{path.name}.eu-debug'
        make('eu-strip', '-f', debug, '-o', directory / 'stripped', path)
        yield debug


def test(compiler, kind, flags, directory):
    files = link(compiler, kind, flags, directory)
    options = ['--compress-debug-sections=zlib'] if kind == 'packed' else []
    printed = run(files[0])
    if printed.returncode != 0 or '3 items' not in printed.stdout:
        raise Wrong(f'the program fails: {printed.stderr}')
    places = {path: addresses(path) for path in files}
    if not all(places.values()):
        raise Wrong('no functions')
    smaller = [check(path, places[path], directory, options) for path in files]
    again = run(smaller[0])
    if (again.returncode, again.stdout) != (0, printed.stdout):
        raise Wrong(f'the smaller program fails: {again.stdout + again.stderr}')
    for path in files:
        for debug in stripped(path, directory):
            check(debug, places[path], directory, options)


def test_one(variant):
    """Runs in a process of its own. Returns the variant's name and what is wrong."""
    name, compiler, kind, flags = variant
    with tempfile.TemporaryDirectory(prefix='dwreloc-linked-') as directory:
        try:
            test(compiler, kind, flags, pathlib.Path(directory))
        except Wrong as wrong:
            return name, str(wrong)
    return name, None


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('--list', action='store_true')
    parser.add_argument('names', nargs='*')
    arguments = parser.parse_args()
    found = [variant for variant in variants()
             if not arguments.names or
             any(name in variant[0] for name in arguments.names)]
    if arguments.list:
        print('\n'.join(variant[0] for variant in found))
        return 0
    if not found or readelf.PROGRAM is None or not shutil.which('objcopy'):
        skip('no compiler, no readelf, or no objcopy')
    failed = 0
    with multiprocessing.Pool() as pool:
        for name, wrong in pool.imap(test_one, found):
            if wrong:
                failed += 1
                print(f'{name}: {wrong}')
    print(f'{len(found)} variants, {failed} failed')
    return 1 if failed else 0


if __name__ == '__main__':
    sys.exit(main())
