#!/usr/bin/env python3
"""Puts measured tables and plots into the documentation.

    update_docs.py docs/benchmarks.md RESULTS_DIR

replaces what stands between `<!-- NAME -->` and `<!-- end NAME -->` with
RESULTS_DIR/NAME.md, and copies RESULTS_DIR/growth-*.svg beside the page. Files that are
not there change nothing.
"""

import pathlib
import re
import shutil
import sys

PARTS = ('tables', 'growth')


def replace(page, name, text):
    pattern = re.compile(rf'(<!-- {name} -->\n).*?(<!-- end {name} -->)', re.DOTALL)
    result, count = pattern.subn(lambda match: f'{match[1]}\n{text}\n{match[2]}', page)
    if count != 1:
        raise ValueError(f'{count} places for {name}, not one')
    return result


def main(arguments):
    if len(arguments) != 2:
        print(__doc__, file=sys.stderr)
        return 2
    path, results = (pathlib.Path(argument) for argument in arguments)
    page = path.read_text(encoding='utf-8')
    for name in PARTS:
        source = results / f'{name}.md'
        if source.exists():
            page = replace(page, name, source.read_text(encoding='utf-8').strip('\n') +
                           '\n')
    path.write_text(page, encoding='utf-8')
    for plot in results.glob('growth-*.svg'):
        shutil.copy(plot, path.parent)
    return 0


if __name__ == '__main__':
    sys.exit(main(sys.argv[1:]))
