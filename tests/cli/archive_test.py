"""Archives given as FILE, members of archives, and signatures of modules."""

import gzip
import os
import shutil
import subprocess
import unittest

import cli_support as cli

SELECTORS = ('--info', '--lines', '--ranges', '--locations', '--relocs',
             '--coverage')
LONG = 'a_name_of_more_than_fifteen_bytes.o'


def read(path):
    with open(path, 'rb') as file:
        return file.read()


def header(name, size):
    return b'%-16s%-12d%-6d%-6d%-8d%-10d`\n' % (name, 0, 0, 0, 644, size)


def member(name, contents):
    return (header(name.encode(), len(contents)) + contents +
            b'\n' * (len(contents) % 2))


def gnu(members):
    """An archive as GNU's ar writes it, of (name, contents)."""
    names, parts = b'', []
    for name, contents in members:
        if len(name) > 15:
            parts.append(member('/%d' % len(names), contents))
            names += name.encode() + b'/\n'
        else:
            parts.append(member(name + '/', contents))
    table = member('//', names) if names else b''
    return b'!<arch>\n' + member('/', bytes(4)) + table + b''.join(parts)


def pkcs7():
    """A ContentInfo of SignedData with SHA-256 and no signer."""
    return bytes.fromhex('3021 06092a864886f70d010702 a014 3012 020101'
                         '310d 300b 0609608648016503040201')


def signed(image):
    blob = pkcs7()
    return (image + blob + bytes([0, 0, 2, 0, 0, 0, 0, 0]) +
            len(blob).to_bytes(4, 'big') + b'~Module signature appended~\n')


def without_headings(items):
    return [item for item in items if item['kind'] != 'file']


