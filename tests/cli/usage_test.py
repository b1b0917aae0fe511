"""The command line: what is accepted, what is refused, and how."""

import unittest

import cli_support as cli


class UsageTest(unittest.TestCase):
    def refused(self, message, *arguments):
        result = cli.run(*arguments)
        self.assertEqual(result.returncode, 2, arguments)
        self.assertEqual(result.stdout, '')
        self.assertTrue(result.stderr.startswith('dwreloc-dump: '))
        self.assertIn(message, result.stderr)
        self.assertIn('--help', result.stderr)

    def test_no_file(self):
        self.refused('no FILE given')
        self.refused('no FILE given', '--info')

    def test_unknown_option(self):
        self.refused("unknown option '--inf'", '--inf', cli.MODULE)
        self.refused("unknown option '-i'", '-i', cli.MODULE)
        self.refused("unknown option '--frobnicate=1'", '--frobnicate=1',
                     cli.MODULE)

    def test_options_of_one_selector(self):
        self.refused("option '--explain' needs --relocs", '--explain',
                     cli.MODULE)

    def test_missing_and_surplus_values(self):
        for option in ('--unit', '--die', '--name', '--section', '--offset',
                       '--place', '--place-from', '--symbols-from',
                       '--addresses', '--format', '--color', '--jobs'):
            self.refused('needs a value', option, cli.MODULE)
        for option in ('--info=1', '--offline=yes', '--all=', '--help=x'):
            self.refused('takes no value', option, cli.MODULE)

    def test_bad_values(self):
        for option in ('--unit=', '--unit=x', '--unit=0x', '--unit=-1',
                       '--die=12z', '--die=0x10000000000000000',
                       '--offset=1', '--offset=1..2..3', '--offset=2..1',
                       '--offset=a..b', '--place=.text', '--place==1',
                       '--place=.text=', '--place=.text=zero',
                       '--addresses=hex', '--format=xml', '--color=red',
                       '--jobs=abc', '--jobs=', '--jobs=-1', '--jobs=2x',
                       '--jobs=1025', '--jobs=0x10000000000000000'):
            self.refused('expected', option, cli.MODULE)

    def test_a_usage_error_is_told_before_anything_is_read(self):
        self.refused('--wrong', '/nonexistent', '--wrong')

    def test_options_may_follow_files(self):
        result = cli.run(cli.MODULE, '--sections')
        self.assertEqual(result.returncode, 0)
        self.assertIn('.debug_info', result.stdout)

    def test_double_dash_ends_options(self):
        result = cli.run('--', '--sections')
        self.assertEqual(result.returncode, 1)
        self.assertIn('--sections', result.stderr)

    def test_help(self):
        result = cli.run('--help')
        self.assertEqual((result.returncode, result.stderr), (0, ''))
        for word in ('Usage:', '--info', '--coverage', '--place=SECTION=ADDR',
                     '--jobs=N', 'Exit status'):
            self.assertIn(word, result.stdout)

    def test_version(self):
        result = cli.run('--version')
        self.assertEqual((result.returncode, result.stderr), (0, ''))
        self.assertRegex(result.stdout,
                         r'^dwreloc-dump \(libdwreloc\) \d+\.\d+\.\d+\n$')

    def test_summary_is_the_default(self):
        self.assertEqual(cli.run(cli.MODULE).stdout,
                         cli.run('--summary', cli.MODULE).stdout)


if __name__ == '__main__':
    cli.main()
