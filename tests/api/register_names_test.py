#!/usr/bin/env python3
"""Compares the names of registers with those of readelf and llvm-dwarfdump.

    register_names_test.py REGISTER_NAMES

For each machine a file is built whose .debug_frame mentions every register once, so
that both tools name it. GNU's names are ours; LLVM's are those of its assemblers,
which a rule for each machine turns into the ABI's.
"""

import os
import re
import shutil
import struct
import subprocess
import sys
import tempfile
import unittest

PROGRAM = os.path.abspath(sys.argv[1])
LLVM = shutil.which('llvm-dwarfdump-19') or shutil.which('llvm-dwarfdump')

# e_machine, class, byte order.
MACHINES = {
    'x86_64': (62, 64, '<'),
    'i386': (3, 32, '<'),
    'aarch64': (183, 64, '<'),
    'arm': (40, 32, '<'),
    'riscv': (243, 64, '<'),
    's390': (22, 64, '>'),
    'ppc64': (21, 64, '<'),
    'ppc': (20, 32, '>'),
    'mips': (8, 32, '>'),
    'loongarch': (258, 64, '<'),
    'sparc': (2, 32, '>'),
    'sparcv9': (43, 64, '>'),
    'm68k': (4, 32, '>'),
}
NUMBERS = [*range(160), *range(256, 288), *range(1124, 1156)]

# Where two tools mean different registers by a number, it has no name.
I386_BASES = set(range(93, 101))     # readelf: k0 to k7; the psABI: fs.base, gs.base
PPC_VECTORS = set(range(76, 110))    # gcc in .debug_info: xer, lr, ctr; LLVM: vr0 ...
M68K_FLOATS = set(range(16, 29))     # gcc: fp0 is 16; LLVM: 18
MIPS_TEMPORARIES = set(range(8, 16))  # o32: t0 to t7; n64: a4 to t3


def uleb(number):
    out = b''
    while True:
        low, number = number & 0x7f, number >> 7
        out += bytes([low | (0x80 if number else 0)])
        if not number:
            return out


def frames(size, order):
    """A CIE and an FDE with one DW_CFA_same_value for each number."""
    word = 'Q' if size == 8 else 'I'

    def entry(body):
        body += bytes(-(len(body) + 4) % size)
        return struct.pack(order + 'I', len(body)) + body

    cie = entry(struct.pack(order + 'IB', 0xffffffff, 3) + b'\0\1\x7c\0' + b'\x0c\1\x10')
    fde = struct.pack(order + 'I' + 2 * word, 0, 0, 16)
    return cie + entry(fde + b''.join(b'\x08' + uleb(n) for n in NUMBERS))


