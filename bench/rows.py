"""What is compared: the works with their targets, and the whole tools.

A target is what libdwreloc shall reach. Of times it is a ratio: seconds on the
machine that targets were set on, by those of the best other reader there; it is
held against ours by the best other reader of the same run, on whatever machine.
RATIO stands for the other's seconds where the ratio itself was set.
"""

from readers import BARE, OURS

XFS, TWIN, ALL = 'xfs.ko', 'its twin', 'all modules'
# Files of a million records (synthetic.py) of machines with 32 bits: REL,
# little-endian; RELA, big-endian.
I386, PPC = 'i386', 'PowerPC'
RATIO = 1.0
QUERY = ('--target=/xfs.ko', '--symbol=xfs_attr_get')


class Metric:
    """A number taken from a run; smaller is better."""

    def __init__(self, name, title, unit, value, target=None, best_other=None):
        self.name = name      # unique
        self.title = title
        self.unit = unit
        self.value = value    # of a record (compare.py) of the row
        # The target, and what the best other reader took where it was set; None
        # if the target is one on every machine.
        self.target = target
        self.best_other = best_other


class Row:
    """One work over one set of files."""

    def __init__(self, name, work, files, metrics, options=(), only=None,
                 has_floor=True):
        self.name = name
        self.work = work
        self.files = files
        self.metrics = metrics
        self.options = options
        self.only = only  # the readers that can do it; None: all
        self.has_floor = has_floor  # False: the bare loop cannot read the files


def _phase(record, name):
    return record['result'][f'{name}_cpu']


def _per_record(record):
    result = record['result']
    seconds = _phase(record, 'digest') - _phase(record, 'bare')
    return seconds / result['relocs'] * 1e9


ROWS = [
    Row('open-all', 'open', ALL, [
        Metric('W1', 'W1 open all', 'CPU s',
               lambda r: _phase(r, 'open'), 0.020, 1.14),
        Metric('W1m', 'W1 anonymous memory', 'MiB',
               lambda r: r['result']['anonymous_kib'] / 1024, 16)]),
    Row('walk-xfs', 'walk', XFS, [
        Metric('W2x', 'W2 walk xfs.ko', 'CPU s', lambda r: _phase(r, 'walk'),
               0.22, RATIO)]),
    Row('walk-twin', 'walk', TWIN, [
        Metric('twin', 'walk of xfs.ko\'s resolved twin', 'CPU s',
               lambda r: _phase(r, 'walk'), 0.6, RATIO)]),
    Row('walk-all', 'walk', ALL, [
        Metric('W2', 'W2 walk all', 'CPU s', lambda r: _phase(r, 'walk'), 0.22,
               RATIO)]),
    Row('lines-all', 'lines', ALL, [
        Metric('W3', 'W3 line tables, all', 'CPU s', lambda r: _phase(r, 'lines'),
               0.08, RATIO)]),
    Row('ranges-all', 'ranges', ALL, [
        Metric('W4', 'W4 walk and lists, all', 'CPU s',
               lambda r: _phase(r, 'ranges'), 0.22, RATIO)]),
    Row('digest-xfs', 'digest', XFS, [
        Metric('W5x', 'W5 digest, xfs.ko', 'ns per relocation', _per_record, 5,
               46.5),
        # 8 bytes for each of 697,595 records of 4-byte data and 16 for each of
        # 79,905 of 8-byte data are 8.8, but memory comes in pages.
        Metric('W5m', 'W5 private bytes, xfs.ko', 'bytes per relocation',
               lambda r: r['result']['digest_kib'] * 1024 / r['result']['relocs'],
               9)]),
    Row('digest-all', 'digest', ALL, [
        Metric('W5', 'W5 digest, all', 'ns per relocation', _per_record, 4,
               40)]),
    *[row for name, files, what in (('i386', I386, '10^6 REL records, i386'),
                                    ('ppc', PPC, '10^6 RELA records, PowerPC'))
      for row in (
          Row(f'digest-{name}', 'digest', files, [
              Metric(f'digest-{name}', f'digest, {what}', 'ns per relocation',
                     _per_record)], has_floor=False),
          Row(f'walk-{name}', 'walk', files, [
              Metric(f'walk-{name}', f'walk, {what}', 'CPU s',
                     lambda r: _phase(r, 'walk'))], has_floor=False))],
    Row('query-all', 'query', ALL, [
        Metric('W6', 'W6 open all, resolve one address', 'CPU s, whole process',
               lambda r: r['cpu'], 0.12, RATIO),
        Metric('W6m', 'W6 peak resident', 'MiB',
               lambda r: r['result']['peak_kib'] / 1024, 40)], QUERY),
    Row('random-xfs', 'random', XFS, [
        Metric('random', 'random relocated 4-byte reads, xfs.ko', 'ns',
               lambda r: _phase(r, 'random') / r['result']['reads'] * 1e9, 120)],
        only=(OURS, BARE)),
]

# Row of the one whose times are divided, row of the divisor.
TAX = ('W2x', 'twin', 'relocation tax: xfs.ko / its resolved twin', 1.15)


class Tool:
    """A command over xfs.ko. `rate`: MB of text per second that ours shall reach."""

    def __init__(self, group, name, command, is_ours=False, rate=None, seconds=None,
                 clock='cpu'):
        self.group = group
        self.name = name
        self.command = command  # {file}, {symbol}, {address}, {build} are filled in
        self.is_ours = is_ours
        self.rate = rate
        self.seconds = seconds
        self.clock = clock      # which clock rate and seconds are by


DUMP = '{build}/tools/dwreloc-dump'
# Not eu-readelf --debug-dump=decodedline: one run takes half a minute.
TOOLS = [
    Tool('DIEs', 'readelf -wi', ['readelf', '-wi', '{file}']),
    Tool('DIEs', 'eu-readelf -N --debug-dump=info',
         ['eu-readelf', '-N', '--debug-dump=info', '{file}']),
    Tool('DIEs', 'llvm-dwarfdump --debug-info',
         ['llvm-dwarfdump-19', '--debug-info', '{file}']),
    Tool('DIEs', 'dwreloc-dump --info', [DUMP, '--info', '{file}'], True, 1000),
    Tool('DIEs', 'dwreloc-dump --info --jobs=2',
         [DUMP, '--info', '--jobs=2', '{file}'], True, 1800, clock='wall'),
    Tool('lines', 'readelf -wL', ['readelf', '-wL', '{file}']),
    Tool('lines', 'llvm-dwarfdump --debug-line',
         ['llvm-dwarfdump-19', '--debug-line', '{file}']),
    Tool('lines', 'dwreloc-dump --lines', [DUMP, '--lines', '{file}'], True, 600),
    Tool('one lookup', 'addr2line', ['addr2line', '-f', '-j', '.text', '-e', '{file}',
                                     '{address}']),
    Tool('one lookup', 'eu-addr2line', ['eu-addr2line', '-f', '-e', '{file}',
                                        '{symbol}']),
    Tool('one lookup', 'works query', ['{build}/bench/works', 'query', '--target=/',
                                       '--symbol={symbol}', '{file}'], True,
         seconds=0.008),
    Tool('types', 'pahole', ['pahole', '{file}']),
]
