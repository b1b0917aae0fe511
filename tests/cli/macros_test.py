"""--macros: .debug_macro and .debug_macinfo, against what the source says."""

import os
import re
import shutil
import subprocess
import unittest

import cli_support as cli

HEADER = '''
#define FROM_HEADER 1
#define TWICE(x) ((x) + (x))
#undef FROM_HEADER
'''
SOURCE = '''
#include "macros.h"
#define LOCAL "text"
int unit = TWICE(1);
#undef LOCAL
'''

DW_AT_MACRO_INFO, DW_AT_MACROS, DW_FORM_SEC_OFFSET = 0x43, 0x79, 0x17
FLAGS = (('-g3', '-gdwarf-5'), ('-g3', '-gdwarf-4'),
         ('-g3', '-gdwarf-3', '-gstrict-dwarf'), ('-g3', '-gdwarf-5',
                                                 '-gdwarf64'))


def compiled(*flags, compiler=None, language='c'):
    cli.write('macros.h', HEADER)
    return cli.compiled(*flags, source=SOURCE, compiler=compiler,
                        language=language)


def compiled_by_clang(version):
    return compiled('-fdebug-macro', '-gdwarf-%d' % version,
                    compiler=cli.clang())


def macros(path, *options):
    return cli.of_kind('macro', cli.objects('--macros', *options, path))


def output_of(*command):
    if shutil.which(command[0]) is None:
        raise unittest.SkipTest('no ' + command[0])
    return subprocess.run(command, check=True, stdout=subprocess.PIPE,
                          stderr=subprocess.DEVNULL, encoding='utf-8').stdout


def without_gnu(name):
    """readelf has one name for what GNU and the standard call differently."""
    for gnu, name_of_standard in (
            ('GNU_transparent_include', 'import'),
            ('GNU_define_indirect', 'define_strp'),
            ('GNU_undef_indirect', 'undef_strp'), ('GNU_', '')):
        name = name.replace(gnu, name_of_standard)
    return name


def of_other(text):
    """(operation, line, macro or file number) as readelf or llvm-dwarfdump
    prints them."""
    found = []
    for line in text.splitlines():
        match = re.match(r' *(DW_MAC(?:RO|INFO)_\w+)(?:[- ]+lineno ?: (\d+))?'
                         r'(?: (?:macro ?: (.*)|filenum: (\d+).*))?', line)
        if match:
            name, number, macro, file = match.groups()
            found.append((name, number and int(number),
                          macro if file is None else int(file)))
    return found


def of_ours(items):
    return [(without_gnu(item['op']), item.get('line'),
             item.get('string', item.get('file_number'))) for item in items]


def linked(path):
    """The object as a program, without an address for anything undefined."""
    output = os.path.splitext(path)[0] + '.exe'
    if shutil.which('ld') is None:
        raise unittest.SkipTest('no ld')
    subprocess.run(['ld', '-e', '0', path, '-o', output], check=True,
                   stderr=subprocess.DEVNULL)
    return output


