"""--aranges, --pubnames and --debug-names, in JSON and in text, with filters,
placed, and with jobs."""

import os
import shutil
import unittest

import cli_support as cli

GNU = os.path.join(cli.DATA, 'tiny', 'tiny4g.o')
NAMES = os.path.join(cli.DATA, 'tiny', 'tiny5n.o')


def unit_ranges(path):
    """(unit, begin, length) of code as the units' DIEs tell it."""
    unit = None
    for item in cli.objects('--info', path):
        if item['kind'] == 'unit':
            unit = item['offset']
        elif item['depth'] == 0:
            low = cli.attribute(item, 'DW_AT_low_pc')
            high = cli.attribute(item, 'DW_AT_high_pc')
            if low and high:
                yield unit, low['value'], high['value']['value']


class ArangesTest(unittest.TestCase):

    def test_json(self):
        items = cli.objects('--aranges', cli.MODULE)
        self.assertEqual({item['kind'] for item in items}, {'arange'})
        for item in items:
            self.assertEqual(list(item)[:5],
                             ['kind', 'section', 'unit', 'begin', 'length'])
            self.assertEqual(item['section'], '.debug_aranges')
            self.assertEqual(item['begin']['kind'], 'section')
            self.assertIsInstance(item['length'], int)
        whole = list(unit_ranges(cli.MODULE))
        self.assertTrue(whole)
        for unit, begin, length in whole:
            self.assertIn((unit, begin, length),
                          [(item['unit'], item['begin'], item['length'])
                           for item in items])

    def test_text(self):
        text = cli.run('--aranges', NAMES).stdout
        self.assertIn('\n.debug_aranges contents:\nAddress range set '
                      '0x00000000 of unit 0x00000000: format = DWARF32, '
                      'version = 2, addr_size = 8, seg_size = 0\n', text)
        self.assertRegex(text, r'\n  \.text\+0x0 +length 0x[0-9a-f]+\n')

    def test_placed(self):
        for item in cli.objects('--aranges', '--offline', cli.MODULE):
            self.assertIn('address', item['begin'])
        items = cli.objects('--aranges', '--place=.text=0x1000',
                            '--addresses=both', NAMES, status=1)
        items = cli.of_kind('arange', items)
        self.assertIn(0x1000, [item['begin'].get('address')
                               for item in items])

    def test_filters(self):
        everything = cli.objects('--aranges', cli.MODULE)
        for unit in {item['unit'] for item in everything}:
            # Any offset within the unit.
            self.assertEqual(
                cli.objects('--aranges', f'--unit={unit + 5}', cli.MODULE),
                [item for item in everything if item['unit'] == unit])
        self.assertEqual(cli.objects('--aranges', '--section=.debug_aranges',
                                     cli.MODULE), everything)
        self.assertEqual(cli.objects('--aranges', '--section=.debug_info',
                                     cli.MODULE), [])
        self.assertEqual(cli.objects('--aranges', '--offset=0x10..0x11',
                                     cli.MODULE), everything[:1])

    def test_unit_that_is_not_there(self):
        with open(NAMES, 'rb') as file:
            image = bytearray(file.read())
        sections = {item['section']: item
                    for item in cli.objects('--sections', NAMES)}
        # The addend of the first record: debug_info_offset.
        records = cli.objects('--relocs', '--section=.debug_aranges', NAMES)
        self.assertEqual(records[0]['owner']['field'], 'debug_info_offset')
        at = sections['.rela.debug_aranges']['offset'] + 16
        image[at:at + 8] = (0x5000).to_bytes(8, 'little')
        path = cli.path('moved.o')
        with open(path, 'wb') as file:
            file.write(image)
        items = cli.objects('--aranges', path)
        self.assertEqual(items[0]['unit'], 0x5000)
        self.assertEqual(cli.objects('--aranges', '--unit=0x5000', path),
                         items)
        # A record of unknown type: the tuples are there all the same.
        image[at - 8:at - 4] = (0xff).to_bytes(4, 'little')
        with open(path, 'wb') as file:
            file.write(image)
        result = cli.run('--aranges', '--format=json', path)
        self.assertEqual(result.returncode, 1)
        self.assertIn('unsupported relocation type', result.stderr)
        bad = cli.of_kind('arange', cli.parse(result.stdout))
        self.assertEqual(len(bad), len(items))
        self.assertEqual(bad[0]['unit']['kind'], 'error')


