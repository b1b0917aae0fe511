"""dwreloc-oops: places of code in kernel messages of all architectures.

The samples are written after the kernel's printing code (lib/vsprintf.c,
arch/*/kernel/{dumpstack,traps,process}.c, kernel/trace, perf); their
symbols are those of the checked-in module.
"""

import json
import os
import re
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(__file__), '..'))

import cli_support as cli  # noqa: E402
from oracle import json_schema  # noqa: E402

PROGRAM = os.environ.get('DWRELOC_OOPS', 'dwreloc-oops')
MODULES = os.path.dirname(cli.MODULE)
ADDED = '    -> '

# (architecture or tool, line, what it names: symbol, offset, exact?)
PUT, INIT, SHOW = 'meter_ring_put', 'meter_init', 'meter_show'
SAMPLES = [
    ('x86-64 registers',
     '[   12.345678] RIP: 0010:meter_ring_put+0x10/0x6f [meter]',
     [(PUT, 0x10, True)]),
    ('x86-64 trace', '[   12.345678]  meter_ring_put+0x15/0x6f [meter]',
     [(PUT, 0x15, False)]),
    ('x86-64, not certain', '[   12.3]  ? meter_init+0x1d/0x88 [meter]',
     [(INIT, 0x1d, False)]),
    ('x86-64, CPU and task', '[  12.3][   T77]  meter_init+0x1d/0x88 [meter]',
     [(INIT, 0x1d, False)]),
    ('x86-64, build-id', ' meter_init+0x1d/0x88 [meter BUILDID]',
     [(INIT, 0x1d, False)]),
    ('x86, addresses too',
     ' [<f8a41012>] meter_ring_put+0x12/0x6f [meter]', [(PUT, 0x12, False)]),
    ('x86 before 4.10',
     ' [<ffffffffa0002155>] ? meter_ring_put+0x15/0x6f [meter]',
     [(PUT, 0x15, False)]),
    ('x86 before 4.20', 'IP: [<ffffffffa0002155>] meter_show+0x5/0xaa [meter]',
     [(SHOW, 5, True)]),
    ('x86-32', 'EIP: meter_ring_put+0x10/0x6f [meter]', [(PUT, 0x10, True)]),
    ('arm64 registers', 'pc : meter_ring_put+0x10/0x6f [meter]',
     [(PUT, 0x10, True)]),
    ('arm64 link', 'lr : meter_show+0x24/0xaa [meter]', [(SHOW, 0x24, False)]),
    ('arm64 trace', ' meter_show+0x24/0xaa [meter]', [(SHOW, 0x24, False)]),
    ('arm64, pointer authentication',
     ' meter_show+0x24/0xaa [meter BUILDID] (P)', [(SHOW, 0x24, False)]),
    ('arm registers', 'PC is at meter_show+0x5/0xaa [meter]',
     [(SHOW, 5, True)]),
    ('arm link', 'LR is at meter_show+0x24/0xaa [meter]',
     [(SHOW, 0x24, False)]),
    ('arm trace', '[<bf000050>] (meter_ring_put [meter]) from [<bf000024>] '
     '(meter_show+0x24/0xaa [meter])', [(SHOW, 0x24, False)]),
    ('arm before 5.16', '[<bf000050>] (meter_ring_put+0x0/0x6f [meter]) from '
     '[<bf000024>] (meter_show+0x24/0xaa [meter])',
     [(PUT, 0, False), (SHOW, 0x24, False)]),
    ('riscv registers', 'epc : meter_ring_put+0x10/0x6f [meter]',
     [(PUT, 0x10, True)]),
    ('riscv link', ' ra : meter_show+0x24/0xaa [meter]',
     [(SHOW, 0x24, False)]),
    ('riscv trace', '[<ffffffff01a03f2c>] meter_show+0x24/0xaa [meter]',
     [(SHOW, 0x24, False)]),
    ('s390 registers', 'Krnl PSW : 0704c00180000000 000003ff80002010 '
     '(meter_ring_put+0x10/0x6f [meter])', [(PUT, 0x10, True)]),
    ('s390 trace', ' [<000003ff80002024>] meter_show+0x24/0xaa [meter] ',
     [(SHOW, 0x24, False)]),
    ('s390 breaking event',
     '([<000003ff80002024>] meter_show+0x24/0xaa [meter])',
     [(SHOW, 0x24, False)]),
    ('ppc registers',
     'NIP [c008000000da0010] meter_ring_put+0x10/0x6f [meter]',
     [(PUT, 0x10, True)]),
    ('ppc link', 'LR [c008000000da0024] meter_show+0x24/0xaa [meter]',
     [(SHOW, 0x24, False)]),
    ('ppc trace', '[c00000000a3f3b30] [c008000000da0024] '
     'meter_show+0x24/0xaa [meter] (unreliable)', [(SHOW, 0x24, False)]),
    ('mips registers', 'epc   : 80101234 meter_ring_put+0x10/0x6f [meter]',
     [(PUT, 0x10, True)]),
    ('mips link', 'ra    : 80101234 meter_show+0x24/0xaa [meter]',
     [(SHOW, 0x24, False)]),
    ('mips trace', '[<80101234>] meter_show+0x24/0xaa [meter]',
     [(SHOW, 0x24, False)]),
    ('loongarch', '   era: 9000000000223c10 meter_ring_put+0x10/0x6f [meter]',
     [(PUT, 0x10, True)]),
    ('warning', 'WARNING: CPU: 0 PID: 1 at fs/a.c:12 '
     'meter_show+0x24/0xaa [meter]', [(SHOW, 0x24, False)]),
    ('kasan', 'BUG: KASAN: slab-out-of-bounds in meter_show+0x24/0xaa [meter]',
     [(SHOW, 0x24, False)]),
    ('lockdep', '#0: ffff888107a3c430 (sb_writers#3){.+.+}-{0:0}, at: '
     'meter_show+0x24/0xaa [meter]', [(SHOW, 0x24, False)]),
    ('journal', 'Nov 29 05:59:02 host kernel:  meter_show+0x24/0xaa [meter]',
     [(SHOW, 0x24, False)]),
    ('ftrace stack', ' => meter_show+0x24/0xaa [meter] <ffffffffc0a00024>',
     [(SHOW, 0x24, False)]),
    ('perf script', '\tffffffffc0a00024 meter_show+0x24 ([meter])',
     [(SHOW, 0x24, False)]),
    ('crash, bt -s', ' #3 [ffffc900003f3d30] meter_show+36 at ffffffffc0a00024 '
     '[meter]', [(SHOW, 0x24, False)]),
    ('crash, bt -sx', ' #3 [ffffc900003f3d30] meter_show+0x24 at '
     'ffffffffc0a00024 [meter]', [(SHOW, 0x24, False)]),
    ('perf script, path', '\tffffffffc0a00024 meter_show+0x24 '
     '(/lib/modules/6.1.0/kernel/fs/meter.ko.xz)', [(SHOW, 0x24, False)]),
]

