"""--gdb-script: all sections that are placed, and those that are not."""

import os
import shutil
import subprocess
import unittest

import cli_support as cli


class GdbScriptTest(unittest.TestCase):
    def test_text_comes_first_and_the_rest_is_named(self):
        lines = cli.run('--gdb-script', '--place=.data=0x2000',
                        '--place=.text=0x1000', cli.compiled()).stdout.splitlines()
        self.assertEqual(lines[-1], f'add-symbol-file {cli.compiled()} '
                                    '-s .text 0x1000 -s .data 0x2000')
        self.assertTrue(lines[-2].startswith('# not placed: '))
        self.assertIn('.bss', lines[-2].split())
        self.assertNotIn('.debug_info', lines[-2])

    def test_nothing_is_missing_when_all_are_placed(self):
        text = cli.run('--gdb-script', '--offline', cli.compiled()).stdout
        self.assertNotIn('not placed', text)
        self.assertIn(' -s .text 0x10000 ', text)

    def test_json(self):
        item, = cli.objects('--gdb-script', '--place=.text=0x1000',
                            cli.compiled())
        self.assertEqual(item['command'], f'add-symbol-file {cli.compiled()} '
                                          '-s .text 0x1000')
        self.assertIn('.data', item['not_placed'])

    def test_names_are_quoted_where_gdb_would_take_them_apart(self):
        if shutil.which('objcopy') is None:
            self.skipTest('no objcopy')
        directory = cli.path('a directory')
        os.makedirs(directory, exist_ok=True)
        path = os.path.join(directory, 'x.o')
        subprocess.run(['objcopy', '--rename-section',
                        '.text.unlikely=.text.odd name', cli.compiled(), path],
                       check=True)
        text = cli.run('--gdb-script', '--offline', path).stdout
        self.assertIn(f'add-symbol-file "{path}" -s .text', text)
        self.assertIn('-s ".text.odd name" 0x', text)

    def test_it_is_not_part_of_all(self):
        self.assertNotIn('add-symbol-file', cli.run('--all', cli.MODULE).stdout)


if __name__ == '__main__':
    cli.main()
