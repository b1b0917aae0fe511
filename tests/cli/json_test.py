"""Every line is an object as docs/json.md describes: kinds, keys, order."""

import json
import os
import unittest

import cli_support as cli

VALUE_KEYS = {
    'absolute': [['kind', 'value']],
    'section': [['kind', 'section', 'section_index', 'offset'],
                ['kind', 'section', 'section_index', 'offset', 'symbol',
                 'symbol_index', 'addend']],
    'undefined': [['kind', 'symbol', 'symbol_index', 'addend']],
    'tls': [['kind', 'symbol', 'symbol_index', 'addend']],
    'difference': [['kind', 'plus', 'minus']],
    'error': [['kind', 'error'], ['kind', 'error', 'type']],
}

KEYS = {
    'file': ['file'],
    'unit': ['section', 'section_index', 'offset', 'version', 'unit_type',
             'address_size', 'offset_size', 'header_size', 'end',
             'abbrev_offset', 'signature', 'type_offset'],
    'die': ['section', 'section_index', 'offset', 'depth', 'tag',
            'attributes'],
    'line': ['unit', 'address', 'file', 'line', 'column', 'op_index',
             'discriminator', 'is_stmt', 'basic_block', 'prologue_end',
             'epilogue_begin', 'end_sequence'],
    'fde': ['section', 'section_index', 'offset', 'size', 'cie', 'begin',
            'range', 'instructions', 'rows'],
    'range': ['die', 'section', 'begin', 'end'],
    'arange': ['section', 'unit', 'begin', 'length'],
    'name_index': ['section', 'section_index', 'offset', 'version',
                   'offset_size', 'end', 'bucket_count', 'name_count',
                   'augmentation', 'comp_units', 'local_type_units',
                   'foreign_type_units'],
    'reloc': ['section', 'section_index', 'offset', 'size', 'type',
              'symbol_index', 'symbol', 'addend', 'in_place', 'value',
              'owner'],
    'memory': ['section', 'section_index', 'records_digested',
               'digest_bytes', 'decompressed_bytes'],
    'coverage': ['section', 'section_index', 'records', 'owned',
                 'unowned', 'doubled', 'none'],
    'section': ['section', 'section_index', 'type', 'flags', 'address',
                'offset', 'size', 'alignment', 'entry_size', 'link', 'info',
                'group', 'is_debug', 'holds_dwarf', 'is_compressed', 'records'],
    'symbol': ['symbol', 'symbol_index', 'value', 'size', 'type', 'binding',
               'visibility', 'section', 'section_index', 'st_shndx',
               'special'],
    'diagnostic': ['section', 'section_index', 'offset', 'type', 'count',
                   'error'],
    'error': ['section', 'section_index', 'offset', 'error'],
}


