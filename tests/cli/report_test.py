"""dwreloc-compress --report: the page says how many bytes there are, and a browser draws it.
"""

import json
import os
import pathlib
import re
import shutil
import subprocess
import unittest

import cli_support as cli

PROGRAM = os.environ.get('DWRELOC_COMPRESS', 'dwreloc-compress')
BROWSER = next(filter(None, map(shutil.which, ('chromium', 'chromium-browser',
                                               'google-chrome'))), None)


class ReportTest(unittest.TestCase):
    def setUp(self):
        self.directory = pathlib.Path(cli.path('report'))
        shutil.rmtree(self.directory, ignore_errors=True)
        (self.directory / 'out').mkdir(parents=True)
        self.page = self.directory / 'page.html'

    def compress(self, *arguments):
        result = subprocess.run([PROGRAM, f'--report={self.page}', *map(str, arguments)],
                                capture_output=True, text=True, check=False)
        self.assertEqual((result.returncode, result.stderr), (0, ''))
        text = self.page.read_text(encoding='utf-8')
        # Nothing is fetched.
        self.assertNotRegex(text, r'(src|href)\s*=')
        return json.loads(re.search(r'<script>const data = (.*);</script>', text)[1])

    def test_sums_are_the_sizes(self):
        output = self.directory / 'out' / 'x.ko'
        data = self.compress(cli.MODULE, '-o', output)
        self.assertEqual([file['path'] for file in data['files']], [cli.MODULE])
        sections = data['files'][0]['sections']
        self.assertEqual([sum(section[side] for section in sections) for side in (1, 2)],
                         [os.path.getsize(cli.MODULE), os.path.getsize(output)])
        units = data['files'][0]['units']
        info = next(section for section in sections if section[0] == '.debug_info')
        self.assertEqual([sum(unit[side] for unit in units) for side in (1, 2)], info[1:])
        self.assertIn('DW_TAG_subprogram', data['tags'])
        for _, before, after, entries in units:
            self.assertLess(sum(entry[1] for entry in entries), max(before, 1))
            self.assertLess(sum(entry[2] for entry in entries), max(after, 1))

    def test_a_common_file_is_one_of_them(self):
        paths = []
        for name in ('a.ko', 'b.ko'):
            paths.append(self.directory / name)
            shutil.copyfile(cli.MODULE, paths[-1])
        common = self.directory / 'common'
        data = self.compress(f'--multifile={common}',
                             f'--output-dir={self.directory}/out', *paths)
        last = data['files'][-1]
        self.assertEqual(last['path'], '(common file)')
        self.assertEqual(sum(section[2] for section in last['sections']),
                         common.stat().st_size)

    def test_names_cannot_end_the_script(self):
        odd = self.directory / 'a <b>&amp;\'".ko'
        shutil.copyfile(cli.MODULE, odd)
        data = self.compress(odd, '-o', self.directory / 'out' / 'x.ko')
        self.assertEqual(data['files'][0]['path'], str(odd))

    def test_a_browser_draws_it(self):
        if BROWSER is None:
            self.skipTest('no Chromium')
        self.compress(cli.MODULE, '-o', self.directory / 'out' / 'x.ko')
        result = subprocess.run(
            [BROWSER, '--headless', '--no-sandbox', '--disable-gpu', '--dump-dom',
             f'--user-data-dir={self.directory}/profile', self.page.as_uri()],
            capture_output=True, text=True, check=False, timeout=120)
        drawn = result.stdout
        for side in ('before', 'after'):
            box = re.search(rf'id="{side}"[^>]*>(.*?)</section>', drawn, re.DOTALL)[1]
            self.assertGreater(box.count('<div '), 5, side)
            self.assertIn('.debug_info', box)
        self.assertIn(f'Before: {os.path.getsize(cli.MODULE):,} bytes', drawn)


if __name__ == '__main__':
    cli.main()
