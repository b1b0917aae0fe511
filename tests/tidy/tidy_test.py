"""Which sources tools/tidy.py checks for a change, and what it returns."""

import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

SOURCE = pathlib.Path(os.environ.get('DWRELOC_SOURCE_DIR', '.')).resolve()

# A clang-tidy that dislikes the word "bad".
CLANG_TIDY = '''#!/bin/sh
case $1 in --version) echo "LLVM version %s" ; exit ;; esac
for path; do :; done
! grep -n bad "$path"
'''

FILES = {
    'a/one.h': '', 'a/one.cc': '#include "a/one.h"\n',
    'a/alone.h': '', 'a/two.cc': '#include "a/alone.h"\n',
    'b/user.cc': '#include <a/alone.h>\n', 'b/unused.h': '',
    'b/not_built.cc': '', 'table.inc': '', 'notes.md': '',
    'c/table.cc': '#include "table.inc"\n',
}
BUILT = ['a/one.cc', 'a/two.cc', 'b/user.cc', 'c/table.cc']


class TidyTest(unittest.TestCase):

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = pathlib.Path(folder.name) / 'tree'
        self.programs = pathlib.Path(folder.name) / 'bin'
        for name, text in FILES.items():
            self.write(name, text)
        self.write('.gitignore', 'build\n')
        self.write('build/compile_commands.json', json.dumps(
            [{'directory': str(self.root / 'build'), 'file': '../' + name}
             for name in BUILT]))
        self.use_clang_tidy('14.0.6')
        self.environment = {name: value for name, value in os.environ.items()
                            if not name.startswith('GIT_')}
        self.environment.update(
            GIT_CONFIG_GLOBAL=os.devnull, GIT_CONFIG_NOSYSTEM='1',
            PATH=f'{self.programs}:{os.environ["PATH"]}')
        self.git('init', '-q', '-b', 'main')
        self.commit()

    def write(self, name, text):
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    def use_clang_tidy(self, version):
        self.programs.mkdir(exist_ok=True)
        program = self.programs / 'clang-tidy-14'
        program.write_text(CLANG_TIDY % version)
        program.chmod(0o755)

    def git(self, *arguments):
        subprocess.run(['git', '-c', 'user.name=A', '-c',
                        'user.email=a@example.org', *arguments], cwd=self.root,
                       env=self.environment, check=True)

    def commit(self):
        self.git('add', '-A')
        self.git('commit', '-q', '-m', 'x')

    def run_tidy(self, *arguments):
        return subprocess.run(
            [sys.executable, SOURCE / 'tools/tidy.py', 'build', *arguments],
            cwd=self.root, env=self.environment, capture_output=True, text=True)

    def listed(self, *arguments):
        result = self.run_tidy('--list', *arguments)
        self.assertEqual(result.returncode, 0, result.stderr)
        return result.stdout.split()

    def test_sources_and_headers(self):
        for name, sources in (('a/one.cc', ['a/one.cc']),
                              ('a/one.h', ['a/one.cc']),
                              ('a/alone.h', ['a/two.cc']),
                              ('table.inc', ['c/table.cc']),
                              ('b/unused.h', []), ('b/not_built.cc', []),
                              ('notes.md', [])):
            self.assertEqual(self.listed(name), sources, name)
        self.assertEqual(self.listed('--all'), BUILT)

    def test_what_differs_from_main(self):
        self.git('checkout', '-q', '-b', 'branch')
        self.write('a/one.h', '\n')
        self.commit()
        self.write('c/table.cc', '\n')
        self.write('new.cc', '\n')
        self.assertEqual(self.listed(), ['a/one.cc', 'c/table.cc'])
        # What main got since then is not the branch's.
        self.git('stash', '-q', '-u')
        self.git('checkout', '-q', 'main')
        self.write('b/user.cc', '\n')
        self.commit()
        self.assertEqual(self.listed(), ['b/user.cc'])  # the last commit
        self.git('checkout', '-q', 'branch')
        self.assertEqual(self.listed(), ['a/one.cc'])
        self.assertEqual(self.listed('--base=HEAD'), [])
        self.assertEqual(self.run_tidy('--base=nothing').returncode, 1)

    def test_removed_file(self):
        self.git('checkout', '-q', '-b', 'branch')
        (self.root / 'a/two.cc').unlink()
        self.assertEqual(self.listed(), [])

    def test_exit_status(self):
        self.assertEqual(self.run_tidy('--all').returncode, 0)
        self.write('a/two.cc', 'bad\n')
        result = self.run_tidy('--all')
        self.assertEqual(result.returncode, 1)
        self.assertIn('a/two.cc:\n1:bad', result.stdout)
        self.assertEqual(self.run_tidy('a/one.cc').returncode, 0)
        self.use_clang_tidy('19.1.7')
        self.assertEqual(self.run_tidy('--all').returncode, 77)


if __name__ == '__main__':
    if shutil.which('git') is None:
        sys.exit(77)
    unittest.main()
