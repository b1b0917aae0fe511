#!/usr/bin/env python3
"""Objects linked at known addresses: what --place says is what ld makes of it.

    linked_test.py [--list] [NAME...]

Objects are made from the sources beside this file by gcc, and by clang where there
is one: DWARF 2 to 5, not optimized and optimized, 32- and 64-bit DWARF, a section for
each function, compressed debug sections, types in units of their own, TLS, 32-bit x86
(relocations without addends), several units joined by `ld -r`; of Fortran, Ada and Rust,
where their compilers are; the kernel module of tests/data is one more. Each is linked
so that every loaded section lies at an address of its own. Then dwreloc-dump reads the
object, placed at these addresses; llvm-dwarfdump and readelf read the linked file; and all values must be equal:
tests/oracle/compare.py. Each relocation record of the object must have been read
exactly once. What dwreloc-materialize writes for these places must be the bytes of the
linked file: tests/oracle/materialized.py.

NAME selects fixtures whose name contains it. Exit status 77 if there is no compiler,
linker or oracle; where CI is set that is a failure.
"""

import argparse
import collections
import multiprocessing
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))

from oracle import compare, link, llvm_dwarfdump, materialized, readelf  # noqa: E402

SOURCES = pathlib.Path(__file__).resolve().parent
MODULE = SOURCES.parent / 'data' / 'module' / 'meter.ko'
# `commands`: {how a source's name ends: what compiles it}.
Fixture = collections.namedtuple('Fixture', 'name commands sources flags')


def compilers():
    """(label, C compiler, C++ compiler)."""
    for label, c, cxx in (('gcc', 'gcc', 'g++'),
                          ('clang-19', 'clang-19', 'clang++-19'),
                          ('clang-14', 'clang-14', 'clang++-14'),
                          ('clang', 'clang', 'clang++')):
        if shutil.which(c) and shutil.which(cxx):
            if label != 'clang' or not shutil.which('clang-19'):
                yield label, c, cxx


class NotSupported(Exception):
    """The compiler does not know the flags."""


def accepts(compiler, flags):
    """Can it compile with them? Nothing is skipped that could be tested."""
    result = subprocess.run(
        [compiler, *flags, '-Werror', '-g', '-c', '-x', 'c', '-', '-o',
         '/dev/null'],
        input='int x;', text=True, stderr=subprocess.DEVNULL, check=False)
    return result.returncode == 0


def variants(version, is_gcc):
    """Flags for one version of DWARF: (name, sources, flags)."""
    c, joined, cxx = ('first.c',), ('first.c', 'second.c'), ('classes.cc',)
    for level in ('-O0', '-O2'):
        yield level, c, (level,)
        yield f'{level} C++', cxx, (level,)
        yield f'{level} joined', joined, (level,)
    sections = ('-ffunction-sections', '-fdata-sections')
    yield 'sections', c, ('-O2', *sections)
    yield 'sections C++', cxx, ('-O2', *sections)
    yield 'joined C++', ('first.c', 'classes.cc', 'second.c'), ('-O2', *sections)
    # .eh_frame instead of .debug_frame, with pointers of either kind.
    unwind = ('-O2', '-fasynchronous-unwind-tables')
    yield 'unwind', joined, unwind
    yield 'unwind C++', cxx, (*unwind, '-fPIC')
    if version >= 3:
        yield 'dwarf64', joined, ('-O2', '-gdwarf64')
    if version >= 4:
        yield 'types C++', cxx, ('-O0', '-fdebug-types-section')
    if version >= 4:
        yield 'zlib', c, ('-O2', '-gz=zlib')
        yield 'zstd', c, ('-O2', '-gz=zstd')
    # Lookup tables; gcc writes address ranges always.
    if is_gcc:
        yield 'names', joined, ('-O2', '-gpubnames')
        yield 'gnu names C++', cxx, ('-O2', '-ggnu-pubnames')
        yield 'gnu names m32', joined, ('-O2', '-ggnu-pubnames', '-m32')
    else:
        yield 'names', joined, ('-O2', '-gpubnames', '-gdwarf-aranges')
        yield 'names C++', ('first.c', 'classes.cc'), (
            '-O1', '-gpubnames', '-gdwarf-aranges', *sections)
        yield 'names m32', joined, ('-O2', '-gpubnames', '-gdwarf-aranges',
                                    '-m32')
        yield 'gnu names', joined, ('-O2', '-ggnu-pubnames')
    if version >= 3:
        yield 'names dwarf64', joined, ('-O2', '-gpubnames', '-gdwarf64')
    if version >= 4:
        yield 'names types C++', cxx, ('-O0', '-gpubnames',
                                       '-fdebug-types-section')
    yield 'm32', joined, ('-O2', '-m32')
    yield 'm32 -O0', c, ('-O0', '-m32')
    if is_gcc:
        yield 'x32', c, ('-O2', '-mx32')
        # Strict DWARF 2 has no ranges: gcc gives a unit of several sections the
        # low_pc of one, yet writes whole addresses into its location lists, where
        # they would be added to it. dwreloc-dump refuses the sum of two addresses.
        if version > 2:
            yield 'strict', c, ('-O2', '-gstrict-dwarf')


def command(program, *options):
    """Of a compiler that takes the options of gcc."""
    return (program, *options, '-Werror', '-fno-pic', '-fno-asynchronous-unwind-tables',
            '-c')


