"""dwreloc-compress --multifile: one file for what several ones have in common, in one
run and in phases.

That the files say the same is proved by tests/compress and tests/modules.
"""

import json
import os
import pathlib
import shutil
import subprocess
import unittest

import cli_support as cli

PROGRAM = os.environ.get('DWRELOC_COMPRESS', 'dwreloc-compress')
DIFF = os.environ.get('DWRELOC_DIFF', 'dwreloc-diff')

HEADER = ''.join(
    f'struct shared_{number} {{ int first_{number}, second_{number}; '
    f'struct shared_{number} *next_{number}; }};\n'
    f'typedef struct shared_{number} shared_type_{number};\n'
    for number in range(12))


def run(*arguments, **options):
    return subprocess.run([PROGRAM, *map(str, arguments)], capture_output=True,
                          text=True, check=False, **options)


class MultifileTest(unittest.TestCase):
    def setUp(self):
        self.directory = pathlib.Path(cli.path('multifile'))
        shutil.rmtree(self.directory, ignore_errors=True)
        for name in ('in', 'out'):
            (self.directory / name).mkdir(parents=True)
        (self.directory / 'shared.h').write_text(HEADER)
        self.files = [self.compiled(name) for name in 'abcd']

    def compiled(self, name, *options):
        path = self.directory / 'in' / f'{name}.o'
        uses = ' '.join(f'shared_type_{number} {name}_{number};' for number in range(12))
        subprocess.run([*cli.COMPILER, '-g', '-gdwarf-5', '-fPIC', *options, '-c', '-o', path,
                        '-x', 'c', '-'], cwd=self.directory, check=True, text=True,
                       input=f'#include "shared.h"\n{uses}\nint {name}_own;')
        return path

    def good(self, *arguments):
        result = run(*arguments)
        self.assertEqual((result.returncode, result.stderr), (0, ''))
        return result.stdout

    def same(self, a, b):
        result = subprocess.run([DIFF, a, b], capture_output=True, text=True, check=False)
        self.assertEqual(result.returncode, 0, result.stdout + result.stderr)

    def multifile(self, *options):
        out = self.directory / 'out'
        self.good(f'--multifile={self.directory}/common', f'--output-dir={out}',
                  *options, *self.files)
        return [out / path.name for path in self.files]

    def test_files_find_the_common_one_where_it_is(self):
        for path, smaller in zip(self.files, self.multifile('--verify')):
            self.same(path, smaller)
            link = subprocess.run(['readelf', '--string-dump=.gnu_debugaltlink', smaller],
                                  capture_output=True, text=True, check=True,
                                  errors='replace').stdout
            self.assertIn('../common', link)

    def test_readers_follow_it(self):
        smaller = self.multifile()[0]
        commands = {
            'eu-readelf': ['--debug-dump=info'],
            'gdb': ['-nx', '-batch', '-ex', 'ptype struct shared_3', '-ex',
                    'ptype a_3'],
        }
        for reader, options in commands.items():
            if shutil.which(reader) is None:
                continue
            said = subprocess.run([reader, *options, smaller], capture_output=True,
                                  text=True, check=False).stdout
            self.assertIn('next_3' if reader == 'gdb' else 'a_own', said, reader)
            self.assertIn('first_3' if reader == 'gdb' else 'a_3', said, reader)

    def test_the_form_of_dwarf_5(self):
        for path, smaller in zip(self.files, self.multifile('--dwarf-5', '--verify')):
            self.same(path, smaller)
            names = subprocess.run(['readelf', '-SW', smaller], capture_output=True,
                                   text=True, check=True).stdout
            self.assertIn('.debug_sup', names)
            self.assertNotIn('.gnu_debugaltlink', names)

    def test_members_of_namespaces(self):
        self.files = []
        for name in 'ab':
            path = self.directory / 'in' / f'{name}.o'
            members = ' '.join(f'struct type_{number} {{ int first, second; }};'
                               for number in range(8))
            uses = ' '.join(f'outer::inner::type_{number} {name}_{number};'
                            for number in range(8))
            result = subprocess.run(
                [*cli.COMPILER, '-g', '-gdwarf-5', '-c', '-o', path, '-x', 'c++', '-'],
                input=f'namespace outer {{ inline namespace inner {{ {members} }} }}\n'
                      f'namespace {{ struct own {{ int x; }} {name}_own; }}\n{uses}',
                text=True, check=False, stderr=subprocess.DEVNULL)
            if result.returncode != 0:
                self.skipTest('no compiler for C++')
            self.files.append(path)
        for path, smaller in zip(self.files, self.multifile('--verify')):
            self.same(path, smaller)
            info = cli.run('--info', smaller).stdout
            self.assertNotIn('"type_3"', info)
            self.assertIn('own', info)
        info = cli.run('--info', self.directory / 'common').stdout
        for name in ('outer', 'inner', 'type_3'):
            self.assertIn(f'"{name}"', info)
        self.assertNotIn('"own"', info)

    def test_linked_files(self):
        libraries = []
        for path in self.files:
            libraries.append(path.with_suffix('.so'))
            subprocess.run([*cli.COMPILER, '-shared', '-nostdlib', '-o', libraries[-1],
                            path], check=True)
        self.files = libraries
        for path, smaller in zip(self.files, self.multifile('--verify')):
            self.same(path, smaller)
            self.assertIn(b'../common\0', smaller.read_bytes())
            self.assertLess(smaller.stat().st_size, path.stat().st_size)

    def test_another_name(self):
        smaller = self.multifile('--multifile-name=/usr/lib/debug/.dwz/name')[0]
        self.assertIn(b'/usr/lib/debug/.dwz/name\0', smaller.read_bytes())

    def test_jobs_and_order_change_nothing(self):
        expected = [path.read_bytes() for path in self.multifile()]
        common = (self.directory / 'common').read_bytes()
        self.files.reverse()
        again = [path.read_bytes() for path in self.multifile('--jobs=3')]
        self.assertEqual(expected, again[::-1])
        self.assertEqual(common, (self.directory / 'common').read_bytes())
        self.assertEqual(sorted(os.listdir(self.directory)),
                         ['common', 'in', 'out', 'shared.h'])

    def test_phases_come_to_the_same(self):
        expected = [path.read_bytes() for path in self.multifile()]
        work = self.directory / 'work'
        work.mkdir()
        self.good('--index', f'--output-dir={work}', *self.files[:3])
        self.good('--index', self.files[3], '-o', work / 'd.o.spool')
        spools = sorted(work.glob('*.spool'))
        self.assertEqual(len(spools), 4)
        for number in range(3):
            self.good(f'--merge={number}/3', '-o', work / f'part{number}', *spools)
        parts = sorted(work.glob('part*'))
        common = self.directory / 'common'
        before = common.read_bytes()
        self.good('--join', '-o', common, *parts, *spools)
        self.assertEqual(before, common.read_bytes())
        out = self.directory / 'phases'
        out.mkdir()
        self.good(f'--common={common}', f'--output-dir={out}', *self.files)
        self.assertEqual(expected,
                         [(out / path.name).read_bytes() for path in self.files])
        for arguments, why in (
                (['--join', '-o', work / 'x', *parts[:2], *spools], 'a part is missing'),
                (['--join', '-o', work / 'x', *parts, *spools[:3]], 'of other spools'),
                (['--merge=0/1', '-o', work / 'x', self.files[0]], 'not a file of this'),
                ([f'--common={self.files[0]}', '-o', work / 'x', self.files[1]],
                 'not a common file')):
            result = run(*arguments)
            self.assertEqual(result.returncode, 1, arguments)
            self.assertIn(why, result.stderr)

    def plan(self, build, out, *options):
        self.good(f'--plan={build}', f'--multifile={self.directory}/{out}/common',
                  f'--output-dir={self.directory}/{out}',
                  f'--work-dir={self.directory}/{out}.work', '--batch=3', '--ranges=2',
                  '-o', self.directory / f'{out}.{build}', *options, *self.files)
        return self.directory / f'{out}.{build}'

    def test_plans_come_to_the_same(self):
        out = self.directory / 'out'
        self.good(f'--multifile={out}/common', f'--output-dir={out}', *self.files)
        expected = {path.name: path.read_bytes() for path in out.iterdir()}
        runs = {'ninja': ['ninja', '-f'], 'make': ['make', '-j2', '-f']}
        for build, command in runs.items():
            if shutil.which(build) is None:
                continue
            path = self.plan(build, f'by_{build}')
            made = self.directory / f'by_{build}'
            # A second run does nothing; one file that is gone is made again.
            for number in range(3):
                result = subprocess.run([*command, path], capture_output=True, text=True,
                                        check=False)
                self.assertEqual(result.returncode, 0, result.stdout + result.stderr)
                self.assertEqual(expected, {path.name: path.read_bytes()
                                            for path in made.iterdir()})
                if number == 1:
                    self.assertRegex(result.stdout, 'no work|[Nn]othing to be done')
                    (self.directory / f'by_{build}.work' / '1.spool').unlink()

    def test_a_plan_for_a_launcher_and_odd_names(self):
        odd = self.directory / 'in' / "it's $odd: a name.o"
        shutil.copyfile(self.files[0], odd)
        self.files.append(odd)
        path = self.plan('ninja', 'odd', '--launcher=env LAUNCHED=1', '--dwarf-5')
        self.assertIn('command = env LAUNCHED=1 ', path.read_text())
        if shutil.which('ninja'):
            subprocess.run(['ninja', '-f', path], capture_output=True, check=True)
            self.same(odd, self.directory / 'odd' / odd.name)
        result = run('--plan=make', f'--multifile={self.directory}/x',
                     f'--output-dir={self.directory}/x.dir', *self.files)
        self.assertEqual(result.returncode, 1)
        self.assertIn('make has no name for the path', result.stderr)

    def test_what_cannot_share(self):
        # One without debugging information, one that has a common file already.
        plain = self.directory / 'in' / 'plain.o'
        subprocess.run([*cli.COMPILER, '-g0', '-c', '-o', plain, '-x', 'c', '-'],
                       input=b'int x;', check=True)
        shared = self.multifile()[0]
        both = self.directory / 'in' / 'both.o'
        shutil.copyfile(shared, both)
        (self.directory / 'common').unlink()
        self.files += [plain, both]
        out = self.directory / 'out'
        result = run(f'--multifile={self.directory}/common', f'--output-dir={out}',
                     *self.files)
        self.assertEqual(result.returncode, 1)
        self.assertIn('plain.o: left as it is: there is no .debug_info', result.stderr)
        self.assertEqual(plain.read_bytes(), (out / 'plain.o').read_bytes())
        self.assertEqual(both.read_bytes(), (out / 'both.o').read_bytes())
        result = run('--index', plain, '-o', self.directory / 'spool')
        self.assertEqual(result.returncode, 1)
        self.assertIn('it shares nothing: there is no .debug_info', result.stderr)
        self.assertEqual((self.directory / 'spool').read_bytes(), b'')

    def test_a_common_file_is_not_lost(self):
        # In place: the second run would make another one.
        copies = []
        for path in self.files:
            copies.append(self.directory / path.name)
            shutil.copyfile(path, copies[-1])
        common = self.directory / 'common'
        self.good('--in-place', f'--multifile={common}', *copies)
        before = [path.read_bytes() for path in [common, *copies]]
        result = run('--in-place', f'--multifile={common}', *copies, self.files[0])
        self.assertEqual(result.returncode, 1)
        self.assertIn('it refers to a common file already', result.stderr)
        result = run('--in-place', common)
        self.assertEqual(result.returncode, 1)
        self.assertIn('it is a common file', result.stderr)
        result = run('--index', copies[0], '-o', self.directory / 'spool', '--lenient')
        self.assertEqual(result.returncode, 1)
        self.assertEqual(before, [path.read_bytes() for path in [common, *copies]])

    def test_outputs_do_not_take_the_place_of_others(self):
        a, b = self.files[:2]
        for arguments in (
                (f'--multifile={a}', '--in-place', a, b),
                (f'--multifile={self.directory}/out/a.o',
                 f'--output-dir={self.directory}/out', a, b),
                (a, '-o', self.directory / 'x', f'--report={a}'),
                (a, '--in-place', f'--report={a}'),
                (f'--common={a}', '--in-place', a),
                ('--plan=ninja', f'--multifile={self.directory}/x',
                 f'--output-dir={a.parent}', a, b)):
            with self.subTest(arguments):
                self.assertEqual(run(*arguments).returncode, 2)

    def test_files_of_several_machines(self):
        other = self.directory / 'in' / 'other.o'
        compiler = shutil.which('clang') or shutil.which('clang-19')
        if compiler is None or subprocess.run(
                [compiler, '-target', 'aarch64-linux-gnu', '-g', '-c', '-o', other, '-x',
                 'c', '-'], input=b'int x;', check=False).returncode != 0:
            self.skipTest('no compiler for another machine')
        self.files.append(other)
        out = self.directory / 'out'
        self.good(f'--multifile={out}/common', f'--output-dir={out}', *self.files)
        expected = {path.name: path.read_bytes() for path in out.iterdir()}
        if shutil.which('ninja'):
            path = self.plan('ninja', 'machines')
            subprocess.run(['ninja', '-f', path], check=True, capture_output=True)
            self.assertEqual(expected, {
                path.name: path.read_bytes()
                for path in (self.directory / 'machines').iterdir()})

    def test_nothing_in_common(self):
        self.files = self.files[:1]
        smaller = self.multifile()[0]
        self.assertFalse((self.directory / 'common').exists())
        alone = self.directory / 'alone.o'
        self.good(self.files[0], '-o', alone)
        self.assertEqual(alone.read_bytes(), smaller.read_bytes())

    def test_stats_count_the_common_file(self):
        out = self.directory / 'out'
        common = self.directory / 'common'
        text = self.good(f'--multifile={common}', f'--output-dir={out}', '--stats',
                         '--format=json', *self.files)
        total = json.loads(text.splitlines()[-1])
        self.assertEqual(total['common'], common.stat().st_size)
        text = self.good(f'--multifile={common}', f'--output-dir={out}', '--stats',
                         *self.files)
        self.assertIn('the common file', text)

    def test_wrong_usage(self):
        for arguments, why in (
                (('--multifile=x', '--common=y', 'f', '-o', 'z'), 'at a time'),
                (('--index', '--join', 'f', '-o', 'z'), 'one phase at a time'),
                (('--merge=2/2', 'f', '-o', 'z'), 'I/N'),
                (('--merge=1', 'f', '-o', 'z'), 'I/N'),
                (('--join', 'f'), 'need -o'),
                (('--index', 'f', '--in-place'), 'no --in-place'),
                (('--plan=ninja', 'f', '--output-dir=x'), 'needs --multifile'),
                (('--plan=cmake', 'f'), 'ninja or make'),
                (('--plan=make', '--batch=0', 'f'), 'from 1 to'),
                (('--no-partial-units', '--common=x', 'f', '-o', 'y'), 'partial units'),
                (('--verify', '--join-declarations', 'f', '-o', 'y'), 'what is said'),
                (('--stats', 'f', '-o', '-'), 'one file alone'),
                (('--report=-', 'f', '-o', 'y'), 'needs a file'),
                (('--common=x', '--dwarf-5', 'f', '-o', 'y'), 'is for --multifile'),
                (('--multifile=x', 'f', '-o', '-'), 'standard output')):
            with self.subTest(arguments):
                result = run(*arguments)
                self.assertEqual(result.returncode, 2)
                self.assertIn(why, result.stderr)


if __name__ == '__main__':
    cli.main()
