#!/usr/bin/env python3
"""gdb in batch mode: code of a JIT compiler (docs/examples/jit.c), the plugin of
tools/gdb, and add-symbol-file lines for x86-64 and ARM; tools/python by itself.

    gdb_test.py JIT_EXAMPLE LIBRARY
"""

import os
import pathlib
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / 'tests'), str(ROOT / 'tools' / 'python')]

JIT, LIBRARY = (os.path.abspath(path) for path in sys.argv[1:3])
os.environ['DWRELOC_LIBRARY'] = LIBRARY

import dwreloc  # noqa: E402
from oracle import elf_image  # noqa: E402

EXAMPLES = ROOT / 'docs' / 'examples'
PLUGIN = ROOT / 'tools' / 'gdb' / 'dwreloc_gdb.py'
METER = pathlib.Path(os.environ['DWRELOC_TEST_DATA']) / 'module' / 'meter.ko'
ADDR2LINE = os.environ['DWRELOC_ADDR2LINE']
MATERIALIZE = os.environ['DWRELOC_MATERIALIZE']
LLDB = shutil.which('lldb-19') or shutil.which('lldb')
COMPILER = shlex.split(os.environ.get('CC', 'gcc'))
FIRST, STEP = 0x600000000000, 0x1000000  # where jit.c loads section 0, the next

_directory = tempfile.TemporaryDirectory(prefix='dwreloc-gdb-')
DIRECTORY = pathlib.Path(_directory.name)


def gdb(*commands, program='gdb', arguments=()):
    words = [program, '-nx', '-batch', '-iex', 'set confirm off', '-iex',
             'set breakpoint pending on', '-iex', 'set width 0']
    for command in commands:
        words += ['-ex', command]
    done = subprocess.run([*words, '--args', *arguments] if arguments else words,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          text=True, check=False, timeout=120,
                          env={**os.environ, 'LC_ALL': 'C'})
    return done.stdout


def lldb(*commands, arguments):
    words = [LLDB, '--no-lldbinit', '-b']
    for command in commands:
        words += ['-o', command]
    return subprocess.run([*words, '--', *arguments], stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, check=False,
                          timeout=120).stdout


def guest():
    """The object that jit.c runs."""
    output = DIRECTORY / 'guest.o'
    if not output.exists():
        subprocess.run([*COMPILER, '-g', '-O1', '-c', '-mcmodel=large',
                        '-fno-pic', EXAMPLES / 'jit_guest.c', '-o', output],
                       check=True)
    return str(output)


def places(path, address_of):
    """A directory like /sys/module/NAME/sections."""
    directory = DIRECTORY / (pathlib.Path(path).stem + '.sections')
    directory.mkdir(exist_ok=True)
    for section in elf_image.ElfImage(path).sections:
        address = address_of(section)
        if section.flags & elf_image.SHF_ALLOC and address is not None:
            (directory / section.name).write_text(f'{address:#x}\n')
    return str(directory)


def frames_in(text):
    """[(number, function, file:line)] of a backtrace."""
    return re.findall(r'^#(\d+) +(?:0x\w+ in )?(\w+) \(.*\) at \S*?([\w.]+:\d+)$',
                      text, re.M)


@unittest.skipUnless(shutil.which('gdb') and os.uname().machine == 'x86_64',
                     'no gdb, or another machine')
