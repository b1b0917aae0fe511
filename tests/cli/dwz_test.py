"""Files that share DWARF through a supplementary one, as `dwz -m` writes them:
every address and string is what it was before."""

import os
import re
import shutil
import subprocess
import unittest

import cli_support as cli

ADDR2LINE = os.environ.get('DWRELOC_ADDR2LINE', 'dwreloc-addr2line')

HEADER = '''
struct shared_thing { int a; char name[20]; struct shared_thing *next; };
enum color { RED, GREEN, BLUE };
static inline int shared_inline(struct shared_thing *t, int k) {
  int r = 0;
  while (t) { r += t->a * k; t = t->next; }
  return r;
}
#define MANY_WORDS 1
#define MANY_MORE_WORDS 2
'''

SOURCE = '''
#include "shared.h"
volatile int sink;
__attribute__((noinline)) int use_%(name)s(struct shared_thing *t) {
  return shared_inline(t, 3) + sink;
}
int main(void) {
  struct shared_thing s = {1, "x", 0};
  enum color c = BLUE;
  return use_%(name)s(&s) + c + sink;
}
'''


def link(name, version):
    """A program as the compiler makes it."""
    cli.write('shared.h', HEADER.encode())
    source = cli.write('%s.c' % name, (SOURCE % {'name': name}).encode())
    output = cli.path('%s%d' % (name, version))
    subprocess.run([*cli.COMPILER, '-O2', '-g3', '-gdwarf-%d' % version,
                    source, '-o', output], check=True)
    return output


def section_of(path, name):
    output = cli.path('section.bin')
    subprocess.run(['objcopy', '-O', 'binary', '--only-section=' + name,
                    '--set-section-flags', name + '=alloc', path, output],
                   check=True, stderr=subprocess.DEVNULL)
    with open(output, 'rb') as file:
        return file.read()


def answers(path, addresses):
    return subprocess.run(
        [ADDR2LINE, '-fi', '-e', path], input='\n'.join(addresses),
        capture_output=True, text=True, check=True).stdout


@unittest.skipUnless(shutil.which('dwz') and shutil.which('objcopy'),
                     'no dwz or objcopy')
class DwzTest(unittest.TestCase):
    def make(self, version):
        """Two programs: the first as it was, as dwz left it, the common file."""
        paths = [link(name, version) for name in ('one', 'two')]
        plain = paths[0] + '.plain'
        shutil.copy(paths[0], plain)
        common = 'common%d.dwz' % version
        options = ['--dwarf-5'] if version == 5 else []
        result = subprocess.run(
            ['dwz', *options, '-m', common,
             *map(os.path.basename, paths)], cwd=os.path.dirname(plain),
            capture_output=True, text=True, check=False)
        if result.returncode != 0:
            self.skipTest('dwz: ' + result.stderr)
        return plain, paths[0], cli.path(common)

    def each_version(self):
        return [self.make(version) for version in (4, 5)]

    def test_addresses(self):
        for plain, shared, _ in self.each_version():
            symbols = subprocess.run(
                ['nm', '-S', plain], capture_output=True, text=True,
                check=True).stdout
            addresses = []
            for start, size in re.findall(
                    r'^(\w+) (\w+) T (?:main|use_\w+)$', symbols, re.M):
                addresses += ['0x%x' % (int(start, 16) + i)
                              for i in range(int(size, 16))]
            self.assertGreater(len(addresses), 20)
            before = answers(plain, addresses)
            self.assertIn('shared_inline', before)
            self.assertEqual(answers(shared, addresses), before)

    def test_strings(self):
        for _, shared, common in self.each_version():
            table = section_of(common, '.debug_str')
            count = 0
            for die in cli.of_kind('die', cli.objects('--info', shared)):
                for item in die['attributes']:
                    if item['form'] not in ('DW_FORM_GNU_strp_alt',
                                            'DW_FORM_strp_sup'):
                        continue
                    offset = item['value']['value']
                    end = table.index(b'\0', offset)
                    self.assertEqual(item['string'],
                                     table[offset:end].decode())
                    count += 1
            self.assertGreater(count, 2)

    def test_without_the_common_file(self):
        for _, shared, common in self.each_version():
            os.remove(common)
            result = cli.run('--info', shared)
            self.assertEqual(result.returncode, 1)
            self.assertIn('no supplementary file %s; looked for %s' %
                          (os.path.basename(common), common), result.stderr)
            # Addresses need it for names alone.
            result = subprocess.run(
                [ADDR2LINE, '-fi', '-e', shared, '0x' + self.main_of(shared)],
                capture_output=True, text=True, check=False)
            self.assertIn('one.c:', result.stdout)
            self.assertIn('no supplementary file', result.stderr)

    @staticmethod
    def main_of(path):
        symbols = subprocess.run(['nm', path], capture_output=True, text=True,
                                 check=True).stdout
        return re.search(r'^(\w+) T main$', symbols, re.M).group(1)


if __name__ == '__main__':
    cli.main()