def languages():
    """Fixtures of others than C and C++: what is there of their compilers."""
    for name, program, source, compiler in (
            ('Fortran', 'gfortran', 'shapes.f90', 'gfortran'),
            ('Ada', 'gnatmake', 'shapes.adb', 'gcc')):
        if not shutil.which(program):
            continue
        for version in (3, 4, 5):
            for level in ('-O0', '-O2'):
                yield Fixture(f'{name} v{version} {level}',
                              {pathlib.Path(source).suffix: command(compiler)},
                              (source,), (f'-gdwarf-{version}', level))
    if shutil.which('rustc'):
        commands = {'.rs': ('rustc', '--crate-type=lib', '--emit=obj',
                            '-Ccodegen-units=1', '-g')}
        for level in '0', '3':
            yield Fixture(f'Rust -O{level}', commands, ('shapes.rs',),
                          (f'-Copt-level={level}',))


def fixtures():
    yield Fixture('meter.ko', {}, (), ())
    yield from languages()
    for label, c, cxx in compilers():
        commands = {'.c': command(c), '.cc': command(cxx, '-std=c++17')}
        for version in (2, 3, 4, 5):
            for name, sources, flags in variants(version, label == 'gcc'):
                yield Fixture(f'{label} v{version} {name}', commands, sources,
                              (f'-gdwarf-{version}', *flags))


def run(*words, cwd=None):
    result = subprocess.run(words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                            text=True, check=False, cwd=cwd)
    if result.returncode != 0:
        raise RuntimeError(f'{" ".join(map(str, words))}: {result.stdout}')


def build(fixture, directory):
    if not fixture.sources:
        return MODULE
    objects = []
    for source in fixture.sources:
        # gnat wants an object to be named for its source.
        output = directory / f'{pathlib.Path(source).stem}.o'
        words = fixture.commands[pathlib.Path(source).suffix]
        try:
            # Some leave other files behind where they are started.
            run(*words, *fixture.flags, SOURCES / source, '-o', output, cwd=directory)
        except RuntimeError as error:
            if '.c' not in fixture.commands or accepts(fixture.commands['.c'][0],
                                                       fixture.flags):
                raise
            raise NotSupported from error
        objects.append(output)
    if len(objects) == 1:
        return objects[0]
    joined = directory / 'joined.o'
    run(link.PROGRAM, '-m', link.emulation(objects[0]), '-r', *objects, '-o',
        joined)
    return joined


def compare_one(fixture):
    """Runs in a process of its own. Returns the fixture and what Report gathered, or
    None if the compiler does not know the flags."""
    report = compare.Report(fixture.name)
    with tempfile.TemporaryDirectory(prefix='dwreloc-linked-') as name:
        directory = pathlib.Path(name)
        try:
            path = build(fixture, directory)
            compare.check_coverage(path, report)
            linked = link.link(path, directory)
            compare.compare_linked(path, linked, report)
            materialized.compare(path, linked, directory, report)
        except NotSupported:
            return fixture, None
        except Exception as error:  # pylint: disable=broad-except
            # The other fixtures go on; this one counts as different.
            report.differ(fixture.name, type(error).__name__, error, '')
    return fixture, report


def can_fail():
    """By the module, which has every section whose move is tried."""
    with tempfile.TemporaryDirectory(prefix='dwreloc-linked-') as directory:
        return compare.notices_moved_section(MODULE,
                                             link.link(MODULE, pathlib.Path(directory)))


def skip(why):
    if os.environ.get('CI'):
        sys.exit(f'CI is set, but {why}')
    print(f'SKIPPED: {why}')
    sys.exit(77)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('--list', action='store_true')
    parser.add_argument('--jobs', type=int, default=os.cpu_count())
    parser.add_argument('names', nargs='*')
    arguments = parser.parse_args()

    for name, program in (('llvm-dwarfdump', llvm_dwarfdump.PROGRAM),
                          ('readelf', readelf.PROGRAM), ('ld', link.PROGRAM)):
        if program is None:
            skip(f'{name} is not installed')
    chosen = [fixture for fixture in fixtures()
              if not arguments.names or
              any(name in fixture.name for name in arguments.names)]
    if not any(fixture.sources for fixture in chosen) and not arguments.names:
        skip('there is no compiler')
    if arguments.list:
        for fixture in chosen:
            print(fixture.name)
        return 0

    differences = different = supported = 0
    rules, compared = collections.Counter(), collections.Counter()
    with multiprocessing.Pool(arguments.jobs) as pool:
        for fixture, report in pool.imap(compare_one, chosen):
            if report is None:
                print(f'not supported: {" ".join((fixture.name, *fixture.flags))}')
                continue
            supported += 1
            differences += report.differences
            different += report.differences != 0
            rules.update(report.rules)
            compared.update(report.compared)
            if not report.compared['attributes']:
                differences += 1
                print(f'{fixture.name}: nothing was compared')
            for line in report.text:
                print(line, flush=True)
    print(f'{supported} fixtures, placed and linked:')
    for name, number in compared.items():
        print(f'  {number:12,} {name}')
    for name, number in rules.items():
        print(f'{number} times {name}: {compare.RULES[name]}')
    noticed = can_fail()
    print(f'{differences} differences in {different} fixtures')
    return 0 if differences == 0 and noticed else 1


if __name__ == '__main__':
    sys.exit(main())
