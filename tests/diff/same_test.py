"""dwreloc-diff: files whose form differs say the same, and say it if nothing else
does: what eu-strip, objcopy, dwz and dwreloc-materialize write of a file."""

import os
import unittest

import diff_support as diff
from diff_support import cli

# Types that dwz shares, in namespaces, with code and data in both files.
HEADER = '''
namespace app {
struct Item {
  int number; char name[20]; Item *next;
  virtual ~Item();
  virtual int Go(int by);
  enum Kind { kFirst, kSecond } kind;
};
namespace deep { struct Pair { Item first, second; long more[7]; }; }
inline namespace now { struct Time { long seconds, parts; Item* of; }; }
template <typename T> inline T Twice(const T& x) {
  static int count; ++count; return x + x;
}
}
using app::deep::Pair;
int Use(Pair&);
'''
FIRST = HEADER + '''
static Pair pairs[3];
app::Time first_time;
int main() { Pair p = pairs[1]; return Use(p) + app::Twice(3) + p.first.Go(2); }
'''
SECOND = HEADER + '''
app::Item::~Item() {}
app::Time second_time;
int app::Item::Go(int by) { number += by; return number; }
int Use(Pair& p) { return app::Twice(p.first.number) + p.more[1]; }
'''


class SameTest(unittest.TestCase):
    def check(self, a, b, both_ways=True):
        for left, right in ((a, b), (b, a)) if both_ways else ((a, b),):
            status, differences, troubles, last = diff.found(left, right)
            self.assertEqual((status, differences, troubles), (0, [], []))
            self.assertTrue(last['same'])
        self.assertGreater(last['units'], 0)
        self.assertGreater(last['dies'], 0)

    def objects(self, with_groups=True):
        yield cli.MODULE
        for flags in ((), ('-gdwarf-4',), ('-gdwarf-3',),
                      *((('-g3', '-O0'),) if with_groups else ()),
                      ('-gdwarf-4', '-fdebug-types-section'),
                      ('-m32', '-fno-pic'), ('-gsplit-dwarf',)):
            try:
                yield cli.compiled(*flags)
            except Exception:  # the compiler cannot
                continue

    def test_a_file_says_what_it_says(self):
        for path in self.objects():
            with self.subTest(path):
                self.check(path, path, both_ways=False)

    def test_compilers_of_other_makes(self):
        compiler = cli.clang()
        for flags in ((), ('-gdwarf-4',), ('-gdwarf-5', '-gsplit-dwarf')):
            path = cli.compiled(*flags, compiler=compiler)
            self.check(path, path, both_ways=False)

    def test_split_files(self):
        path = cli.compiled('-gsplit-dwarf', source=cli.SOURCE + '\n')
        dwo = path[:-1] + 'dwo'
        self.check(dwo, dwo, both_ways=False)

    def test_relocations_among_debug_sections_are_form(self):
        for path in self.objects():
            with self.subTest(path):
                output = cli.path('static.o')
                diff.make(diff.MATERIALIZE, '--static-only', path, '-o', output)
                self.check(path, output)

    def test_eu_strip(self):
        # Of several .debug_macro sections it loses which one is meant.
        for path in self.objects(with_groups=False):
            with self.subTest(path):
                output = cli.path('stripped.o')
                diff.make('eu-strip', '--reloc-debug-sections-only', path,
                          '-o', output)
                self.check(path, output)

    def test_eu_strip_loses_macros(self):
        path = cli.compiled('-g3', '-O0')
        output = cli.path('stripped.o')
        diff.make('eu-strip', '--reloc-debug-sections-only', path, '-o', output)
        _, differences, _, _ = diff.found(path, output)
        self.assertIn('.debug_macro', [d['section'] for d in differences])

    def test_compressed_sections(self):
        for path in self.objects():
            with self.subTest(path):
                output = cli.path('compressed.o')
                diff.make('objcopy', '--compress-debug-sections=zlib', path,
                          output)
                self.check(path, output)

    def link(self, *flags):
        first = cli.write('first.cc', FIRST)
        second = cli.write('second.cc', SECOND)
        output = cli.path('program')
        diff.make('g++', '-g', *flags, first, second, '-o', output)
        return output

    def test_dwz_moves_trees_into_partial_units(self):
        shared = 0
        for flags in (('-gdwarf-4', '-O0'), ('-gdwarf-4', '-O2'),
                      ('-gdwarf-5', '-O0'), ('-gdwarf-5', '-O2'),
                      ('-gdwarf-4', '-fdebug-types-section'),
                      ('-gdwarf-5', '-O2', '-no-pie')):
            with self.subTest(flags):
                path = self.link(*flags)
                output = cli.path('shared')
                diff.make('dwz', path, '-o', output)
                self.check(path, output)
                with open(path, 'rb') as a, open(output, 'rb') as b:
                    shared += a.read() != b.read()
        self.assertGreater(shared, 0)

    def test_dwz_moves_trees_into_another_file(self):
        paths = []
        for version in ('4', '5'):
            for name in ('one', 'two'):
                path = cli.path(name + version)
                os.replace(self.link('-gdwarf-' + version, '-O1'), path)
                diff.make('cp', path, path + '.shared')
                paths.append(path)
            diff.make('dwz', '-m', cli.path('common' + version),
                      paths[-1] + '.shared', paths[-2] + '.shared')
        # dwz loses DW_AT_comp_dir in the file of DWARF 5; only paths that have a
        # directory of their own say the same.
        for path in paths:
            with self.subTest(path):
                self.check(path, path + '.shared')


if __name__ == '__main__':
    unittest.main()
