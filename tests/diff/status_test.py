"""dwreloc-diff: its command line, exit status, and what it prints."""

import random
import unittest

import diff_support as diff
from diff_support import cli

A = '''
struct point { int x; long y; };
struct point origin = {0, 0};
long length(struct point *p) { return p->x + p->y; }
'''
B = A.replace('long y', 'int y')


class StatusTest(unittest.TestCase):
    def setUp(self):
        self.a = cli.compiled(source=A)
        self.b = cli.compiled(source=B)

    def test_status_and_text(self):
        result = diff.run(self.a, self.a)
        self.assertEqual((result.returncode, result.stdout, result.stderr),
                         (diff.SAME, '', ''))
        result = diff.run(self.a, self.b)
        self.assertEqual((result.returncode, result.stderr),
                         (diff.DIFFERENT, ''))
        self.assertRegex(
            result.stdout,
            r'\.debug_info: fixture\.c: DW_TAG_structure_type point: '
            r'DW_AT_byte_size \(at 0x[0-9a-f]+, 0x[0-9a-f]+\)\n< 16\n> 8\n')
        self.assertRegex(
            result.stdout,
            r'DW_TAG_structure_type point, DW_TAG_member y: DW_AT_type [^\n]*\n'
            r'< DW_TAG_base_type long int at 0x[0-9a-f]+\n'
            r'> DW_TAG_base_type int at 0x[0-9a-f]+\n')
        self.assertRegex(result.stdout, r'\n\d+ differences\n$')

    def test_quiet(self):
        for option in ('-q', '--quiet'):
            result = diff.run(option, self.a, self.b)
            self.assertEqual((result.returncode, result.stdout, result.stderr),
                             (diff.DIFFERENT, '', ''))

    def test_limit(self):
        status, differences, _, last = diff.found(self.a, self.b)
        self.assertEqual(last['differences'], len(differences))
        self.assertGreater(len(differences), 2)
        for limit in (0, 1, 2):
            status, some, _, _ = diff.found(self.a, self.b, f'--limit={limit}')
            self.assertEqual(status, diff.DIFFERENT)
            self.assertEqual(some, differences[:limit])
        self.assertIn(', of which 1 are told\n',
                      diff.run('--limit=1', self.a, self.b).stdout)

    def test_json(self):
        status, differences, troubles, last = diff.found(self.a, self.b)
        self.assertEqual((status, troubles), (diff.DIFFERENT, []))
        self.assertEqual(list(last), ['kind', 'a', 'b', 'same', 'differences',
                                      'troubles', 'units', 'dies'])
        self.assertEqual((last['same'], last['units']), (False, 1))
        for difference in differences:
            self.assertEqual(list(difference), [
                'kind', 'section', 'unit', 'path', 'what', 'offset_a',
                'offset_b', 'a', 'b'])

    def test_usage(self):
        for arguments in ((), ('one',), ('1', '2', '3'), ('--what', '1', '2'),
                          ('--limit=x', '1', '2'), ('--format=xml', '1', '2'),
                          ('--quiet=1', '1', '2')):
            result = diff.run(*arguments)
            self.assertEqual(result.returncode, diff.TROUBLE, arguments)
            self.assertTrue(result.stderr.startswith('dwreloc-diff: '))
        for option in ('--help', '--version'):
            result = diff.run(option)
            self.assertEqual((result.returncode, result.stderr), (0, ''))
            self.assertIn('dwreloc-diff', result.stdout)

    def test_what_cannot_be_read_is_trouble(self):
        missing = cli.path('missing')
        result = diff.run(self.a, missing)
        self.assertEqual(result.returncode, diff.TROUBLE)
        self.assertIn(missing, result.stderr)
        with open(self.a, 'rb') as file:
            whole = file.read()
        # The abbreviation code of the first DIE: one that there is not.
        place = diff.find_section(whole, b'.debug_info')
        bad = bytearray(whole)
        bad[place + 12] = 0x7f
        bad = cli.write('bad.o', bytes(bad))
        result = diff.run(self.a, bad)
        self.assertEqual(result.returncode, diff.TROUBLE)
        self.assertRegex(result.stderr, r'bad\.o: \.debug_info\+0xc: ')
        status, _, troubles, last = diff.found(bad, self.a)
        self.assertEqual(status, diff.TROUBLE)
        self.assertEqual((troubles[0]['file'], troubles[0]['section'],
                          troubles[0]['offset']), (bad, '.debug_info', 12))
        self.assertGreater(last['troubles'], 0)

    def test_long_chains_of_types(self):
        """Each type is told from the next one by its distance from the end."""
        def chain(length, name):
            types = ''.join(f't{i}: .uleb128 2; .long t{i + 1} - u\n'
                            for i in range(length))
            return cli.compiled(language='s', source=f"""
 .section .debug_abbrev,"",@progbits
 .uleb128 1; .uleb128 0x11; .byte 1, 0, 0
 .uleb128 2; .uleb128 0x0f; .byte 0; .uleb128 0x49; .uleb128 0x13; .byte 0, 0
 .uleb128 3; .uleb128 0x24; .byte 0; .uleb128 0x03; .uleb128 0x08; .byte 0, 0
 .byte 0
 .section .debug_info,"",@progbits
u: .long 1f-0f
0: .short 5; .byte 1, 8; .long .debug_abbrev
 .uleb128 1
{types}t{length}: .uleb128 3; .asciz "{name}"
 .byte 0
1:
""")
        a, b = chain(100000, 'int'), chain(100000, 'inn')
        self.assertEqual(diff.run(a, a).returncode, diff.SAME)
        status, differences, _, last = diff.found(a, b)
        self.assertEqual((status, last['differences']), (diff.DIFFERENT, 1))
        self.assertEqual(differences[0]['path'], 'DW_TAG_base_type int')

    def test_one_long_string_of_many_dies(self):
        dies = ''.join(f'.uleb128 2; .long 0; .short {i}\n' for i in range(5000))
        path = cli.compiled(language='s', source=f"""
 .section .debug_abbrev,"",@progbits
 .uleb128 1; .uleb128 0x11; .byte 1, 0, 0
 .uleb128 2; .uleb128 0x34; .byte 0; .uleb128 0x03; .uleb128 0x0e
 .uleb128 0x3b; .uleb128 0x05; .byte 0, 0
 .byte 0
 .section .debug_str,"",@progbits
 .fill 100000, 1, 'x'
 .byte 0
 .section .debug_info,"",@progbits
 .long 1f-0f
0: .short 5; .byte 1, 8; .long .debug_abbrev
 .uleb128 1
{dies} .byte 0
1:
""")
        result = diff.run(path, path)
        self.assertEqual(result.returncode, diff.TROUBLE)
        self.assertIn('too much leads to the same data', result.stderr)

    def test_any_cut_and_any_byte_is_no_crash(self):
        with open(self.a, 'rb') as file:
            whole = file.read()
        for size in range(0, len(whole), 97):
            result = diff.run('-q', self.a, cli.write('cut.o', whole[:size]))
            self.assertIn(result.returncode, (1, 2), size)
        place = diff.find_section(whole, b'.debug_info')
        for i in range(place, place + 220):
            bad = bytearray(whole)
            bad[i] ^= 0xff
            result = diff.run('-q', self.a, cli.write('bad.o', bytes(bad)))
            self.assertIn(result.returncode, (0, 1, 2), i)

    def test_any_damage_is_no_crash(self):
        for path in (cli.MODULE, cli.compiled('-g3')):
            with open(path, 'rb') as file:
                whole = file.read()
            for seed in range(60):
                rng = random.Random(seed)
                bad = bytearray(whole)
                for _ in range(rng.choice((1, 4, 64))):
                    bad[rng.randrange(64, len(bad))] = rng.choice(
                        (0, 1, 0x7f, 0x80, 0xff))
                result = diff.run(cli.write('bad.o', bytes(bad)), path)
                self.assertIn(result.returncode, (0, 1, 2),
                              (path, seed, result.stderr))


if __name__ == '__main__':
    unittest.main()