def elf(machine, bits, order):
    data = frames(bits // 8, order)
    names = b'\0.debug_frame\0.shstrtab\0'
    is_64 = bits == 64
    header_size = 64 if is_64 else 52
    table = (header_size + len(data) + len(names) + 7) & ~7
    ident = b'\x7fELF' + bytes([2 if is_64 else 1, 1 if order == '<' else 2, 1]) + bytes(9)
    header = ident + struct.pack(
        order + ('HHIQQQIHHHHHH' if is_64 else 'HHIIIIIHHHHHH'), 2, machine, 1, 0, 0, table,
        0, header_size, 0, 0, 64 if is_64 else 40, 3, 2)
    section = order + ('IIQQQQIIQQ' if is_64 else '10I')
    at = header_size + len(data)
    return ((header + data + names).ljust(table, b'\0') + bytes(struct.calcsize(section)) +
            struct.pack(section, 1, 1, 0, 0, header_size, len(data), 0, 0, 1, 0) +
            struct.pack(section, 14, 3, 0, 0, at, len(names), 0, 0, 1, 0))


def of_llvm(machine, number, name):
    """LLVM's name of a register in the words of its ABI; None: there is no rule."""
    name = name.lower()
    if machine in ('x86_64', 'i386'):
        return name.replace('_', '.')
    if machine == 'aarch64':  # the parts of a register: w0 of x0, b0 of v0
        return {'w30': 'x30', 'wsp': 'sp'}.get(
            name, re.sub(r'^w(?=\d)', 'x', re.sub(r'^b(?=\d)', 'v', re.sub('^pn', 'p', name))))
    if machine == 's390':
        name = re.sub(r'^c(?=\d)', 'cr', re.sub('d$', '', name))
        return re.sub('^f', 'v', name) if number >= 68 else name
    if machine in ('ppc64', 'ppc'):
        return re.sub(r'^(lr|ctr)8$', r'\1', re.sub(r'^x(?=\d)', 'r', name))
    if machine == 'mips':
        if 32 <= number < 64:
            return f'f{number - 32}' if re.match(r'[df]\d', name) else name
        return re.sub(r'_64$|(?<=^hi)0$|(?<=^lo)0$', '', name)
    if machine in ('sparc', 'sparcv9'):
        return {'o6': 'sp', 'i6': 'fp'}.get(name, name) if number < 64 else None
    if machine == 'm68k':
        return re.sub('^w', '', name)
    if machine in ('riscv', 'loongarch') or (machine == 'arm' and name == 'zr'):
        return None  # X10 and R4 for a0; zr, which has no number in the ABI, for pc
    return name


class RegisterNamesTest(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)

    def told(self, machine):
        """(file, our names by number)."""
        path = os.path.join(self.folder.name, machine)
        with open(path, 'wb') as file:
            file.write(elf(*MACHINES[machine]))
        output = subprocess.run([PROGRAM, path, *map(str, NUMBERS)], check=True,
                                capture_output=True, text=True).stdout
        ours = {int(number): name for number, name in
                (line.split() for line in output.splitlines())}
        return path, ours

    @unittest.skipUnless(shutil.which('readelf'), 'no readelf')
    def test_as_readelf_names_them(self):
        compared = 0
        for machine in MACHINES:
            path, ours = self.told(machine)
            output = subprocess.run(['readelf', '--debug-dump=frames', path], check=True,
                                    capture_output=True, text=True).stdout
            lines = re.findall(r'DW_CFA_same_value: (?:bad register: )?r(\d+)(?: \(([^)]*)\))?', output)
            self.assertEqual([int(number) for number, _ in lines], NUMBERS, machine)
            for number, name in ((int(number), name) for number, name in lines):
                if machine == 'i386' and number in I386_BASES:
                    self.assertNotIn(number, ours)
                elif name:
                    compared += 1
                    self.assertEqual(ours.get(number), name, (machine, number))
        self.assertGreater(compared, 400)

    @unittest.skipUnless(LLVM, 'no llvm-dwarfdump')
    def test_as_llvm_names_them(self):
        compared = 0
        for machine in MACHINES:
            path, ours = self.told(machine)
            output = subprocess.run([LLVM, '--debug-frame', path], check=True,
                                    capture_output=True, text=True).stdout
            names = re.findall(r'DW_CFA_same_value: (\S+)', output)
            self.assertEqual(len(names), len(NUMBERS), machine)
            for number, name in zip(NUMBERS, names):
                if re.match(r'reg\d', name) or number not in ours:
                    continue
                if machine == 'mips' and number in MIPS_TEMPORARIES:
                    self.assertEqual(ours[number], f'${number}')
                    continue
                expected = of_llvm(machine, number, name)
                if expected is not None:
                    compared += 1
                    self.assertEqual(ours[number], expected, (machine, number))
        self.assertGreater(compared, 600)

    def test_what_tools_disagree_about_has_no_name(self):
        for machine, numbers in (('i386', I386_BASES), ('ppc64', PPC_VECTORS),
                                 ('ppc', PPC_VECTORS), ('m68k', M68K_FLOATS)):
            self.assertFalse(numbers & set(self.told(machine)[1]), machine)


if __name__ == '__main__':
    unittest.main(argv=sys.argv[:1])
