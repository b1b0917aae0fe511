"""Exit status, messages, several files, and output nobody takes."""

import os
import signal
import subprocess
import unittest

import cli_support as cli


class StatusTest(unittest.TestCase):
    def test_all_read(self):
        result = cli.run('--all', cli.MODULE)
        self.assertEqual((result.returncode, result.stderr), (0, ''))

    def test_missing_file(self):
        result = cli.run('--info', '/nonexistent.ko')
        self.assertEqual(result.returncode, 1)
        self.assertRegex(result.stderr,
                         r'^dwreloc-dump: .*/nonexistent\.ko.*\n$')

    def test_not_elf(self):
        text = cli.write('text.txt', 'no ELF at all\n')
        empty = cli.write('empty.o', b'')
        for path in (text, empty, '/'):
            result = cli.run('--info', path)
            self.assertEqual(result.returncode, 1, path)
            self.assertTrue(result.stderr.startswith('dwreloc-dump: '))
            self.assertIn(path, result.stderr)

    def test_a_bad_file_does_not_stop_the_others(self):
        bad = cli.write('bad.o', b'\x7fELF and then nothing')
        result = cli.run('--sections', cli.MODULE, bad, cli.MODULE)
        self.assertEqual(result.returncode, 1)
        self.assertEqual(result.stdout.count(cli.MODULE + ':\n'), 2)
        self.assertEqual(result.stdout.count(bad + ':\n'), 1)
        self.assertEqual(result.stderr.count('\n'), 1)

    def test_one_file_has_no_file_header(self):
        self.assertNotIn(cli.MODULE, cli.run('--info', cli.MODULE).stdout)

    def test_files_in_json(self):
        bad = cli.write('bad2.o', b'\x7fELF')
        items = cli.objects('--sections', cli.MODULE, bad, status=1)
        files = cli.of_kind('file', items)
        self.assertEqual([file['file'] for file in files], [cli.MODULE, bad])
        self.assertEqual(items[-1]['kind'], 'error')
        self.assertEqual(list(items[-1]), ['kind', 'section', 'section_index',
                                           'offset', 'error'])
        self.assertFalse(cli.of_kind('file', cli.objects('--sections',
                                                         cli.MODULE)))

    def test_numbers_that_cannot_be_had(self):
        # Asked for, and nobody knows where sections are.
        result = cli.run('--info', '--addresses=numeric', cli.MODULE)
        self.assertEqual(result.returncode, 1)
        self.assertIn('.text+0x', result.stdout)
        self.assertRegex(result.stderr,
                         r'\.debug_info\+0x[0-9a-f]+: .*\.text')
        # Told once per section, not once per value.
        self.assertEqual(result.stderr.count('requires relocation (section '
                                             '.text)'), 1)
        # Symbols are no numbers, and not asked for.
        result = cli.run('--info', cli.MODULE)
        self.assertEqual((result.returncode, result.stderr), (0, ''))

    def test_place_of_a_section_that_is_not_there(self):
        result = cli.run('--place=.nowhere=1', '--sections', cli.MODULE)
        self.assertEqual(result.returncode, 1)
        self.assertIn('.nowhere', result.stderr)

    def test_filters_that_name_nothing(self):
        for option in ('--unit=0xffffffff', '--die=1', '--die=0xffffffff',
                       '--section=.nowhere'):
            result = cli.run('--info', option, cli.MODULE)
            self.assertEqual(result.returncode, 1, option)
            self.assertTrue(result.stderr.startswith('dwreloc-dump: '), option)

    def test_truncated_files_are_reported(self):
        with open(cli.MODULE, 'rb') as file:
            content = file.read()
        for size in (1, 63, 64, 1000, len(content) // 2, len(content) - 1):
            path = cli.write('truncated.ko', content[:size])
            result = cli.run('--all', '--format=json', path)
            self.assertEqual(result.returncode, 1, size)
            self.assertTrue(result.stderr.startswith('dwreloc-dump: '), size)
            cli.parse(result.stdout)


class OutputTest(unittest.TestCase):
    def test_full_device(self):
        for selector in ('--summary', '--info', '--help'):
            with open('/dev/full', 'wb') as full:
                result = subprocess.run(
                    [cli.DUMP, selector, cli.MODULE], stdout=full,
                    stderr=subprocess.PIPE, check=False, timeout=60)
            self.assertEqual(result.returncode, 1)
            self.assertIn(b'standard output: No space left on device',
                          result.stderr)

    def test_closed_pipe_is_quiet(self):
        self.assertEqual(
            cli.run_into_closed_pipe('--all', '--format=json'),
            (-signal.SIGPIPE, b''))

    def test_closed_pipe_is_quiet_where_the_signal_is_ignored(self):
        ignore = lambda: signal.signal(signal.SIGPIPE, signal.SIG_IGN)
        self.assertEqual(
            cli.run_into_closed_pipe(
                '--all', '--format=json', restore_signals=False,
                preexec_fn=ignore),
            (-signal.SIGPIPE, b''))

    def test_color(self):
        plain = cli.run('--info', cli.MODULE).stdout
        self.assertNotIn('\x1b', plain)
        colored = cli.run('--info', '--color=always', cli.MODULE).stdout
        self.assertIn('\x1b[', colored)
        without = colored
        for code in ('33', '34', '36', '32'):
            without = without.replace('\x1b[0;%sm' % code, '')
        self.assertEqual(without.replace('\x1b[0m', ''), plain)
        self.assertNotIn('\\u001b', cli.run(
            '--info', '--color=always', '--format=json', cli.MODULE).stdout)


if __name__ == '__main__':
    cli.main()
