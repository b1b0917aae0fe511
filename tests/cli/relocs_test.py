"""--relocs, --coverage, --diagnostics: records and who owns them."""

import json
import re
import unittest

import cli_support as cli


class RelocsTest(unittest.TestCase):
    def test_every_record_once(self):
        for path in (cli.MODULE, cli.compiled('-gdwarf-4'),
                     cli.compiled('-gdwarf-5')):
            records = cli.objects('--relocs', path)
            counts = {}
            for record in records:
                counts[record['section_index']] = counts.get(
                    record['section_index'], 0) + 1
            for section in cli.of_kind('section',
                                       cli.objects('--sections', path)):
                if section['records']:
                    self.assertEqual(counts.pop(section['section_index']),
                                     section['records'], section['section'])
            self.assertFalse(counts)

    def test_owners_are_the_attributes(self):
        path = cli.compiled('-gdwarf-5')
        dies = {die['offset']: die for die in cli.of_kind(
            'die', cli.objects('--info', path))}
        seen = set()
        for record in cli.objects('--relocs', '--section=.debug_info', path):
            owner = record['owner']
            if 'unit' in owner:
                self.assertEqual(owner, {'unit': 0,
                                         'field': 'debug_abbrev_offset'})
                continue
            attribute = cli.attribute(dies[owner['die']], owner['attribute'])
            seen.add(attribute['form'])
            if 'expression' in attribute:
                self.assertIn(record['value'], [
                    op.get('value') for op in attribute['expression']])
            else:
                self.assertEqual(record['value'], attribute['value'])
        self.assertLessEqual({'DW_FORM_strp', 'DW_FORM_line_strp',
                              'DW_FORM_addr', 'DW_FORM_sec_offset',
                              'DW_FORM_exprloc'}, seen)

    def test_owners_elsewhere(self):
        records = cli.objects('--relocs', cli.compiled('-gdwarf-5'))
        fields = {}
        for record in records:
            if record['owner'] and 'field' in record['owner']:
                fields.setdefault(record['section'],
                                  set()).add(record['owner']['field'])
        self.assertIn('DW_LNE_set_address', fields['.debug_line'])
        self.assertIn('debug_abbrev_offset', fields['.debug_info'])
        for record in records:
            if record.get('holds_dwarf', True):
                self.assertIsNotNone(record['owner'], record)
            else:
                self.assertIsNone(record['owner'], record)

    def test_owners_in_lists_and_tables(self):
        path = cli.compiled('-gdwarf-5', compiler=cli.clang())
        keys = {}
        for record in cli.objects('--relocs', path):
            if record['owner']:
                keys.setdefault(record['section'], set()).add(
                    list(record['owner'])[0])
        self.assertEqual(keys['.debug_addr'], {'table'})
        self.assertEqual(keys['.debug_str_offsets'], {'table'})
        self.assertEqual(keys['.debug_line'], {'line_table'})
        # gcc's lists have addresses of their own; the owner names the DIE too.
        records = cli.objects('--relocs', '--section=.debug_loclists',
                              cli.MODULE)
        self.assertTrue(records)
        for record in records:
            self.assertEqual(list(record['owner']),
                             ['list', 'field', 'die', 'attribute'])

    def test_text(self):
        path = cli.compiled('-gdwarf-5')
        text = cli.run('--relocs', '--section=.debug_info', path).stdout
        self.assertIn('\n.debug_info relocations:\nOffset ', text)
        self.assertRegex(
            text, r'\n0x0000000d    4 R_X86_64_32 +\.debug_str\+0x[0-9a-f]+ +'
                  r'0x00000000 +0x[0-9a-f]{16} +'
                  r'DIE 0x0000000c DW_AT_producer DW_FORM_strp\n')
        self.assertRegex(text, r' unit 0x00000000 debug_abbrev_offset\n')
        text = cli.run('--relocs', '--section=.eh_frame', path).stdout
        self.assertRegex(text, r' frame 0x[0-9a-f]{8} initial_location\n')

    def test_filters(self):
        path = cli.compiled('-gdwarf-5')
        everything = cli.objects('--relocs', path)
        info = [record for record in everything
                if record['section'] == '.debug_info']
        self.assertEqual(cli.objects('--relocs', '--section=.debug_info',
                                     path), info)
        self.assertEqual(
            cli.objects('--relocs', '--section=.debug_info',
                        '--offset=0xd..0xe', path),
            [record for record in info if record['offset'] == 13])
        for begin, end in ((0, 0x20), (0x40, 0x100), (0x80, 2 ** 40)):
            self.assertEqual(
                cli.objects('--relocs', f'--offset={begin}..{end}', path),
                [record for record in everything
                 if begin <= record['offset'] < end])
        self.assertEqual(
            cli.objects('--relocs', '--name=.debug_str', path),
            [record for record in everything
             if record['symbol'] == '.debug_str'])
        for name in {record['symbol'] for record in everything}:
            if not name:
                continue
            for options, wanted in (
                    ((), everything), (('--section=.debug_info',), info),
                    (('--offset=0x10..0x60',),
                     [record for record in everything
                      if 0x10 <= record['offset'] < 0x60])):
                self.assertEqual(
                    cli.objects('--relocs', f'--name={name}', *options, path),
                    [record for record in wanted if record['symbol'] == name])

    def test_each_section_alone_has_the_same_owners(self):
        for path in (cli.MODULE, cli.compiled('-gdwarf-4'),
                     cli.compiled('-gdwarf-5', '-g3')):
            everything = cli.objects('--relocs', path)
            sections = {record['section'] for record in everything}
            self.assertIn('.debug_line', sections)
            for section in sections:
                self.assertEqual(
                    cli.objects('--relocs', '--section=' + section, path),
                    [record for record in everything
                     if record['section'] == section], section)

    def test_sections_without_debug_information(self):
        path = cli.compiled('-gdwarf-5')
        records = cli.objects('--relocs', '--section=.text', path)
        self.assertTrue(records)
        for record in records:
            self.assertEqual(record['section'], '.text')
            self.assertIsNone(record['owner'])
        # In a listing of all they come last.
        everything = cli.objects('--relocs', path)
        code = [record for record in everything
                if not record.get('holds_dwarf', True)]
        self.assertEqual(everything[-len(code):], code)
        self.assertEqual([record for record in code
                          if record['section'] == '.text'], records)
        self.assertIn('.data.rel.local',
                      {record['section'] for record in code})
        calls = [record for record in records
                 if record['type'] == 'R_X86_64_PLT32']
        self.assertEqual({record['value']['type'] for record in calls},
                         {'R_X86_64_PLT32'})
        # What changes an instruction has no value.
        text = cli.run('--relocs', '--section=.text', path).stdout
        self.assertRegex(text, r'(?m)^0x[0-9a-f]{8} +0 R_X86_64_PLT32 +'
                               r'outside-0x4 +0x0+ +- +-$')

    def test_explain(self):
        path = cli.compiled('-gdwarf-5')
        plain = cli.objects('--relocs', path)
        explained = cli.objects('--relocs', '--explain', path)
        sentences = [record.pop('explanation') for record in explained]
        self.assertEqual(explained, plain)
        for sentence in sentences:
            self.assertRegex(sentence, r'^The linker .*[^.]\.$')
            self.assertNotIn('no words', sentence)
        text = cli.run('--relocs', '--explain', '--section=.debug_info',
                       path).stdout
        self.assertRegex(
            text, r'\n0x0000000d .* DW_AT_producer DW_FORM_strp\n    The linker '
                  r'writes the offset of \.debug_str\+0x[0-9a-f]+ in its '
                  r'section, which has no address, into these 4 bytes; RELA, so '
                  r'the bytes in the file do not count\.\n')
        text = cli.run('--relocs', '--explain', '--section=.text', path).stdout
        self.assertRegex(text, r'outside-0x4 \(of another file\) into the call')

    def test_coverage(self):
        for path in (cli.MODULE, cli.compiled('-gdwarf-2', '-gstrict-dwarf',
                                               '-O0'),
                     cli.compiled('-gdwarf-4', '-fdebug-types-section'),
                     cli.compiled('-gdwarf-5', '-fdebug-types-section')):
            items = cli.objects('--coverage', path)
            self.assertEqual({item['kind'] for item in items}, {'coverage'})
            for item in items:
                self.assertEqual(item['owned'], item['records'])
                self.assertEqual(
                    (item['unowned'], item['doubled'], item['none']),
                    (0, 0, 0))
        text = cli.run('--coverage', cli.MODULE).stdout
        self.assertRegex(text, r'\.debug_aranges +(\d+) +\1 +0 +0 +0\n')

    def break_record(self, offset, change):
        """The module with one record of .debug_info changed."""
        path = cli.compiled('-gdwarf-5')
        sections = cli.of_kind('section', cli.objects('--sections', path))
        info = next(item['section_index'] for item in sections
                    if item['section'] == '.debug_info')
        relocs = next(item for item in sections
                      if item['type'] == 'SHT_RELA' and item['info'] == info)
        with open(path, 'rb') as file:
            content = bytearray(file.read())
        for at in range(relocs['offset'], relocs['offset'] + relocs['size'],
                        24):
            if int.from_bytes(content[at:at + 8], 'little') == offset:
                change(content, at)
                return cli.write('broken%d.o' % offset, bytes(content))
        raise AssertionError('no record at %d' % offset)

    def test_records_that_cannot_be_read_hide_no_others(self):
        path = cli.compiled('-gdwarf-5')
        sections = cli.of_kind('section', cli.objects('--sections', path))
        with open(path, 'rb') as file:
            content = bytearray(file.read())
        headers = int.from_bytes(content[0x28:0x30], 'little')
        for name in '.debug_info', '.debug_line', '.text':
            index = next(item['section_index'] for item in sections
                         if item['section'] == name)
            relocs = next(item['section_index'] for item in sections
                          if item['type'] == 'SHT_RELA' and item['info'] == index)
            content[headers + 64 * relocs + 56] = 7  # sh_entsize
        broken = cli.write('entsize.o', bytes(content))
        result = cli.run('--relocs', '--format=json', broken)
        self.assertEqual(result.returncode, 1)
        told = {json.loads(line).get('section')
                for line in result.stdout.splitlines()}
        self.assertLessEqual({'.debug_aranges', '.eh_frame'}, told)
        self.assertFalse({'.debug_info', '.debug_line', '.text'} & told)
        for options in (), ('--offset=0..4',), ('--name=nosuch',):
            result = cli.run('--relocs', *options, broken)
            self.assertEqual(result.returncode, 1)
            self.assertEqual(
                re.findall(r'(\.rela\.\S+): sh_entsize', result.stderr),
                ['.rela.debug_info', '.rela.debug_line', '.rela.text'])

    def test_coverage_sees_an_unowned_record(self):
        def move(content, at):
            # Into the abbreviation code of the unit DIE.
            content[at] = 12
        path = self.break_record(13, move)
        items = cli.objects('--coverage', path, status=1)
        self.assertTrue(cli.of_kind('error', items))

    def test_unknown_type_spoils_one_datum(self):
        def unknown(content, at):
            content[at + 8:at + 12] = (222).to_bytes(4, 'little')
        path = self.break_record(13, unknown)
        result = cli.run('--format=json', '--info', '--diagnostics', path)
        self.assertEqual(result.returncode, 1)
        self.assertIn('.debug_info+0xd', result.stderr)
        items = cli.parse(result.stdout)
        first = cli.of_kind('die', items)[0]
        value = cli.attribute(first, 'DW_AT_producer')['value']
        self.assertEqual((value['kind'], value['type']), ('error', '222'))
        self.assertTrue(value['error'])
        # The next attributes are there.
        self.assertTrue(cli.attribute(first, 'DW_AT_name')['string'])
        (diagnostic,) = cli.of_kind('diagnostic', items)
        self.assertEqual(
            (diagnostic['section'], diagnostic['offset'], diagnostic['type'],
             diagnostic['count']), ('.debug_info', 13, '222', 1))
        self.assertTrue(cli.of_kind('error', items))
        text = cli.run('--info', '--diagnostics', path).stdout
        self.assertRegex(text, r'DW_AT_producer\t\(<error: .*222>\)')

    def test_which_rule_a_record_breaks(self):
        path = cli.compiled(language='s', source=(
            'f: nop\n.section .debug_x\n.octa 0, 0, 0, 0\n'
            '.reloc 0, R_X86_64_32, f+1\n.reloc 0, R_X86_64_32, f+1\n'
            '.reloc 8, R_X86_64_64, f\n.reloc 12, R_X86_64_32, f\n'
            '.reloc 24, R_X86_64_GOTOFF64, g+8\n'
            '.reloc 62, R_X86_64_32, f\n'))
        result = cli.run('--relocs', path)
        self.assertEqual(result.returncode, 1)
        for text in (
                'R_X86_64_64: overlaps the record at 0xc',
                'R_X86_64_32: overlaps the record at 0x8',
                'relocation R_X86_64_GOTOFF64 against g+0x8 counts from the '
                'GOT, which an unlinked file does not have',
                'R_X86_64_32: its field ends beyond the section'):
            self.assertIn(text, result.stdout)
            self.assertIn(text, result.stderr)
        self.assertRegex(result.stdout, r'(?m)^0x00000000 .* f\+0x1 +-$')
        diagnostics = cli.of_kind('diagnostic', cli.objects(
            '--diagnostics', path, status=1))
        self.assertEqual(
            sorted((item['offset'], item['type'], item['count'])
                   for item in diagnostics),
            [(0, 'R_X86_64_32', 1), (8, 'R_X86_64_64', 1),
             (12, 'R_X86_64_32', 1), (24, 'R_X86_64_GOTOFF64', 1),
             (62, 'R_X86_64_32', 1)])

    def test_the_same_record_twice_is_no_error(self):
        path = cli.compiled(language='s', source=(
            'f: nop\n.section .debug_x\n.quad 0\n'
            '.reloc 0, R_X86_64_64, f\n.reloc 0, R_X86_64_64, f\n'))
        (diagnostic,) = cli.of_kind('diagnostic', cli.objects(
            '--diagnostics', path))
        self.assertEqual((diagnostic['type'], diagnostic['error']),
                         ('R_X86_64_64',
                          'duplicate relocation record 1 (R_X86_64_64)'))

    def test_records_that_apply_to_nothing(self):
        path = cli.compiled('-gdwarf-5')
        sections = cli.objects('--sections', path)
        index = {item['section']: item['section_index'] for item in sections}
        with open(path, 'rb') as file:
            content = file.read()
        headers = int.from_bytes(content[40:48], 'little')

        def broken(section, field, value):
            image = bytearray(content)
            at = headers + 64 * index[section] + field
            image[at:at + 4] = value.to_bytes(4, 'little')
            return cli.write('orphan.o', bytes(image))

        sh_type, sh_info = 4, 44
        for section, field, value, text in (
                ('.rela.debug_info', sh_info, 0, 'sh_info 0 is no section'),
                ('.rela.debug_info', sh_info, 9999,
                 'beyond the section table'),
                ('.rela.debug_info', sh_info, index['.rela.debug_info'],
                 'the section itself'),
                ('.rela.debug_info', sh_info, index['.symtab'],
                 "of the file's own tables"),
                ('.debug_info', sh_type, 8, 'without contents (SHT_NOBITS)'),
                ('.debug_info', sh_type, 9,
                 'a debug section of the type of relocation records')):
            path = broken(section, field, value)
            for selector in ('--info', '--all', '--diagnostics'):
                with self.subTest(text=text, selector=selector):
                    result = cli.run(selector, path)
                    self.assertEqual(result.returncode, 1)
                    self.assertIn(text, result.stderr)

    def test_thread_local_symbol_of_a_section_that_is_not_there(self):
        path = cli.compiled('-gdwarf-5')
        (symbol,) = cli.objects('--symbols', '--name=counter', path)
        table = next(item for item in cli.objects('--sections', path)
                     if item['type'] == 'SHT_SYMTAB')
        with open(path, 'rb') as file:
            content = bytearray(file.read())
        st_shndx = table['offset'] + 24 * symbol['symbol_index'] + 6
        content[st_shndx:st_shndx + 2] = (0xfe00).to_bytes(2, 'little')
        broken = cli.write('tls.o', bytes(content))
        result = cli.run('--format=json', '--locations', broken)
        self.assertEqual(result.returncode, 1)
        values = [op['value'] for item in cli.of_kind(
                      'location', cli.parse(result.stdout))
                  for op in item['expression']
                  if op['op'] == 'DW_OP_const8u']
        self.assertEqual([value['kind'] for value in values], ['error'])
        self.assertIn('.debug_info+0x', result.stderr)

    def test_diagnostics_of_a_good_file(self):
        result = cli.run('--diagnostics', cli.MODULE)
        self.assertEqual((result.returncode, result.stderr), (0, ''))
        self.assertIn('All records can be used.', result.stdout)
        records = re.search(r'records_digested +(\d+)', result.stdout)
        (summary,) = cli.objects('--summary', cli.MODULE)
        self.assertEqual(int(records.group(1)), summary['records'])

    def test_memory_by_section(self):
        items = cli.objects('--diagnostics', cli.MODULE)
        memory = cli.of_kind('memory', items)
        (stats,) = cli.of_kind('stats', items)
        self.assertEqual(list(memory[0]), [
            'kind', 'section', 'section_index', 'records_digested',
            'digest_bytes', 'decompressed_bytes'])
        self.assertIn('.debug_info', [item['section'] for item in memory])
        for key in ('records_digested', 'digest_bytes', 'decompressed_bytes'):
            self.assertEqual(sum(item[key] for item in memory), stats[key])
        self.assertRegex(cli.run('--diagnostics', cli.MODULE).stdout,
                         r'\n\.debug_info +\d+ +\d+ +0\n')


if __name__ == '__main__':
    cli.main()