class JsonTest(unittest.TestCase):
    def check_value(self, value, addresses=False):
        keys = list(value)
        if addresses and keys[-1] == 'address':
            self.assertIn(value['kind'], ('section', 'undefined'))
            keys.pop()
        self.assertIn(keys, VALUE_KEYS[value['kind']])
        if value['kind'] == 'difference':
            self.check_value(value['plus'])
            self.check_value(value['minus'])
        for key, number in value.items():
            if key == 'addend':
                self.assertIsInstance(number, int)
            elif key in ('value', 'offset', 'section_index', 'symbol_index',
                         'address'):
                self.assertTrue(0 <= number < 1 << 64)

    def check_expression(self, expression, addresses):
        for op in expression:
            keys = list(op)
            self.assertEqual(keys[0], 'op')
            self.assertTrue(set(keys) <= {'op', 'value', 'index', 'value2',
                                          'block', 'expression'})
            for key in ('value', 'value2'):
                if key in op:
                    self.check_value(op[key], addresses)
            if 'expression' in op:
                self.check_expression(op['expression'], addresses)

    def check_frame(self, item, addresses):
        for instruction in item['instructions']:
            self.assertTrue(set(instruction) <= {
                'op', 'operands', 'delta', 'location', 'expression'})
        for row in item['rows']:
            bounds = ['begin', 'end'] if item['kind'] == 'fde' else []
            self.assertEqual(list(row), [*bounds, 'cfa', 'registers'])
            for bound in bounds:
                self.check_value(row[bound], addresses)
            for rule in row['registers']:
                self.assertEqual(list(rule)[:2], ['register', 'rule'])

    def check(self, item, addresses=False):
        kind = item['kind']
        keys = list(item)
        self.assertEqual(keys[0], 'kind')
        if kind in KEYS:
            keys = [key for key in keys if (kind, key) != ('fde', 'lsda')]
            self.assertEqual(keys[1:], KEYS[kind], kind)
        for key in ('address', 'begin', 'end', 'value'):
            if isinstance(item.get(key), dict):
                self.check_value(item[key], addresses)
        if kind == 'die':
            for attribute in item['attributes']:
                self.assertEqual(list(attribute)[:3],
                                 ['name', 'form', 'value'])
                self.check_value(attribute['value'], addresses)
                self.check_expression(attribute.get('expression', []),
                                      addresses)
        elif kind in ('cie', 'fde'):
            self.check_frame(item, addresses)
        elif kind == 'location':
            self.assertIn(keys[1:], (
                ['die', 'section', 'attribute', 'begin', 'end', 'expression'],
                ['die', 'section', 'attribute', 'expression']))
            self.check_expression(item['expression'], addresses)
        elif kind == 'reloc' and item['owner'] is not None:
            self.assertIn(list(item['owner'])[:2], (
                ['die', 'attribute'], ['unit', 'field'],
                ['line_table', 'field'], ['list', 'field'],
                ['table', 'field'], ['frame', 'field']))

    def check_file(self, path, *options, addresses=False):
        items = cli.objects('--all', '--coverage', *options, path)
        for item in items:
            self.check(item, addresses)
        return items

    def test_module(self):
        items = self.check_file(cli.MODULE)
        kinds = {item['kind'] for item in items}
        self.assertEqual(kinds, {
            'summary', 'section', 'symbol', 'unit', 'die', 'line', 'range',
            'location', 'cie', 'fde', 'arange', 'reloc', 'memory', 'stats', 'coverage'})

    def test_objects(self):
        for flags in (('-gdwarf-5',), ('-gdwarf-4',), ('-gdwarf-3',),
                      ('-gdwarf-2', '-gstrict-dwarf', '-O0'),
                      ('-gdwarf-5', '-gdwarf64'),
                      ('-gdwarf-5', '-ffunction-sections'),
                      ('-gdwarf-4', '-fdebug-types-section'),
                      ('-gdwarf-5', '-gz')):
            with self.subTest(flags=flags):
                items = self.check_file(cli.compiled(*flags))
                names = [cli.name_of(die) for die in cli.of_kind('die', items)]
                self.assertIn('init_module', names)
                self.assertIn('pair', names)

    def test_placed(self):
        path = cli.compiled('-gdwarf-5')
        result = cli.run('--format=json', '--all', '--offline', path)
        for item in cli.parse(result.stdout):
            self.check(item, addresses=True)

    def test_lines_are_ascii_safe_objects(self):
        result = cli.run('--format=json', '--all', cli.MODULE)
        for line in result.stdout.split('\n')[:-1]:
            self.assertTrue(line.startswith('{"kind":"'))
            # As compact as the standard writer makes it.
            again = json.dumps(json.loads(line), separators=(',', ':'),
                               ensure_ascii=False)
            self.assertEqual(line, again)

    def test_strings_that_are_not_utf8(self):
        # -g names come from the source as bytes.
        name = b'caf\xe9\x80\xff'
        path = cli.compiled('-gdwarf-4')
        with open(path, 'rb') as file:
            content = file.read()
        self.assertIn(b'give_up\0', content)
        self.assertEqual(len(name), len(b'give_up') - 1)
        changed = content.replace(b'give_up\0', name + b'\0\0')
        broken = cli.write('latin.o', changed)
        result = cli.run('--format=json', '--info', '--symbols', broken)
        self.assertEqual(result.returncode, 0, result.stderr)
        found = [attribute for die in cli.of_kind('die',
                                                  cli.parse(result.stdout))
                 for attribute in die['attributes']
                 if 'string_hex' in attribute]
        self.assertEqual(len(found), 1)
        self.assertEqual(found[0]['string'], 'caf\ufffd\ufffd\ufffd')
        self.assertEqual(bytes.fromhex(found[0]['string_hex']), name)
        self.assertEqual(list(found[0]),
                         ['name', 'form', 'value', 'string', 'string_hex'])
        # In text the bytes are escaped.
        self.assertIn(r'("caf\xe9\x80\xff")', cli.run('--info', broken).stdout)

    def test_control_characters(self):
        path = cli.compiled('-gdwarf-4')
        with open(path, 'rb') as file:
            content = file.read()
        name = b'\x1b[1m"\\\n'
        self.assertEqual(len(name), len(b'give_up'))
        broken = cli.write('control.o', content.replace(b'give_up\0',
                                                        name + b'\0'))
        names = [cli.name_of(die) for die in cli.of_kind(
            'die', cli.objects('--info', broken))]
        self.assertIn(name.decode(), names)
        text = cli.run('--info', '--symbols', broken).stdout
        self.assertNotIn('\x1b', text)
        self.assertIn(r'("\x1b[1m\"\\\n")', text)

    def test_documentation_names_every_kind(self):
        root = os.environ.get('DWRELOC_SOURCE_DIR',
                              os.path.join(os.path.dirname(__file__), '../..'))
        with open(os.path.join(root, 'docs', 'json.md')) as file:
            text = file.read()
        for kind in [*KEYS, 'summary', 'stats', 'location']:
            self.assertIn('{"kind":"%s"' % kind, text)


if __name__ == '__main__':
    cli.main()
