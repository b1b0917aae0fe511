"""--unit, --die, --name, --section, --offset on DIEs."""

import unittest

import cli_support as cli


def subtree(dies, root):
    """`root` and what follows it at a greater depth."""
    start = dies.index(root)
    end = start + 1
    while end < len(dies) and dies[end]['depth'] > root['depth']:
        end += 1
    return dies[start:end]


class FilterTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.items = cli.objects('--info', cli.MODULE)
        cls.dies = cli.of_kind('die', cls.items)
        cls.units = cli.of_kind('unit', cls.items)

    def info(self, *options):
        return cli.of_kind('die', cli.objects('--info', *options, cli.MODULE))

    def test_unit(self):
        self.assertGreater(len(self.units), 2)
        for unit in self.units:
            # Any offset in the unit names it.
            for offset in (unit['offset'], unit['end'] - 1):
                items = cli.objects('--info', '--unit=%d' % offset, cli.MODULE)
                self.assertEqual(items[0], unit)
                self.assertEqual(
                    items[1:],
                    [die for die in self.dies
                     if unit['offset'] <= die['offset'] < unit['end']])

    def test_die(self):
        for root in self.dies[1:400:7]:
            expected = subtree(self.dies, root)
            self.assertEqual(self.info('--die=%d' % root['offset']), expected)
            self.assertEqual(self.info('--die=%#x' % root['offset']), expected)

    def test_name(self):
        expected = []
        for root in self.dies:
            if cli.name_of(root) == 'meter_ring_put':
                expected += subtree(self.dies, root)
        self.assertTrue(expected)
        self.assertEqual(self.info('--name=meter_ring_put'), expected)
        self.assertEqual(self.info('--name=no_such_name'), [])

    def test_offset(self):
        begin, end = self.dies[10]['offset'], self.dies[20]['offset']
        self.assertEqual(self.info('--offset=%d..%#x' % (begin, end)),
                         self.dies[10:20])
        self.assertEqual(self.info('--offset=%d..' % begin), self.dies[10:])
        self.assertEqual(self.info('--offset=..%d' % end), self.dies[:20])

    def test_filters_together(self):
        root = next(die for die in self.dies
                    if cli.name_of(die) == 'meter_ring_put')
        expected = subtree(self.dies, root)[1:3]
        self.assertEqual(
            self.info('--die=%d' % root['offset'], '--name=meter_ring_put',
                      '--offset=%d..%d' % (expected[0]['offset'],
                                           expected[1]['offset'] + 1)),
            expected)
        self.assertEqual(self.info('--die=%d' % root['offset'],
                                   '--name=other'), [])

    def test_section(self):
        path = cli.compiled('-gdwarf-4', '-fdebug-types-section')
        everything = cli.objects('--info', path)
        for section in ('.debug_info', '.debug_types'):
            self.assertEqual(
                cli.objects('--info', '--section=' + section, path),
                [item for item in everything if item['section'] == section])

    def test_units_without_a_match_are_not_announced(self):
        text = cli.run('--info', '--name=meter_ring_put', cli.MODULE).stdout
        units = {unit['offset'] for unit in self.units
                 for die in self.info('--name=meter_ring_put')
                 if unit['offset'] <= die['offset'] < unit['end']}
        self.assertEqual(text.count(' Unit: length'), len(units))

    def test_lists_follow_the_filters(self):
        for selector in ('--ranges', '--locations'):
            everything = cli.objects(selector, cli.MODULE)
            root = next(die for die in self.dies
                        if cli.name_of(die) == 'meter_summarize' and
                        die['depth'] == 1 and
                        cli.attribute(die, 'DW_AT_low_pc'))
            inside = {die['offset'] for die in subtree(self.dies, root)}
            expected = [item for item in everything if item['die'] in inside]
            self.assertEqual(
                cli.objects(selector, '--die=%d' % root['offset'],
                            cli.MODULE), expected)


if __name__ == '__main__':
    cli.main()
