"""--rewritable: ordinary files are, and what hinders others is named."""

import unittest

import cli_support as cli

# Loaded with the program, so that no compressor of debug information may
# touch it.
LOADED = '.eh_frame'


def of_section(items):
    return {item['section']: item for item in items}


class RewritableTest(unittest.TestCase):
    def check_ordinary(self, path):
        items = cli.objects('--rewritable', path)
        self.assertGreater(len(items), 5)
        for item in items:
            if item['section'] == LOADED:
                self.assertEqual([obstacle['obstacle']
                                  for obstacle in item['obstacles']][:1],
                                 ['loaded'])
            else:
                self.assertEqual(item['obstacles'], [], item['section'])
            self.assertEqual(item['rewritable'], item['obstacles'] == [])

    def test_gcc(self):
        for flags in (('-gdwarf-2',), ('-gdwarf-3',), ('-gdwarf-4',),
                      ('-gdwarf-5',), ('-gdwarf-5', '-gdwarf64'),
                      ('-gdwarf-5', '-g3', '-ggnu-pubnames'),
                      ('-gdwarf-4', '-g3', '-fdebug-types-section')):
            with self.subTest(flags=flags):
                self.check_ordinary(cli.compiled(*flags))

    def test_clang(self):
        for version in (4, 5):
            with self.subTest(version=version):
                self.check_ordinary(cli.compiled(f'-gdwarf-{version}',
                                                 compiler=cli.clang()))

    def test_module(self):
        self.check_ordinary(cli.MODULE)

    # One attribute of a unit, and what it does to the sections.
    def check_attribute(self, attribute, form, value, obstacle, text):
        path = cli.compiled('-g0', language='s', source=(
            cli.units_in_assembler(attribute, form, value) + """
 .section .debug_str,"MS",@progbits,1
 .asciz "a"
 .section .debug_frame,"",@progbits
 .section .debug_loclists,"",@progbits
 .byte 0
"""))
        items = of_section(cli.objects('--rewritable', path))
        (first, *_) = items['.debug_info']['obstacles']
        self.assertEqual(first['obstacle'], obstacle)
        self.assertIn(text, first['error'])
        self.assertEqual(first['section_index'],
                         items['.debug_info']['section_index'])
        # Whatever units refer to is hindered as well.
        self.assertEqual(items['.debug_str']['obstacles'][-1], first)

    def test_unknown_form(self):
        self.check_attribute(3, 0x7e, '.byte 1', 'unreadable', 'form')

    def test_unknown_attribute_with_an_offset(self):
        self.check_attribute(0x2f00, 0x17, '.long .debug_loclists',
                             'attribute', '0x2f00')

    def test_constant_that_a_record_makes_an_offset(self):
        self.check_attribute(0x2f00, 6, '.long .debug_str', 'attribute',
                             '0x2f00')

    def test_unknown_operation(self):
        self.check_attribute(2, 0x18, '.byte 1, 1', 'unreadable',
                             'unknown operation')

    def test_sections_and_records(self):
        path = cli.compiled('-g0', language='s', source="""
 .section .debug_what,"",@progbits
 .long 0
 .section .debug_str,"",@progbits
 .asciz "abcdefg"
 .reloc 0, R_X86_64_32, .debug_what
 .section .debug_addr,"",@progbits
 .long 12
 .short 5
 .byte 8,0
 .quad .text - .
""")
        items = of_section(cli.objects('--rewritable', path))
        self.assertEqual(items['.debug_what']['obstacles'][0]['obstacle'],
                         'role')
        self.assertEqual([item['obstacle'] for item in
                          items['.debug_str']['obstacles'][:1]],
                         ['record_owner'])
        self.assertIn('record_kind', [
            item['obstacle'] for item in items['.debug_addr']['obstacles']])

    def test_text(self):
        path = cli.compiled('-g0', language='s', source="""
 .section .debug_what,"",@progbits
 .long 0
""")
        result = cli.run('--rewritable', path)
        self.assertEqual((result.returncode, result.stderr), (0, ''))
        self.assertEqual(result.stdout, """\
.debug_what             not rewritable
    .debug_what: it is unknown what a section of this name holds
""")

    def test_linked_files_are_not(self):
        if not cli.shutil.which('ld'):
            self.skipTest('no ld')
        path = cli.path('linked')
        cli.subprocess.run(['ld', '-e', '0', '-o', path, '--unresolved-symbols=ignore-all',
                            cli.compiled('-gdwarf-5')], check=True,
                           stderr=cli.subprocess.DEVNULL)
        items = of_section(cli.objects('--rewritable', path))
        (file,) = [obstacle for obstacle in items['.debug_info']['obstacles']
                   if obstacle['obstacle'] == 'file']
        self.assertIn('not relocatable', file['error'])
        self.assertIsNone(file['section_index'])


if __name__ == '__main__':
    cli.main()
