#!/usr/bin/env python3
"""Proves that includes go down only, and a few rules that go with that.

    check_layering.py ROOT          check the tree under ROOT
    check_layering.py --self-test   check that each rule can fail

The layers are the folders of libdwreloc/, as docs/design.md draws them:

    capi > audit > module > {lines lists frames lookup macros} > tree > dwarf
         > read > reloc > elf > base,    module > placing > reloc,
    capi > query > module,    capi > set > module

A file may include its own folder and those below it. The five chapters of
dwarf/ are side by side: none includes another. Within a folder no two
components, a .h and the .cc of its name, include one another, be it by way of
others. And all of it stays small enough to read: see LONGEST_FILE.
"""

import pathlib
import re
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
import tree_checks  # noqa: E402

# Of each folder, the one that is right below it; all below that one, too.
CHAPTERS = ["dwarf/lines", "dwarf/lists", "dwarf/frames", "dwarf/lookup",
            "dwarf/macros"]
DIRECTLY_BELOW = {
    "base": [],
    "elf": ["base"],
    "reloc": ["elf"],
    "read": ["reloc"],
    "dwarf": ["read"],
    "dwarf/tree": ["dwarf"],
    **{chapter: ["dwarf/tree"] for chapter in CHAPTERS},
    "placing": ["reloc"],
    "module": [*CHAPTERS, "placing"],
    "audit": ["module"],
    "query": ["module"],
    "set": ["module"],
    "write": ["module"],
    "capi": ["audit", "query", "set", "write"],
}


def all_below(folder):
    """The folder itself and what it may include."""
    found = {folder}
    for lower in DIRECTLY_BELOW[folder]:
        found |= all_below(lower)
    return found


# Folders that are a part of another one.
PARTS = {"reloc/howto_tables": "reloc"}
BELOW = {folder: all_below(folder) for folder in DIRECTLY_BELOW}
ROOTS = {folder.split("/")[0] for folder in BELOW}

# Lines that a file and a function of the library may have.
LONGEST_FILE = 500
LONGEST_FUNCTION = 80
# Longer files, and functions as FILE: NAME, each with the reason.
LONGER_FILES = {
    "dwarf/constants.inc": "a table: one line for each number of DWARF",
}
LONGER_FUNCTIONS = {}


def is_internal(parts):
    """Is it a path below libdwreloc/? <set> alone is the standard's."""
    return len(parts) > 1 and parts[0] in ROOTS


SOURCE_SUFFIXES = {".h", ".hpp", ".c", ".cc", ".inc", ".def"}

INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*([<"])([^>"]+)[>"]', re.M)
COMMENT = re.compile(r"//[^\n]*|/\*.*?\*/", re.S)
STRING = re.compile(r'"(?:\\.|[^"\\\n])*"')

# Parsers never print. Formatting into a buffer (snprintf, StrFormat) is fine.
PRINTING = re.compile(
    r"\bstd::(?:cout|cerr|clog|printf|puts|putchar|print|println)\b"
    r"|(?<![\w:.>])(?:v?printf|puts|putchar|perror)\s*\("
    r"|(?<![\w:.>])(?:std::)?v?f(?:printf|puts|putc|write)\s*\("
    r"|\babsl::(?:PrintF|FPrintF)\b"
    r"|\b(?:stdout|stderr)\b")


def folder_of(parts):
    """The folder of a path below libdwreloc/; None if it is not one of them."""
    folder = "/".join(parts[:-1])
    folder = PARTS.get(folder, folder)
    return folder if folder in BELOW else None


def sources(folder):
    if not folder.is_dir():
        return []
    return sorted(p for p in folder.rglob("*")
                  if p.is_file() and p.suffix in SOURCE_SUFFIXES)


def includes(text):
    """(line number, '<' or '"', path) of each #include outside comments."""
    # Comments go, their line breaks stay, so that line numbers stay true.
    text = COMMENT.sub(lambda m: "\n" * m.group().count("\n"), text)
    for match in INCLUDE.finditer(text):
        yield (text.count("\n", 0, match.start()) + 1, match.group(1),
               match.group(2))

# A number of DWARF written down again: dwreloc/dwarf.h has them all.
PRIVATE_COPY = re.compile(r"\bDW_\w+\s*=\s*(?:0x[0-9a-fA-F]+|\d+)\b")

# Memory that runs out passes through (base/no_memory.h), up to the wall.
THROWING = re.compile(r"\b(?:throw|try|catch)\b")
# A function of dwreloc.h that returns a code: its name, and what its body
# begins with. The end of one that catches.
ENTRY_POINT = re.compile(r"^int (dwreloc_\w+)\([^{;]*\)\s*(try )?{", re.M)
CAUGHT = "\n} catch (...) {\n  return FailCaught();\n}\n"


# What a brace in it would not count: comments, literals, preprocessor lines.
LITERAL = re.compile(
    r'//[^\n]*|/\*.*?\*/|R"(\w*)\(.*?\)\1"|"(?:\\.|[^"\\\n])*"'
    r"|(?<![0-9a-fA-F])'(?:\\.|[^'\\\n])+'"
    r"|^[ \t]*#(?:[^\n\\]|\\.|\\\n)*", re.S | re.M)
CONTAINER = re.compile(r"\b(?:namespace|class|struct|union|enum|extern)\b")
NAME = re.compile(r"(~?\w+|operator\W+)\s*\(")


def functions(text):
    """(name, first line, number of lines) of each function body, with its
    heading, that is in no other one."""
    text = LITERAL.sub(lambda m: re.sub(r"[^\n]", " ", m.group()), text)
    open_braces = []  # of each: what it opens, where its heading begins, heading
    begin = 0
    for match in re.finditer(r"[{};]", text):
        if match.group() == "{":
            heading = text[begin:match.start()]
            start = begin + len(heading) - len(heading.lstrip())
            is_inside = any(kind != "container" for kind, _, _ in open_braces)
            if CONTAINER.search(heading) and "(" not in heading:
                kind = "container"
            elif is_inside or heading.rstrip().endswith("="):
                kind = "other"
            else:
                kind = "function"
            open_braces.append((kind, start, heading))
        elif match.group() == "}" and open_braces:
            kind, start, heading = open_braces.pop()
            if kind == "function":
                name = NAME.search(heading)
                yield (name[1] if name else "",
                       text.count("\n", 0, start) + 1,
                       text.count("\n", start, match.end()) + 1)
        begin = match.end()


def component(path):
    """The .h and the .cc of one name, as one."""
    return str(pathlib.PurePosixPath(path).with_suffix(""))


def circles(edges):
    """Of a graph {node: nodes}, a path from a node back to itself for each set
    of nodes that reach one another, as lists that begin with the least."""
    def path_between(start, goal):
        before = {start: None}
        queue = [start]
        for node in queue:
            for other in sorted(edges.get(node, ())):
                if other == goal:
                    path = [goal]
                    while node is not None:
                        path.append(node)
                        node = before[node]
                    return path[::-1]
                if other not in before:
                    before[other] = node
                    queue.append(other)
        return None

    found = []
    seen = set()
    for node in sorted(edges):
        if node in seen:
            continue
        path = path_between(node, node)
        if path is not None:
            found.append(path)
            seen.update(path)
    return found


class Checker:
    def __init__(self, root):
        self.root = root
        self.errors = []
        self.files = 0
        self.edges = 0

    def error(self, path, line, text):
        where = path.relative_to(self.root)
        self.errors.append(f"{where}:{line}: {text}")

    def check_library(self):
        folder = self.root / "libdwreloc"
        edges = {}
        for path in sources(folder):
            self.files += 1
            parts = path.relative_to(folder).parts
            folder_name = folder_of(parts)
            if folder_name is None:
                self.error(path, 1, "belongs to no layer; see "
                           "tests/layering/check_layering.py")
                continue
            text = path.read_text(encoding="utf-8")
            for line, kind, target in includes(text):
                self.edges += 1
                self.check_library_include(path, folder_name, line, kind,
                                           target)
                self.add_edge(edges, "/".join(parts), target)
            self.check_printing(path, text)
            self.check_exceptions(path, parts, text)
            self.check_sizes(path, "/".join(parts), text)
        for circle in circles(edges):
            header = folder / (circle[0] + ".h")
            self.error(header if header.is_file() else folder / circle[0], 1,
                       "includes itself: " + " > ".join(circle))

    def add_edge(self, edges, source, target):
        """Of components of one folder; others cannot be in a circle."""
        source = component(source)
        target = component(target)
        if (source != target and
                pathlib.PurePosixPath(source).parent ==
                pathlib.PurePosixPath(target).parent):
            edges.setdefault(source, set()).add(target)

    def check_sizes(self, path, name, text):
        lines = text.count("\n")
        if lines > LONGEST_FILE and name not in LONGER_FILES:
            self.error(path, 1, f"{lines} lines, more than {LONGEST_FILE}")
        for function, line, lines in functions(text):
            if (lines > LONGEST_FUNCTION and
                    f"{name}: {function}" not in LONGER_FUNCTIONS):
                self.error(path, line, f"{function} has {lines} lines, more "
                           f"than {LONGEST_FUNCTION}")

    def check_library_include(self, path, folder, line, kind, target):
        target_parts = pathlib.PurePosixPath(target).parts
        if target in ("libelf.h", "gelf.h"):
            if folder != "elf":
                self.error(path, line, f"<{target}> outside elf/")
        elif target_parts[0] == "dwreloc":
            # The public C header is the wall itself; the C++ one is for users.
            if folder != "capi" or target.endswith(".hpp"):
                self.error(path, line, f"public header {target} in {folder}")
        elif is_internal(target_parts):
            if kind == "<":
                self.error(path, line, f"write \"{target}\", not <{target}>")
            target_folder = folder_of(target_parts)
            if target_folder is None:
                self.error(path, line, f"{target} belongs to no layer")
            elif target_folder not in BELOW[folder]:
                self.error(path, line,
                           f"{folder} includes {target} of {target_folder}, "
                           "which is not below it")
        elif kind == '"' and target_parts[0] != "absl":
            self.error(path, line, f"{target}: write the path from libdwreloc/")

    def check_printing(self, path, text):
        text = COMMENT.sub(lambda m: "\n" * m.group().count("\n"), text)
        text = STRING.sub('""', text)
        for match in PRINTING.finditer(text):
            line = text.count("\n", 0, match.start()) + 1
            self.error(path, line,
                       f"the library prints: {match.group().strip()}")

    def check_exceptions(self, path, parts, text):
        text = COMMENT.sub(lambda m: "\n" * m.group().count("\n"), text)
        text = STRING.sub('""', text)
        if parts[0] != "capi":
            for match in THROWING.finditer(text):
                if parts == ("base", "no_memory.h"):
                    break
                line = text.count("\n", 0, match.start()) + 1
                self.error(path, line, f"{match.group()} below the wall")
            return
        entries = list(ENTRY_POINT.finditer(text))
        ends = [entry.start() for entry in entries[1:]] + [len(text)]
        for entry, end in zip(entries, ends):
            # It tells failures, and allocates nothing.
            if entry[1] == "dwreloc_error":
                continue
            if not entry[2] or CAUGHT not in text[entry.end():end]:
                line = text.count("\n", 0, entry.start()) + 1
                self.error(path, line, f"{entry[1]} catches nothing")

    def check_public(self):
        for path in sources(self.root / "include"):
            self.files += 1
            text = path.read_text(encoding="utf-8")
            for line, _, target in includes(text):
                self.edges += 1
                parts = pathlib.PurePosixPath(target).parts
                if parts[0] == "absl":
                    self.error(path, line, f"{target} in a public header")
                elif is_internal(parts):
                    self.error(path, line,
                               f"internal {target} in a public header")
                elif path.name == "dwreloc.h" and target.endswith(".hpp"):
                    self.error(path, line, "the C header includes C++")

    def check_users(self):
        """Programs see the public headers and nothing else of ours.

        bench/layers measures the inside, and sees what tests/unit sees.
        """
        layers = self.root / "bench" / "layers"
        for folder in ("tools", "bench", "tests/api"):
            base = self.root / folder
            for path in sources(base):
                if layers in path.parents:
                    continue
                self.files += 1
                text = path.read_text(encoding="utf-8")
                self.check_private_copies(path, text)
                for line, kind, target in includes(text):
                    self.edges += 1
                    parts = pathlib.PurePosixPath(target).parts
                    if target in ("dwreloc/dwreloc.h", "dwreloc/dwreloc.hpp",
                                  "dwreloc/dwarf.h"):
                        continue
                    # Their own headers, relative to the file or the folder.
                    own = ((path.parent / target).is_file() or
                           (base / target).is_file())
                    inside = ".." not in parts
                    if (is_internal(parts) or parts[0] == "libdwreloc") and \
                            not (own and inside):
                        self.error(path, line,
                                   f"internal header {target} in {folder}/")
                    elif kind == '"' and not (own and inside) and \
                            parts[0] not in ("absl", "gtest", "gmock",
                                             "benchmark"):
                        self.error(path, line,
                                   f"{target} is not a header of {folder}/")

    def check_private_copies(self, path, text):
        text = COMMENT.sub(lambda m: "\n" * m.group().count("\n"), text)
        for match in PRIVATE_COPY.finditer(STRING.sub('""', text)):
            line = text.count("\n", 0, match.start()) + 1
            self.error(path, line, f"{match.group()}: include dwreloc/dwarf.h")

    def run(self):
        self.check_library()
        self.check_public()
        self.check_users()
        return self.errors


def long_function(name, lines):
    """A function of so many lines, with braces where they do not count."""
    body = "  const char* s = \"}\";  // }\n  if (s) { F('}'); }\n"
    return (f"int {name}(int a,\n      int b) {{\n" + body +
            "  F(1);\n" * (lines - 5) + "}\n")


# Each case: a name, the files of a small tree, and a part of the only error
# that is expected, or None where the tree is sound.
GOOD = {
    "libdwreloc/base/bytes.h": "#include <vector>\n",
    "libdwreloc/base/status.cc":
        '#include "base/bytes.h"\n#include "absl/status/status.h"\n'
        "// printf(1) is a program; stderr too\n"
        'const char* kText = "printf(stderr)";\n'
        "int F(char* p) { return snprintf(p, 1, kText); }\n",
    "libdwreloc/base/longest.cc":
        "namespace a {\nclass B {\n" + long_function("C", 80) + "};\n" +
        long_function("D", 80) + long_function("E", 80) * 4 + "}\n" +
        "\n" * 14,
    "libdwreloc/dwarf/constants.inc": "\n" * 501,
    "libdwreloc/base/table.cc":
        "const int kTable[] = {\n" + "    1,\n" * 100 + "};\n",
    "libdwreloc/elf/section.cc":
        '#include <gelf.h>\n#include "base/bytes.h"\n',
    "libdwreloc/read/cursor.h": '#include "reloc/howto.h"\n',
    "libdwreloc/read/cursor.cc": '#include "read/cursor.h"\n',
    "libdwreloc/read/reloc_cursor.h": '#include "read/cursor.h"\n',
    "libdwreloc/read/far.h": '#include "read/reloc_cursor.h"\n',
    "libdwreloc/reloc/howto.h": '#include "elf/section.h"\n',
    "libdwreloc/dwarf/tree/die.cc": '#include "dwarf/tree/unit.h"\n',
    "libdwreloc/dwarf/sections.h": '#include "read/cursor.h"\n',
    "libdwreloc/dwarf/lines/line.cc":
        '#include "dwarf/tree/die.h"\n#include "dwarf/lines/line.h"\n',
    "libdwreloc/placing/resolver.h": '#include "reloc/howto.h"\n',
    "libdwreloc/module/module.cc":
        '#include "dwarf/lines/line.h"\n#include "placing/resolver.h"\n',
    "libdwreloc/audit/owners.cc": '#include "module/module.h"\n',
    "libdwreloc/capi/handles.h":
        '#include <dwreloc/dwreloc.h>\n#include "module/module.h"\n',
    "libdwreloc/base/no_memory.h": "void F() { throw 1; }\n",
    "libdwreloc/capi/c_api_unit.cc":
        "int dwreloc_a(int a,\n              int b) try {\n  return a;\n"
        "} catch (...) {\n  return FailCaught();\n}\n"
        "uint32_t dwreloc_b() { return 1; }\n",
    "include/dwreloc/dwreloc.h": "#include <stdint.h>\n",
    "include/dwreloc/dwreloc.hpp": "#include <dwreloc/dwreloc.h>\n",
    "tools/dwreloc_dump/main.cc":
        '#include <dwreloc/dwreloc.hpp>\n#include "dwreloc_dump/json.h"\n'
        '#include <dwreloc/dwarf.h>\nint a = 3;  // DW_AT_name = 0x03\n'
        '#include "absl/flags/flag.h"\n',
    "tools/dwreloc_dump/json.h": "#include <cstdio>\n",
    "bench/layers/read_bench.cc":
        '#include "read/cursor.h"\n#include "workloads/workload.h"\n',
}

BAD = [
    ("upward", "libdwreloc/read/cursor.h", '#include "dwarf/tree/die.h"\n',
     "which is not below it"),
    ("upward from the lowest", "libdwreloc/base/bytes.h",
     '  #  include "elf/section.h"\n', "which is not below it"),
    ("upward after a comment", "libdwreloc/base/bytes.h",
     '/* #include\n"x" */ #include <map>\n\n#include "capi/handles.h"\n',
     "bytes.h:4: base includes"),
    ("tree to chapter", "libdwreloc/dwarf/tree/die.cc",
     '#include "dwarf/lines/line_program.h"\n', "dwarf/tree includes"),
    ("chapter to chapter", "libdwreloc/dwarf/lines/line.cc",
     '#include "dwarf/lists/ranges.h"\n', "dwarf/lines includes"),
    ("ground to tree", "libdwreloc/dwarf/sections.cc",
     '#include "dwarf/tree/die.h"\n', "dwarf includes"),
    ("placing to module", "libdwreloc/placing/resolver.cc",
     '#include "module/module.h"\n', "placing includes"),
    ("circle of two", "libdwreloc/read/cursor.h",
     '#include "read/reloc_cursor.h"\n', "read/cursor.h:1: includes itself: "
     "read/cursor > read/reloc_cursor > read/cursor"),
    ("circle by a source", "libdwreloc/read/cursor.cc",
     '#include "read/reloc_cursor.h"\n', "includes itself"),
    ("circle by way of another", "libdwreloc/read/cursor.cc",
     '#include "read/far.h"\n', "read/cursor > read/far > read/reloc_cursor "
     "> read/cursor"),
    ("long file", "libdwreloc/base/bytes.h", "\n" * 501, "501 lines"),
    ("long function", "libdwreloc/base/status.cc",
     "namespace a {\n" + long_function("F", 81) + "}\n",
     "status.cc:2: F has 81 lines"),
    ("long method", "libdwreloc/base/status.h",
     "class A : public B {\n  int a_ = 1;\n" + long_function("F", 81) +
     "};\n", "status.h:3: F has 81 lines"),
    ("long template", "libdwreloc/base/status.h",
     "template <typename T>\n" + long_function("F", 80), "F has 81 lines"),
    ("long test of an operator", "libdwreloc/base/status.cc",
     long_function("operator==", 81), "has 81 lines"),
    ("unknown folder of dwarf", "libdwreloc/dwarf/stray/stray.cc", "\n",
     "no layer"),
    ("unknown folder", "libdwreloc/util/misc.h", "\n", "no layer"),
    ("libelf outside elf", "libdwreloc/reloc/howto.h", "#include <gelf.h>\n",
     "outside elf/"),
    ("C++ header in the library", "libdwreloc/capi/handles.h",
     "#include <dwreloc/dwreloc.hpp>\n", "public header"),
    ("public header below capi", "libdwreloc/module/module.cc",
     "#include <dwreloc/dwreloc.h>\n", "public header"),
    ("relative include", "libdwreloc/base/status.cc",
     '#include "bytes.h"\n', "path from libdwreloc/"),
    ("angle brackets", "libdwreloc/elf/section.cc",
     "#include <base/bytes.h>\n", "not <base/bytes.h>"),
    ("printf", "libdwreloc/base/status.cc", 'void F() { printf("x"); }\n',
     "the library prints"),
    ("cerr", "libdwreloc/base/status.cc", "void F() { std::cerr << 1; }\n",
     "the library prints"),
    ("stderr", "libdwreloc/base/status.cc", "void F() { G(stderr); }\n",
     "the library prints"),
    ("throw", "libdwreloc/base/status.cc", "void F() { throw 1; }\n",
     "throw below the wall"),
    ("entry point without try", "libdwreloc/capi/c_api_unit.cc",
     "int dwreloc_a(int a) {\n  return a;\n}\n", "dwreloc_a catches nothing"),
    ("entry point without catch", "libdwreloc/capi/c_api_unit.cc",
     "int dwreloc_a(int a) try {\n  return a;\n} catch (...) {\n  return 1;\n"
     "}\n", "dwreloc_a catches nothing"),
    ("absl in public", "include/dwreloc/dwreloc.hpp",
     '#include "absl/types/span.h"\n', "public header"),
    ("internal in public", "include/dwreloc/dwreloc.hpp",
     '#include "base/bytes.h"\n', "internal base/bytes.h"),
    ("C++ in C", "include/dwreloc/dwreloc.h",
     "#include <dwreloc/dwreloc.hpp>\n", "includes C++"),
    ("internal in tools", "tools/dwreloc_dump/main.cc",
     '#include "dwarf/tree/die.h"\n', "internal header"),
    ("internal by relative path", "tools/dwreloc_dump/main.cc",
     '#include "../../libdwreloc/base/bytes.h"\n', "not a header of tools/"),
    ("internal in bench", "bench/open_bench.cc",
     '#include "read/cursor.h"\n', "internal header"),
    ("internal in API tests", "tests/api/api_test.cc",
     '#include "capi/handles.h"\n', "internal header"),
    ("private copy", "tools/dwreloc_dump/main.cc",
     "enum {\n  DW_AT_name = 0x03,\n};\n", "main.cc:2: DW_AT_name = 0x03"),
]


def summary(check):
    return f"{check.files} files, {check.edges} includes"


if __name__ == "__main__":
    sys.exit(tree_checks.main(sys.argv[1:], __doc__, Checker, GOOD, BAD, summary))
