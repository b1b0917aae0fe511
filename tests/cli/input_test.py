"""What is given as FILE and is no ELF file, or comes through a pipe."""

import gzip
import os
import subprocess
import unittest

import cli_support as cli


class InputTest(unittest.TestCase):
    def refused(self, file, message, **options):
        result = cli.run('--info', file, **options)
        self.assertEqual((result.returncode, result.stdout), (1, ''))
        self.assertIn(message, result.stderr)
        self.assertIn(file, result.stderr)

    def test_devices_and_directories(self):
        self.refused('/dev/zero', 'a character device')
        self.refused('/dev/null', 'a character device')
        self.refused('/', 'Is a directory')

    def test_fifo_without_writer(self):
        os.mkfifo(cli.path('fifo'))
        self.refused(cli.path('fifo'), 'no process writes to this FIFO')

    def test_other_formats_are_named(self):
        formats = {
            'LLVM bitcode': b'BC\xc0\xde' + bytes(60),
            'a Mach-O file': b'\xcf\xfa\xed\xfe' + bytes(60),
            'a COFF object': b'\x64\x86' + bytes(60),
            'a PE or DOS program': b'MZ' + bytes(60),
            'a WebAssembly module': b'\0asm\1\0\0\0',
            'an empty file': b'',
        }
        for name, content in formats.items():
            with self.subTest(name):
                self.refused(cli.write('other', content), name)
        self.refused(cli.write('text', 'int x;'), 'no ELF magic number')

    def test_pipe(self):
        """The module through a pipe prints as the file does."""
        file = cli.run('--info', '--lines', cli.MODULE)
        with subprocess.Popen(['cat', cli.MODULE],
                              stdout=subprocess.PIPE) as writer:
            piped = cli.run('--info', '--lines', '/dev/stdin',
                            stdin=writer.stdout)
        self.assertEqual((piped.returncode, piped.stderr), (0, ''))
        self.assertEqual(piped.stdout, file.stdout)

    def test_endless_pipe(self):
        with subprocess.Popen(['yes'], stdout=subprocess.PIPE) as writer:
            self.refused('/dev/stdin', 'no ELF magic number',
                         stdin=writer.stdout)
            writer.kill()

    def test_limit(self):
        """It is exact, and holds for pipes, compressed files and members."""
        size = os.path.getsize(cli.MODULE)
        with open(cli.MODULE, 'rb') as file:
            module = file.read()
        compressed = cli.write('module.ko.gz', gzip.compress(module))
        archive = cli.path('compressed.a')
        subprocess.run(['ar', 'rc', archive, compressed], check=True)
        for file in (compressed, archive):
            with self.subTest(file):
                enough = cli.run('--summary', f'--max-input={size}', file)
                self.assertEqual((enough.returncode, enough.stderr), (0, ''))
                short = cli.run('--summary', f'--max-input={size - 1}', file)
                self.assertEqual(short.returncode, 1)
                self.assertIn(f'{size - 1} bytes', short.stderr)
        for limit, status in (f'{size}', 0), ('1K', 1):
            with self.subTest(limit), open(cli.MODULE, 'rb') as file:
                with subprocess.Popen(['cat'], stdin=file,
                                      stdout=subprocess.PIPE) as writer:
                    result = cli.run('--summary', f'--max-input={limit}',
                                     '/dev/stdin', stdin=writer.stdout)
                    writer.stdout.close()
                self.assertEqual(result.returncode, status, result.stderr)
                if status:
                    self.assertIn('more than 1024 bytes', result.stderr)
        # A file that can be mapped takes no memory.
        self.assertEqual(cli.run('--summary', '--max-input=1',
                                 cli.MODULE).returncode, 0)

    def test_bad_limits(self):
        for limit in '', 'K', '-1', '1X', '99999999999T', '1KK':
            result = cli.run('--summary', f'--max-input={limit}', cli.MODULE)
            self.assertEqual(result.returncode, 2, limit)


if __name__ == '__main__':
    cli.main()
