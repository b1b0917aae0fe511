#!/usr/bin/env python3
"""Makes a C++ source of the page that dwreloc-compress --report writes.

    make_page.py PAGE.html PAGE.js LIBRARY.js OUT.cc

The library and the program go into the page; what is left are the bytes before and after
the data.
"""

import sys


def array(name, text):
    data = text.encode()
    rows = [', '.join(map(str, data[at:at + 24])) for at in range(0, len(data), 24)]
    return (f'const unsigned char {name}Bytes[] = {{\n' + ',\n'.join(rows) + '};\n'
            f'const std::string_view {name}(reinterpret_cast<const char*>({name}Bytes),\n'
            f'    sizeof({name}Bytes));\n')


def main():
    page_path, program_path, library_path, output = sys.argv[1:]
    with open(page_path, encoding='utf-8') as file:
        page = file.read()
    for mark, path in (('@LIBRARY@', library_path), ('@PROGRAM@', program_path)):
        with open(path, encoding='utf-8') as file:
            text = file.read()
        if '</script' in text or page.count(mark) != 1:
            sys.exit(f'{path} does not fit into {page_path}')
        page = page.replace(mark, text)
    before, after = page.split('@DATA@')
    with open(output, 'w', encoding='utf-8') as file:
        file.write('// Made by make_page.py.\n'
                   '#include "dwreloc_compress/html_report.h"\n\n'
                   'namespace dwreloc_tools::compress {\n\n' +
                   array('kPageBeforeData', before) + '\n' +
                   array('kPageAfterData', after) +
                   '\n}  // namespace dwreloc_tools::compress\n')


if __name__ == '__main__':
    main()
