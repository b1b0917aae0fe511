"""What the tests of dwreloc-dump share: running it, reading its JSON, and
objects to run it on.

Objects are compiled when first asked for, by $CC or gcc; the kernel module is
the checked-in one.  Every test file here is a program of its own: 0 passed, 77
skipped (no compiler).
"""

import functools
import json
import os
import shlex
import shutil
import subprocess
import sys
import tempfile
import unittest

DUMP = os.environ.get('DWRELOC_DUMP', 'dwreloc-dump')
DATA = os.environ.get(
    'DWRELOC_TEST_DATA',
    os.path.join(os.path.dirname(__file__), '..', 'data'))
MODULE = os.path.join(DATA, 'module', 'meter.ko')
COMPILER = shlex.split(os.environ.get('CC', 'gcc'))

_directory = tempfile.TemporaryDirectory(prefix='dwreloc-cli-')

# A little of everything that relocations are needed for.
SOURCE = r'''
extern int outside(int);
extern int far_data[];
__thread int counter = 3;
int initialized[4] = {1, 2, 3, 4};
static int zeroed;
int *pointer = &initialized[1];
struct pair { char first; long second; };
enum color { RED = 1, GREEN = 2 };
struct pair pairs[2];
enum color color = GREEN;

static inline __attribute__((always_inline)) int twice(int x) {
  if (x > 10) { zeroed += x; far_data[x] = 1; }
  return 2 * x;
}

__attribute__((noinline)) int add(int a, int b) {
  int sum = a + b;
  for (int i = 0; i < b; ++i) sum += outside(sum);
  return sum;
}

__attribute__((cold, noinline)) void give_up(int why) {
  zeroed = why;
  outside(why);
  __builtin_trap();
}

int init_module(void) {
  int total = add(1, counter);
  if (outside(total) < 0) give_up(total);
  return twice(total) + twice(initialized[2]);
}
'''


def path(name):
    """A place in a directory that goes away with the test."""
    return os.path.join(_directory.name, name)


def write(name, content):
    mode = 'wb' if isinstance(content, bytes) else 'w'
    with open(path(name), mode) as file:
        file.write(content)
    return path(name)


def clang():
    """A clang of this machine as a compiler for compiled(), or a skip."""
    for name in ('clang', *('clang-%d' % i for i in range(24, 13, -1))):
        if shutil.which(name):
            return (name,)
    raise unittest.SkipTest('no clang')


@functools.lru_cache(maxsize=None)
def compiled(*flags, source=SOURCE, language='c', compiler=None):
    """An object file of `source`, built with -g -O2 and `flags`."""
    compiler = compiler or COMPILER
    if shutil.which(compiler[0]) is None:
        raise unittest.SkipTest('no compiler')
    number = len(os.listdir(_directory.name))
    output = path('object%d.o' % number)
    # In the directory, so that no path of it gets into the DWARF.
    name = 'fixture.' + language
    write(name, source)
    subprocess.run(
        [*compiler, '-g', '-O2', '-c', *flags, name, '-o', output],
        check=True, cwd=_directory.name)
    return output


def units_in_assembler(attribute, form, *values, version=5):
    """Source of compile units with that one attribute; `values` are what the
    assembler is to write as the attribute of each."""
    header = '.byte 1,8; .long .debug_abbrev' if version >= 5 else (
        '.long .debug_abbrev; .byte 8')
    return f"""
 .section .debug_abbrev,"",@progbits
 .uleb128 1; .uleb128 0x11; .byte 0
 .uleb128 {attribute}; .uleb128 {form}
 .byte 0,0,0
 .section .debug_info,"",@progbits
""" + ''.join(f"""
 .long 1f-0f
0: .short {version}
 {header}
 .uleb128 1
 {value}
1:
""" for value in values)


def run_into_closed_pipe(*arguments, **options):
    """Reads a little of what it prints about the module, and goes away.

    Returns the exit status and standard error; options are subprocess's."""
    process = subprocess.Popen([DUMP, *arguments, MODULE],
                               stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                               **options)
    process.stdout.read(10)
    process.stdout.close()
    message = process.stderr.read()
    process.stderr.close()
    return process.wait(60), message


def run(*arguments, **options):
    """Runs the program; .stdout and .stderr are str."""
    return subprocess.run(
        [DUMP, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        encoding='utf-8', timeout=120, check=False, **options)


def run_bytes(*arguments):
    """The same; .stdout and .stderr are bytes."""
    return subprocess.run([DUMP, *arguments], stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, timeout=120, check=False)


def parse(text):
    return [json.loads(line) for line in text.splitlines()]


def objects(*arguments, status=0):
    """The objects of --format=json."""
    result = run('--format=json', *arguments)
    if result.returncode != status:
        raise AssertionError('exit status %d of %s: %s' % (
            result.returncode, arguments, result.stderr))
    return parse(result.stdout)


def of_kind(kind, items):
    return [item for item in items if item['kind'] == kind]


def attribute(die, name):
    """The attribute of that name, or None."""
    for item in die['attributes']:
        if item['name'] == name:
            return item
    return None


def name_of(die):
    found = attribute(die, 'DW_AT_name')
    return found.get('string') if found else None


def main():
    program = unittest.main(exit=False)
    result = program.result
    if not result.wasSuccessful():
        sys.exit(1)
    if result.testsRun and len(result.skipped) == result.testsRun:
        sys.exit(77)