NOTHING = [
    '', 'plain text', '[   12.3] a+b', '1+1', 'a+1 at noon', 'sum: a+1',
    'x + 0x10', '+0x10/0x20',
    'Code: 48 89 e5 <0f> 0b', 'R10: 0000000000000000 R11: 0x1+0x2',
    'https://x.org/a+0x', 'meter_show [meter]', 'a=b+0xzz/0x1',
    'Modules linked in: meter(OE) xfs',
]


def build_id():
    notes = subprocess.run(['readelf', '-n', cli.MODULE], capture_output=True,
                           text=True, check=True).stdout
    return re.search(r'Build ID: ([0-9a-f]+)', notes)[1]


def run(*arguments, text=None):
    if text is not None:
        text = text.encode('utf-8', 'surrogateescape')
    result = subprocess.run([PROGRAM, *arguments], input=text,
                            capture_output=True, check=False)
    return (result.returncode, result.stdout.decode('utf-8', 'surrogateescape'),
            result.stderr.decode())


def by_addr2line(symbol, offset):
    """["function at path:line", ...] of binutils, innermost first."""
    symbols = subprocess.run(['readelf', '-sW', cli.MODULE], text=True,
                             capture_output=True, check=True).stdout
    words = next(line.split() for line in symbols.splitlines()
                 if line.endswith(' ' + symbol))
    sections = subprocess.run(['readelf', '-SW', cli.MODULE], text=True,
                              capture_output=True, check=True).stdout
    section = re.search(r'\[ *%s\] (\S+)' % words[6], sections)[1]
    lines = subprocess.run(
        ['addr2line', '-fi', '-e', cli.MODULE, '-j', section,
         '%x' % (int(words[1], 16) + offset)],
        capture_output=True, text=True, check=True).stdout.splitlines()
    return ['%s at %s' % (name, re.sub(r' \(discriminator \d+\)', '', place))
            for name, place in zip(lines[0::2], lines[1::2])]


