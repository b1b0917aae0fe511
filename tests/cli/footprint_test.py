"""--footprint: what bytes are for, what stripping leaves, what relocating takes."""

import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

import cli_support as cli

FIXTURES = pathlib.Path(__file__).resolve().parents[1] / 'fixtures'
sys.path.insert(0, str(FIXTURES))

import archive  # noqa: E402

STRIP = shutil.which('llvm-strip-19') or shutil.which('llvm-strip')
MATERIALIZE = os.environ.get('DWRELOC_MATERIALIZE')
# Both numberings of eBPF, Cortex-M, and one of each shape of records.
NAMES = ('clang-bpfel-v5-O2', 'clang-bpfeb-v4-O2', 'gcc-bpf-v5-O2',
         'gcc-armnone-v5-O2', 'gcc-i686-v5-O2', 'gcc-s390x-v5-O2',
         'clang-mips64el-v5-O2', 'gcc-sh4-v5-O2', 'clang-riscv64-v5-O2')

# A program for a small device: constants, variables, calls of functions in
# another section, a table of functions, and a function of somebody else.
SMALL = r'''
static const char kPath[] = "/.well-known/core";
int counter = 1;
static int zeroed[4];
extern int outside(int);
__attribute__((noinline, section("other"))) static int get(int x) {
  return kPath[x & 7] + counter++ + zeroed[x & 3]++;
}
__attribute__((noinline, section("other"))) static int put(int x) {
  return kPath[x & 3] - 1;
}
int (*table[2])(int) = {get, put};
int *pointer = zeroed;
int respond(int x) { return get(x) + put(outside(x)) + (table[x & 1] == 0); }
'''

_directory = tempfile.TemporaryDirectory(prefix='dwreloc-footprint-')
_fixtures = {}


def fixture(name):
    if not _fixtures:
        for found in archive.extract(_directory.name, NAMES):
            _fixtures[found.name] = str(found.object)
    return _fixtures[name]


def footprint(*arguments):
    (item,) = cli.objects('--footprint', *arguments)
    return item


def by(key, items):
    return {item[key]: item for item in items}


def step(item, name):
    return by('step', item['ladder'])[name]['bytes']


def scheme(item, name):
    return by('scheme', item['schemes'])[name]


