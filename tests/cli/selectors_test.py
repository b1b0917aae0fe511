"""One table has the selectors; what is said of them elsewhere agrees with it."""

import os
import re
import shutil
import subprocess
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(__file__), '..'))

import cli_support as cli  # noqa: E402
from oracle import json_schema  # noqa: E402
from oracle.dump_selectors import NAMES, ROOT, SELECTORS  # noqa: E402

COMPLETION = os.path.join(ROOT, 'tools/dwreloc_dump/completion.bash')
# Printed whatever is selected.
ALWAYS = {'file', 'error'}


def text_of(*path):
    with open(os.path.join(ROOT, *path), encoding='utf-8') as file:
        return file.read()


def help_options():
    """(name, whether it takes a value) of each option, in the order of --help."""
    return [(name, value != '') for name, value in re.findall(
        r'^  --([a-z-]+)(=?)', cli.run('--help').stdout, re.M)]


class SelectorsTest(unittest.TestCase):
    def test_help_has_them_in_the_order_of_printing_around_all(self):
        listed = [name for name, _ in help_options()]
        wanted = [one.name for one in SELECTORS if one.is_in_all]
        wanted.append('all')
        wanted += [one.name for one in SELECTORS if not one.is_in_all]
        self.assertEqual(listed[:len(wanted)], wanted)

    def test_the_man_page_has_every_option_of_help_and_no_other(self):
        items = re.findall(r'^\.It Fl -([a-z-]+)',
                           text_of('docs', 'dwreloc-dump.1'), re.M)
        self.assertEqual(len(items), len(set(items)))
        self.assertEqual(set(items), {name for name, _ in help_options()})

    def test_the_man_page_has_the_selectors_in_the_order_of_help(self):
        items = re.findall(r'^\.It Fl -([a-z-]+)',
                           text_of('docs', 'dwreloc-dump.1'), re.M)
        listed = [name for name, _ in help_options()]
        count = len(NAMES) + 1
        self.assertEqual(items[:count], listed[:count])

    def test_the_readme_names_each(self):
        rows = re.findall(r'^\| (`--.*?) \|', text_of('README.md'), re.M)
        named = re.findall(r'`--([a-z-]+)`', '\n'.join(rows))
        self.assertEqual(sorted(named), sorted(NAMES))

    def test_the_json_of_each_is_documented(self):
        headings = re.findall(r'^## .*', text_of('docs', 'json.md'), re.M)
        named = re.findall(r'`--([a-z-]+)`', '\n'.join(headings))
        self.assertEqual(sorted(named), sorted(NAMES))

    def test_each_kind_of_object_belongs_to_a_selector(self):
        kinds = set().union(*(one.kinds for one in SELECTORS))
        # dwreloc-addr2line, dwreloc-oops, dwreloc-diff
        others = {'address', 'trace_line', 'comparison', 'difference',
                  'trouble'}
        self.assertEqual(kinds | ALWAYS | others, set(json_schema.KINDS))

    # The kinds of objects that the selectors print, each alone.
    def check_kinds(self, path, status=0):
        seen = set()
        for one in SELECTORS:
            with self.subTest(selector=one.name):
                result = cli.run_bytes('--format=json', '--' + one.name, path)
                self.assertIn(result.returncode, (0, status), result.stderr)
                found = {item['kind'] for item in
                         json_schema.check_output(result.stdout)}
                self.assertLessEqual(found, one.kinds | ALWAYS)
                seen |= found
        return seen

    def test_each_prints_its_own_kinds_of_objects(self):
        path = cli.compiled('-gdwarf-5', '-g3', '-ggnu-pubnames')
        self.assertGreater(len(self.check_kinds(path)), 15)
        # Addresses are in a skeleton that is not there.
        self.check_kinds(os.path.join(cli.DATA, 'split', 'split5.dwp'), 1)

    def test_all_prints_what_is_in_all(self):
        path = cli.compiled('-gdwarf-5', '-g3')
        every = cli.run('--all', path).stdout
        named = cli.run(*('--' + one.name for one in SELECTORS
                          if one.is_in_all), path).stdout
        self.assertEqual(every, named)
        self.assertIn('DW_TAG_', every)

    # The words that bash offers after "dwreloc-dump WORD".
    def offered(self, word):
        if shutil.which('bash') is None:
            self.skipTest('no bash')
        script = (f'source {COMPLETION}; COMP_WORDS=("$1" "$2"); COMP_CWORD=1; '
                  '_dwreloc_dump "$1" "$2"; printf "%s\\n" "${COMPREPLY[@]}"')
        result = subprocess.run(
            ['bash', '-c', script, 'bash', cli.DUMP, word], check=True,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.assertEqual(result.stderr, '')
        return result.stdout.split()

    def test_completion_offers_the_options_of_help(self):
        options = ['--' + name + ('=' if has_value else '')
                   for name, has_value in help_options()]
        self.assertEqual(sorted(self.offered('--')), sorted(options))
        self.assertEqual(self.offered('--str'), ['--str-offsets'])
        self.assertEqual(sorted(self.offered('--unit')),
                         ['--unit-index', '--unit='])

    def test_completion_leaves_files_to_bash(self):
        self.assertEqual(self.offered('me'), [])


if __name__ == '__main__':
    cli.main()