class GdbTest(unittest.TestCase):
    def test_jit_example(self):
        text = gdb('break guest_leaf', 'run', 'backtrace', 'print depth',
                   'print guest_counter', 'print guest_zeroed', 'up',
                   'break jit_guest.c:14', 'finish',
                   arguments=(JIT, guest()))
        self.assertEqual([(number, name) for number, name, _ in frames_in(text)][:4],
                         [('0', 'guest_leaf'), ('1', 'guest_middle'),
                          ('2', 'guest_entry'), ('3', 'main')], text)
        self.assertIn('jit_guest.c:14', text)
        self.assertIn('$1 = 5', text)
        self.assertIn('$2 = 40', text)
        self.assertIn('$3 = 0', text)
        self.assertRegex(text, r'Breakpoint 2 at 0x6000\w+: file .*jit_guest\.c')
        self.assertIn('Value returned is', text)

    def test_jit_example_with_other_copies(self):
        for copy in ('full', 'exec', 'debug', 'addresses'):
            with self.subTest(copy=copy):
                text = gdb('break guest_leaf', 'run', 'backtrace',
                           'print guest_counter', arguments=(JIT, guest(), copy))
                self.assertEqual([name for _, name, _ in frames_in(text)][:4],
                                 ['guest_leaf', 'guest_middle', 'guest_entry',
                                  'main'], text)
                self.assertIn('$1 = 40', text)

    def test_jit_example_in_lldb(self):
        if not LLDB:
            self.skipTest('no lldb')
        for copy in ('full', 'exec', 'debug', 'addresses', 'raw'):
            with self.subTest(copy=copy):
                text = lldb('settings set plugin.jit-loader.gdb.enable on',
                            'breakpoint set -n guest_leaf', 'run', 'bt',
                            'print guest_counter',
                            arguments=(JIT, guest(), copy))
                frames = re.findall(r'frame #\d: 0x\w+ \S+`(\w+)\(', text)
                if copy == 'raw':
                    self.assertEqual(frames, [])
                    continue
                # The first one is told where it stops.
                self.assertEqual(frames[1:5],
                                 ['guest_leaf', 'guest_middle', 'guest_entry',
                                  'main'], text)
                self.assertIn('jit_guest.c:14', text)
                self.assertIn('(int) 40', text)

    def test_kernel_module_in_lldb(self):
        if not LLDB:
            self.skipTest('no lldb')
        copy = DIRECTORY / 'meter.exec'
        subprocess.run([MATERIALIZE, METER, '--exec', '--offline', '-o', copy],
                       check=True)
        text = lldb('image lookup -n meter_ring_put',
                    'image lookup -a 0x101c0', arguments=(copy,))
        self.assertIn('meter_ring_put at ring.c:44', text)
        self.assertIn('[inlined] meter_sample_valid at ring.c:40', text)

    def test_jit_example_with_the_file_as_it_is(self):
        """What the copy is made for: at 0 there is nothing to stop at."""
        text = gdb('break guest_leaf', 'run', 'backtrace',
                   arguments=(JIT, guest(), 'raw'))
        self.assertIn('exited normally', text)
        self.assertNotIn('#0', text)

    def test_plugin_loads_what_the_program_stops_in(self):
        directory = places(guest(), lambda section: FIRST + STEP * section.index)
        common = (f'source {PLUGIN}', f'dwreloc file {guest()}',
                  f'dwreloc place guest.o {directory}')
        text = gdb(*common, 'break host_api', 'run', 'backtrace',
                   'dwreloc list',
                   arguments=(JIT, guest(), 'raw'))
        self.assertIn('guest.o: loaded', text)
        self.assertEqual([name for _, name, _ in frames_in(text)],
                         ['host_api', 'guest_leaf', 'guest_middle', 'guest_entry',
                          'main'], text)
        self.assertRegex(text, r'guest\.o +loaded ')
        text = gdb(*common, 'dwreloc auto off', 'break host_api', 'run',
                   'backtrace', arguments=(JIT, guest(), 'raw'))
        self.assertNotIn('guest_leaf', text)

    def test_plugin_places_all_sections_of_a_kernel_module(self):
        def address_of(section):
            # Freed after init, and what the kernel does not tell.
            if section.name in ('.init.text', '__versions', '.modinfo'):
                return None
            return 0xffffffffc0000000 + 0x10000 * section.index
        directory = places(METER, address_of)
        image = elf_image.ElfImage(METER)
        symbols = [symbol for symbol in image.symbols
                   if symbol.type in (1, 2) and symbol.name and symbol.size and
                   0 < symbol.section < len(image.sections)]
        expected = {}
        for symbol in symbols:
            address = address_of(image.sections[symbol.section])
            names = [other.name for other in symbols].count(symbol.name)
            if address is not None and names == 1:
                expected[symbol.name] = address + symbol.value
        self.assertGreater(len(expected), 20)
        text = gdb('set architecture i386:x86-64', f'source {PLUGIN}',
                   f'dwreloc file {METER}', f'dwreloc place meter {directory}',
                   'dwreloc load meter',
                   *(f'printf "at {name} %lx\\n", (unsigned long)&{name}'
                     for name in expected))
        self.assertIn('not placed: .init.text', text)
        told = {name: int(address, 16) for name, address in
                re.findall(r'^at (\w+) ([0-9a-f]+)$', text, re.M)}
        # Of names that DWARF does not have gdb knows no type.
        self.assertGreater(len(told), 20, text)
        self.assertEqual(told, {name: expected[name] for name in told})
        self.assertGreater(len({address >> 16 for address in told.values()}), 6)

    def test_plugin_errors(self):
        text = gdb(f'source {PLUGIN}', 'dwreloc nothing', 'dwreloc load nothing',
                   'dwreloc directory /nowhere', 'dwreloc auto maybe')
        for part in ('no command nothing', 'no module nothing', '/nowhere',
                     'on or off'):
            self.assertIn(part, text)