class FootprintTest(unittest.TestCase):
    def files(self):
        yield cli.MODULE
        yield cli.compiled('-gdwarf-5')
        for name in NAMES:
            yield fixture(name)

    def test_classes_add_up_to_the_file(self):
        for path in self.files():
            item = footprint(path)
            self.assertEqual(sum(entry['bytes'] for entry in item['classes']),
                             item['size'], path)
            self.assertEqual(item['size'], os.path.getsize(path))
            classes = by('class', item['classes'])
            loaded = ('code', 'rodata', 'data', 'bss')
            self.assertEqual(
                sum(classes[name]['memory'] for name in loaded),
                item['loaded_memory'])
            self.assertEqual(
                item['writable_memory'],
                classes['data']['memory'] + classes['bss']['memory'])
            for name in ('code', 'debug', 'symbols', 'headers'):
                self.assertGreater(classes[name]['bytes'], 0, name)
            # What is known of sections by other means.
            sections = cli.objects('--sections', path)
            self.assertEqual(
                classes['debug']['bytes'],
                sum(section['size'] for section in sections
                    if section['is_debug']))
            self.assertEqual(
                item['debug_records']['records'],
                sum(section['records'] for section in sections
                    if section['is_debug']))
            self.assertEqual(
                item['loaded_records']['records'],
                sum(section['records'] for section in sections
                    if section['flags'] & 2))

    def test_the_ladder_goes_down(self):
        for path in self.files():
            item = footprint(path)
            steps = [entry['bytes'] for entry in item['ladder']]
            self.assertEqual(steps, sorted(steps, reverse=True), path)
            self.assertEqual(steps[0], item['size'])

    @unittest.skipUnless(STRIP, 'no llvm-strip')
    def test_stripping_leaves_as_much(self):
        for path in self.files():
            stripped = cli.path('stripped')
            result = subprocess.run([STRIP, '-g', path, '-o', stripped],
                                    check=False, stderr=subprocess.DEVNULL)
            if result.returncode:  # it does not know every machine
                continue
            ours = step(footprint(path), 'no_debug')
            theirs = os.path.getsize(stripped)
            self.assertLess(abs(ours - theirs), 0.02 * theirs, path)

    @unittest.skipUnless(MATERIALIZE, 'no dwreloc-materialize')
    def test_applying_static_records_leaves_as_much(self):
        for path in self.files():
            made = cli.path('static')
            subprocess.run([MATERIALIZE, '--static-only', path, '-o', made],
                           check=True)
            ours = step(footprint(path), 'static_relocations')
            theirs = os.path.getsize(made)
            self.assertLess(abs(ours - theirs), 0.02 * theirs, path)

    def test_schemes(self):
        # RELA with fields of 4 and 8 bytes.
        item = footprint(cli.MODULE)
        records = cli.objects('--relocs', cli.MODULE)
        debug = [record for record in records if record.get(
            'holds_dwarf', True) and record['section'] != '.eh_frame']
        count = len(debug)
        eight = sum(record['size'] == 8 for record in debug)
        self.assertEqual(item['debug_records']['records'], count)
        self.assertEqual(
            item['debug_records']['static'],
            sum(record['value']['kind'] == 'absolute' for record in debug))
        self.assertEqual(scheme(item, 'eager')['debug'],
                         {'bytes': 41 * count, 'peak_bytes': 41 * count,
                          'ns': 76 * count})
        columns = 20 * eight + 16 * (count - eight)
        self.assertEqual(scheme(item, 'columns')['debug'],
                         {'bytes': columns,
                          'peak_bytes': columns + 24 * count, 'ns': None})
        self.assertEqual(scheme(item, 'packed')['debug']['bytes'], 8 * count)
        self.assertEqual(scheme(item, 'checked')['debug'],
                         {'bytes': 1, 'peak_bytes': 1, 'ns': 10 * count})
        self.assertIsNone(scheme(item, 'streaming')['ns_per_record'])

    def test_a_device_applies_records_one_after_the_other(self):
        for name, record, symbol, address in (
                ('clang-bpfel-v5-O2', 16, 24, 8), ('gcc-bpf-v5-O2', 16, 24, 8),
                ('gcc-armnone-v5-O2', 8, 16, 4), ('gcc-s390x-v5-O2', 24, 24, 8)):
            item = footprint('--record-ns=250', fixture(name))
            loaded = sum(entry['sections'] for entry in item['classes'][:4])
            self.assertEqual(
                scheme(item, 'streaming')['loaded'],
                {'bytes': 0, 'peak_bytes': record + symbol + address * loaded,
                 'ns': 250 * item['loaded_records']['records']})
            # REL has no addends to keep.
            if record != 24:
                self.assertEqual(scheme(item, 'columns')['debug']['bytes'],
                                 12 * item['debug_records']['records'])
            self.assertEqual(
                {entry['ns_per_record'] for entry in item['schemes']}, {250})

    def check_programs(self, path, has_tables=False):
        programs = by('class', footprint(path)['programs'])
        for name in ('reads_rodata', 'uses_data', 'uses_bss', 'calls',
                     'data_pointers', 'externals'):
            self.assertGreater(programs[name]['records'], 0, name)
        self.assertEqual(programs['function_pointers']['records'], 2)
        # Tables for unwinding are loaded.
        self.assertEqual(programs['code_places']['records'] > 0, has_tables)
        self.assertEqual(programs['externals']['symbols'], 1)
        self.assertEqual(programs['thread_local']['records'], 0)

    def test_programs(self):
        flags = ('-O1', '-fno-pic', '-fno-asynchronous-unwind-tables')
        self.check_programs(cli.compiled(*flags, source=SMALL))
        compiler = cli.clang()
        for target in ('bpfel', 'armv7m-none-eabi', 'riscv32'):
            with self.subTest(target=target):
                if subprocess.run(
                        [*compiler, f'--target={target}', '-c', '-x', 'c',
                         os.devnull, '-o', os.devnull], check=False,
                        stderr=subprocess.DEVNULL).returncode:
                    continue
                self.check_programs(cli.compiled(
                    '-O1', '-ffreestanding', f'--target={target}',
                    source=SMALL, compiler=compiler), 'arm' in target)

    def test_fixtures_of_small_targets(self):
        for name in ('clang-bpfel-v5-O2', 'gcc-bpf-v5-O2',
                     'gcc-armnone-v5-O2'):
            item = footprint(fixture(name))
            programs = by('class', item['programs'])
            with self.subTest(name=name):
                self.assertEqual(programs['externals']['symbols'], 1)
                self.assertGreater(programs['uses_data']['records'], 0)
                self.assertGreater(programs['data_pointers']['records'], 0)
        # Only clang writes BTF unasked.
        classes = by('class', footprint(fixture('clang-bpfel-v5-O2'))['classes'])
        self.assertEqual(classes['btf']['sections'], 2)
        self.assertEqual(classes['btf_relocations']['sections'], 2)

    def test_got_and_descriptors(self):
        programs = by('class', footprint(cli.compiled(
            '-fPIC', '-fno-plt'))['programs'])
        self.assertGreater(programs['got']['records'], 0)
        self.assertGreater(programs['thread_local']['records'], 0)
        self.assertEqual(programs['function_descriptors']['records'], 0)

    def test_fdpic(self):
        """No compiler here writes FDPIC objects: one record gets its type."""
        path = fixture('gcc-armnone-v5-O2')
        sections = cli.objects('--sections', path)
        loaded = {section['section_index'] for section in sections
                  if section['flags'] & 2}
        relocs = next(section for section in sections
                      if section['type'] == 'SHT_REL' and
                      section['info'] in loaded)
        with open(path, 'rb') as file:
            content = bytearray(file.read())
        r_arm_funcdesc = 163
        content[relocs['offset'] + 4] = r_arm_funcdesc
        broken = cli.write('fdpic.o', bytes(content))
        programs = by('class', footprint(broken)['programs'])
        self.assertEqual(programs['function_descriptors']['records'], 1)
        self.assertIn(' makes a descriptor of the function ',
                      cli.run('--relocs', '--explain', broken).stdout)

    def test_text(self):
        text = cli.run('--footprint', cli.MODULE).stdout
        self.assertIn('\nFootprint contents:\n', text)
        for pattern in (r'\n  code +4 +1368 +1368\n',
                        r'\n  all +225312 +5627\n',
                        r'\n  as it is +225312\n',
                        r'\n  applied one after the other \(device\) +0 +272 +- +-\n',
                        r'\n  symbols of other files +33 +9\n'):
            self.assertRegex(text, pattern)

    def test_record_ns_needs_the_selector(self):
        for arguments, message in (
                (('--record-ns=5',), "'--record-ns' needs --footprint"),
                (('--footprint', '--record-ns=fast'), 'nanoseconds')):
            result = cli.run(*arguments, cli.MODULE)
            self.assertEqual(result.returncode, 2)
            self.assertIn(message, result.stderr)

    def test_a_file_that_is_linked_or_has_no_sections(self):
        item = footprint(cli.DUMP)
        self.assertEqual(sum(entry['bytes'] for entry in item['classes']),
                         item['size'])
        with open(cli.MODULE, 'rb') as file:
            content = bytearray(file.read())
        content[40:48] = bytes(8)  # e_shoff
        content[60:62] = bytes(2)  # e_shnum
        item = footprint(cli.write('bare.o', bytes(content)))
        classes = by('class', item['classes'])
        self.assertEqual((classes['headers']['bytes'],
                          classes['padding']['bytes']),
                         (64, len(content) - 64))


if __name__ == '__main__':
    cli.main()
