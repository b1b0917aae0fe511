"""--jobs: threads change nothing but the time it takes."""

import os
import signal
import subprocess
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(__file__), '..'))

import cli_support as cli  # noqa: E402
from oracle.dump_selectors import NAMES  # noqa: E402

JOBS = ('--jobs=2', '--jobs=3', '--jobs=8')
VIEWS = tuple('--' + name for name in NAMES)


class JobsTest(unittest.TestCase):
    def check(self, *arguments, jobs=JOBS):
        """Output, messages and status are those of one job."""
        alone = cli.run(*arguments)
        for option in jobs:
            together = cli.run(option, *arguments)
            for part in ('returncode', 'stderr', 'stdout'):
                # Not assertEqual, which would print megabytes.
                self.assertTrue(
                    getattr(alone, part) == getattr(together, part),
                    (part, option, arguments))
        return alone

    def broken_module(self):
        """The kernel module with bad records, a bad unit and bad abbreviations
        in the middle of it."""
        with open(cli.MODULE, 'rb') as file:
            content = bytearray(file.read())
        sections = {item['section']: item
                    for item in cli.objects('--sections', cli.MODULE)}
        records = sections['.rela.debug_info']
        count = records['size'] // 24
        for index in (7, count // 3, count // 2, count - 2):
            at = records['offset'] + 24 * index
            content[at + 8:at + 12] = (222).to_bytes(4, 'little')
        units = cli.of_kind('unit', cli.objects('--info', cli.MODULE))
        info = sections['.debug_info']['offset']
        # Its version; the units around it can be read.
        version = info + units[1]['offset'] + 4
        content[version:version + 2] = (77).to_bytes(2, 'little')
        lines = sections['.debug_line']['offset']
        content[lines + 60:lines + 90] = bytes(range(200, 230))
        return cli.write('broken.ko', bytes(content))

    def test_each_view(self):
        for view in VIEWS:
            for form in ('--format=text', '--format=json'):
                self.check(view, form, cli.MODULE)

    def test_all_views(self):
        for form in ('--format=text', '--format=json', '--color=always'):
            self.assertEqual(
                self.check('--all', '--coverage', form, cli.MODULE).returncode,
                0)

    def test_filters(self):
        units = cli.of_kind('unit', cli.objects('--info', cli.MODULE))
        last = units[-1]['offset']
        for filters in (('--unit=%d' % last,), ('--die=%d' % (last + 12),),
                        ('--die=%d' % (last + 13),), ('--unit=0xfffffff',),
                        ('--name=meter_init',), ('--offset=0x100..0x7000',),
                        ('--section=.debug_line',), ('--section=.nowhere',)):
            for form in ('--format=text', '--format=json'):
                self.check('--info', '--lines', '--ranges', '--locations',
                           form, *filters, cli.MODULE)

    def test_places(self):
        for options in (('--offline',), ('--place=.text=0x1000',),
                        ('--place=.text=0x1000', '--addresses=both'),
                        ('--addresses=numeric', '--place=.none=1')):
            for form in ('--format=text', '--format=json'):
                self.check('--all', form, *options, cli.MODULE)

    # What cannot be had is told once per file, and counted.
    def test_numbers_that_cannot_be_had(self):
        result = self.check('--all', '--addresses=numeric', cli.MODULE)
        self.assertEqual(result.returncode, 1)
        self.assertRegex(result.stderr,
                         r'[0-9]+ values need the address of section \.text\n')
        self.assertEqual(result.stderr.count('relocation (section .text)'), 1)

    def test_broken_file(self):
        path = self.broken_module()
        for form in ('--format=text', '--format=json'):
            result = self.check('--all', '--coverage', form, path)
            self.assertEqual(result.returncode, 1)
            self.assertGreater(result.stderr.count('\n'), 4)

    def test_truncated_files(self):
        with open(cli.MODULE, 'rb') as file:
            content = file.read()
        for size in (64, 1000, len(content) // 2, len(content) - 1000):
            path = cli.write('cut.ko', content[:size])
            self.check('--all', '--format=json', path)

    def test_many_files(self):
        bad = cli.write('bad.o', b'\x7fELF and then nothing')
        files = [cli.MODULE, bad, self.broken_module(), '/nonexistent.o',
                 cli.MODULE] * 4
        for form in ('--format=text', '--format=json'):
            result = self.check('--info', '--lines', '--diagnostics', form,
                                *files)
            self.assertEqual(result.returncode, 1)
        self.check('--all', *([cli.MODULE] * 5))

    def test_small_objects(self):
        for flags in (('-gdwarf-4', '-fdebug-types-section'), ('-gdwarf-5',),
                      ('-gdwarf-5', '-ffunction-sections')):
            for form in ('--format=text', '--format=json'):
                self.check('--all', form, cli.compiled(*flags))

    # Hundreds of units, most of them small: types, with one line table.
    def test_many_units(self):
        source = ''.join('struct s%d { int m%d[%d]; } v%d;\n' % (i, i, i + 1, i)
                         for i in range(600))
        path = cli.compiled('-gdwarf-4', '-fdebug-types-section',
                            source=source)
        for form in ('--format=text', '--format=json'):
            self.check('--info', '--lines', form, path)

    def test_number_of_processors(self):
        self.check('--info', cli.MODULE,
                   jobs=('--jobs=0', '--jobs=1', '--jobs=0x10', '--jobs=1024'))


class OutputTest(unittest.TestCase):
    def test_full_device(self):
        # The program ends where it is, whatever its other threads do; TSan
        # would call these leaks.
        environment = dict(os.environ)
        environment['TSAN_OPTIONS'] = '%s:report_thread_leaks=0' % (
            environment.get('TSAN_OPTIONS', ''))
        for options in (('--info',), ('--all', '--format=json')):
            with open('/dev/full', 'wb') as full:
                result = subprocess.run(
                    [cli.DUMP, '--jobs=4', *options, cli.MODULE], stdout=full,
                    stderr=subprocess.PIPE, check=False, timeout=60,
                    env=environment)
            self.assertEqual(result.returncode, 1)
            self.assertEqual(
                result.stderr.count(b'standard output: No space left'), 1)

    def test_closed_pipe_is_quiet(self):
        self.assertEqual(
            cli.run_into_closed_pipe('--all', '--jobs=4', '--format=json'),
            (-signal.SIGPIPE, b''))

    def test_closed_pipe_is_quiet_where_the_signal_is_ignored(self):
        ignore = lambda: signal.signal(signal.SIGPIPE, signal.SIG_IGN)
        self.assertEqual(
            cli.run_into_closed_pipe(
                '--all', '--jobs=4', '--format=json', restore_signals=False,
                preexec_fn=ignore),
            (-signal.SIGPIPE, b''))

    # A reader that is slow for a while gets all of it.
    def test_slow_reader(self):
        expected = cli.run('--all', cli.MODULE).stdout
        process = subprocess.Popen(
            [cli.DUMP, '--all', '--jobs=4', cli.MODULE],
            stdout=subprocess.PIPE)
        parts = []
        while part := process.stdout.read1(3000):
            parts.append(part)
        process.stdout.close()
        self.assertEqual(process.wait(60), 0)
        self.assertTrue(b''.join(parts).decode() == expected)


if __name__ == '__main__':
    cli.main()
