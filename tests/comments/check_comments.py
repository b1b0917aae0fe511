#!/usr/bin/env python3
"""Proves that what comments and documents refer to exists.

    check_comments.py ROOT          check the tree under ROOT
    check_comments.py --self-test   check that each rule can fail

- "Tested by X" names files or folders that exist, also where the sentence goes
  on in the next line. A bare file name stands in the folder of the path before
  it. What no test can show is "Tested by the compiler".
- Every header of libdwreloc/ and tools/ of more than a few lines has such a
  sentence.
- A file or folder of the tree that is named by its path exists: from the root
  (tests/unit, libdwreloc/read/cursor.h) or, as includes have it and without its
  suffix if one likes, from libdwreloc/ (read/cursor).
- A document that is named (NAME.md, .rst, .txt) is in the repository; so is
  what a link in a document leads to. Documents of Linux (Documentation/...),
  those that a program writes where it is told (OUT_DIR/NAME.md), and addresses
  on the web are somebody else's.
"""

import pathlib
import re
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
import tree_checks  # noqa: E402

FOLDERS = ["include", "libdwreloc", "tools", "tests", "bench", "docs", ".ci"]
# Inputs of tests, not prose.
LEFT_OUT = ["tests/data", "tests/fuzz/corpus"]
C_SUFFIXES = {".h", ".hpp", ".c", ".cc", ".inc"}
SCRIPT_SUFFIXES = {".py", ".sh", ".build", ""}
DOCUMENT_SUFFIXES = {".md", ".1"}

# A header of so few lines needs no test of its own.
FEW_LINES = 30

C_COMMENT = re.compile(r'"(?:\\.|[^"\\\n])*"|(//[^\n]*|/\*.*?\*/)', re.S)
SCRIPT_COMMENT = re.compile(r'("""(?:.|\n)*?""")|(?:(?<=\s)|^)(#[^\n]*)', re.M)
# What begins the lines of a comment.
MARGIN = re.compile(r"^[ \t]*(?://+|/\*+|\*/?|#+!?)?[ \t]?", re.M)

TESTED = re.compile(r"\bTested\s+(?:by|through)\s(.*?)(?:\.(?=\s|$)|\n\s*\n|\Z)",
                    re.S)
PATH = re.compile(r"[\w.-]+(?:/[\w.-]+)+|[\w-]+\.(?:cc|c|py|sh)\b")
UNTESTABLE = "the compiler"

# NAME.cc stands for any name.
PLACEHOLDER = re.compile(r"\b[A-Z]{2,}\b|[A-Z]{4,}")
# Names what is built.
BUILDS = re.compile(r"^.*\bninja -C .*$", re.M)
DOCUMENT = re.compile(r"(?<![\w/.*-])[\w.][\w./-]*\.(?:md|rst|txt)\b")
ELSEWHERE = re.compile(r"Documentation/|[A-Z_]*DIR/")
WEB = re.compile(r"\bhttps?://\S+")
LINK = re.compile(r"\]\(([^)#\s]+)")


def comments_of(path, text):
    """The text with everything but comments blanked; line breaks stay."""
    if path.suffix in DOCUMENT_SUFFIXES:
        return text
    pattern = C_COMMENT if path.suffix in C_SUFFIXES else SCRIPT_COMMENT
    kept = []
    end = 0
    for match in pattern.finditer(text):
        comment = next((group for group in match.groups() if group), "")
        kept.append("\n" * text.count("\n", end, match.start()))
        kept.append(comment or "\n" * match.group().count("\n"))
        end = match.end()
    return MARGIN.sub("", "".join(kept))


def blank(match):
    return "-" * len(match.group())


def place_pattern(root):
    """A path of the tree, or below libdwreloc/.

    What goes on with a wildcard is left to the reader.
    """
    library = root / "libdwreloc"
    layers = sorted(path.name for path in library.glob("*") if path.is_dir())
    folders = "|".join(["include/dwreloc", "libdwreloc", "tools", "tests", "bench",
                        "docs", r"\.ci", *layers])
    return re.compile(rf"(?<![\w/.<$-])((?:{folders})/[\w./-]*\w)(?![\w*/{{$])")