class ArchiveTest(unittest.TestCase):
    def setUp(self):
        self.meter = read(cli.MODULE)

    def test_every_member_as_if_named_alone(self):
        archive = cli.write('libx.a', gnu([('x.ko', self.meter),
                                           (LONG, self.meter),
                                           ('z.ko.gz',
                                            gzip.compress(self.meter))]))
        alone = cli.objects(*SELECTORS, cli.MODULE)
        names = ['%s(%s)' % (archive, name)
                 for name in ('x.ko', LONG, 'z.ko.gz')]
        for jobs in ('1', '3'):
            items = cli.objects('--jobs=' + jobs, *SELECTORS, archive)
            headings = cli.of_kind('file', items)
            self.assertEqual([item['file'] for item in headings], names)
            self.assertEqual([item['member_index'] for item in headings],
                             [0, 1, 2])
            self.assertEqual({item['archive'] for item in headings}, {archive})
            self.assertEqual(headings[1]['member'], LONG)
            at = headings[0]['member_offset']
            self.assertEqual(read(archive)[at:at + 4], b'\x7fELF')
            self.assertEqual(without_headings(items), 3 * alone)

    def test_text(self):
        archive = cli.write('libx.a', gnu([('x.ko', self.meter),
                                           ('x.bc', b'BC\xc0\xde'),
                                           ('lib.rmeta', b'rust\0\0\0\x08'),
                                           ('notes', b'hello'),
                                           ('y.ko', self.meter)]))
        alone = cli.run('--lines', cli.MODULE)
        result = cli.run('--lines', archive)
        self.assertEqual((result.returncode, result.stderr), (0, ''))
        self.assertEqual(result.stdout, (
            f'{archive}(x.ko):\n{alone.stdout}\n'
            f'{archive}(x.bc): left out: LLVM bitcode\n\n'
            f'{archive}(lib.rmeta): left out: metadata of Rust\n\n'
            f'{archive}(notes): left out: not an ELF file\n\n'
            f'{archive}(y.ko):\n{alone.stdout}'))
        self.assertIn(f'File:      {archive}(x.ko), ',
                      cli.run(archive).stdout)

    def test_one_member(self):
        archive = cli.write('libx.a', gnu([('x.ko', self.meter),
                                           ('x.bc', b'BC\xc0\xde'),
                                           ('y(1).ko', self.meter),
                                           ('x.ko', self.meter)]))
        for name, indices in (('x.ko', [0, 3]), ('y(1).ko', [2])):
            items = cli.objects('--info', f'{archive}({name})')
            self.assertEqual(
                [item['member_index'] for item in cli.of_kind('file', items)],
                indices)
        for name, fact in (('none.ko', f'{archive}: no member none.ko'),
                           ('x.bc', f'{archive}(x.bc): this is LLVM bitcode')):
            result = cli.run('--info', f'{archive}({name})')
            self.assertEqual(result.returncode, 1)
            self.assertIn(fact, result.stderr)

    def test_a_file_of_that_name_goes_first(self):
        archive = cli.write('libx.a', gnu([('x.ko', b'no ELF')]))
        file = cli.write('libx.a(x.ko)', self.meter)
        self.assertEqual(cli.objects('--info', file),
                         cli.objects('--info', cli.MODULE))
        os.remove(file)
        self.assertEqual(cli.run('--info', f'{archive}(x.ko)').returncode, 1)

    def test_a_bad_member_spoils_itself(self):
        bad = bytearray(self.meter)
        bad[40:48] = b'\xff' * 8  # e_shoff
        archive = cli.write('libx.a', gnu([('bad.ko', bytes(bad)),
                                           ('x.ko', self.meter)]))
        items = cli.objects('--info', archive, status=1)
        errors = cli.of_kind('error', items)
        self.assertEqual(len(errors), 1)
        self.assertTrue(errors[0]['error'].startswith(f'{archive}(bad.ko): '))
        self.assertEqual(
            [item for item in without_headings(items)
             if item['kind'] != 'error'], cli.objects('--info', cli.MODULE))

    def test_damaged_archives(self):
        whole = gnu([('x.ko', self.meter), ('y.ko', self.meter)])
        alone = cli.objects('--info', cli.MODULE)
        second = whole.rindex(b'y.ko/')
        for name, image, fact in (
                ('cut in a member', whole[:-100], '(y.ko): '),
                ('cut in a header', whole[:second + 30],
                 f'archive ends inside the member header at offset {second}'),
                ('no header', whole[:second] + b'!' * 200,
                 f'archive member header at offset {second}: '
                 'it does not end as one')):
            with self.subTest(name):
                archive = cli.write('libx.a', image)
                items = cli.objects('--info', archive, status=1)
                errors = cli.of_kind('error', items)
                self.assertEqual(len(errors), 1)
                self.assertIn(fact, errors[0]['error'])
                self.assertEqual(without_headings(items)[:len(alone)], alone)

    def test_without_members(self):
        result = cli.run('--info', cli.write('empty.a', b'!<arch>\n'))
        self.assertEqual((result.returncode, result.stdout, result.stderr),
                         (0, '', ''))

    def test_compressed_archive(self):
        archive = cli.write('libx.a.gz',
                            gzip.compress(gnu([('x.ko', self.meter)])))
        self.assertEqual(
            without_headings(cli.objects('--info', archive)),
            cli.objects('--info', cli.MODULE))

    def test_thin_archive(self):
        folder = cli.path('thin')
        os.makedirs(folder + '/sub', exist_ok=True)
        shutil.copy(cli.MODULE, folder + '/sub/x.ko')
        names = b'sub/x.ko/\nsub/gone.ko/\n'
        archive = cli.write('thin/thin.a', (
            b'!<thin>\n' + member('//', names) + header(b'/0', 5) +
            header(b'/10', 5)))
        items = cli.objects('--info', archive, status=1)
        self.assertEqual(cli.of_kind('file', items)[0], {
            'kind': 'file', 'file': archive + '(sub/x.ko)', 'archive': archive,
            'member': 'sub/x.ko', 'member_index': 0, 'member_offset': None,
            'left_out': None})
        self.assertIn('gone.ko: cannot open', items[-1]['error'])

    def test_what_ar_writes(self):
        ar = shutil.which('ar')
        if ar is None:
            self.skipTest('no ar')
        objects = [cli.compiled(), cli.compiled('-gdwarf-4')]
        alone = [cli.objects('--info', file) for file in objects]
        for flags in ('rcs', 'rcsT'):
            archive = cli.path(flags + '.a')
            subprocess.run([ar, flags, archive, *objects], check=True)
            items = without_headings(cli.objects('--info', archive))
            self.assertEqual(items, alone[0] + alone[1])
        # An archive in a thin one is named member by member.
        nested = cli.path('nested.a')
        subprocess.run([ar, 'rcsT', nested, cli.path('rcs.a')], check=True)
        items = cli.objects('--info', nested)
        self.assertEqual(without_headings(items), alone[0] + alone[1])
        self.assertEqual(
            [item['member'] for item in cli.of_kind('file', items)],
            [os.path.basename(file) for file in objects])

    def test_split_files_are_beside_the_archive(self):
        folder = cli.path('split')
        shutil.copytree(os.path.join(cli.DATA, 'split'), folder,
                        dirs_exist_ok=True)
        for name in sorted(os.listdir(folder)):
            if not name.endswith('.o'):
                continue
            file = os.path.join(folder, name)
            archive = cli.write('split/lib.a', gnu([(name, read(file))]))
            alone = cli.objects('--summary', file)[0]
            self.assertEqual(cli.objects('--summary', archive)[1], alone)


class SignatureTest(unittest.TestCase):
    def setUp(self):
        self.meter = read(cli.MODULE)

    def test_summary(self):
        size = len(self.meter)
        file = cli.write('signed.ko', signed(self.meter))
        self.assertEqual(cli.objects('--summary', file)[0]['signature'], {
            'type': 'PKCS#7', 'hash': 'sha256', 'offset': size,
            'size': len(pkcs7()), 'elf_size': size})
        self.assertIn(
            f'\nSignature: PKCS#7, sha256, {len(pkcs7())} bytes at offset '
            f'{size}, after an ELF file of {size} bytes\n',
            cli.run('--summary', file).stdout)

    def test_nothing_else_changes(self):
        file = cli.write('signed.ko', signed(self.meter))
        self.assertEqual(cli.objects(*SELECTORS, file),
                         cli.objects(*SELECTORS, cli.MODULE))

    def test_none(self):
        self.assertIsNone(
            cli.objects('--summary', cli.MODULE)[0]['signature'])
        self.assertNotIn('Signature', cli.run('--summary', cli.MODULE).stdout)

    def test_damaged(self):
        file = cli.write('signed.ko', signed(self.meter)[:-5])
        summary, error = cli.objects('--summary', file, status=1)
        self.assertEqual(summary['signature'], {'error': error['error']})
        self.assertIn('damaged module signature: PKCS#7 data at offset',
                      error['error'])
        self.assertIn('\nSignature: damaged\n',
                      cli.run('--summary', file).stdout)


if __name__ == '__main__':
    cli.main()
