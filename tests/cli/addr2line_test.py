"""dwreloc-addr2line: the command line and output of binutils' addr2line, places
by symbol and by section, JSON, and use as a co-process."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(__file__), '..'))

import cli_support as cli  # noqa: E402
from oracle import json_schema  # noqa: E402

PROGRAM = os.environ.get('DWRELOC_ADDR2LINE', 'dwreloc-addr2line')
NM = os.environ.get('DWRELOC_NM', 'dwreloc-nm')
COMPARE = os.path.join(os.path.dirname(__file__), '..', 'addr2line',
                       'compare_addr2line.py')

CXX_SOURCE = r'''
namespace space {
struct Thing { int Twice(int x) const; };
int Thing::Twice(int x) const { return 2 * x; }
}
'''

# Two static functions of one name, of different sizes.
TWINS = [r'''
volatile int sink;
static __attribute__((noinline)) void twin(void) { sink = 1; }
void first(void) { twin(); twin(); }
''', r'''
extern volatile int sink;
static __attribute__((noinline)) void twin(void) {
  sink = 2; sink = sink * 3 + 1; sink = sink * 5 + 2;
}
void second(void) { twin(); twin(); }
''']


def run(*arguments, text=None):
    return subprocess.run([PROGRAM, *arguments], input=text,
                          capture_output=True, text=True, check=False)


def binutils(*arguments):
    return subprocess.run(['addr2line', *arguments], capture_output=True,
                          text=True, check=True).stdout


# "add" would be the address 0xadd, as for binutils.
class Addr2lineTest(unittest.TestCase):

    def lines(self, *arguments, text=None, status=0):
        result = run(*arguments, text=text)
        self.assertEqual((result.returncode, result.stderr), (status, ''))
        return result.stdout.splitlines()

    def test_inline_chain(self):
        lines = self.lines('-e', cli.MODULE, '-j', '.text', '-fi', '0x150')
        self.assertEqual(lines[0::2], ['meter_sample_valid', 'meter_ring_put'])
        self.assertTrue(lines[1].endswith('ring.c:40'), lines)
        self.assertTrue(lines[3].endswith('ring.c:47'), lines)
        # Without -i the innermost one alone.
        self.assertEqual(
            self.lines('-e', cli.MODULE, '-j', '.text', '-f', '150'), lines[:2])

    def test_every_format_is_that_of_binutils(self):
        for options in ([], ['-f'], ['-i'], ['-fi'], ['-fip'], ['-fips'],
                        ['-afip'], ['-a'], ['-as'], ['-fC'],
                        ['--functions', '--inlines', '--pretty-print'],
                        ['--addr', '--basen'], ['--demangle=gnu-v3', '-f']):
            for place in ('150', '0x0', '2a0', '42c', '99999'):
                with self.subTest(options=options, place=place):
                    arguments = [*options, '-e', cli.MODULE, '-j', '.text',
                                 place]
                    self.assertEqual(run(*arguments).stdout,
                                     binutils(*arguments))

    def test_every_function_as_binutils(self):
        path = cli.compiled('-gdwarf-5')
        result = subprocess.run(
            [sys.executable, COMPARE, PROGRAM, cli.MODULE, path],
            capture_output=True, text=True, check=False)
        self.assertEqual(result.returncode, 0, result.stdout)
        self.assertRegex(result.stdout, r'[1-9]\d+ places of 2 files, 0 differ')

    def test_linked_file(self):
        path = cli.compiled('-gdwarf-5', '-fPIC')
        linked = path + '.so'
        subprocess.run([*cli.COMPILER, '-shared', '-nostdlib', '-o', linked,
                        path], check=True, stderr=subprocess.DEVNULL)
        names = subprocess.run(['nm', linked], capture_output=True, text=True,
                               check=True).stdout.splitlines()
        address = next(line.split()[0] for line in names
                       if line.endswith(' T give_up'))
        self.assertEqual(run('-fi', '-e', linked, address).stdout,
                         binutils('-fi', '-e', linked, address))
        self.assertEqual(self.lines('-f', '-e', linked, 'give_up')[0],
                         'give_up')

    def test_symbols_and_sections_as_places(self):
        by_offset = self.lines('-fi', '-e', cli.MODULE, '-j', '.text', '150')
        for place in ('meter_ring_put+0x10', 'meter_ring_put+10',
                      'meter_ring_put+0x10/0x6f', '.text+0x150'):
            self.assertEqual(self.lines('-fi', '-e', cli.MODULE, place),
                             by_offset, place)
        # Outside of .text, where the offset alone would mislead.
        self.assertEqual(self.lines('-f', '-e', cli.MODULE, 'meter_init+4')[0],
                         'meter_init')
        self.assertEqual(self.lines('-f', '-e', cli.MODULE, 'meter_init')[0],
                         'meter_init')

    def test_functions_of_one_name(self):
        with tempfile.TemporaryDirectory() as directory:
            objects = []
            for number, source in enumerate(TWINS):
                path = os.path.join(directory, 'twin%d.c' % number)
                with open(path, 'w') as file:
                    file.write(source)
                objects.append(path[:-1] + 'o')
                subprocess.run([*cli.COMPILER, '-g', '-O1', '-c', path, '-o',
                                objects[-1]], check=True)
            both = os.path.join(directory, 'both.o')
            subprocess.run(['ld', '-r', '-o', both, *objects], check=True)
            symbols = subprocess.run(['readelf', '-sW', both], check=True,
                                     capture_output=True, text=True).stdout
            sizes = [int(line.split()[2], 0) for line in symbols.splitlines()
                     if line.endswith(' twin')]
            self.assertEqual(len(set(sizes)), 2)
            for number, size in enumerate(sizes):
                lines = self.lines('-s', '-e', both, 'twin+0/%#x' % size)
                self.assertTrue(lines[0].startswith('twin%d.c:' % number))
            result = run('-s', '-e', both, 'twin+0x0')
            self.assertEqual(result.returncode, 1)
            self.assertIn('2 symbols are named twin', result.stderr)
            self.assertTrue(result.stdout.startswith('twin0.c:'))
            result = run('-s', '-e', both, 'twin+0x0/0x1234')
            self.assertEqual((result.returncode, result.stdout), (1, '??:0\n'))
            self.assertIn('no symbol twin has that size', result.stderr)

    def test_demangled_names(self):
        compiler = shutil.which('g++')
        if compiler is None:
            self.skipTest('no g++')
        with tempfile.TemporaryDirectory() as directory:
            path = os.path.join(directory, 'thing.cc')
            with open(path, 'w') as file:
                file.write(CXX_SOURCE)
            subprocess.run([compiler, '-g', '-c', path, '-o', path + '.o'],
                           check=True)
            mangled = '_ZNK5space5Thing5TwiceEi'
            self.assertEqual(self.lines('-f', '-e', path + '.o', '0')[0],
                             mangled)
            self.assertEqual(self.lines('-fC', '-e', path + '.o', '0')[0],
                             'space::Thing::Twice(int) const')
            item = json.loads(
                self.lines('-C', '--json', '-e', path + '.o', mangled)[0])
            self.assertEqual(item['frames'][0]['demangled_name'],
                             'space::Thing::Twice(int) const')
            self.assertEqual(item['frames'][0]['function'], 'Twice')

    def test_names_of_rust(self):
        compiler = shutil.which('g++')
        if compiler is None:
            self.skipTest('no g++')
        names = {  # RFC 2603 and the tests of rustc-demangle
            '_RNvNtCs1234_7mycrate3foo3bar': 'mycrate::foo::bar',
            '_RNvMs_C4coreINtB4_5ArraypKj8_E3new': None,
            '_R': None,
        }
        with tempfile.TemporaryDirectory() as directory:
            path = os.path.join(directory, 'rust.cc')
            with open(path, 'w') as file:
                for i, name in enumerate(names):
                    file.write(f'int f{i}(int) __asm__("{name}");\n'
                               f'int f{i}(int x) {{ return x + {i}; }}\n')
            subprocess.run([compiler, '-g', '-c', path, '-o', path + '.o'],
                           check=True)
            for name, wanted in names.items():
                told = self.lines('-fC', '-e', path + '.o', name)[0]
                if os.environ.get('DWRELOC_RUST_NAMES') != '1':
                    self.assertEqual(told, name)
                elif wanted is not None:
                    self.assertEqual(told, wanted)
                self.assertEqual(self.lines('-f', '-e', path + '.o', name)[0],
                                 name)

    def test_addresses_of_nm(self):
        """As scripts do: the address of a symbol, and an offset added."""
        result = subprocess.run([NM, cli.MODULE], capture_output=True,
                                text=True, check=True)
        self.assertEqual(result.stderr, '')
        lines = [line.split() for line in result.stdout.splitlines()]
        addresses = {line[2]: int(line[0], 16) for line in lines
                     if len(line) == 3 and line[1] in 'tT'}
        for name in ('meter_ring_put', 'meter_init', 'meter_exit',
                     'meter_ring_put.cold'):
            for offset in 0, 5:
                self.assertEqual(
                    self.lines('-fi', '-e', cli.MODULE,
                               '%x' % (addresses[name] + offset)),
                    self.lines('-fi', '-e', cli.MODULE,
                               '%s+%#x' % (name, offset)))
        # Each byte has one address.
        self.assertEqual(len({address for name, address in addresses.items()
                              if name not in ('init_module',
                                              'cleanup_module')}),
                         len(addresses) - 2)
        # Otherwise the symbols are those of binutils.
        theirs = subprocess.run(['nm', '-n', cli.MODULE], capture_output=True,
                                text=True, check=True).stdout.splitlines()
        self.assertEqual(sorted(line[-2:] for line in lines),
                         sorted(line.split()[-2:] for line in theirs))

    def test_nm_of_linked_files_and_usage(self):
        linked = cli.compiled('-gdwarf-5', '-fPIC') + '.nm.so'
        subprocess.run([*cli.COMPILER, '-shared', '-nostdlib', '-o', linked,
                        linked.removesuffix('.nm.so')], check=True,
                       stderr=subprocess.DEVNULL)

        def lines_of(*command):
            return sorted(subprocess.run(
                command, capture_output=True, text=True,
                check=True).stdout.splitlines())
        self.assertEqual(lines_of(NM, linked), lines_of('nm', linked))
        for arguments, status in (([], 2), (['a', 'b'], 2), (['--help'], 0),
                                  (['--version'], 0), (['/nonexistent'], 1)):
            self.assertEqual(subprocess.run(
                [NM, *arguments], capture_output=True,
                check=False).returncode, status)

    def test_no_dwarf(self):
        """What the symbol table says, as binutils does."""
        with tempfile.TemporaryDirectory() as directory:
            path = os.path.join(directory, 'stripped.o')
            subprocess.run(['objcopy', '-g', cli.compiled('-gdwarf-5'), path],
                           check=True)
            for place in ('0', '5', '99999'):
                arguments = ['-fi', '-e', path, '-j', '.text', place]
                self.assertEqual(run(*arguments).stdout, binutils(*arguments))

    def test_a_stripped_file_and_its_debug_file(self):
        with tempfile.TemporaryDirectory() as directory:
            debug = os.path.join(directory, 'meter.debug')
            stripped = os.path.join(directory, 'meter.ko')
            shutil.copy(cli.MODULE, debug)
            subprocess.run(['objcopy', '-g', '--add-gnu-debuglink=' + debug,
                            cli.MODULE, stripped], check=True)
            for place in '150', '2a0':
                arguments = ['-fi', '-j', '.text', place, '-e']
                self.assertEqual(run(*arguments, stripped).stdout,
                                 run(*arguments, cli.MODULE).stdout)
            os.remove(debug)
            self.assertEqual(
                self.lines('-f', '-e', stripped, 'meter_ring_put+4'),
                ['meter_ring_put', '??:?'])

    def test_json(self):
        lines = self.lines('--json', '-e', cli.MODULE, 'meter_ring_put+0x10',
                           '.note.Linux+0x4')
        json_schema.check_output(('\n'.join(lines) + '\n').encode())
        item = json.loads(lines[0])
        self.assertEqual(list(item), ['kind', 'input', 'address', 'place',
                                      'symbol', 'symbol_index',
                                      'symbol_offset', 'frames'])
        self.assertEqual(item['kind'], 'address')
        self.assertEqual(item['input'], 'meter_ring_put+0x10')
        self.assertEqual(item['place'], {'kind': 'section', 'section': '.text',
                                         'section_index': 3, 'offset': 0x150})
        self.assertEqual((item['symbol'], item['symbol_offset']),
                         ('meter_ring_put', 16))
        frames = item['frames']
        self.assertEqual(list(frames[0]),
                         ['function', 'linkage_name', 'path', 'line', 'column',
                          'discriminator', 'inlined'])
        self.assertEqual([frame['function'] for frame in frames],
                         ['meter_sample_valid', 'meter_ring_put'])
        self.assertEqual([frame['line'] for frame in frames], [40, 47])
        self.assertEqual([frame['inlined'] for frame in frames], [True, False])
        self.assertEqual(json.loads(lines[1])['frames'], [])

    def test_co_process(self):
        """Each line is answered before the next one is written."""
        with subprocess.Popen([PROGRAM, '-afi', '-e', cli.MODULE, '-j',
                               '.text'], stdin=subprocess.PIPE,
                              stdout=subprocess.PIPE, text=True,
                              bufsize=1) as process:
            for _ in range(3):
                process.stdin.write('150\n')
                process.stdin.flush()
                self.assertEqual(process.stdout.readline(),
                                 '0x0000000000000150\n')
                self.assertEqual(process.stdout.readline(),
                                 'meter_sample_valid\n')
                for _ in range(3):
                    process.stdout.readline()
            process.stdin.close()
            self.assertEqual(process.wait(), 0)

    def test_places_from_standard_input(self):
        arguments = ['-f', '-e', cli.MODULE, '-j', '.text']
        self.assertEqual(self.lines(*arguments, text='0\n\t2a0\r\n150'),
                         self.lines(*arguments, '0', '2a0', '150'))
        self.assertEqual(self.lines(*arguments, text=''), [])

    def test_options_from_a_file(self):
        with tempfile.TemporaryDirectory() as directory:
            path = os.path.join(directory, 'options')
            with open(path, 'w') as file:
                file.write("-f -e '%s'\n  -j .te\\xt \"150\"" % cli.MODULE)
            self.assertEqual(
                self.lines('@' + path),
                self.lines('-f', '-e', cli.MODULE, '-j', '.text', '150'))
            with open(path, 'w') as file:
                file.write('@' + path)
            result = run('@' + path)
            self.assertEqual(result.returncode, 2)
            self.assertIn('name one another', result.stderr)

    def test_errors(self):
        for arguments, status, text in (
                (['-e', '/nonexistent', '0'], 1, '/nonexistent'),
                (['-e', cli.MODULE, '-j', '.nowhere', '0'], 1,
                 'no section .nowhere'),
                (['-e', cli.MODULE, 'nobody+1'], 1,
                 'no symbol or section nobody'),
                (['-e', cli.MODULE, ''], 1, 'no address'),
                (['-x'], 2, "unknown option '-x'"),
                (['--frobnicate'], 2, "unknown option '--frobnicate'"),
                (['--exe'], 2, "needs a value"),
                (['--inlines=1'], 2, 'takes no value')):
            with self.subTest(arguments=arguments):
                result = run(*arguments)
                self.assertEqual(result.returncode, status)
                self.assertIn(text, result.stderr)

    def test_help_and_version(self):
        result = run('--help')
        self.assertEqual((result.returncode, result.stderr), (0, ''))
        for word in ('Usage:', '--inlines', '-j, --section=NAME', '--json',
                     '@FILE', 'Exit status'):
            self.assertIn(word, result.stdout)
        self.assertRegex(run('-v').stdout, r'^dwreloc-addr2line \(libdwreloc\)')


if __name__ == '__main__':
    cli.main()
