"""dwreloc-diff finds each of 1000 single changes of meaning, and none of 100 changes
of form.  Both are made of seeds, so that a failure can be repeated."""

import functools
import os
import random
import subprocess
import unittest

import diff_support as diff
import form
import meaning
from diff_support import cli

MEANING = int(os.environ.get('DWRELOC_DIFF_SEEDS', 1000))
FORM = MEANING // 10

CXX_SOURCE = '''
namespace app {
struct Item { int number; char name[20]; Item *next; long more[7]; };
enum class Kind : unsigned char { kFirst = 1, kSecond = 200 };
template <typename T> struct Box { T value; const Box *other; T Get() const; };
template <typename T> T Box<T>::Get() const { return other ? other->Get() : value; }
namespace { int hidden = 3; }
int Use(const Item& item, Kind kind) {
  Box<long> box{item.more[2], nullptr};
  Box<Item> items{item, nullptr};
  return item.number + int(kind) + int(box.Get()) + items.value.number + hidden++;
}
}
using app::Item;
int Twice(const Item& i) { return app::Use(i, app::Kind::kFirst) * 2; }
'''


@functools.lru_cache(maxsize=None)
def subjects():
    objects = [cli.MODULE]
    objects += [cli.compiled(*flags) for flags in (
        ('-gdwarf-5',), ('-gdwarf-4', '-gpubnames'), ('-gdwarf-5', '-g3'),
        ('-gdwarf-5', '-O1', '-fno-asynchronous-unwind-tables'))]
    objects += [cli.compiled(*flags, source=CXX_SOURCE, language='cc',
                             compiler=('g++',))
                for flags in (('-gdwarf-5',), ('-gdwarf-4', '-O0'))]
    return [meaning.Subject(path) for path in objects]


class SeededTest(unittest.TestCase):
    def setUp(self):
        diff.need('g++')
        if os.uname().machine != 'x86_64':
            self.skipTest('the records that are changed are those of x86-64')

    def changed(self, changes, seed):
        """The original, the changed file and what was done; kinds in turn."""
        rng = random.Random(seed)
        change = changes[seed % len(changes)]
        while True:
            subject = rng.choice(subjects())
            data = bytearray(subject.image.data)
            what = change(subject, data, rng)
            if what is None:
                continue
            if data == subject.image.data:
                continue
            return (subject.path, cli.write('changed.o', bytes(data)),
                    f'seed {seed}: {change.__name__}: {what} of {subject.path}')

    # What changes one datum is told once, whatever leads to it.
    ONE_DATUM = (meaning.a_constant, meaning.a_line, meaning.a_macro,
                 meaning.an_arange, meaning.a_byte_of_the_program)

    def test_each_change_of_meaning_is_found(self):
        for seed in range(MEANING):
            a, b, what = self.changed(meaning.CHANGES, seed)
            result = diff.run('--limit=3', a, b)
            self.assertEqual((result.returncode, result.stderr),
                             (diff.DIFFERENT, ''), what)
            self.assertIn('\n< ', result.stdout, what)
            if meaning.CHANGES[seed % len(meaning.CHANGES)] in self.ONE_DATUM:
                self.assertTrue(result.stdout.endswith('\n1 difference\n'),
                                f'{what}: {result.stdout}')

    def test_each_change_of_a_compressed_file_is_found(self):
        """Of what dwreloc-compress has written, compared with the original."""
        pairs = []
        for subject in subjects():
            output = cli.path('compressed%d.o' % len(pairs))
            subprocess.run([diff.COMPRESS, subject.path, '-o', output],
                           check=True, stdout=subprocess.DEVNULL)
            pairs.append((subject.path, meaning.Subject(output)))
        found = 0
        for seed in range(MEANING // 4):
            rng = random.Random(seed)
            change = meaning.CHANGES[seed % len(meaning.CHANGES)]
            path, subject = rng.choice(pairs)
            data = bytearray(subject.image.data)
            try:
                what = change(subject, data, rng)
            except (IndexError, ValueError):
                continue  # there is nothing of the kind any more
            if what is None or data == subject.image.data:
                continue
            found += 1
            result = diff.run('-q', path, cli.write('changed.o', bytes(data)))
            self.assertEqual((result.returncode, result.stderr),
                             (diff.DIFFERENT, ''),
                             f'seed {seed}: {change.__name__}: {what} of {path}')
        self.assertGreater(found, MEANING // 10)

    def test_no_change_of_form_is_a_difference(self):
        for seed in range(FORM):
            a, b, what = self.changed(form.CHANGES, seed)
            result = diff.run(a, b)
            self.assertEqual(
                (result.returncode, result.stdout, result.stderr),
                (diff.SAME, '', ''), what)

    def test_a_file_is_the_same_as_itself(self):
        for subject in subjects():
            self.assertEqual(diff.run(subject.path, subject.path).returncode,
                             diff.SAME)


if __name__ == '__main__':
    unittest.main()
