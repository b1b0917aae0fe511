"""dwreloc-compress: its outputs, what it leaves alone, and what it reports.

That compressed files say the same is proved by tests/fixtures and tests/modules.
"""

import gzip
import json
import lzma
import os
import pathlib
import shutil
import stat
import subprocess
import unittest

import cli_support as cli

PROGRAM = os.environ.get('DWRELOC_COMPRESS', 'dwreloc-compress')
DIFF = os.environ.get('DWRELOC_DIFF', 'dwreloc-diff')


def run(*arguments, **options):
    return subprocess.run([PROGRAM, *arguments], capture_output=True, check=False,
                          **options)


def read(path):
    return pathlib.Path(path).read_bytes()


def fresh(name):
    """A directory that is empty."""
    path = cli.path(name)
    shutil.rmtree(path, ignore_errors=True)
    os.mkdir(path)
    return path


class CompressTest(unittest.TestCase):
    def compress(self, path, *options, status=0):
        output = cli.path('compressed.ko')
        result = run(path, '-o', output, '--verify', *options)
        self.assertEqual(result.returncode, status, result.stderr)
        return output

    def same(self, a, b):
        result = subprocess.run([DIFF, a, b], capture_output=True, text=True,
                                check=False)
        self.assertEqual(result.returncode, 0, result.stdout + result.stderr)

    def test_smaller_and_the_same(self):
        output = self.compress(cli.MODULE)
        self.assertLess(os.path.getsize(output), os.path.getsize(cli.MODULE))
        self.same(cli.MODULE, output)

    def test_again_changes_nothing(self):
        output = self.compress(cli.MODULE)
        again = cli.path('again.ko')
        result = run(output, '-o', again)
        self.assertEqual((result.returncode, result.stderr), (0, b''))
        self.assertEqual(read(output), read(again))

    def test_records_of_addresses_stay(self):
        output = self.compress(cli.MODULE)
        for path in (cli.MODULE, output):
            coverage = cli.run('--coverage', path)
            self.assertEqual(coverage.returncode, 0, coverage.stderr)

        def kept(path):
            return [(record['section'], record['type'], record['addend'],
                     record.get('symbol_index'))
                    for record in map(json.loads, cli.run(
                        '--relocs', '--format=json', path).stdout.splitlines())
                    if record['kind'] == 'reloc' and
                    record['section'] in ('.debug_info', '.debug_rnglists',
                                          '.debug_loclists') and
                    record['value']['kind'] != 'absolute']
        # Those of .debug_info may be in another order, as their units.
        self.assertEqual(sorted(kept(cli.MODULE), key=str),
                         sorted(kept(output), key=str))

    def test_in_place_keeps_permissions(self):
        path = cli.path('in_place.ko')
        shutil.copyfile(cli.MODULE, path)
        os.chmod(path, 0o640)
        self.assertEqual(run('--in-place', path).returncode, 0)
        self.assertEqual(stat.S_IMODE(os.stat(path).st_mode), 0o640)
        self.assertEqual(read(path), read(self.compress(cli.MODULE)))

    def test_standard_output(self):
        result = run(cli.MODULE, '-o', '-')
        self.assertEqual(result.stdout, read(self.compress(cli.MODULE)))

    def test_several_files_and_jobs(self):
        inputs = fresh('several')
        paths = []
        for number in range(8):
            paths.append(os.path.join(inputs, '%d.ko' % number))
            shutil.copyfile(cli.MODULE, paths[-1])
        expected = read(self.compress(cli.MODULE))
        for jobs in ('1', '3', '0'):
            output = fresh('outputs')
            result = run('--output-dir=' + output, '--jobs=' + jobs, *paths)
            self.assertEqual((result.returncode, result.stderr), (0, b''))
            self.assertEqual(sorted(os.listdir(output)),
                             ['%d.ko' % number for number in range(8)])
            for name in os.listdir(output):
                self.assertEqual(read(os.path.join(output, name)), expected)

    def test_two_files_of_one_name(self):
        first, second = fresh('one'), fresh('two')
        for directory in (first, second):
            shutil.copyfile(cli.MODULE, os.path.join(directory, 'x.ko'))
        result = run('--output-dir=' + fresh('outputs'),
                     os.path.join(first, 'x.ko'), os.path.join(second, 'x.ko'))
        self.assertEqual(result.returncode, 2)
        self.assertIn(b'x.ko', result.stderr)

    def test_formats_of_whole_files(self):
        plain = read(self.compress(cli.MODULE))
        module = read(cli.MODULE)
        packed = {'ko.xz': (lzma.compress, lzma.decompress),
                  'ko.gz': (gzip.compress, gzip.decompress)}
        for name, (pack, unpack) in packed.items():
            path = cli.write('packed.' + name, pack(module))
            output = self.compress(path)
            self.assertEqual(unpack(read(output)), plain, name)
            # As the kernel's loader wants it: a CRC32.
            if name == 'ko.xz':
                self.assertEqual(read(output)[7], 1)

    def test_zstd(self):
        if shutil.which('zstd') is None:
            self.skipTest('no zstd')
        path = cli.path('packed.ko.zst')
        subprocess.run(['zstd', '-q', '-f', cli.MODULE, '-o', path], check=True)
        output = self.compress(path)
        plain = subprocess.run(['zstd', '-d', '-c', output], check=True,
                               capture_output=True).stdout
        self.assertEqual(plain, read(self.compress(cli.MODULE)))

    def test_compressed_sections_in_and_out(self):
        plain = self.compress(cli.MODULE)
        sizes = {}
        for kind in ('zlib', 'zstd'):
            output = cli.path('sections.' + kind)
            result = run(cli.MODULE, '-o', output,
                         '--compress-debug-sections=' + kind)
            self.assertEqual((result.returncode, result.stderr), (0, b''))
            self.same(cli.MODULE, output)
            sizes[kind] = os.path.getsize(output)
            self.assertLess(sizes[kind], os.path.getsize(plain))
            # The other way: compressed sections are read, and written plainly.
            back = cli.path('back.ko')
            self.assertEqual(run(output, '-o', back).returncode, 0)
            self.same(cli.MODULE, back)

    def test_after_static_relocation(self):
        if shutil.which('eu-strip') is None:
            self.skipTest('no eu-strip')
        path = cli.path('stripped.ko')
        shutil.copyfile(cli.MODULE, path)
        subprocess.run(['eu-strip', '--reloc-debug-sections-only', path],
                       check=True)
        output = self.compress(path)
        self.assertLess(os.path.getsize(output), os.path.getsize(path))
        self.same(path, output)

    def test_source_text_in_line_tables(self):
        dumper = shutil.which('llvm-dwarfdump') or shutil.which('llvm-dwarfdump-19')
        if dumper is None:
            self.skipTest('no llvm-dwarfdump')
        path = cli.compiled('-gdwarf-5', '-gembed-source', compiler=cli.clang())
        static = cli.path('static.o')
        subprocess.run([os.environ.get('DWRELOC_MATERIALIZE',
                                       'dwreloc-materialize'),
                        '--static-only', path, '-o', static], check=True)
        for original in (path, static):
            output = self.compress(original)
            said = subprocess.run([dumper, '--debug-line', output],
                                  capture_output=True, text=True, check=True).stdout
            self.assertIn('int init_module(void)', said)
            self.same(original, output)

    def left_alone(self, path, why):
        output = cli.path('left.ko')
        result = run(path, '-o', output)
        self.assertEqual(result.returncode, 1)
        self.assertIn(why, result.stderr.decode())
        self.assertEqual(read(path), read(output))
        self.assertEqual(run('--quiet', path, '-o', output).stderr, b'')

    def test_signed_modules_are_left_alone(self):
        end = (b'\0' * 12 + b'~Module signature appended~\n')
        signature = b'\x30' * 100
        trailer = bytes([0, 0, 2, 0, 0, 0, 0, 0]) + len(signature).to_bytes(4, 'big')
        path = cli.write('signed.ko', read(cli.MODULE) + signature + trailer +
                         end[12:])
        self.left_alone(path, 'signed')

    def linked(self, *options):
        path = cli.path('linked')
        # One unit: what there is to save is in strings and forms.
        subprocess.run([*cli.COMPILER, '-g', '-shared', '-nostdlib', *options, '-o', path,
                        '-x', 'c', '-'],
                       input=b'struct pair { int first, second; } pair; int x, *y = &x;',
                       check=True)
        return path

    def test_linked_files(self):
        path = self.linked()
        output = self.compress(path)
        self.assertLess(os.path.getsize(output), os.path.getsize(path))
        self.same(path, output)

    def test_a_header_found_in_two_ways_is_one(self):
        directory = pathlib.Path(fresh('ways'))
        (directory / 'include').mkdir()
        (directory / 'include' / 'type.h').write_text(
            'struct a_long_name { int first_member, second_member, third_member, '
            'fourth_member, fifth_member, sixth_member; };')
        for name, way in (('a', './include'), ('b', 'include')):
            (directory / f'{name}.c').write_text(
                f'#include "type.h"\nstruct a_long_name {name};')
            subprocess.run([*cli.COMPILER, '-g', '-fPIC', '-I', way, '-c', f'{name}.c'],
                           cwd=directory, check=True)
        subprocess.run([*cli.COMPILER, '-shared', '-nostdlib', 'a.o', 'b.o', '-o', 'both'],
                       cwd=directory, check=True)
        path = str(directory / 'both')
        result = run(path, '-o', path + '.small', '--verify', '--stats', '--format=json')
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertEqual(json.loads(result.stdout.splitlines()[-1])['partial_units'], 1)
        self.same(path, path + '.small')

    def test_records_of_linked_files_are_dropped(self):
        path = self.linked('-Wl,--emit-relocs')
        result = run(path, '-o', cli.path('out'), '--stats', '--format=json')
        self.assertEqual(result.returncode, 0, result.stderr)
        total = json.loads(result.stdout.splitlines()[-1])
        self.assertGreater(total['records_before'], 5)
        self.assertEqual(total['records_after'], 0)

    def test_linked_files_with_an_index_of_gdb_are_left_alone(self):
        path = self.linked()
        index = cli.write('index', bytes(40))
        subprocess.run(['objcopy', f'--add-section=.gdb_index={index}', path], check=True)
        self.left_alone(path, '.gdb_index: it would have to be made anew')

    def test_linked_files_with_something_appended_are_left_alone(self):
        path = self.linked()
        with open(path, 'ab') as file:
            file.write(b'archive' * 10)
        self.left_alone(path, 'there is something behind all sections')

    def test_damaged_files_are_left_alone(self):
        image = bytearray(read(self.compress(cli.MODULE)))
        at = image.find(b'DW_') if b'DW_' in image else len(image) // 2
        # An abbreviation table of zeros: no DIE can be read.
        abbrev = subprocess.run(
            ['readelf', '-SW', cli.path('compressed.ko')], capture_output=True,
            text=True, check=True).stdout
        line = next(line for line in abbrev.splitlines() if '.debug_abbrev' in line)
        offset, size = (int(word, 16) for word in line.split(']')[1].split()[3:5])
        image[offset:offset + size] = bytes(size)
        self.assertGreater(at, 0)
        path = cli.write('damaged.ko', bytes(image))
        output = cli.path('left.ko')
        result = run(path, '-o', output)
        self.assertEqual(result.returncode, 1)
        self.assertNotEqual(result.stderr, b'')

    def test_no_debugging_information(self):
        path = cli.path('plain.o')
        subprocess.run([*cli.COMPILER, '-g0', '-c', '-o', path, '-x', 'c', '-'],
                       input=b'int x;', check=True)
        self.left_alone(path, 'there is no .debug_info')

    def test_stats(self):
        result = run(cli.MODULE, '-o', cli.path('x.ko'), '--stats', '--format=json')
        lines = [json.loads(line) for line in result.stdout.splitlines()]
        self.assertEqual([line['kind'] for line in lines], ['file', 'total'])
        self.assertEqual(lines[0]['before'], os.path.getsize(cli.MODULE))
        self.assertEqual(lines[0]['after'], os.path.getsize(cli.path('x.ko')))
        self.assertIsNone(lines[0]['unchanged'])
        total = lines[1]
        self.assertEqual((total['files'], total['unchanged']), (1, 0))
        self.assertGreater(total['records_before'], 8 * total['records_after'])
        sections = {part['name']: part for part in total['sections']}
        self.assertGreater(sections['.debug_info']['before'],
                           sections['.debug_info']['after'])
        text = run(cli.MODULE, '-o', cli.path('x.ko'), '--stats').stdout.decode()
        self.assertRegex(text, r'\.debug_info +%d +%d ' % (
            sections['.debug_info']['before'], sections['.debug_info']['after']))

    def test_wrong_usage(self):
        for arguments, why in (
                (('x.ko',), 'no output given'),
                (('-o', 'y'), 'no FILE given'),
                (('x.ko', '-o', 'y', '--in-place'), 'at a time'),
                (('x.ko', 'z.ko', '-o', 'y'), 'several files need'),
                (('x.ko', '--jobs=x', '-o', 'y'), "'--jobs=x': expected a number"),
                (('x.ko', '--stats=1', '-o', 'y'), 'takes no value'),
                (('x.ko', '--output-dir', '-o', 'y'), 'needs a value'),
                (('x.ko', '--linkable', '--address-table', '-o', 'y'),
                 '--linkable has no --address-table'),
                (('x.ko', '--wrong', '-o', 'y'), "unknown option '--wrong'")):
            with self.subTest(arguments):
                result = run(*arguments)
                self.assertEqual(result.returncode, 2)
                self.assertIn(why, result.stderr.decode())

    def test_no_half_written_file(self):
        directory = fresh('full')
        os.chmod(directory, 0o555)
        try:
            if os.access(directory, os.W_OK):
                self.skipTest('everything may be written')
            result = run(cli.MODULE, '--output-dir=' + directory)
            self.assertEqual(result.returncode, 1)
            self.assertIn('cannot create', result.stderr.decode())
            self.assertEqual(os.listdir(directory), [])
        finally:
            os.chmod(directory, 0o755)

    def test_a_missing_file(self):
        result = run(cli.path('none.ko'), '-o', cli.path('x.ko'))
        self.assertEqual(result.returncode, 1)
        self.assertIn('none.ko', result.stderr.decode())


if __name__ == '__main__':
    cli.main()
