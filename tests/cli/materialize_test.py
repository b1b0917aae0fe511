"""dwreloc-materialize: its modes, its output file, and what other tools read in it."""

import os
import re
import shutil
import stat
import subprocess
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(__file__), '..'))

import cli_support as cli  # noqa: E402
from oracle import elf_image, materialized  # noqa: E402

PROGRAM = os.environ.get('DWRELOC_MATERIALIZE', 'dwreloc-materialize')

# Data of threads have no address.
SOURCE = cli.SOURCE.replace('__thread', '')


def compiled(*flags):
    return cli.compiled(*flags, source=SOURCE)


def run(*arguments):
    return subprocess.run([PROGRAM, *arguments], capture_output=True, text=True,
                          check=False)


def output_of(*command):
    return subprocess.run(command, capture_output=True, text=True, check=True,
                          env={**os.environ, 'LC_ALL': 'C'}).stdout


def records_of(path):
    """{target section: records} as readelf lists them, without their file offsets."""
    records = {}
    for part in re.split(r"\nRelocation section '", output_of('readelf', '-rW', path)):
        name, _, rest = part.partition("'")
        lines = [line for line in rest.splitlines()
                 if re.match(r'[0-9a-f]{8,16} ', line)]
        if lines:
            records[name] = lines
    return records


class MaterializeTest(unittest.TestCase):
    def make(self, *options, path=None, status=0):
        output = cli.path('out.o')
        result = run(path or compiled(), '-o', output, *options)
        self.assertEqual(result.returncode, status, result.stderr)
        return output, result

    def test_full_is_read_by_readelf(self):
        output, result = self.make('--offline')
        self.assertEqual(result.stderr, '')
        text = next(section for section in elf_image.ElfImage(output).sections
                    if section.name == '.text')
        self.assertEqual(text.address, 0x10000)
        info = output_of('readelf', '-wi', output)
        self.assertIn('DW_AT_low_pc      : 0x10000', info)

    def test_left_records_are_told(self):
        output, result = self.make('--place=.text=0x4000', status=1)
        self.assertRegex(result.stderr,
                         r'\.o: \d+ relocations could not be applied; the '
                         r'first, \.debug_\w+\+0x[0-9a-f]+: value requires')
        self.assertTrue(os.path.exists(output))

    def test_strict_writes_nothing(self):
        output = cli.path('strict.o')
        result = run(compiled(), '--place=.text=0x4000', '--strict', '-o',
                     output)
        self.assertEqual(result.returncode, 1)
        self.assertIn('value requires relocation', result.stderr)
        self.assertFalse(os.path.exists(output))

    def test_offsets_in_thread_local_storage_are_left(self):
        _, result = self.make('--offline', path=cli.compiled(), status=1)
        self.assertIn(': 1 relocations could not be applied', result.stderr)

    def test_debug_only_leaves_call_frames(self):
        path = compiled('-fasynchronous-unwind-tables')
        full, _ = self.make('--offline', path=path)
        self.assertNotIn('.rela.eh_frame', records_of(full))
        debug, _ = self.make('--offline', '--debug-only', path=path)
        self.assertIn('.rela.eh_frame', records_of(debug))
        self.assertNotIn('.rela.debug_info', records_of(debug))

    def test_addresses_only_keeps_all_records(self):
        output, _ = self.make('--offline', '--addresses-only')
        self.assertEqual(
            {name: len(lines) for name, lines in records_of(output).items()},
            {name: len(lines)
             for name, lines in records_of(compiled()).items()})

    def test_exec_has_addresses_of_symbols(self):
        output, _ = self.make('--offline', '--exec')
        self.assertIn('EXEC', output_of('readelf', '-h', output))
        self.assertRegex(output_of('readelf', '-sW', output),
                         r'000000000001[0-9a-f]{4} .* add\n')

    def test_no_code(self):
        output, _ = self.make('--offline', '--no-code')
        self.assertRegex(output_of('readelf', '-SW', output),
                         r'\.text +NOBITS')

    @unittest.skipUnless(shutil.which('eu-strip'), 'no eu-strip')
    def test_static_only_is_what_eu_strip_does(self):
        for path in (compiled(), cli.MODULE):
            theirs = cli.path('eu.o')
            shutil.copy(path, theirs)
            subprocess.run(['eu-strip', '--reloc-debug-sections-only', theirs],
                           check=True)
            ours, _ = self.make('--static-only', path=path)
            self.assertEqual(records_of(ours), records_of(theirs))
            one, other = elf_image.ElfImage(ours), elf_image.ElfImage(theirs)
            for section in one.sections:
                if section.name.startswith('.debug_'):
                    self.assertEqual(
                        materialized.contents(one, section),
                        materialized.contents(other, other.named(section.name)[0]),
                        section.name)
            self.assertLessEqual(os.path.getsize(ours), os.path.getsize(theirs))

    def test_output_is_replaced_as_a_whole(self):
        output = cli.write('old.o', b'old')
        os.chmod(output, 0o640)
        result = run(compiled(), '--offline', '-o', output)
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertEqual(stat.S_IMODE(os.stat(output).st_mode), 0o640)
        with open(output, 'rb') as file:
            self.assertEqual(file.read(4), b'\x7fELF')
        result = run(compiled(), '--offline', '-o', '/nowhere/out.o')
        self.assertEqual(result.returncode, 1)
        self.assertIn('/nowhere/out.o', result.stderr)
        self.assertEqual([name for name in os.listdir(os.path.dirname(output))
                          if name.startswith('old.o.')], [])

    def test_standard_output(self):
        result = subprocess.run(
            [PROGRAM, compiled(), '--offline', '-o', '-'],
            capture_output=True, check=True)
        with open(self.make('--offline')[0], 'rb') as file:
            self.assertEqual(result.stdout, file.read())

    def test_wrong_usage(self):
        for arguments, text in (
                ([], 'no FILE given'),
                (['a.o'], 'no output given'),
                (['a.o', 'b.o', '-o', 'c'], 'one FILE at a time'),
                (['a.o', '-o'], "'--output' needs a value"),
                (['a.o', '--place=x'], 'expected SECTION=ADDRESS'),
                (['a.o', '--strict=1'], 'takes no value'),
                (['a.o', '--nothing'], "unknown option '--nothing'")):
            result = run(*arguments)
            self.assertEqual(result.returncode, 2, arguments)
            self.assertIn(text, result.stderr)
        self.assertIn('--static-only', run('--help').stdout)
        self.assertIn('dwreloc-materialize (libdwreloc)', run('--version').stdout)

    def test_linked_file(self):
        result = run(PROGRAM, '-o', cli.path('linked'))
        self.assertEqual(result.returncode, 1)
        self.assertIn('is linked', result.stderr)

    @unittest.skipUnless(shutil.which('gdb'), 'no gdb')
    def test_gdb_reads_it(self):
        output, _ = self.make('--offline')
        text = output_of('gdb', '-nx', '-batch', '-ex', 'info address add',
                         '-ex', 'info line give_up', output)
        self.assertRegex(text, r'Symbol "add" is a function at address 0x1[0-9a-f]{4}')
        self.assertRegex(text, r'starts at address 0x1[0-9a-f]{4} <give_up>')


if __name__ == '__main__':
    cli.main()
