"""dwreloc-compress --linkable on C++ objects: they say the same, and a linker makes
the same program of them as of the originals.

A linker puts debug sections of several objects behind one another, and drops
section groups that another object has, those of type units: what is said of one
section in another must move with it.
"""

import os
import shutil
import subprocess
import sys
import unittest

import cli_support as cli

PROGRAM = os.environ.get('DWRELOC_COMPRESS', 'dwreloc-compress')
DIFF = os.environ.get('DWRELOC_DIFF', 'dwreloc-diff')
READELF = shutil.which('readelf')
GDB = shutil.which('gdb')

HEADER = '''
namespace shapes {
inline namespace now { struct Point { int x, y; Point *next; static int count; }; }
enum class Kind : char { kFirst, kSecond };
template <typename T, int N> class Row {
 public:
  explicit Row(T of) { for (T& cell : cells_) cell = of; }
  T at(int i) const { return cells_[i]; }
  struct Step { Row *row; int by; };
 private:
  T cells_[N];
};
struct Base { virtual ~Base(); virtual int area() const = 0; Kind kind; };
struct Square : Base { int side; int area() const override; Row<Point, 2> *of; };
int sum(const Row<int, 4>& row);
}
'''
SOURCES = {
    'first': HEADER + '''
int shapes::Point::count = 3;
shapes::Base::~Base() {}
int shapes::Square::area() const { return side * side; }
int main() {
  shapes::Square square;
  square.side = 5;
  shapes::Row<int, 4> row(7);
  return square.area() + shapes::sum(row) == 25 + 28 + 3 ? 0 : 1;
}
''',
    'second': '#define HAS_MORE 1\n' + HEADER + '''
using namespace shapes;
int shapes::sum(const Row<int, 4>& row) {
  int all = Point::count;
  for (int i = 0; i < 4; ++i) all += row.at(i);
  return all;
}
''',
}
COMPILERS = [name for name in ('g++', 'clang++') if shutil.which(name)]
FLAGS = [(f'-gdwarf-{version}', *more)
         for version in (4, 5)
         for more in (('-O2',), ('-O0', '-fdebug-types-section'),
                      ('-O2', '-fdebug-types-section', '-g3'))]


def run(*command):
    return subprocess.run(command, capture_output=True, text=True, check=False,
                          env={**os.environ, 'LC_ALL': 'C'})


def warnings(path):
    return [line for line in
            run(READELF, '--debug-dump=info,types,abbrev', path).stderr.splitlines()
            if 'arning' in line]


class CompressObjectsTest(unittest.TestCase):
    def make(self, *command):
        result = run(*command)
        self.assertEqual(result.returncode, 0, result.stdout + result.stderr)
        return result.stdout

    made = {}

    def objects(self, *flags):
        """Each object, and the compressed one."""
        known = self.made.get(flags)
        if known is None:
            known = self.made[flags] = list(self.make_objects(*flags))
        return known

    def make_objects(self, compiler, *flags):
        number = len(self.made)
        for name, source in SOURCES.items():
            original = cli.path(f'{name}{number}.o')
            compressed = cli.path(f'{name}{number}.small.o')
            self.make(compiler, *flags, '-c', '-o', original,
                      cli.write(f'{name}.cc', source))
            self.make(PROGRAM, '--linkable', original, '-o', compressed)
            yield original, compressed

    def each(self):
        if not COMPILERS:
            self.skipTest('no compiler of C++')
        for compiler in COMPILERS:
            for flags in FLAGS:
                with self.subTest(compiler=compiler, flags=flags):
                    yield compiler, self.objects(compiler, *flags)

    def test_they_say_the_same(self):
        sizes = [0, 0]
        for _, objects in self.each():
            for original, compressed in objects:
                sizes[0] += os.path.getsize(original)
                sizes[1] += os.path.getsize(compressed)
                self.make(DIFF, original, compressed)
                again = cli.path('again.o')
                self.make(PROGRAM, '--linkable', compressed, '-o', again)
                with open(again, 'rb') as a, open(compressed, 'rb') as b:
                    self.assertEqual(a.read(), b.read())
                if READELF:
                    self.assertEqual(warnings(original), warnings(compressed))
        self.assertLess(sizes[1], sizes[0])

    def test_linked_programs_say_the_same(self):
        for compiler, objects in self.each():
            programs = []
            for i, suffix in enumerate(('', '.small')):
                programs.append(cli.path('program' + suffix))
                self.make(compiler, '-Wl,--build-id=none', '-o', programs[-1],
                          *(pair[i] for pair in objects))
            self.make(programs[1])
            self.make(DIFF, *programs)
            if READELF:
                self.assertEqual(warnings(programs[0]), warnings(programs[1]))

    def test_a_debugger_sees_the_same(self):
        if GDB is None:
            self.skipTest('no gdb')
        commands = [part for command in (
            'info functions -n .', 'info variables -n .', 'info types .',
            'ptype shapes::Square', 'ptype shapes::Row<int, 4>',
            'info line shapes::sum', 'info scope shapes::sum', 'break shapes::sum',
            'run', 'backtrace', 'info locals', 'print row.cells_', 'up',
            'print square') for part in ('-ex', command)]
        for compiler, objects in self.each():
            said = []
            for i in range(2):
                # Under one name: gdb says it.
                program = cli.path('debugged')
                self.make(compiler, '-no-pie', '-o', program,
                          *(pair[i] for pair in objects))
                said.append(run(GDB, '-nx', '-batch', *commands, program).stdout)
            self.assertIn('side', said[0])
            self.assertEqual(*said)

    def test_joined_objects_say_the_same(self):
        for _, objects in self.each():
            joined = [cli.path('joined.o'), cli.path('joined.small.o')]
            for i in range(2):
                self.make('ld', '-r', '-o', joined[i], *(pair[i] for pair in objects))
            self.make(DIFF, *joined)
            again = cli.path('joined.again.o')
            self.make(PROGRAM, joined[0], '-o', again)
            self.make(DIFF, joined[0], again)


if __name__ == '__main__':
    sys.exit(cli.main())