class OopsTest(unittest.TestCase):
    maxDiff = None

    def decode(self, text, *options, status=0):
        """The lines that were added, without what marks them."""
        result = run('--modules=' + MODULES, *options, text=text)
        self.assertEqual((result[0], result[2]), (status, ''), result[1])
        kept = [line for line in result[1].splitlines(keepends=True)
                if not line.startswith(ADDED)]
        if text.endswith('\n') or not text:
            self.assertEqual(''.join(kept), text)
        return [line.removeprefix(ADDED).removesuffix(' (inlined)')
                for line in result[1].splitlines() if line.startswith(ADDED)]

    def test_samples(self):
        for name, line, places in SAMPLES:
            with self.subTest(sample=name):
                expected = []
                for symbol, offset, is_exact in places:
                    before = 0 if is_exact or offset == 0 else 1
                    expected += by_addr2line(symbol, offset - before)
                line = line.replace('BUILDID', build_id())
                self.assertEqual(self.decode(line + '\n'), expected)

    def test_nothing_to_decode(self):
        for line in NOTHING:
            with self.subTest(line=line):
                self.assertEqual(self.decode(line + '\n'), [])

    def test_an_arm64_trace_begins_with_the_program_counter(self):
        lines = ['Call trace:', ' meter_ring_put+0x10/0x6f [meter]',
                 ' meter_ring_put+0x10/0x6f [meter]']
        self.assertEqual(self.decode('\n'.join(lines) + '\n'),
                         by_addr2line(PUT, 0x10) + by_addr2line(PUT, 0xf))
        # x86 has no such line.
        self.assertEqual(
            self.decode('Call Trace:\n' + lines[1] + '\n'),
            by_addr2line(PUT, 0xf))

    def test_a_return_address_may_be_the_end_of_its_function(self):
        self.assertEqual(self.decode(' meter_ring_put.cold+0xa/0xa [meter]\n'),
                         by_addr2line('meter_ring_put.cold', 9))

    def test_every_byte_comes_through(self):
        text = ('\udcff\x00\x1b[31mred\r\n' + ' meter_show+0x24/0xaa [meter]'
                + '\r\n\n\t no end')
        status, out, _ = run('--modules=' + MODULES, text=text)
        self.assertEqual(status, 0)
        kept = ''.join(line for line in out.splitlines(keepends=True)
                       if not line.startswith(ADDED))
        # splitlines breaks at more than \n, but joins again to the same.
        self.assertEqual(kept, text)
        long = 'x' * 3000000 + '\n'
        self.assertEqual(run(text=long)[1], long)

    def test_what_is_missing_is_told(self):
        for line, note in (
                ('kthread+0x1/0x2', 'no vmlinux with DWARF'),
                ('f+0x1/0x2 [nowhere]', 'no file of module nowhere'),
                ('meter_show+0x1/0x99 [meter]', 'has another size'),
                ('nobody+0x1/0x99 [meter]', 'no symbol nobody'),
                ('meter_show+0x1/0xaa [meter 0123]', 'is another build')):
            with self.subTest(line=line):
                added = self.decode(line + '\n', status=1)
                self.assertEqual(len(added), 1)
                self.assertIn(note, added[0])
        # What concerns a file is told once.
        self.assertEqual(len(self.decode('f+0x1/0x2 [no]\ng+0x1/0x2 [no]\n',
                                         status=1)), 1)

    def test_the_kernel_itself(self):
        with tempfile.TemporaryDirectory() as directory:
            path = os.path.join(directory, 'vmlinux')
            subprocess.run(
                [*cli.COMPILER, '-nostdlib', '-static', '-Wl,-Ttext=0x1000000',
                 '-Wl,--unresolved-symbols=ignore-all', '-Wl,-e,0', '-o', path,
                 cli.compiled('-gdwarf-5')],
                check=True, stderr=subprocess.DEVNULL)
            size = next(
                int(line.split()[1], 16) for line in subprocess.run(
                    ['nm', '-S', path], capture_output=True, text=True,
                    check=True).stdout.splitlines()
                if line.endswith(' T give_up'))
            added = self.decode('RIP: 0010:give_up+0x0/%#x\n' % size,
                                '--vmlinux=' + path)
            self.assertEqual(len(added), 1)
            self.assertTrue(added[0].startswith('give_up at '))

    def test_compressed_and_stripped_modules(self):
        line = ' meter_ring_put+0x15/0x6f [meter]\n'
        expected = by_addr2line(PUT, 0x14)
        with tempfile.TemporaryDirectory() as directory:
            module = os.path.join(directory, 'modules', 'meter.ko')
            os.mkdir(os.path.dirname(module))
            with open(cli.MODULE, 'rb') as file:
                contents = file.read()
            with open(module + '.xz', 'wb') as file:
                subprocess.run(['xz', '-c'], input=contents, stdout=file,
                               check=True)
            status, out, _ = run('--modules=' + directory, text=line)
            self.assertEqual(status, 0)
            self.assertEqual(len(out.splitlines()), 1 + len(expected))
            os.remove(module + '.xz')
            # Its debug file by build-id.
            subprocess.run(['objcopy', '-g', cli.MODULE, module], check=True)
            number = build_id()
            debug = os.path.join(directory, 'debug', '.build-id', number[:2],
                                 number[2:] + '.debug')
            os.makedirs(os.path.dirname(debug))
            status, out, _ = run('--modules=' + directory + '/modules',
                                 text=line)
            self.assertEqual(status, 1)
            self.assertIn('has no DWARF', out)
            with open(debug, 'wb') as file:
                file.write(contents)
            status, out, _ = run('--modules=' + directory + '/modules',
                                 '--debug-dir=' + directory + '/debug',
                                 text=line)
            self.assertEqual(status, 0, out)
            self.assertEqual(len(out.splitlines()), 1 + len(expected))

    def test_json(self):
        status, out, _ = run('--modules=' + MODULES, '--json', text=(
            'text\n RIP: 0010:meter_ring_put+0x10/0x6f [meter]\r\n'
            'f+0x1 [nowhere]\n'))
        self.assertEqual(status, 1)
        json_schema.check_output(out.encode())
        items = [json.loads(line) for line in out.splitlines()]
        self.assertEqual([item['kind'] for item in items], ['trace_line'] * 3)
        self.assertEqual(items[0], {'kind': 'trace_line', 'text': 'text',
                                    'places': []})
        place = items[1]['places'][0]
        self.assertEqual(
            (place['symbol'], place['offset'], place['size'], place['module'],
             place['is_return_address']), (PUT, 16, 0x6f, 'meter', False))
        self.assertEqual(items[1]['text'][place['begin']:place['end']],
                         'meter_ring_put+0x10/0x6f [meter]')
        self.assertEqual([frame['function'] for frame in place['frames']],
                         ['meter_sample_valid', PUT])
        missing = items[2]['places'][0]
        self.assertEqual((missing['size'], missing['frames'], missing['note']),
                         (None, [], 'no file of module nowhere'))

    def test_source(self):
        with tempfile.TemporaryDirectory() as directory:
            path = os.path.join(directory, 'thing.c')
            with open(path, 'w') as file:
                file.write('int x;\nvoid thing(void) {\n  x = 1;\n}\n')
            subprocess.run([*cli.COMPILER, '-g', '-c', path, '-o',
                            os.path.join(directory, 'thing.ko')], check=True)
            status, out, _ = run('--modules=' + directory, '--source',
                                 text='RIP: 0010:thing+0x4 [thing]\n')
            self.assertEqual(status, 0, out)
            self.assertIn('>     3    x = 1;\n', out)
            self.assertIn('      1  int x;\n', out)

    def test_color(self):
        line = ' meter_show+0x24/0xaa [meter]\n'
        out = run('--modules=' + MODULES, '--color=always', text=line)[1]
        self.assertIn('\033[1mmeter_show\033[0m', out)
        self.assertNotIn('\033', run('--modules=' + MODULES, text=line)[1])

    def test_files_and_streaming(self):
        with tempfile.TemporaryDirectory() as directory:
            path = os.path.join(directory, 'log')
            with open(path, 'w') as file:
                file.write('a\n')
            self.assertEqual(run(path, path)[1], 'a\na\n')
            status, out, err = run(path, directory + '/none')
            self.assertEqual((status, out), (1, 'a\n'))
            self.assertIn('No such file', err)
        with subprocess.Popen([PROGRAM, '--modules=' + MODULES],
                              stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                              text=True, bufsize=1) as process:
            process.stdin.write(' meter_init+0x0/0x88 [meter]\n')
            process.stdin.flush()
            self.assertEqual(process.stdout.readline(),
                             ' meter_init+0x0/0x88 [meter]\n')
            self.assertTrue(process.stdout.readline().startswith(
                ADDED + 'meter_init at '))
            process.stdin.close()
            self.assertEqual(process.wait(), 0)

    def test_usage(self):
        for arguments, text in ((['--frobnicate'], 'unknown option'),
                                (['--modules'], 'needs a value'),
                                (['--json=1'], 'takes no value'),
                                (['--color=red'], 'expected auto')):
            status, _, err = run(*arguments)
            self.assertEqual(status, 2)
            self.assertIn(text, err)
        status, out, err = run('--help')
        self.assertEqual((status, err), (0, ''))
        for word in ('Usage:', '--modules=DIR', '--vmlinux=FILE', '--source',
                     'Exit status'):
            self.assertIn(word, out)
        self.assertRegex(run('--version')[1], r'^dwreloc-oops \(libdwreloc\)')


if __name__ == '__main__':
    cli.main()
