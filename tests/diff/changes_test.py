"""dwreloc-diff finds each change of meaning, where it is, and nothing else."""

import subprocess
import unittest

import diff_support as diff
from diff_support import cli

SOURCE = '''
struct point { int x; long y; struct point *next; };
enum color { RED = 1, GREEN = 2 };
typedef struct point corner;
static corner corners[3];
int counter = 3;
extern int outside(corner *);
static inline int twice(int v) { return 2 * v; }
int walk(corner *at, enum color color) {
  int sum = 0;
  for (int i = 0; i < color; ++i) sum += twice(at->x) + outside(at);
  return sum + counter + corners[1].x;
}
'''


class ChangesTest(unittest.TestCase):
    def check(self, old, new, *expected, flags=()):
        """Each of `expected` is (end of path, what, a, b)."""
        status, differences, troubles, _ = diff.found(
            cli.compiled(*flags, source=SOURCE),
            cli.compiled(*flags, source=SOURCE.replace(old, new)))
        self.assertEqual((status, troubles), (diff.DIFFERENT, []))
        found = [(d['path'].split(', ')[-1], d['what'], d['a'], d['b'])
                 for d in differences if d['section'] == '.debug_info']
        self.assertEqual(found, list(expected))

    def test_a_name_of_a_type_is_told_once(self):
        self.check('point', 'poynt',
                   ('DW_TAG_structure_type point', 'DW_AT_name', '"point"',
                    '"poynt"'))

    def test_an_enumerator(self):
        self.check('GREEN = 2', 'GREEN = 3',
                   ('DW_TAG_enumerator GREEN', 'DW_AT_const_value', '2', '3'))

    def test_a_bound(self):
        status, differences, _, _ = diff.found(
            cli.compiled(source=SOURCE),
            cli.compiled(source=SOURCE.replace('corners[3]', 'corners[4]')))
        self.assertEqual(status, diff.DIFFERENT)
        self.assertIn(('DW_AT_upper_bound', '2', '3'),
                      [(d['what'], d['a'], d['b']) for d in differences])

    def check_patch(self, section, offset, value, what, flags):
        """Bytes at an offset of a section become `value`."""
        path = cli.compiled(*flags, source=SOURCE)
        with open(path, 'rb') as file:
            data = bytearray(file.read())
        at = diff.find_section(data, section) + offset
        data[at:at + len(value)] = value
        status, differences, troubles, _ = diff.found(
            path, cli.write('patched.o', bytes(data)))
        self.assertEqual((status, troubles), (diff.DIFFERENT, []))
        # References to a type lead to its DIE.
        self.assertIn(what, [d['what'] for d in differences])

    def test_the_id_of_a_split_unit(self):
        self.check_patch(b'.debug_info', 12, bytes(range(8)), 'dwo_id',
                         ('-gdwarf-5', '-gsplit-dwarf'))

    def test_the_type_of_a_type_unit(self):
        self.check_patch(b'.debug_types', 19, (23).to_bytes(4, 'little'), 'type',
                         ('-gdwarf-4', '-fdebug-types-section'))

    def linked(self):
        path = cli.path('linked')
        subprocess.run([*cli.COMPILER, '-g', '-shared', '-nostdlib', '-o', path, '-x',
                        'c', '-'], input=b'int x = 5, *y = &x;', check=True)
        with open(path, 'rb') as file:
            return path, bytearray(file.read())

    def check_linked(self, what, section):
        status, differences, troubles, _ = diff.found(
            cli.path('linked'), cli.path('patched'))
        self.assertEqual((status, troubles), (diff.DIFFERENT, []))
        self.assertEqual([(d['section'], d['what']) for d in differences],
                         [(section, what)])

    def test_program_headers(self):
        _, data = self.linked()
        # p_paddr of the first one: e_phoff is at 0x20, p_paddr 24 bytes behind it.
        at = int.from_bytes(data[0x20:0x28], 'little') + 24
        data[at] ^= 1
        cli.write('patched', bytes(data))
        self.check_linked('program headers', 'ELF header')

    def test_where_a_loaded_section_is(self):
        _, data = self.linked()
        # .data is where its copy is, behind all else.
        start = diff.find_section(data, b'.data')
        header = data.find(start.to_bytes(8, 'little') + (16).to_bytes(8, 'little'),
                           int.from_bytes(data[0x28:0x30], 'little'))
        self.assertGreater(header, 0)
        data[header:header + 8] = len(data).to_bytes(8, 'little')
        data += data[start:start + 16]
        cli.write('patched', bytes(data))
        self.check_linked('header', '.data')


if __name__ == '__main__':
    unittest.main()
