"""The selectors of dwreloc-dump, as tools/dwreloc_dump/selectors.inc has them."""

import collections
import os
import re

ROOT = os.environ.get('DWRELOC_SOURCE_DIR',
                      os.path.join(os.path.dirname(__file__), '../..'))

# `kinds` are those of the objects that it prints.
Selector = collections.namedtuple('Selector', 'name is_in_all kinds')


def _rows():
    path = os.path.join(ROOT, 'tools/dwreloc_dump/selectors.inc')
    with open(path, encoding='utf-8') as file:
        text = file.read()
    for name, when, kinds in re.findall(
            r'^(?:UNIT_)?SELECTOR\("([a-z-]+)",\s*\w+,\s*(\w+),\s*"([a-z_ ]+)"',
            text, re.M):
        yield Selector(name, when == 'InAll', frozenset(kinds.split()))


SELECTORS = tuple(_rows())
NAMES = tuple(selector.name for selector in SELECTORS)
