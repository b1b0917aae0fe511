"""Files that are compressed as a whole, read as they are."""

import gzip
import lzma
import os
import shutil
import struct
import subprocess
import unittest

import cli_support as cli

SELECTORS = ('--summary', '--sections', '--symbols', '--info', '--lines',
             '--ranges', '--locations', '--relocs', '--coverage')


def read(path):
    with open(path, 'rb') as file:
        return file.read()


def xz(data):
    """As `make modules_install` has it."""
    return lzma.compress(data, check=lzma.CHECK_CRC32, filters=[
        {'id': lzma.FILTER_LZMA2, 'preset': 6, 'dict_size': 1 << 20}])


def zstd(data):
    """By zstd(1); where there is none, a frame of raw blocks (RFC 8878)."""
    if shutil.which('zstd'):
        return subprocess.run(['zstd', '-c'], input=data, check=True,
                              stdout=subprocess.PIPE).stdout
    size = 128 * 1024
    frame = bytes.fromhex('28b52ffd 00 38')
    for start in range(0, len(data), size):
        block = data[start:start + size]
        is_last = start + size >= len(data)
        frame += struct.pack('<I', len(block) << 3 | is_last)[:3] + block
    return frame


PACKERS = {'gz': gzip.compress, 'xz': xz, 'zst': zstd}


class CompressedTest(unittest.TestCase):
    def setUp(self):
        self.module = read(cli.MODULE)

    def test_prints_the_same(self):
        """By the contents, not the name: all are called meter.ko."""
        outputs = {}
        for name, pack in {'plain': bytes, **PACKERS}.items():
            os.makedirs(cli.path(name), exist_ok=True)
            file = cli.write(name + '/meter.ko', pack(self.module))
            for output in ('text', 'json'):
                result = cli.run('--format=' + output, *SELECTORS,
                                 os.path.basename(file),
                                 cwd=os.path.dirname(file))
                self.assertEqual((result.returncode, result.stderr), (0, ''))
                self.assertEqual(
                    outputs.setdefault(output, result.stdout), result.stdout,
                    f'{name}, {output}')
        self.assertIn('meter_init', outputs['text'])

    def test_damaged(self):
        for name, pack in PACKERS.items():
            packed = pack(self.module)
            with self.subTest(name):
                half = cli.write('half.ko', packed[:len(packed) // 2])
                result = cli.run('--info', half)
                self.assertEqual((result.returncode, result.stdout), (1, ''))
                self.assertIn(f'data ends at offset {len(packed) // 2}',
                              result.stderr)
                self.assertIn('half.ko: ', result.stderr)

    def test_not_elf(self):
        for name, pack in PACKERS.items():
            with self.subTest(name):
                result = cli.run('--info', cli.write('text', pack(b'text')))
                self.assertEqual((result.returncode, result.stdout), (1, ''))
                self.assertIn('no ELF magic number', result.stderr)

    def test_bomb(self):
        file = cli.write('bomb', xz(bytes(64 << 20)))
        result = cli.run(file)
        self.assertEqual((result.returncode, result.stdout), (1, ''))
        self.assertIn('the most that is accepted', result.stderr)


if __name__ == '__main__':
    cli.main()
