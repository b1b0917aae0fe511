"""tools/pre-commit refuses what it says that it refuses, and nothing else.

It runs in a repository of its own, made of this tree.
"""

import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

SOURCE = pathlib.Path(os.environ.get('DWRELOC_SOURCE_DIR', '.')).resolve()
NEEDED = ['include', 'libdwreloc', 'tools', 'tests', 'bench', 'docs',
          '.ci', '.clang-format', 'README.md', 'CHANGELOG.md']


def has_clang_format():
    for name in ('clang-format-14', 'clang-format'):
        if shutil.which(name):
            result = subprocess.run([name, '--version'], capture_output=True,
                                    text=True)
            return 'version 14.' in result.stdout
    return False


class PreCommitTest(unittest.TestCase):

    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.root = pathlib.Path(cls.folder.name)
        for name in NEEDED:
            path = SOURCE / name
            if path.is_dir():
                shutil.copytree(path, cls.root / name, ignore=shutil.
                                ignore_patterns('__pycache__'))
            else:
                shutil.copy(path, cls.root / name)
        # The hooks of whoever runs this are his own.
        cls.environment = {
            name: value for name, value in os.environ.items()
            if not name.startswith('GIT_')}
        cls.environment.update(GIT_CONFIG_GLOBAL=os.devnull,
                               GIT_CONFIG_NOSYSTEM='1')
        cls.git('init', '-q')
        cls.git('add', '-A')
        cls.git('commit', '-q', '-m', 'All of it')

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    @classmethod
    def git(cls, *arguments, check=True):
        return subprocess.run(
            ['git', '-c', 'user.name=A', '-c', 'user.email=a@example.org',
             *arguments], cwd=cls.root, env=cls.environment, check=check,
            capture_output=True, text=True)

    def setUp(self):
        self.git('reset', '-q', '--hard')

    def hook(self, *arguments):
        return subprocess.run(
            [self.root / 'tools/pre-commit', *arguments], cwd=self.root,
            env=self.environment, capture_output=True, text=True)

    def stage(self, name, text):
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        self.git('add', name)

    def append(self, name, text):
        self.stage(name, (self.root / name).read_text() + text)

    def expect_refusal(self, *texts):
        result = self.hook()
        self.assertEqual(result.returncode, 1, result.stderr)
        for text in texts:
            self.assertIn(text, result.stderr)

    def test_sound_change(self):
        self.append('libdwreloc/base/bytes.h', '// A comment.\n')
        result = self.hook()
        self.assertEqual(result.returncode, 0, result.stderr)

    @unittest.skipUnless(has_clang_format(), 'no clang-format 14')
    def test_format(self):
        self.stage('tools/dwreloc_dump/odd.cc', 'int   a ;\n')
        self.expect_refusal('please run: clang-format', 'odd.cc')

    def test_layering(self):
        self.append('libdwreloc/base/bytes.h', '#include "capi/handles.h"\n')
        self.expect_refusal('which is not below it')

    def test_comments(self):
        self.append('libdwreloc/base/bytes.h', '// Tested by tests/none.cc.\n')
        self.expect_refusal('tests/none.cc does not exist')

    def test_dwarf_h(self):
        self.append('include/dwreloc/dwarf.h', '/* by hand */\n')
        self.expect_refusal('make-dwarf-h.py')

    def test_scripts(self):
        self.stage('tools/a.sh', '#!/bin/bash\nif true; then\n')
        self.stage('tools/a.py', 'def f(:\n')
        self.expect_refusal('tools/a.sh cannot be parsed',
                            'tools/a.py cannot be parsed')

    def test_blanks(self):
        self.append('README.md', 'blanks \n')
        self.expect_refusal('blanks at the ends of lines')

    # What is staged counts, not what is in the tree.
    def test_index(self):
        self.append('libdwreloc/base/bytes.h', '#include "capi/handles.h"\n')
        self.git('restore', '.')
        self.assertEqual(self.hook().returncode, 1)
        self.git('reset', '-q', '--hard')
        (self.root / 'libdwreloc/base/odd.h').write_text(
            '#include "capi/handles.h"\n')
        self.assertEqual(self.hook().returncode, 0)
        (self.root / 'libdwreloc/base/odd.h').unlink()

    def test_install(self):
        self.assertEqual(self.hook('--install').returncode, 0)
        self.addCleanup((self.root / '.git/hooks/pre-commit').unlink)
        self.append('README.md', 'blanks \n')
        result = self.git('commit', '-m', 'Bad', check=False)
        self.assertEqual(result.returncode, 1)
        self.assertIn('pre-commit: blanks', result.stderr)
        self.stage('README.md', 'Good\n')
        self.git('commit', '-m', 'Good')
        self.git('reset', '-q', '--hard', 'HEAD~1')
        # Once more is no error; the hook of someone else is kept.
        self.assertEqual(self.hook('--install').returncode, 0)
        (self.root / '.git/hooks/pre-commit').write_text('#!/bin/sh\n')
        self.assertEqual(self.hook('--install').returncode, 1)

    def test_usage(self):
        result = self.hook('--help')
        self.assertEqual(result.returncode, 2)
        self.assertIn('--install', result.stdout)


if __name__ == '__main__':
    if shutil.which('git') is None:
        sys.exit(77)
    unittest.main()