class PythonTest(unittest.TestCase):
    def test_frames(self):
        with dwreloc.Module(METER) as module:
            for offset in range(0, 0x200, 7):
                theirs = subprocess.run(
                    [ADDR2LINE, '-fi', '-j', '.text', '-e', METER, hex(offset)],
                    capture_output=True, text=True, check=True).stdout.split('\n')
                ours = module.frames(module.in_section('.text', offset))
                if not ours:
                    self.assertEqual(theirs[:2], ['??', '??:0'])
                    continue
                self.assertEqual([frame.name or '??' for frame in ours],
                                 theirs[:-1:2])
                for frame, place in zip(ours, theirs[1::2]):
                    self.assertEqual(f'{frame.path}:{frame.line}',
                                     place.partition(' (disc')[0])

    def test_places_and_copies(self):
        module = dwreloc.Module(METER)
        self.assertRaises(dwreloc.Error, module.frames, 0x10000)
        module.place_offline()
        section = next(section for section in module.sections()
                       if section.name == '.text')
        self.assertEqual(module.symbol_at(section.address)[1], 0)
        output = DIRECTORY / 'meter.offline'
        subprocess.run([MATERIALIZE, METER, '--offline', '-o', output], check=True)
        self.assertEqual(module.materialize(), output.read_bytes())
        descriptor = module.materialize_fd()
        with open(descriptor, 'rb') as file:
            self.assertEqual(file.read(), output.read_bytes())
        self.assertEqual(len(module.build_id()), 20)

    def test_errors(self):
        with self.assertRaises(dwreloc.Error) as caught:
            dwreloc.Module('/nowhere/a.ko')
        self.assertIn('/nowhere/a.ko', str(caught.exception))
        self.assertRaises(dwreloc.Error, dwreloc.Module(METER).place, '.none', 1)

    def test_sets(self):
        modules = dwreloc.Set()
        index = modules.add(METER)
        self.assertEqual((len(modules), modules.find('meter')), (1, index))
        self.assertEqual(modules.entry(index), ('meter', str(METER)))
        modules.module(index).place('.text', 0x5000)
        self.assertEqual(modules.locate(0x5010)[0], index)
        self.assertEqual(modules.frames(0x5010)[0].name, 'meter_show')
        self.assertIsNone(modules.locate(1))

    @unittest.skipUnless(shutil.which('gdb-multiarch') and
                         shutil.which('clang-19'), 'no gdb-multiarch or clang-19')
    def test_add_symbol_file_on_arm(self):
        source = DIRECTORY / 'arm.c'
        source.write_text('int counter = 1; int zeroed; const int table[2] = {1, 2};\n'
                          '__attribute__((section(".text.odd name"))) int odd(void)'
                          '{ return counter; }\n'
                          'int helper(int x) { zeroed += x; return odd(); }\n')
        path = DIRECTORY / 'arm.o'
        subprocess.run(['clang-19', '--target=armv7m-none-eabi', '-mcpu=cortex-m3',
                        '-mthumb', '-g', '-c', source, '-o', path], check=True)
        module = dwreloc.Module(path)
        wanted = {'.text.odd name': 0x08030000, '.text': 0x08010000,
                  '.rodata': 0x08018000, '.data': 0x20001000, '.bss': 0x20002000}
        for name, address in wanted.items():
            module.place(name, address)
        command = module.gdb_command().splitlines()[-1]
        self.assertIn('-s ".text.odd name" 0x8030000', command)
        text = gdb('set architecture arm', command, 'print/x &counter',
                   'print/x &zeroed', 'print/x &table', 'info line helper',
                   'info address odd', program='gdb-multiarch')
        for part in ('$1 = 0x20001000', '$2 = 0x20002000', '$3 = 0x8018000',
                     'starts at address 0x8010000 <helper>', '0x8030000'):
            self.assertIn(part, text)


if __name__ == '__main__':
    unittest.main(argv=sys.argv[:1])
