"""What is given as FILE and is no ELF file, or comes through a pipe."""

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


if __name__ == '__main__':
    cli.main()