class MacrosTest(unittest.TestCase):
    def test_zeros_between_macro_units(self):
        def unit(name):
            return f"""
 .byte 0,0,0,0,0,0,0
m_{name}: .short 5
 .byte 0
 .byte 1, 1
 .asciz "{name} 1"
 .byte 0
"""
        path = cli.compiled(language='s', source="""
 .section .debug_macro,"",@progbits
""" + unit('A') + unit('B') + """
 .balign 32
""" + cli.units_in_assembler(DW_AT_MACROS, DW_FORM_SEC_OFFSET, '.long m_B'))
        items = cli.objects('--macros', path)
        self.assertFalse(cli.of_kind('error', items))
        self.assertEqual([item['string']
                          for item in cli.of_kind('macro', items)],
                         ['A 1', 'B 1'])

    def test_zeros_between_macinfo_units(self):
        path = cli.compiled(language='s', source="""
 .section .debug_macinfo,"",@progbits
 .zero 7
m_A: .byte 1, 1
 .asciz "A 1"
 .byte 0
 .zero 5
m_B: .byte 0
 .zero 5
 .byte 1, 2
 .asciz "C 2"
 .byte 0
 .zero 40
""" + cli.units_in_assembler(DW_AT_MACRO_INFO, DW_FORM_SEC_OFFSET, '.long m_A',
                             '.long m_B', version=4))
        items = cli.objects('--macros', path)
        self.assertFalse(cli.of_kind('error', items))
        self.assertEqual([item['string']
                          for item in cli.of_kind('macro', items)],
                         ['A 1', 'C 2'])
        # That of the second unit is empty, the other zeros are nothing.
        self.assertEqual([item['offset']
                          for item in cli.of_kind('macro_unit', items)],
                         [7, 19, 25])

    def test_units_lead_behind_what_cannot_be_read(self):
        path = cli.compiled(language='s', source="""
 .section .debug_macro,"",@progbits
 .short 0x777
m: .short 5
 .byte 0
 .byte 1, 1
 .asciz "A 1"
 .byte 0
""" + cli.units_in_assembler(DW_AT_MACROS, DW_FORM_SEC_OFFSET, '.long m'))
        result = cli.run('--macros', '--format=json', path)
        self.assertEqual(result.returncode, 1)
        self.assertEqual([item['string'] for item in cli.of_kind(
            'macro', cli.parse(result.stdout))], ['A 1'])

    def test_agrees_with_readelf(self):
        for flags in FLAGS:
            for language in ('c', 'cc'):
                with self.subTest(flags=flags, language=language):
                    path = compiled(*flags, language=language)
                    for file in (path, linked(path)):
                        theirs = of_other(output_of(
                            'readelf', '-W', '--debug-dump=macro', file))
                        ours = of_ours(macros(file))
                        self.assertGreater(len(ours), 100)
                        self.assertEqual(ours, theirs)

    # readelf takes indices for offsets.
    def test_agrees_with_llvm(self):
        for version in (4, 5):
            path = compiled_by_clang(version)
            for file in (path, linked(path)):
                theirs = of_other(output_of('llvm-dwarfdump-19',
                                            '--debug-macro', file))
                ours = of_ours(macros(file))
                self.assertGreater(len(ours), 100)
                self.assertEqual(ours, theirs)

    def test_imports_lead_where_the_linker_says(self):
        for flags in FLAGS[:2]:
            path = compiled(*flags)
            begin, size = {}, 0
            for item in cli.of_kind('section', cli.objects('--sections',
                                                           path)):
                if item['section'] == '.debug_macro':
                    begin[item['section_index']] = size
                    size += item['size']
            self.assertGreater(len(begin), 2)
            ours = [begin[item['target_section_index']] +
                    item['target_offset'] for item in macros(path)
                    if 'target_offset' in item]
            theirs = [item['target_offset'] for item in macros(linked(path))
                      if 'target_offset' in item]
            self.assertEqual(ours, theirs)

    def check(self, path):
        found = [(item['op'].split('_')[-1] if 'strp' not in item['op'] and
                  'strx' not in item['op'] and 'indirect' not in item['op']
                  else item['op'].split('_')[-2], item['line'],
                  item['string'])
                 for item in macros(path) if 'string' in item]
        for wanted in (('define', 2, 'FROM_HEADER 1'),
                       ('define', 3, 'TWICE(x) ((x) + (x))'),
                       ('undef', 4, 'FROM_HEADER'),
                       ('define', 3, 'LOCAL "text"'), ('undef', 5, 'LOCAL')):
            self.assertEqual(found.count(wanted), 1, wanted)

    def test_every_macro_of_the_source_is_shown_once(self):
        for flags in FLAGS:
            with self.subTest(flags=flags):
                self.check(compiled(*flags))
        for version in (4, 5):
            with self.subTest(clang=version):
                self.check(compiled_by_clang(version))

    def test_files_have_names_and_nest(self):
        for flags in FLAGS:
            with self.subTest(flags=flags):
                started = [item for item in macros(compiled(*flags))
                           if item['op'].endswith('start_file')]
                by_name = {item['file'].split('/')[-1]: item
                           for item in started}
                self.assertEqual(by_name['fixture.c']['depth'], 0)
                self.assertEqual(by_name['macros.h']['depth'], 1)
                self.assertEqual(by_name['macros.h']['line'], 2)

    def test_units_precede_their_macros(self):
        unit = None
        for item in cli.objects('--macros', compiled('-g3', '-gdwarf-5')):
            if item['kind'] == 'macro_unit':
                unit = item
                self.assertEqual(item['version'], 5)
            else:
                self.assertEqual(item['unit'], unit['offset'])
                self.assertEqual(item['section_index'], unit['section_index'])

    def test_imports_lead_to_macro_units(self):
        items = cli.objects('--macros', compiled('-g3', '-gdwarf-5'))
        units = {(item['section_index'], item['offset'])
                 for item in cli.of_kind('macro_unit', items)}
        imports = [item for item in items if 'target_offset' in item]
        self.assertTrue(imports)
        for item in imports:
            self.assertIn((item['target_section_index'],
                           item['target_offset']), units)

    def test_every_record_has_an_owner(self):
        for flags in FLAGS:
            with self.subTest(flags=flags):
                path = compiled(*flags)
                for item in cli.objects('--coverage', path):
                    self.assertEqual(item['owned'], item['records'], item)
                fields = {item['owner']['field']
                          for item in cli.objects('--relocs', path)
                          if item['section'] == '.debug_macro'}
                if flags == FLAGS[0]:
                    self.assertEqual(fields, {
                        'debug_line_offset', 'DW_MACRO_import',
                        'DW_MACRO_define_strp', 'DW_MACRO_undef_strp'})

    def test_filters(self):
        path = compiled('-g3', '-gdwarf-5')
        self.assertEqual(macros(path, '--section=.debug_info'), [])
        everything = macros(path)
        self.assertEqual(macros(path, '--section=.debug_macro'), everything)
        some = macros(path, '--offset=10..40')
        self.assertEqual(some, [item for item in everything
                                if 10 <= item['offset'] < 40])
        self.assertTrue(some)

    def test_text(self):
        path = compiled('-g3', '-gdwarf-5')
        text = cli.run('--macros', path).stdout
        self.assertIn('Macro Unit: version = 5, flags = 0x02', text)
        self.assertRegex(text, r'DW_MACRO_start_file line 2 file \d+ ".*'
                               r'macros.h"')
        self.assertIn('DW_MACRO_define_strp line 3 LOCAL \\"text\\"', text)
        self.assertIn('DW_MACRO_import .debug_macro[', text)
        for options in (('--jobs=2',), ('--offline',)):
            self.assertEqual(cli.run('--macros', *options, path).stdout, text)

    def test_file_without_macros(self):
        self.assertEqual(cli.objects('--macros', cli.MODULE), [])


if __name__ == '__main__':
    cli.main()
