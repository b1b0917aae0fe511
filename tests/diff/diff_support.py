"""What the tests of dwreloc-diff share: running it, and files to compare."""

import os
import shutil
import subprocess
import sys
import unittest

for place in ('..', '../cli'):
    sys.path.insert(0, os.path.join(os.path.dirname(__file__), place))

import cli_support as cli  # noqa: E402,F401
from oracle import json_schema  # noqa: E402

DIFF = os.environ.get('DWRELOC_DIFF', 'dwreloc-diff')
COMPRESS = os.environ.get('DWRELOC_COMPRESS', 'dwreloc-compress')
MATERIALIZE = os.environ.get('DWRELOC_MATERIALIZE', 'dwreloc-materialize')

SAME, DIFFERENT, TROUBLE = 0, 1, 2


def run(*arguments):
    return subprocess.run([DIFF, *arguments], capture_output=True, text=True,
                          check=False, timeout=120)


def found(a, b, *options):
    """Exit status, differences and troubles, and the last object."""
    result = run('--format=json', *options, a, b)
    if not result.stdout:
        raise AssertionError(result.stderr)
    objects = json_schema.check_output(result.stdout.encode())
    kinds = {kind: [o for o in objects if o['kind'] == kind]
             for kind in ('difference', 'trouble')}
    return (result.returncode, kinds['difference'], kinds['trouble'],
            objects[-1])


def need(program):
    if shutil.which(program) is None:
        raise unittest.SkipTest('no ' + program)
    return program


def make(*command):
    """Runs a program that writes a file; a skip where it cannot."""
    need(command[0])
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    if result.returncode != 0:
        raise unittest.SkipTest(f'{command[0]}: {result.stderr.strip()}')


def find_section(image, name):
    """File offset of a section of a little-endian ELF64 file."""
    def number(at, size):
        return int.from_bytes(image[at:at + size], 'little')
    headers, count, names = number(0x28, 8), number(0x3c, 2), number(0x3e, 2)
    strings = number(headers + 64 * names + 0x18, 8)
    for i in range(count):
        header = headers + 64 * i
        start = strings + number(header, 4)
        if image[start:image.index(b'\0', start)] == name:
            return number(header + 0x18, 8)
    raise AssertionError(name)
