#!/usr/bin/env python3
"""Holds libdwreloc.so, libdwreloc.map and dwreloc.h against each other.

    check_symbols.py LIBRARY MAP HEADER
    check_symbols.py --self-test

Every exported symbol is named in the map, at the version node it carries, and
declared in the header; and the other way round. So nothing of the inside (nor
of Abseil, were it linked statically) leaks out, and no declared function is
missing from the library. Steppers are named alike: dwreloc_NOUN_begin with
dwreloc_NOUN_next.
"""

import re
import subprocess
import sys


def without_comments(text):
    return re.sub(r"/\*.*?\*/|//[^\n]*", " ", text, flags=re.S)


def declared_in_header(text):
    """Functions declared extern: `name(` outside braces and typedefs."""
    text = without_comments(text)
    text = re.sub(r"\\\n", " ", text)
    text = re.sub(r"^[ \t]*#.*$", "", text, flags=re.M)
    text = re.sub(r'extern\s+"C"\s*\{', "", text)
    names = set()
    # Bodies of structs and enums hold no declarations of functions.
    while re.search(r"\{[^{}]*\}", text):
        text = re.sub(r"\{[^{}]*\}", ";", text)
    for statement in text.split(";"):
        if re.search(r"\b(?:typedef|static)\b", statement):
            continue
        match = re.search(r"\b(dwreloc_\w+)\s*\(", statement)
        if match:
            names.add(match.group(1))
    return names


def named_in_map(text):
    """{symbol: version node}; wildcards are refused, but for `local: *`."""
    text = re.sub(r"#[^\n]*", " ", text)
    text = re.sub(r"/\*.*?\*/", " ", text, flags=re.S)
    symbols = {}
    for node, body in re.findall(r"([\w.]+)\s*\{(.*?)\}", text, flags=re.S):
        section = "global"
        for item in re.findall(r"global\s*:|local\s*:|[^\s;{}]+", body):
            if item.rstrip().endswith(":"):
                section = item.rstrip(": \t\n")
            elif section == "local":
                if item != "*":
                    raise ValueError(f"local: {item}: only * is expected")
            elif not re.fullmatch(r"\w+", item):
                raise ValueError(f"{node}: wildcard {item} would leak symbols")
            elif item in symbols:
                raise ValueError(f"{item} is named twice")
            else:
                symbols[item] = node
    return symbols


def exported_by_nm(text):
    """{symbol: version node} from `nm -D --defined-only`."""
    symbols = {}
    for line in text.splitlines():
        fields = line.split()
        if len(fields) < 3:
            continue
        kind, name = fields[-2], fields[-1]
        if kind == "A":
            continue  # the version nodes themselves
        name, _, version = name.partition("@")
        symbols[name] = version.lstrip("@")
    return symbols


def compare(exported, in_map, declared):
    errors = []
    for name in sorted(exported.keys() - in_map.keys()):
        errors.append(f"{name}: exported, but not in the map")
    for name in sorted(in_map.keys() - exported.keys()):
        errors.append(f"{name}: in the map, but not exported")
    for name in sorted(exported.keys() & in_map.keys()):
        if exported[name] != in_map[name]:
            errors.append(f"{name}: exported as {exported[name] or 'no version'}"
                          f", in the map at {in_map[name]}")
    for name in sorted(declared - exported.keys()):
        errors.append(f"{name}: declared in the header, but not exported")
    for name in sorted(exported.keys() - declared):
        errors.append(f"{name}: exported, but not declared in the header")
    return errors


def odd_steppers(declared):
    """Convention 3 of dwreloc.h: the noun, then _begin or _next."""
    errors = []
    for name in sorted(declared):
        if re.match(r"dwreloc_(next|begin)_", name):
            errors.append(f"{name}: the noun comes first, as in dwreloc_units_next")
        begin = re.match(r"(\w+)_begin(_|$)", name)
        if begin and f"{begin[1]}_next" not in declared:
            errors.append(f"{name}: there is no {begin[1]}_next")
    return errors


def self_test():
    header = """
        /* int dwreloc_comment(void); */
        #define DWRELOC_M(x) dwreloc_macro(x)
        extern "C" {
        typedef int (*dwreloc_typedef)(int);
        struct S { int (*dwreloc_member)(int); };
        static inline int dwreloc_inline(void) { return dwreloc_b(0); }
        DWRELOC_EXPORT int dwreloc_a(
            struct S* s);
        DWRELOC_EXPORT int dwreloc_b(int x);
        }
    """
    good_map = "# c\nV_1 { global: dwreloc_a; local: *; };\nV_2 { dwreloc_b; } V_1;"
    nm = ("0000 T dwreloc_a@@V_1\n0000 T dwreloc_b@@V_2\n"
          "0000 A V_1\n0000 A V_2@@V_2\n")
    failures = []

    def expect(what, expected, header=header, map_text=good_map, nm=nm):
        try:
            declared = declared_in_header(header)
            found = compare(exported_by_nm(nm), named_in_map(map_text),
                            declared) + odd_steppers(declared)
        except ValueError as error:
            found = [str(error)]
        if (expected is None) != (not found) or (
                expected and not any(expected in text for text in found)):
            failures.append(f"{what}: expected {expected!r}, found {found}")

    expect("sound", None)
    expect("leak", "exported, but not in the map", nm=nm + "0 W _ZN4absl1fEv\n")
    expect("lost", "dwreloc_b: in the map, but not exported",
           nm="0 T dwreloc_a@@V_1\n")
    expect("moved", "exported as V_1", nm=nm.replace("b@@V_2", "b@@V_1"))
    expect("undeclared", "dwreloc_a: exported, but not declared",
           header=header.replace("dwreloc_a", "other"))
    expect("unexported", "dwreloc_c: declared in the header, but not exported",
           header=header + "int dwreloc_c(void);")
    expect("wildcard", "would leak",
           map_text=good_map.replace("dwreloc_b", "dwreloc_*"))
    expect("verb first", "the noun comes first",
           header=header + "int dwreloc_next_row(void);")
    expect("no next", "there is no dwreloc_rows_next",
           header=header + "int dwreloc_rows_begin_at(void);")
    for failure in failures:
        print(failure, file=sys.stderr)
    print(f"{9 - len(failures)} of 9 cases as expected")
    return 1 if failures else 0


def main(arguments):
    if arguments == ["--self-test"]:
        return self_test()
    if len(arguments) != 3:
        print(__doc__, file=sys.stderr)
        return 2
    library, map_path, header_path = arguments
    nm = subprocess.run(["nm", "-D", "--defined-only", library], check=True,
                        capture_output=True, text=True).stdout
    with open(map_path, encoding="utf-8") as file:
        in_map = named_in_map(file.read())
    with open(header_path, encoding="utf-8") as file:
        declared = declared_in_header(file.read())
    exported = exported_by_nm(nm)
    errors = compare(exported, in_map, declared) + odd_steppers(declared)
    for error in errors:
        print(error, file=sys.stderr)
    print(f"{len(exported)} exported, {len(in_map)} in the map, "
          f"{len(declared)} declared, {len(errors)} errors")
    return 1 if errors else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