class Checker:
    def __init__(self, root):
        self.root = root
        self.place = place_pattern(root)
        self.errors = []
        self.files = 0
        self.names = 0

    def error(self, path, text, position, message):
        line = text.count("\n", 0, position) + 1
        self.errors.append(f"{path.relative_to(self.root)}:{line}: {message}")

    def paths(self):
        yield from sorted(p for p in self.root.glob("*.md"))
        left_out = [self.root / name for name in LEFT_OUT]
        for folder in FOLDERS:
            for path in sorted((self.root / folder).rglob("*")):
                if path.is_file() and "__pycache__" not in path.parts and \
                        path.suffix in (C_SUFFIXES | SCRIPT_SUFFIXES |
                                        DOCUMENT_SUFFIXES) and \
                        not any(name in path.parents for name in left_out):
                    yield path

    def check_tested(self, path, text):
        sentences = list(TESTED.finditer(text))
        for sentence in sentences:
            words = " ".join(sentence[1].split())
            folder = path.parent
            named = PATH.findall(words)
            if not named and words != UNTESTABLE:
                self.error(path, text, sentence.start(),
                           f"names no test: Tested by {words}")
            for name in named:
                self.names += 1
                target = (self.root if "/" in name else folder) / name
                # Others are places, as everywhere.
                if not self.place.fullmatch(name) and not target.exists():
                    self.error(path, text, sentence.start(),
                               f"{name} does not exist")
                folder = target.parent
        return bool(sentences)

    def check_has_tested(self, path, text, has_tested):
        top = path.relative_to(self.root).parts[0]
        if path.suffix == ".h" and top in ("libdwreloc", "tools") and \
                not has_tested and text.count("\n") > FEW_LINES:
            self.error(path, text, 0, 'says nowhere what it is "Tested by"')

    def check_places(self, path, text):
        text = BUILDS.sub(blank, WEB.sub(blank, text))
        for match in self.place.finditer(text):
            name = match[1]
            if PLACEHOLDER.search(name):
                continue
            self.names += 1
            places = [self.root / name, self.root / "libdwreloc" / name]
            if not any(place.exists() or
                       any(place.parent.glob(place.name + ".*"))
                       for place in places):
                self.error(path, text, match.start(), f"{name} does not exist")

    def check_documents(self, path, text):
        text = WEB.sub(blank, text)
        if path.suffix == ".md":
            self.check_links(path, text)
            text = LINK.sub(blank, text)
        for match in DOCUMENT.finditer(text):
            name = match.group()
            if ELSEWHERE.match(name):
                continue
            self.names += 1
            if not any((folder / name).exists() for folder in
                       (self.root, path.parent, self.root / "docs")):
                self.error(path, text, match.start(),
                           f"{name} is not in the repository")

    def check_links(self, path, text):
        for match in LINK.finditer(text):
            self.names += 1
            is_web = set(match[1]) == {"-"}
            if not is_web and not (path.parent / match[1]).exists():
                self.error(path, text, match.start(),
                           f"a link leads to {match[1]}, which does not exist")

    def run(self):
        for path in self.paths():
            self.files += 1
            text = path.read_text(encoding="utf-8", errors="replace")
            comments = comments_of(path, text)
            # This file is full of examples.
            if path.name != pathlib.Path(__file__).name:
                has_tested = self.check_tested(path, comments)
                self.check_has_tested(path, text, has_tested)
                self.check_documents(path, comments)
                self.check_places(path, comments)
        return self.errors


LONG = "int a;\n" * 40

