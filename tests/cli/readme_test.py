"""Every command of README.md that can be run prints what README.md says.

The one argument is the program built from tests/api/readme_example.cc.
"""

import os
import re
import subprocess
import sys
import textwrap
import unittest

import cli_support as cli

ROOT = os.path.abspath(os.environ['DWRELOC_SOURCE_DIR'])
EXAMPLE = os.path.abspath(sys.argv.pop(1))
DUMP = os.path.abspath(cli.DUMP)


def code_blocks():
    """The indented blocks of README.md, without their indentation."""
    with open(os.path.join(ROOT, 'README.md'), encoding='utf-8') as file:
        text = file.read()
    return [textwrap.dedent(block).rstrip('\n') + '\n'
            for block in re.findall(r'(?:^    .*\n|^\n(?=    ))+', text, re.M)]


def output_of(command):
    return subprocess.run(command, cwd=ROOT, shell=isinstance(command, str),
                          stdout=subprocess.PIPE, encoding='utf-8',
                          timeout=60, check=True).stdout


class ReadmeTest(unittest.TestCase):
    maxDiff = None

    def check(self, expected, actual):
        """A last line of "..." stands for all that follows."""
        shown = expected.removesuffix('...\n')
        if shown != expected:
            actual = actual[:len(shown)]
        self.assertEqual(actual, shown)

    def test_commands(self):
        runs = [block.lstrip('\n') for block in code_blocks()
                if block.lstrip('\n').startswith('$ ')]
        self.assertGreaterEqual(len(runs), 3)
        for run in runs:
            command, expected = run.removeprefix('$ ').split('\n', 1)
            self.assertIn('build/tools/dwreloc-', command)
            with self.subTest(command=command):
                self.check(expected, output_of(
                    command.replace('build/tools', os.path.dirname(DUMP), 1)))

    def test_program(self):
        path = os.path.join(ROOT, 'tests', 'api', 'readme_example.cc')
        with open(path, encoding='utf-8') as file:
            source = file.read()
        body = textwrap.dedent(
            re.search(r'^int main\(\) \{\n(.*?)^\}', source, re.M | re.S).group(1))
        blocks = [block.lstrip('\n') for block in code_blocks()]
        place = blocks.index(body)
        self.check(blocks[place + 1], output_of([EXAMPLE]))


if __name__ == '__main__':
    cli.main()
