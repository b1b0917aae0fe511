"""--dwo: skeletons and their split units; objects of real compilers, compared
with llvm-dwarfdump where there is one."""

import glob
import json
import os
import re
import shutil
import struct
import subprocess
import tempfile
import unittest

import cli_support as cli

SOURCE = r'''
int away(int x);
int global_one = 3;
static int helper(int x) { int y = away(x); return y * global_one; }
int first(int a) {
  int b = helper(a);
  for (int i = 0; i < b; i++) a += away(i + b);
  return a;
}
__attribute__((section(".text.two"))) int second(int a) {
  return helper(a + 1) - away(a);
}
'''
MAIN = r'''
int first(int), second(int);
int away(int x) { return x * 7 + 1; }
int main(int argc, char **argv) { return first(argc) + second(argc); }
'''


TEMPLATES = r'''
extern int target;
int target = 1;
template <int *P> struct Box { int get() { return *P; } };
int use() { Box<&target> box; return box.get(); }
'''


def add_record(image, name):
    """Appends a relocation section with one R_X86_64_NONE for a section of a
    64-bit little-endian ELF file, and puts the section headers behind it."""
    (table,) = struct.unpack_from('<Q', image, 40)
    count, names = struct.unpack_from('<HH', image, 60)
    headers = image[table:table + 64 * count]
    (names_at,) = struct.unpack_from('<Q', headers, 64 * names + 24)
    for target in range(count):
        (sh_name,) = struct.unpack_from('<I', headers, 64 * target)
        at = names_at + sh_name
        if image[at:image.index(b'\0', at)].decode() == name:
            break
    else:
        raise ValueError(name)
    image.extend(bytes(-len(image) % 8))
    record = len(image)
    image.extend(bytes(24))
    struct.pack_into('<Q', image, 40, len(image))
    struct.pack_into('<H', image, 60, count + 1)
    image.extend(headers)
    # SHT_RELA without a name and symbols.
    image.extend(struct.pack('<IIQQQQIIQQ', 0, 4, 0, 0, record, 24, 0, target,
                             8, 24))


def find_tool(*names):
    return next((path for path in map(shutil.which, names) if path), None)


def compilers():
    return [path for path in (find_tool('gcc'),
                              find_tool('clang', 'clang-19')) if path]


class SplitTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix='dwreloc-split-')
        self.addCleanup(folder.cleanup)
        self.folder = folder.name
        for name, text in (('a.c', SOURCE), ('b.c', MAIN)):
            with open(os.path.join(self.folder, name), 'w',
                      encoding='ascii') as out:
                out.write(text)

    def tool(self, *command):
        subprocess.run(command, cwd=self.folder, check=True,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def compiled(self):
        """Once per compiler and version, with objects and a program."""
        for compiler in compilers():
            for version in (4, 5):
                for name in ('a', 'b'):
                    self.tool(compiler, '-O2', '-g', f'-gdwarf-{version}',
                              '-gsplit-dwarf', '-c', name + '.c')
                self.tool(compiler, 'a.o', 'b.o', '-o', 'program')
                with self.subTest(compiler=compiler, version=version):
                    yield compiler, version
        if not compilers():
            self.skipTest('no compiler')

    def path(self, name):
        return os.path.join(self.folder, name)

    @staticmethod
    def low_pcs(items):
        found = {}
        for die in cli.of_kind('die', items):
            for attribute in die['attributes']:
                if (attribute['name'] == 'DW_AT_low_pc' and
                        die['tag'] == 'DW_TAG_subprogram'):
                    found[cli.name_of(die)] = attribute['value']
        return found

    @staticmethod
    def bounds(items):
        return {(item['begin']['value'], item['end']['value'])
                for item in items if 'begin' in item}

    def test_addresses_of_an_object_are_symbolic(self):
        for _ in self.compiled():
            items = cli.objects('--info', '--dwo', self.path('a.o'))
            self.assertEqual(
                [os.path.basename(item['file'])
                 for item in cli.of_kind('file', items)], ['a.o', 'a.dwo'])
            second = self.low_pcs(items)['second']
            self.assertEqual((second['kind'], second['section']),
                             ('section', '.text.two'))

    def test_without_the_option_nothing_is_followed(self):
        for _ in self.compiled():
            items = cli.objects('--info', self.path('a.o'))
            self.assertEqual(len(cli.of_kind('unit', items)), 1)

    def test_the_summary_counts_split_units(self):
        for _ in self.compiled():
            def split(name):
                (summary,) = cli.objects('--summary', self.path(name))
                found = summary['split']
                return (found['skeletons'], found['found'],
                        [os.path.basename(path) for path in found['files']])
            self.assertEqual(split('program'), (2, 2, ['a.dwo', 'b.dwo']))
            self.assertIn('2 skeletons, 2 split units found in 2 files',
                          cli.run(self.path('program')).stdout)
            os.remove(self.path('b.dwo'))
            # Nobody asked for what is in it.
            self.assertEqual(split('program'), (2, 1, ['a.dwo']))
            text = cli.run(self.path('program')).stdout
            self.assertIn('2 skeletons, 1 split unit found in', text)
            self.assertEqual(split('a.dwo'), (0, 0, []))
            self.assertNotIn('Split:', cli.run(self.path('a.dwo')).stdout)

    def test_records_of_a_split_file_are_reported(self):
        for _ in self.compiled():
            with open(self.path('a.dwo'), 'rb') as file:
                image = bytearray(file.read())
            add_record(image, '.debug_info.dwo')
            with open(self.path('a.dwo'), 'wb') as file:
                file.write(image)
            text = 'the section of a split file has 1 relocation record'
            for options in (['--info'], ['--summary'], ['--diagnostics']):
                result = cli.run(*options, self.path('a.dwo'))
                self.assertEqual(result.returncode, 1)
                self.assertRegex(
                    result.stderr, r'a\.dwo: \.debug_info\.dwo: ' + text)
                errors = [item for item in cli.of_kind('error', [
                    json.loads(line) for line in
                    cli.run('--format=json', *options,
                            self.path('a.dwo')).stdout.splitlines()])
                          if text in item['error']]
                self.assertEqual([item['section'] for item in errors],
                                 ['.debug_info.dwo'])
            result = cli.run('--info', '--dwo', self.path('a.o'))
            self.assertEqual(result.returncode, 1)
            self.assertIn(text, result.stderr)

    def test_addresses_of_type_units(self):
        # gcc names the variable that a template's argument points at.
        compiler = find_tool('g++')
        if compiler is None:
            self.skipTest('no g++')
        with open(self.path('t.cc'), 'w', encoding='ascii') as out:
            out.write(TEMPLATES)
        for version in (4, 5):
            self.tool(compiler, '-g', f'-gdwarf-{version}', '-gsplit-dwarf',
                      '-fdebug-types-section', '-c', 't.cc')
            with self.subTest(version=version):
                result = cli.run('--format=json', '--info', '--dwo',
                                 self.path('t.o'))
                self.assertEqual((result.returncode, result.stderr), (0, ''))
                self.assertIn('"symbol":"target"', result.stdout)

    def test_what_one_of_the_files_has_is_there(self):
        for _ in self.compiled():
            path = self.path('a.o')
            first = cli.of_kind('die', cli.objects(
                '--info', '--dwo', '--name=first', path))[0]
            for place in ('--die=%#x' % first['offset'],
                          '--section=.debug_info.dwo'):
                result = cli.run('--info', '--dwo', place, path)
                self.assertEqual((result.returncode, result.stderr), (0, ''))
                self.assertIn('"first"', result.stdout)
            for place, fact in (
                    ('--die=0xffffff', 'a.o: no DIE at offset 0xffffff'),
                    ('--section=.none', 'a.o: no section .none')):
                result = cli.run('--info', '--dwo', place, path)
                self.assertEqual(result.returncode, 1)
                self.assertEqual(result.stderr.count('no '), 1)
                self.assertIn(fact, result.stderr)

    def test_files_of_macros(self):
        # They are numbered by .debug_line.dwo; only m2.h has rows, hence a
        # number in the skeleton's table.
        sources = {
            'm1.h': '#define ONE 1\n',
            'm2.h': 'static inline int two(int x) { return x + ONE; }\n'
                    '#define TWO 2\n',
            'm.c': '#include "m1.h"\n#include "m2.h"\n'
                   'int m(int x) { return two(x) + TWO; }\n'}
        for name, text in sources.items():
            with open(self.path(name), 'w', encoding='ascii') as out:
                out.write(text)
        flags = {'gcc': '-g3', 'clang': '-fdebug-macro'}
        for compiler in compilers():
            name = 'clang' if 'clang' in compiler else 'gcc'
            for version in (4, 5):
                self.tool(compiler, '-g', flags[name], f'-gdwarf-{version}',
                          '-gsplit-dwarf', '-c', 'm.c')
                with self.subTest(compiler=compiler, version=version):
                    files = {}
                    path = None
                    for item in cli.objects('--macros', '--dwo',
                                            self.path('m.o')):
                        if item['kind'] != 'macro':
                            continue
                        if item.get('file') is not None:
                            path = os.path.basename(item['file'])
                        files[item.get('string')] = path
                    self.assertEqual((files.get('ONE 1'), files.get('TWO 2')),
                                     ('m1.h', 'm2.h'))

    def test_bounds_are_those_of_llvm_dwarfdump(self):
        dwarfdump = find_tool('llvm-dwarfdump-19', 'llvm-dwarfdump')
        if dwarfdump is None:
            self.skipTest('no llvm-dwarfdump')
        for _ in self.compiled():
            ours = self.bounds(cli.objects('--ranges', '--locations', '--dwo',
                                           self.path('program')))
            text = subprocess.run(
                [dwarfdump, '--dwo', '--debug-info', 'program'],
                cwd=self.folder, check=True, capture_output=True,
                text=True).stdout
            theirs = {(int(begin, 16), int(end, 16)) for begin, end in
                      re.findall(r'\[(0x[0-9a-f]+), (0x[0-9a-f]+)\)', text)}
            self.assertTrue(theirs)
            self.assertEqual(ours, theirs)

    def test_a_package_reads_the_same(self):
        # llvm-dwp takes all memory for some of gcc's files.
        dwp = find_tool('llvm-dwp-19', 'llvm-dwp')
        if dwp is None:
            self.skipTest('no llvm-dwp')
        for compiler, _ in self.compiled():
            if 'clang' not in compiler:
                continue
            views = ('--ranges', '--locations', '--dwo', self.path('program'))
            apart = self.bounds(cli.objects(*views))
            self.tool(dwp, '-e', 'program', '-o', 'program.dwp')
            for path in glob.glob(self.path('*.dwo')):
                os.remove(path)
            items = cli.objects(*views)
            self.assertEqual(
                os.path.basename(cli.of_kind('file', items)[1]['file']),
                'program.dwp')
            self.assertTrue(apart)
            self.assertEqual(self.bounds(items), apart)

    def test_what_is_missing_is_named(self):
        for _ in self.compiled():
            os.remove(self.path('a.dwo'))
            result = cli.run('--info', '--dwo', self.path('a.o'))
            self.assertEqual(result.returncode, 1)
            self.assertIn('a.dwo', result.stderr)
            self.assertIn('looked for', result.stderr)

    def test_another_files_unit_is_refused(self):
        for _ in self.compiled():
            os.replace(self.path('b.dwo'), self.path('a.dwo'))
            result = cli.run('--info', '--dwo', self.path('a.o'))
            self.assertEqual(result.returncode, 1)
            self.assertIn('the file has no unit of that id', result.stderr)

    def test_a_split_file_by_itself_needs_its_skeleton(self):
        for _ in self.compiled():
            result = cli.run('--info', self.path('a.dwo'))
            self.assertEqual(result.returncode, 1)
            self.assertIn('needs its skeleton', result.stderr)

    def test_bounds_without_a_skeleton_blame_no_relocation(self):
        """The index of an address is no relocation type."""
        path = os.path.join(cli.DATA, 'split', 'split5.dwp')
        for options in (['--ranges'], ['--locations'],
                        ['--ranges', '--format=json']):
            result = cli.run(*options, path)
            self.assertIn('skeleton', result.stdout)
            self.assertNotIn('R_X86_64', result.stdout)


if __name__ == '__main__':
    cli.main()
