"""--frames: CIEs, FDEs and their rows."""

import re
import subprocess
import unittest

import cli_support as cli

# Every kind of rule, by hand: x86-64 alone.
RULES = r'''
  .text
  .cfi_sections .debug_frame
  .globl rules
rules:
  .cfi_startproc
  nop
  .cfi_offset %rbx, -16
  .cfi_undefined %r8
  .cfi_same_value %r9
  .cfi_register %r10, %r11
  .cfi_val_offset %r12, -24
  .cfi_escape 0x10, 0xd, 2, 0x77, 8
  .cfi_escape 0x16, 0xe, 2, 0x77, 16
  .cfi_remember_state
  nop
  .cfi_def_cfa_offset 32
  nop
  .cfi_restore_state
  .cfi_restore %rbx
  nop
  .cfi_escape 0xf, 3, 0x77, 8, 6
  nop
  .cfi_endproc
  .skip 300
after:
  .cfi_startproc simple
  .skip 300
  .cfi_def_cfa %rbp, 16
  nop
  .cfi_endproc
'''


def registers(row):
    return {rule['register']: {key: value for key, value in rule.items()
                               if key != 'register'}
            for rule in row['registers']}


class FramesTest(unittest.TestCase):
    def setUp(self):
        self.machine = subprocess.run(
            [*cli.COMPILER, '-dumpmachine'], stdout=subprocess.PIPE, text=True,
            check=False).stdout

    def rules(self):
        if not self.machine.startswith('x86_64'):
            self.skipTest('the source is x86-64 assembly')
        return cli.compiled(source=RULES, language='s')

    def test_entries_of_the_module(self):
        items = cli.objects('--frames', cli.MODULE)
        self.assertEqual({item['kind'] for item in items}, {'cie', 'fde'})
        cies = {item['offset']: item for item in cli.of_kind('cie', items)}
        names = set()
        for item in cli.of_kind('fde', items):
            self.assertEqual(item['section'], '.debug_frame')
            self.assertIn(item['cie'], cies)
            names.add(item['begin']['section'])
            rows = item['rows']
            self.assertEqual(rows[0]['begin'], item['begin'])
            for row, behind in zip(rows, rows[1:]):
                self.assertEqual(row['end'], behind['begin'])
            self.assertEqual(rows[-1]['end']['offset'],
                             item['begin']['offset'] + item['range'])
            for row in rows:
                self.assertEqual(registers(row)[16],
                                 {'rule': 'offset', 'offset': -8})
        self.assertIn('.text', names)
        self.assertIn('.init.text', names)

    def test_every_rule(self):
        cie, fde, simple_cie, simple = cli.objects('--frames', self.rules())
        self.assertEqual(cie['rows'], [{
            'cfa': {'rule': 'register', 'register': 7, 'offset': 8},
            'registers': [{'register': 16, 'rule': 'offset', 'offset': -8}]}])
        before, first, second, third, last = fde['rows']
        self.assertEqual(before['registers'], cie['rows'][0]['registers'])
        expression = [{'op': 'DW_OP_breg7',
                       'value': {'kind': 'absolute', 'value': 8},
                       'offset': 0, 'size': 2}]
        rules = registers(first)
        self.assertEqual((rules[13].pop('block'), rules[14].pop('block')),
                         ('7708', '7710'))
        for number in (13, 14):
            self.assertEqual(rules[number].pop('expression_section_index'),
                             fde['section_index'])
            rules[number].pop('expression_offset')
        self.assertEqual(rules, {
            3: {'rule': 'offset', 'offset': -16},
            8: {'rule': 'undefined'},
            9: {'rule': 'same_value'},
            10: {'rule': 'register', 'in': 11},
            12: {'rule': 'val_offset', 'offset': -24},
            13: {'rule': 'expression', 'expression': expression},
            14: {'rule': 'val_expression', 'expression': [
                {**expression[0], 'value': {'kind': 'absolute', 'value': 16}}]},
            16: {'rule': 'offset', 'offset': -8}})
        self.assertEqual(second['cfa']['offset'], 32)
        self.assertEqual(registers(second), registers(first))
        self.assertNotIn(3, registers(third))
        self.assertEqual(third['cfa'], cie['rows'][0]['cfa'])
        self.assertEqual(last['cfa']['rule'], 'expression')
        self.assertEqual(last['cfa']['expression'], [
            *expression, {'op': 'DW_OP_deref', 'offset': 2, 'size': 1}])
        self.assertEqual(last['cfa']['block'], '770806')
        self.assertIsNone(simple_cie['rows'][0]['cfa'])
        self.assertIsNone(simple['rows'][0]['cfa'])
        self.assertEqual(simple['rows'][1]['begin']['offset'] -
                         simple['rows'][0]['begin']['offset'], 300)

    def test_instructions(self):
        _, fde, _, simple = cli.objects('--frames', self.rules())
        instructions = {item['op']: item for item in fde['instructions']}
        self.assertEqual(instructions['DW_CFA_offset']['operands'], [3, -16])
        self.assertEqual(instructions['DW_CFA_advance_loc']['delta'], 1)
        self.assertEqual(
            instructions['DW_CFA_def_cfa_expression']['expression'][1],
            {'op': 'DW_OP_deref', 'offset': 2, 'size': 1})
        first = simple['instructions'][0]
        self.assertEqual((first['op'], first['delta'], first['size']),
                         ('DW_CFA_advance_loc2', 300, 3))
        # Instructions tile the entry.
        for one, after in zip(fde['instructions'], fde['instructions'][1:]):
            self.assertEqual(one['offset'] + one['size'], after['offset'])

    def test_eh_frame_of_an_object(self):
        path = cli.compiled('-fasynchronous-unwind-tables', '-gdwarf-5')
        items = cli.objects('--frames', '--section=.eh_frame', path)
        if not items:
            self.skipTest('the compiler makes no .eh_frame')
        cie = cli.of_kind('cie', items)[0]
        self.assertEqual(cie['augmentation'][0], 'z')
        self.assertIn('fde_encoding', cie)
        for item in cli.of_kind('fde', items):
            self.assertEqual(item['begin']['kind'], 'section')
            self.assertGreater(item['range'], 0)

    def test_text(self):
        text = cli.run('--frames', self.rules()).stdout
        self.assertIn('.debug_frame contents:\n0x00000000: CIE version = 1, ',
                      text)
        self.assertIn(
            '  .text+0x1: CFA=r7+8: r3=[CFA-16], r8=undefined, r9=same, '
            'r10=r11, r12=CFA-24, r13=[DW_OP_breg7 +8], r14=DW_OP_breg7 +16, '
            'r16=[CFA-8]\n', text)
        self.assertIn('  .text+0x4: CFA=DW_OP_breg7 +8, DW_OP_deref: ', text)
        self.assertIn('  DW_CFA_advance_loc2: 0x12c\n', text)
        self.assertRegex(text, r'FDE cie = 0x00000000, pc = \.text\+0x0, '
                               r'range = 0x5\n')

    def test_filters(self):
        every = cli.objects('--frames', cli.MODULE)
        chosen = cli.objects('--frames', '--offset=0x18..0x40', cli.MODULE)
        self.assertEqual(chosen, [item for item in every
                                  if 0x18 <= item['offset'] < 0x40])
        self.assertTrue(chosen)
        self.assertEqual(
            cli.objects('--frames', '--section=.debug_info', cli.MODULE), [])

    def test_places(self):
        items = cli.objects('--frames', '--place=.text=0x1000',
                            '--addresses=both', self.rules())
        fde = cli.of_kind('fde', items)[0]
        self.assertEqual([row['begin']['address'] for row in fde['rows']],
                         [0x1000, 0x1001, 0x1002, 0x1003, 0x1004])
        text = cli.run('--frames', '--offline', cli.MODULE).stdout
        self.assertNotIn('.text+', text)

    def test_owners(self):
        fields = {}
        for record in cli.objects('--relocs', '--section=.debug_frame',
                                  cli.MODULE):
            self.assertEqual(list(record['owner']), ['frame', 'field'])
            fields.setdefault(record['owner']['field'], []).append(
                record['owner']['frame'])
        self.assertEqual(set(fields), {'CIE_pointer', 'initial_location'})
        self.assertEqual(fields['CIE_pointer'], fields['initial_location'])

    def test_what_is_bad_is_told_and_left_behind(self):
        path = self.rules()
        sections = cli.of_kind('section', cli.objects('--sections', path))
        frame = next(item for item in sections
                     if item['section'] == '.debug_frame')
        with open(path, 'rb') as file:
            content = bytearray(file.read())
        content[frame['offset'] + 8] = 9  # the CIE's version
        broken = cli.write('broken-frames.o', bytes(content))
        items = cli.objects('--frames', broken, status=1)
        errors = cli.of_kind('error', items)
        self.assertEqual(len(errors), 2)  # the CIE, and its FDE
        self.assertRegex(errors[0]['error'], r'\.debug_frame\+0x8: CIE '
                                               r'version 9, expected')
        self.assertEqual([item['kind'] for item in items
                          if item['kind'] != 'error'], ['cie', 'fde'])
        result = cli.run('--frames', broken)
        self.assertEqual(result.returncode, 1)
        self.assertEqual(len(re.findall('version 9', result.stderr)), 2)


if __name__ == '__main__':
    cli.main()