# A sound tree, and changes of one file that each break one rule: a name, the
# file, its text, and a part of the only error that is expected.
GOOD = {
    "README.md": "See [how](docs/how.md#part), how.md and https://x.org/y.md.\n"
                 "![picture](docs/a.svg) [web](https://x.org/z.png)\n",
    "docs/how.md": "[back](../README.md)\n",
    "docs/a.svg": "",
    "tests/unit/a_test.cc": "// See docs/how.md; README.md 3.\n",
    "tests/unit/b_test.cc": 'const char* kName = "missing.md";\n',
    "tests/cli/a_test.py": '"""As how.md says."""\n'
                           'NAME = "missing.md"  # not how.md\n',
    "libdwreloc/a.h": "// A.\n// Tested by tests/unit/a_test.cc and "
                      "b_test.cc.\n" + LONG,
    "libdwreloc/b.h": "// B. Tested by\n// tests/unit/b_test.cc and, over all,\n"
                      "// tests/cli.\n" + LONG,
    "libdwreloc/c.h": "// Tested by the compiler.\n" + LONG,
    "libdwreloc/few.h": "// Linux's Documentation/x.rst has it.\nint a;\n",
    "tools/a.py": '"""Writes OUT_DIR/table.md."""\n',
    "libdwreloc/read/a_b.h": "// See read/a_b, libdwreloc/read/a_b.h, read/NAME.h,\n"
                             "// read/a_*, unread/c and include/linux/x.h.\n",
    "docs/build.md": "    ninja -C build tools/a\n",
    "tools/a.h": "/* Tested through tests/cli. */\n" + LONG,
}

BAD = [
    ("missing file", "libdwreloc/a.h",
     "// Tested by tests/unit/c_test.cc.\n" + LONG,
     "a.h:1: tests/unit/c_test.cc does not exist"),
    ("missing file in the next line", "libdwreloc/a.h",
     "// A. Tested\n// by\n// tests/unit/c_test.cc.\n" + LONG,
     "a.h:3: tests/unit/c_test.cc does not exist"),
    ("missing folder", "tools/a.h",
     "// Tested through tests/gui.\n" + LONG, "tests/gui does not exist"),
    ("second file missing", "libdwreloc/a.h",
     "// Tested by tests/unit/a_test.cc and c_test.cc.\n" + LONG,
     "c_test.cc does not exist"),
    ("no name", "libdwreloc/a.h", "// Tested by use.\n" + LONG,
     "names no test"),
    ("also in sources", "tests/unit/a_test.cc",
     "int a;\n// Tested by tests/no.py.\n", "a_test.cc:2: tests/no.py"),
    ("untested header of the library", "libdwreloc/a.h", LONG, 'a.h:1: says'),
    ("untested header of a tool", "tools/a.h", LONG, 'says nowhere'),
    ("in a string", "tools/a.h",
     'const char* kA = "Tested by tests/cli.";\n' + LONG, 'says nowhere'),
    ("place in the library", "libdwreloc/few.h", "// See\n// read/a.\n",
     "few.h:2: read/a does not exist"),
    ("place in the tree", "docs/how.md", "`libdwreloc/few.cc`\n",
     "libdwreloc/few.cc does not exist"),
    ("place in a script", "tests/cli/a_test.py", "a = 1  # tests/gui\n",
     "tests/gui does not exist"),
    ("document in a comment", "tests/unit/a_test.cc",
     "int a;  // how.md\n\n// relocations.md 1.4\n",
     "a_test.cc:3: relocations.md is not in the repository"),
    ("document in a script", "tests/cli/a_test.py", "a = 1  # notes.txt\n",
     "notes.txt is not in the repository"),
    ("document in a docstring", "tests/cli/a_test.py",
     '"""Of\n\nplan.rst."""\n', "a_test.py:3: plan.rst"),
    ("document in a document", "docs/how.md", "As other.md says.\n",
     "other.md is not"),
    ("link to a document", "docs/how.md", "[x](docs/how.md)\n",
     "a link leads to docs/how.md"),
    ("link to something else", "docs/how.md", "\n[x](b.svg)\n",
     "how.md:2: a link leads to b.svg"),
]


def summary(check):
    return f"{check.files} files, {check.names} names of tests and documents"


if __name__ == "__main__":
    sys.exit(tree_checks.main(sys.argv[1:], __doc__, Checker, GOOD, BAD, summary))
