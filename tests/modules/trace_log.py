#!/usr/bin/env python3
"""Makes a kernel log with frames of calls into all kernel modules.

    trace_log.py [COUNT [SEED]]

prints COUNT lines (10,000) such as a stack trace has them,

    [   12.000034]  xfs_buf_submit+0x4c/0x1d0 [xfs]

drawn from the function symbols of all modules (kernel_modules.py), the same ones
for the same SEED. The symbol tables are read here, without the library.
"""

import collections
import concurrent.futures
import mmap
import os
import random
import struct
import sys

import kernel_modules

SHT_SYMTAB, SHN_LORESERVE = 2, 0xff00
STT_FUNC, STT_FILE = 2, 4
SYMBOL = struct.Struct('<IBBHQQ')

# A function of a module: where it is in a section, by number and by name.
Function = collections.namedtuple('Function',
                                  'path module name section section_name value '
                                  'size')
# Where a call in it returns to, counted from its begin.
Frame = collections.namedtuple('Frame', 'function offset')


def text_at(data, offset):
    return data[offset:data.find(b'\0', offset)].decode()


def module_name(path):
    """As the kernel has it."""
    return os.path.basename(path)[:-len('.ko')].replace('-', '_')


def read_symbols(path):
    """[(type, Function)] of the symbols in sections of a 64-bit little-endian
    object, in the order of the table."""
    with open(path, 'rb') as file:
        data = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    assert data[:6] == b'\x7fELF\x02\x01', path
    headers, = struct.unpack_from('<Q', data, 0x28)
    _, count, names = struct.unpack_from('<HHH', data, 0x3a)
    sections = [struct.unpack_from('<IIQQQQII', data, headers + 64 * i)
                for i in range(count)]
    section_names = [text_at(data, sections[names][4] + s[0]) for s in sections]
    found = []
    for section in sections:
        if section[1] != SHT_SYMTAB:
            continue
        begin, size, strings = section[4], section[5], sections[section[6]][4]
        for symbol in SYMBOL.iter_unpack(data[begin:begin + size]):
            name, info, _, index, value, size = symbol
            if index == 0 or index >= SHN_LORESERVE or info & 15 == STT_FILE:
                continue
            found.append((info & 15, Function(
                path, module_name(path), text_at(data, strings + name), index,
                section_names[index], value, size)))
    return found


def functions_of(path):
    """Those that a trace can name: of several of one name and size the first
    one of the symbol table is meant."""
    first = {}
    for kind, function in read_symbols(path):
        first.setdefault((function.name, function.size), (kind, function))
    return [function for kind, function in first.values()
            if kind == STT_FUNC and function.size]


def make_frames(count, seed):
    with concurrent.futures.ProcessPoolExecutor() as pool:
        functions = [function for some in pool.map(
            functions_of, map(str, kernel_modules.all_modules()), chunksize=32)
            for function in some]
    draw = random.Random(seed)
    return [Frame(function, draw.randint(1, function.size))
            for function in draw.choices(functions, k=count)]


def line_of(number, frame):
    return '[%5d.%06d]  %s+%#x/%#x [%s]' % (
        12 + number // 1000000, number % 1000000, frame.function.name,
        frame.offset, frame.function.size, frame.function.module)


def main(arguments):
    count, seed = (list(map(int, arguments)) + [10000, 1][len(arguments):])[:2]
    for number, frame in enumerate(make_frames(count, seed)):
        print(line_of(number, frame))
    return 0


if __name__ == '__main__':
    sys.exit(main(sys.argv[1:]))