class PubnamesTest(unittest.TestCase):

    def test_gnu(self):
        items = cli.objects('--pubnames', GNU)
        self.assertEqual({item['section'] for item in items},
                         {'.debug_gnu_pubnames', '.debug_gnu_pubtypes'})
        dies = {die['offset']: die
                for die in cli.of_kind('die', cli.objects('--info', GNU))}
        for item in items:
            self.assertEqual(list(item)[:8],
                             ['kind', 'section', 'unit', 'die', 'name',
                              'flags', 'symbol_kind', 'is_static'])
            self.assertEqual(item['unit'] + item['die_offset'], item['die'])
            name = cli.name_of(dies[item['die']])
            self.assertIn(name, (item['name'], None))
            self.assertEqual(item['is_static'], item['flags'] >= 0x80)
        self.assertEqual({item['symbol_kind'] for item in items},
                         {'type', 'variable', 'function'})

    def test_plain(self):
        path = cli.compiled('-gdwarf-4', '-gpubnames')
        items = cli.objects('--pubnames', path)
        self.assertEqual({item['section'] for item in items},
                         {'.debug_pubnames', '.debug_pubtypes'})
        for item in items:
            self.assertEqual(list(item)[:5],
                             ['kind', 'section', 'unit', 'die', 'name'])
            self.assertNotIn('flags', item)

    def test_text_and_filters(self):
        text = cli.run('--pubnames', GNU).stdout
        self.assertRegex(text, r'\nName set 0x00000000 of unit 0x00000000: '
                               r'format = DWARF32, version = 2, unit_size = '
                               r'0x[0-9a-f]+\n  DIE 0x[0-9a-f]{8} ')
        self.assertRegex(text, r' external function +"[a-z_]+"\n')
        items = cli.objects('--pubnames', GNU)
        one = items[3]
        self.assertEqual(
            cli.objects('--pubnames', f'--name={one["name"]}', GNU),
            [item for item in items if item['name'] == one['name']])
        self.assertEqual(
            cli.objects('--pubnames', f'--die={one["die"]}', GNU),
            [item for item in items if item['die'] == one['die']])


class NamesTest(unittest.TestCase):

    def test_json(self):
        items = cli.objects('--debug-names', NAMES)
        index = items[0]
        self.assertEqual(list(index), [
            'kind', 'section', 'section_index', 'offset', 'version',
            'offset_size', 'end', 'bucket_count', 'name_count', 'augmentation',
            'comp_units', 'local_type_units', 'foreign_type_units'])
        self.assertEqual(index['kind'], 'name_index')
        self.assertEqual([unit['offset'] for unit in index['comp_units']], [0])
        self.assertEqual(len(items), 1 + index['name_count'])
        dies = {die['offset']: die
                for die in cli.of_kind('die', cli.objects('--info', NAMES))}
        entries = set()
        for item in items[1:]:
            self.assertEqual(list(item)[:6], ['kind', 'section', 'index',
                                              'name', 'entries', 'hash'])
            self.assertEqual(item['string_offset']['section'], '.debug_str')
            self.assertTrue(item['entries'])
            for entry in item['entries']:
                entries.add(entry['offset'])
                self.assertEqual(dies[entry['die']]['tag'], entry['tag'])
                self.assertIn(cli.name_of(dies[entry['die']]),
                              (item['name'], None))
        for item in items[1:]:
            for entry in item['entries']:
                if entry.get('parent') is not None:
                    self.assertIn(entry['parent'], entries)

    def test_text_and_filters(self):
        text = cli.run('--debug-names', NAMES).stdout
        self.assertRegex(text, r'\nName index 0x00000000: format = DWARF32, '
                               r'version = 5, .*augmentation = "LLVM0700"\n'
                               r'  CU\[0\]: 0x00000000\n  Name 1, hash ')
        names = cli.objects('--debug-names', NAMES)[1:]
        one = names[2]
        self.assertEqual(
            cli.objects('--debug-names', f'--name={one["name"]}', NAMES)[1:],
            [one])
        die = one['entries'][0]['die']
        found = cli.objects('--debug-names', f'--die={die}', NAMES)[1:]
        self.assertEqual({entry['die'] for item in found
                          for entry in item['entries']}, {die})

    def test_type_units_in_groups(self):
        # Older ones write no index for type units.
        if shutil.which('clang-19') is None:
            self.skipTest('no clang-19')
        path = cli.compiled('-gdwarf-5', '-gpubnames', '-fdebug-types-section',
                            source='struct a { int b; }; struct a c;',
                            language='cc', compiler=('clang-19',))
        items = cli.objects('--debug-names', path)
        # All these units begin at 0 of some section.
        units = items[0]['comp_units'] + items[0]['local_type_units']
        self.assertEqual(len({unit['section_index'] for unit in units}), 2)
        self.assertEqual({unit['offset'] for unit in units}, {0})
        found = [item for item in items[1:] if item['name'] == 'a']
        self.assertEqual(
            found[0]['entries'][0]['unit_section_index'],
            items[0]['local_type_units'][0]['section_index'])


class AllTest(unittest.TestCase):

    def test_all_and_jobs(self):
        for path in (GNU, NAMES):
            options = ('--aranges', '--pubnames', '--debug-names')
            alone = cli.run(*options, path).stdout
            self.assertTrue(alone)
            self.assertEqual(cli.run('--jobs=3', *options, path).stdout, alone)
            for line in alone.splitlines():
                self.assertIn(line, cli.run('--all', path).stdout)

    def test_cut_table(self):
        path = cli.compiled('-gdwarf-4', '-ggnu-pubnames')
        header = {item['section']: item
                  for item in cli.objects('--sections', path)}
        with open(path, 'rb') as file:
            image = bytearray(file.read())
        # unit_length, of more bytes than there are.
        at = header['.debug_gnu_pubnames']['offset']
        image[at:at + 4] = (0x10000).to_bytes(4, 'little')
        bad = cli.path('cut.o')
        with open(bad, 'wb') as file:
            file.write(image)
        result = cli.run('--pubnames', bad)
        self.assertEqual(result.returncode, 1)
        self.assertIn('.debug_gnu_pubnames+0x0: unit_length 65536 exceeds',
                      result.stderr)
        self.assertIn('.debug_gnu_pubtypes contents:', result.stdout)


if __name__ == '__main__':
    cli.main()
