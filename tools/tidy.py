#!/usr/bin/env python3
"""Runs clang-tidy 14 on what a change touches; exits with 1 if it says anything.

    tidy.py BUILD [--base=REF] [-j N]   what differs from where REF was left,
                                        and what is not committed
    tidy.py BUILD [-j N] FILE...        these
    tidy.py BUILD [-j N] --all          all: a quarter of an hour on 2 cores

BUILD is a build directory of meson's. REF is main by default, or origin/main where
there is no main; on REF itself the last commit is looked at. A header is checked
with the source of its name, or else with one that includes it. .clang-tidy says
what is checked. With another version of clang-tidy the exit status is 77.
"""

import argparse
import concurrent.futures
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys

HEADERS = {'.h', '.hpp', '.inc'}
SOURCES = {'.c', '.cc'}
SKIPPED = 77  # as in tests


class Repository:
    def __init__(self, folder):
        self.folder = folder

    def git(self, *arguments):
        """The output without its last line break, or None where git fails."""
        result = subprocess.run(
            ['git', '-c', 'safe.directory=*', '-C', self.folder, *arguments],
            capture_output=True, text=True, check=False)
        return result.stdout.rstrip('\n') if result.returncode == 0 else None

    def base(self, ref):
        """The commit that the change began at."""
        for name in [ref] if ref else ['main', 'origin/main']:
            base = self.git('merge-base', 'HEAD', name)
            if base is None:
                continue
            on_main = self.git('rev-parse', 'HEAD') == self.git('rev-parse', name)
            before = self.git('rev-parse', '--verify', '--quiet', 'HEAD~1')
            return before if on_main and before and not ref else base
        sys.exit(f'tidy: nothing in common with {ref or "main or origin/main"}; '
                 'see --base')

    def changed_files(self, ref):
        changed = self.git('diff', '--name-only', '-z', '--diff-filter=d',
                           self.base(ref))
        new = self.git('ls-files', '-z', '--others', '--exclude-standard')
        return sorted({name for name in (changed + new).split('\0') if name})


def translation_units(build):
    """The sources that are compiled, by their paths from here."""
    units = {}
    for entry in json.loads((build / 'compile_commands.json').read_text()):
        path = os.path.relpath(os.path.join(entry['directory'], entry['file']))
        units[path] = pathlib.Path(path)
    return units


def unit_of_header(header, units):
    """A source that includes the header: that of its name, or the first."""
    own = [path for path in units if path == str(header.with_suffix('.cc'))]
    if own:
        return own[0]
    # Includes are relative to a folder above: "read/cursor.h", <dwreloc/dwarf.h>.
    names = '|'.join(re.escape('/'.join(header.parts[i:]))
                     for i in range(len(header.parts)))
    include = re.compile(rf'^ *# *include *[<"](?:{names})[>"]', re.M)
    folder = header.parts[0]
    for path in sorted(units, key=lambda path: not path.startswith(folder)):
        if include.search(units[path].read_text(errors='replace')):
            return path
    return None


def select(files, units):
    chosen = set()
    for name in files:
        path = pathlib.Path(name)
        if path.suffix in SOURCES and name in units:
            chosen.add(name)
        elif path.suffix in HEADERS:
            unit = unit_of_header(path, units)
            if unit is not None:
                chosen.add(unit)
    return sorted(chosen)


def check(program, build, path):
    return subprocess.run([program, '--quiet', '-p', str(build), path],
                          capture_output=True, text=True, check=False)


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument('build', type=pathlib.Path)
    parser.add_argument('files', nargs='*')
    parser.add_argument('--base')
    parser.add_argument('--repository', default='.',
                        help='whose changes; this directory is a copy of it')
    parser.add_argument('--all', action='store_true')
    parser.add_argument('--list', action='store_true',
                        help='say what would be checked')
    parser.add_argument('-j', type=int, default=os.cpu_count())
    options = parser.parse_intermixed_args()

    units = translation_units(options.build)
    if options.all:
        chosen = sorted(units)
    else:
        files = options.files or Repository(
            options.repository).changed_files(options.base)
        chosen = select(files, units)
    if options.list:
        print('\n'.join(chosen))
        return 0
    program = shutil.which('clang-tidy-14') or shutil.which('clang-tidy')
    if program is None:
        sys.exit('tidy: clang-tidy-14 is not installed')
    version = subprocess.run([program, '--version'], capture_output=True,
                             text=True, check=True).stdout
    if 'version 14.' not in version:
        print('tidy: other versions check other things; 14 is needed, this is '
              f'{" ".join(version.split())}', file=sys.stderr)
        return SKIPPED
    bad = 0
    with concurrent.futures.ThreadPoolExecutor(options.j) as pool:
        results = pool.map(lambda path: check(program, options.build, path),
                           chosen)
        for path, result in zip(chosen, results):
            if result.returncode != 0:
                bad += 1
                print(f'{path}:\n{result.stdout}{result.stderr}', flush=True)
    print(f'{len(chosen)} sources checked, {bad} with errors')
    return 1 if bad else 0


if __name__ == '__main__':
    sys.exit(main())
