"""--unit-index: indexes of package files, against llvm-dwarfdump."""

import os
import re
import shutil
import subprocess
import unittest

import cli_support as cli

SECOND = 'struct more { int a; long b; } more; int second(void) { return 2; }'


def tool(name):
    for version in ('', *('-%d' % i for i in range(24, 13, -1))):
        if shutil.which(name + version):
            return name + version
    raise unittest.SkipTest('no ' + name)


def package(compiler, *flags):
    """A package of two split units of one version."""
    dwp = tool('llvm-dwp')
    dwos = []
    for source in (cli.SOURCE, SECOND):
        path = cli.compiled('-gsplit-dwarf', *flags, source=source,
                            compiler=compiler)
        dwos.append(os.path.splitext(path)[0] + '.dwo')
    output = cli.path('%s%s.dwp' % (compiler[0], ''.join(flags)))
    subprocess.run([dwp, *dwos, '-o', output], check=True)
    return output


class UnitIndexTest(unittest.TestCase):
    def check(self, path, version):
        items = cli.objects('--unit-index', path)
        entries = cli.of_kind('unit_index_entry', items)
        heads = cli.of_kind('unit_index', items)
        self.assertEqual({item['version'] for item in heads}, {version})
        dump = subprocess.run(
            [tool('llvm-dwarfdump'), '--debug-cu-index', '--debug-tu-index',
             path], check=True, stdout=subprocess.PIPE,
            encoding='utf-8').stdout
        # "    1 0x0123456789abcdef [0x0000000000000000, 0x...) ..."
        theirs = {}
        for line in dump.splitlines():
            match = re.match(r'\s+\d+ 0x([0-9a-f]{16}) (.*)', line)
            if match:
                theirs[int(match.group(1), 16)] = [
                    (int(begin, 16), int(end, 16)) for begin, end in
                    re.findall(r'\[0x([0-9a-f]+), 0x([0-9a-f]+)\)',
                               match.group(2))]
        ours = {entry['signature']:
                [(part['offset'], part['offset'] + part['size'])
                 for part in entry['contributions']] for entry in entries}
        self.assertEqual(ours, theirs)
        self.assertGreaterEqual(len(ours), 2)
        self.assertEqual(sum(item['units'] for item in heads), len(entries))
        for entry in entries:
            self.assertEqual(entry['contributions'][0]['section_id'],
                             'DW_SECT_INFO' if version == 5 or
                             entry['section'] == '.debug_cu_index'
                             else 'DW_SECT_GNU_TYPES')

    def test_packages_of_clang(self):
        self.check(package(cli.clang(), '-gdwarf-5'), 5)
        self.check(package(cli.clang(), '-gdwarf-4'), 2)

    def test_type_units(self):
        self.check(package(cli.clang(), '-gdwarf-5',
                           '-fdebug-types-section'), 5)
        self.check(package(cli.clang(), '-gdwarf-4',
                           '-fdebug-types-section'), 2)

    def test_signatures_are_those_of_the_units(self):
        path = package(cli.clang(), '-gdwarf-5')
        # The addresses are in the skeletons' files.
        signatures = {item['signature'] for item in cli.of_kind(
            'unit', cli.objects('--info', path, status=1))}
        entries = cli.of_kind('unit_index_entry',
                              cli.objects('--unit-index', path))
        self.assertEqual({item['signature'] for item in entries}, signatures)

    def test_text(self):
        text = cli.run('--unit-index',
                       package(cli.clang(), '-gdwarf-5')).stdout
        self.assertIn('.debug_cu_index contents:', text)
        self.assertIn('version = 5, sections = ', text)
        self.assertRegex(text, r'(?m)^ +DW_SECT_INFO +\[0x0+, 0x')

    def test_file_without_an_index(self):
        self.assertEqual(cli.objects('--unit-index', cli.MODULE), [])


if __name__ == '__main__':
    cli.main()
