"""--sup: the files that hold the rest of the DWARF."""

import shutil
import subprocess
import unittest
import zlib

import cli_support as cli


def with_section(name, content):
    """An object with one more section."""
    if shutil.which('objcopy') is None:
        raise unittest.SkipTest('no objcopy')
    output = cli.path('with%s.o' % name)
    subprocess.run(['objcopy', '--add-section',
                    name + '=' + cli.write('section', content),
                    cli.compiled(), output], check=True)
    return output


class SupTest(unittest.TestCase):
    def link_of(self, path):
        links = cli.objects('--sup', path)
        self.assertEqual(len(links), 1)
        summary = cli.objects('--summary', path)[0]
        self.assertEqual(summary['links'], [links[0]['file_name']])
        self.assertIn(links[0]['section'], cli.run(path).stdout)
        return links[0]

    def test_debuglink(self):
        if shutil.which('objcopy') is None:
            self.skipTest('no objcopy')
        content = b'not really debug information'
        debug = cli.write('unit.debug', content)
        output = cli.path('linked.o')
        subprocess.run(['objcopy', '--add-gnu-debuglink=' + debug,
                        cli.compiled(), output], check=True)
        link = self.link_of(output)
        self.assertEqual(link['section'], '.gnu_debuglink')
        self.assertEqual(link['file_name'], 'unit.debug')
        self.assertEqual(link['crc'], zlib.crc32(content))
        self.assertIn('"unit.debug", crc 0x%08x' % zlib.crc32(content),
                      cli.run('--sup', output).stdout)

    def test_altlink(self):
        path = with_section('.gnu_debugaltlink', b'a.dwz\0\x01\x02\xff')
        link = self.link_of(path)
        self.assertEqual(link['file_name'], 'a.dwz')
        self.assertEqual(link['build_id'], '0102ff')
        self.assertIn('"a.dwz", build id 0102ff',
                      cli.run('--sup', path).stdout)

    def test_debug_sup(self):
        path = with_section('.debug_sup', b'\x05\0\0a.sup\0\x02\xab\xcd')
        link = self.link_of(path)
        self.assertEqual(link['file_name'], 'a.sup')
        self.assertIs(link['is_supplementary'], False)
        self.assertEqual(link['checksum'], 'abcd')
        path = with_section('.debug_sup', b'\x05\0\x01\0\0')
        self.assertIs(self.link_of(path)['is_supplementary'], True)
        self.assertIn('this is a supplementary file',
                      cli.run('--sup', path).stdout)

    def test_link_cut_short(self):
        path = with_section('.gnu_debuglink', b'a.debug\0\1\2')
        result = cli.run('--sup', path)
        self.assertEqual(result.returncode, 1)
        self.assertIn('.gnu_debuglink+0x8', result.stderr)

    def test_file_without_links(self):
        self.assertEqual(cli.objects('--sup', cli.MODULE), [])


if __name__ == '__main__':
    cli.main()
