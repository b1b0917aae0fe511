"""--summary, --sections, --symbols: the ELF side."""

import unittest

import cli_support as cli


class ElfTest(unittest.TestCase):
    def test_sections(self):
        sections = cli.objects('--sections', cli.MODULE)
        self.assertEqual([item['section_index'] for item in sections],
                         list(range(len(sections))))
        self.assertEqual((sections[0]['section'], sections[0]['type']),
                         ('', 'SHT_NULL'))
        by_name = {item['section']: item for item in sections}
        text = by_name['.text']
        self.assertEqual((text['type'], text['flags'], text['is_debug']),
                         ('SHT_PROGBITS', 6, False))
        info = by_name['.debug_info']
        self.assertTrue(info['is_debug'])
        relocs = by_name['.rela.debug_info']
        self.assertEqual((relocs['type'], relocs['info']),
                         ('SHT_RELA', info['section_index']))
        self.assertEqual(relocs['size'], 24 * info['records'])

    def test_sections_text(self):
        text = cli.run('--sections', cli.MODULE).stdout
        self.assertRegex(text, r'\[ +\d+\] \.text +PROGBITS +0x0{16} .* AX ')
        one = cli.run('--sections', '--section=.text', cli.MODULE).stdout
        self.assertIn('.text', one)
        self.assertNotIn('.data', one)

    def test_symbols(self):
        symbols = cli.objects('--symbols', cli.MODULE)
        self.assertEqual([item['symbol_index'] for item in symbols],
                         list(range(len(symbols))))
        by_name = {item['symbol']: item for item in symbols}
        init = by_name['init_module']
        self.assertEqual((init['type'], init['binding'], init['section']),
                         ('STT_FUNC', 'STB_GLOBAL', '.init.text'))
        printed = [item for item in symbols if item['section'] is None and
                   item['binding'] == 'STB_GLOBAL']
        self.assertTrue(printed)
        for item in printed:
            self.assertEqual((item['st_shndx'], item['section_index']),
                             (0, None))

    def test_common_symbols_of_the_machine(self):
        path = cli.compiled(language='s', source=(
            '.largecomm huge,4,4\n.comm plain,4,4\n'
            '.section .debug_x\n.quad huge+8, plain\n'))
        by_name = {item['symbol']: item
                   for item in cli.objects('--symbols', path)}
        self.assertEqual(
            [(by_name[name]['st_shndx'], by_name[name]['special'])
             for name in ('huge', 'plain', '')],
            [(0xff02, 'SHN_X86_64_LCOMMON'), (0xfff2, 'SHN_COMMON'),
             (0, 'SHN_UNDEF')])
        self.assertRegex(cli.run('--symbols', '--name=huge', path).stdout,
                         r' X86_64_LCOMMON +huge')
        self.assertEqual(
            [item['value'] for item in cli.objects('--relocs', path)],
            [{'kind': 'undefined', 'symbol': name,
              'symbol_index': by_name[name]['symbol_index'], 'addend': addend}
             for name, addend in (('huge', 8), ('plain', 0))])

    def test_symbol_filters(self):
        symbols = cli.objects('--symbols', cli.MODULE)
        self.assertEqual(
            cli.objects('--symbols', '--name=init_module', cli.MODULE),
            [item for item in symbols if item['symbol'] == 'init_module'])
        self.assertEqual(
            cli.objects('--symbols', '--section=.init.text', cli.MODULE),
            [item for item in symbols if item['section'] == '.init.text'])
        self.assertEqual(
            cli.objects('--symbols', '--offset=1..', cli.MODULE),
            [item for item in symbols if item['value'] >= 1])

    def test_more_sections_than_st_shndx_holds(self):
        # gas numbers sections above SHN_LORESERVE through SHN_XINDEX.
        count = 0xff00
        source = ''.join('.section .s%d,"a"\nv%d: .byte 0\n' % (i, i)
                         for i in range(count))
        path = cli.compiled(source=source, language='s')
        last = cli.objects('--symbols', '--name=v%d' % (count - 1), path)
        self.assertEqual(last[0]['section'], '.s%d' % (count - 1))
        self.assertEqual(last[0]['st_shndx'], 0xffff)
        self.assertGreaterEqual(last[0]['section_index'], 0xff00)

    def test_summary(self):
        (summary,) = cli.objects('--summary', cli.MODULE)
        sections = cli.objects('--sections', cli.MODULE)
        self.assertEqual((summary['type'], summary['machine'],
                          summary['elf_class'], summary['relocatable']),
                         ('ET_REL', 'EM_X86_64', 64, True))
        debug = [item for item in sections if item['holds_dwarf']]
        self.assertEqual(summary['records'],
                         sum(item['records'] for item in debug))
        self.assertEqual(summary['debug_bytes'],
                         sum(item['size'] for item in debug))
        self.assertEqual(summary['reloc_bytes'], 24 * summary['records'])
        self.assertEqual(
            sum(target['records'] for target in summary['targets']),
            summary['records'])
        self.assertIn('.debug_str', [target.get('section')
                                     for target in summary['targets']])
        self.assertEqual(summary['units'], len(cli.of_kind(
            'unit', cli.objects('--info', cli.MODULE))))

    def test_summary_text(self):
        text = cli.run(cli.MODULE).stdout
        self.assertIn('ELF64 little-endian ET_REL EM_X86_64', text)
        self.assertRegex(text, r'\n\.debug_str +\d+')
        self.assertIn('% of the file)', text)

    def test_summary_of_many_targets(self):
        source = ''.join('void f%d(void) {}\n' % i for i in range(50))
        path = cli.compiled('-ffunction-sections', source=source)
        (summary,) = cli.objects('--summary', path)
        targets = sorted(target['records'] for target in summary['targets'])
        self.assertGreater(len(targets), 50)
        text = cli.run(path).stdout
        table = text[text.index('\nTarget'):].splitlines()[2:]
        self.assertEqual(len(table), 20)
        self.assertEqual(table[-1].split(), [
            str(len(targets) - 19), 'others', str(sum(targets[:-19]))])

    def test_compressed_sections(self):
        path = cli.compiled('-gdwarf-5', '-gz')
        sections = {item['section']: item
                    for item in cli.objects('--sections', path)}
        self.assertTrue(sections['.debug_info']['is_compressed'])
        self.assertIn('compressed', cli.run(path).stdout)


if __name__ == '__main__':
    cli.main()
