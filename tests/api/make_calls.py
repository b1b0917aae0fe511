#!/usr/bin/env python3
"""Writes a C table of every function that dwreloc.h declares.

    make_calls.py HEADER OUTPUT

arguments_test.c includes the table and calls each function with arguments that
are wrong in one way at a time. So a function that is new in the header is
tested without anybody thinking of it.
"""

import re
import sys

HANDLES = {"Dwreloc_Module", "Dwreloc_Unit", "Dwreloc_Line_Table",
           "Dwreloc_Name_Index", "Dwreloc_Archive", "Dwreloc_Set",
           "Dwreloc_Image"}
NUMBERS = {"int", "unsigned", "uint32_t", "uint64_t", "int64_t", "size_t"}


def declarations(text):
    """(return type, name, parameters) of each function."""
    text = re.sub(r"/\*.*?\*/", " ", text, flags=re.S)
    text = re.sub(r"\\\n", " ", text)
    text = re.sub(r"^[ \t]*#.*$", "", text, flags=re.M)
    for match in re.finditer(r"DWRELOC_API\s+([^;]+);", text):
        declared = re.sub(r"\s+", " ", match.group(1)).strip()
        head, parameters = declared[:-1].split("(", 1)
        result, name = re.fullmatch(r"(.*?)(\w+)", head).groups()
        yield result.strip(), name, split(parameters)


def split(parameters):
    """At the commas outside of parentheses."""
    found, depth, start = [], 0, 0
    for i, c in enumerate(parameters + ","):
        depth += {"(": 1, ")": -1}.get(c, 0)
        if c == "," and depth == 0:
            found.append(parameters[start:i].strip())
            start = i + 1
    return [] if found == ["void"] else found


def classify(parameter):
    """(kind, type, name): of a pointer P (in), O (out), H (handle), F."""
    function = re.fullmatch(r"(?:int|void) \(\*(\w+)\)\(.*\)", parameter)
    if function:
        return "F", "visit", function.group(1)
    kind, stars, name = re.fullmatch(r"((?:const |struct )*\w+) ?(\**)(\w+)",
                                     parameter).groups()
    bare = kind.replace("const ", "").replace("struct ", "")
    if not stars:
        assert bare in NUMBERS, parameter
        return "N", bare, name
    if stars == "*" and bare in HANDLES:
        return "H", bare, name
    if stars == "*" and kind.startswith("const "):
        return "P", bare, name
    return "O", bare + stars[1:], name


def call(result, name, parameters):
    arguments, rows = [], []
    for kind, bare, argument in parameters:
        if kind == "N":
            arguments.append("(%s)n->%s" % (
                bare, {"fd": "fd", "width": "width"}.get(argument, "number")))
            continue
        if kind == "F":
            arguments.append("(p[%d] == NULL ? NULL : Visit_%s)" % (len(rows), name))
        else:
            arguments.append("p[%d]" % len(rows))
        rows.append('{"%s", "%s", \'%s\'}' % (argument, bare, kind))
    what = "%s(%s)" % (name, ", ".join(arguments))
    body = "return %s;" % what if result == "int" else "(void)%s; return 0;" % what
    unused = "" if rows else "(void)p; "
    if not any("n->" in a for a in arguments):
        unused += "(void)n; "
    function = ("static int Call_%s(void **p, const Numbers *n) {\n"
                "  %s%s\n}\n" % (name, unused, body))
    rows += ["{NULL, NULL, 0}"]
    entry = '  {"%s", Call_%s, %d, {%s}},\n' % (
        name, name, result == "int", ", ".join(rows))
    return function, entry


def main(arguments):
    header, output = arguments
    with open(header, encoding="utf-8") as file:
        found = list(declarations(file.read()))
    functions, entries = [], []
    for result, name, parameters in found:
        function, entry = call(result, name, [classify(p) for p in parameters])
        functions.append(function)
        entries.append(entry)
    with open(output, "w", encoding="utf-8") as file:
        file.write("".join(functions))
        file.write("static const Call kCalls[] = {\n%s};\n" % "".join(entries))


if __name__ == "__main__":
    main(sys.argv[1:])
