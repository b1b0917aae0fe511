"""--abbrev: declarations as stored, compared with readelf."""

import re
import shutil
import subprocess
import unittest

import cli_support as cli

TABLE = re.compile(r'  Number TAG \((0x[0-9a-f]+|0)\)')
DECLARATION = re.compile(
    r'   (\d+) +(.+?) +\[(has|no) children\]')
ATTRIBUTE = re.compile(r'    (DW_AT\S*(?: value: \S+)?) +'
                       r'(DW_FORM\S*(?: value: \S+)?)(?:: (-?\d+))?$')


def readelf(path):
    """(table, code, tag, children, [(name, form, implicit_const)])"""
    if shutil.which('readelf') is None:
        raise unittest.SkipTest('no readelf')
    text = subprocess.run(
        ['readelf', '--wide', '--debug-dump=abbrev', path],
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=True,
        encoding='utf-8').stdout
    found = []
    table = None
    for line in text.splitlines():
        if match := TABLE.match(line):
            table = int(match[1], 16)
        elif match := DECLARATION.match(line):
            found.append((table, int(match[1]), match[2], match[3] == 'has',
                          []))
        elif match := ATTRIBUTE.match(line):
            if match[1] == 'DW_AT value: 0':
                continue
            found[-1][4].append((match[1], match[2],
                                 int(match[3]) if match[3] else None))
    return found


def ours(items):
    return [(item['table'], item['code'], item['tag'], item['children'],
             [(attribute['name'], attribute['form'],
               attribute.get('implicit_const'))
              for attribute in item['attributes']]) for item in items]


class AbbrevTest(unittest.TestCase):
    def check(self, path):
        items = cli.objects('--abbrev', path)
        self.assertEqual({item['kind'] for item in items}, {'abbrev'})
        self.assertGreater(len(items), 10)
        self.assertEqual(ours(items), readelf(path))
        # Nothing lies between the declarations of a table.
        for before, after in zip(items, items[1:]):
            gap = 0 if before['table'] == after['table'] else 1
            self.assertEqual(before['offset'] + before['size'] + gap,
                             after['offset'])
        text = cli.run('--abbrev', path).stdout
        self.assertEqual(text.count('DW_CHILDREN_'), len(items))
        self.assertEqual(text.count(' DW_FORM_'),
                         sum(len(item['attributes']) for item in items))
        return items

    def test_gcc(self):
        for version in (4, 5):
            self.check(cli.compiled(f'-gdwarf-{version}'))

    def test_clang(self):
        for version in (4, 5):
            self.check(cli.compiled(f'-gdwarf-{version}',
                                    compiler=cli.clang()))

    def test_implicit_constants(self):
        items = self.check(cli.compiled('-gdwarf-5'))
        constants = [attribute for item in items
                     for attribute in item['attributes']
                     if 'implicit_const' in attribute]
        self.assertGreater(len(constants), 0)
        text = cli.run('--abbrev', cli.compiled('-gdwarf-5')).stdout
        self.assertEqual(text.count('DW_FORM_implicit_const: '),
                         len(constants))

    def test_module(self):
        self.check(cli.MODULE)

    def test_filters(self):
        items = cli.objects('--abbrev', cli.MODULE)
        middle = items[len(items) // 2]
        self.assertEqual(
            cli.objects('--abbrev', f'--offset={middle["offset"]}..'
                        f'{middle["offset"] + 1}', cli.MODULE), [middle])
        self.assertEqual(
            cli.objects('--abbrev', '--section=.debug_abbrev', cli.MODULE),
            items)
        self.assertEqual(
            cli.objects('--abbrev', '--section=.debug_info', cli.MODULE), [])

    def test_text(self):
        path = cli.compiled(language='s', source='''
 .section .debug_abbrev,"",@progbits
 .uleb128 7; .uleb128 0x34; .byte 1
 .uleb128 3; .uleb128 8
 .uleb128 0x3a; .uleb128 0x21; .sleb128 -5
 .uleb128 0x12345; .uleb128 0x100000008
 .byte 0,0,0
 .uleb128 1; .uleb128 0x100000034; .byte 0,0,0,0
''')
        result = cli.run('--abbrev', path)
        self.assertEqual((result.returncode, result.stderr), (0, ''))
        self.assertIn('''.debug_abbrev contents:
Abbreviation table 0x00000000:
0x00000000: [7] DW_TAG_variable DW_CHILDREN_yes
              DW_AT_name DW_FORM_string
              DW_AT_decl_file DW_FORM_implicit_const: -5
              0x12345 0x100000008
Abbreviation table 0x00000013:
0x00000013: [1] 0x100000034 DW_CHILDREN_no
''', result.stdout)

    def test_a_damaged_table_ends_with_one_error(self):
        path = cli.compiled(language='s', source='''
 .section .debug_abbrev,"",@progbits
 .uleb128 1; .uleb128 0x11; .byte 0,0,0
 .uleb128 2; .uleb128 0x34; .byte 1
 .uleb128 3
''')
        items = cli.objects('--abbrev', path, status=1)
        self.assertEqual([item['code'] for item in cli.of_kind(
            'abbrev', items)], [1])
        result = cli.run('--abbrev', path)
        (message,) = result.stderr.splitlines()
        self.assertIn('.debug_abbrev+0x9', message)
        self.assertEqual(result.stdout.count('DW_CHILDREN_'), 1)

    def test_all_does_not_print_them(self):
        self.assertEqual(cli.of_kind('abbrev', cli.objects(
            '--all', cli.compiled('-gdwarf-5'))), [])


if __name__ == '__main__':
    cli.main()
