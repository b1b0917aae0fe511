"""What the scripts share that check the tree: their command line, and the proof
that each of their rules can fail.

A checker is made of the root of a tree; run() returns its errors, files is the
number of files it has read.
"""

import pathlib
import sys
import tempfile


def self_test(checker, good, bad):
    """The exit status: does `checker` accept a tree of the files `good`, and find
    the one error in each of `bad`?

    Each case is a name, a file, its text, and a part of the only error that is
    expected.
    """
    failures = []

    def errors_of(files):
        with tempfile.TemporaryDirectory() as folder:
            root = pathlib.Path(folder)
            for name, text in files.items():
                path = root / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text, encoding="utf-8")
            return checker(root).run()

    sound = errors_of(good)
    if sound:
        failures.append(f"a sound tree is refused: {sound}")
    for name, path, text, expected in bad:
        found = errors_of({**good, path: text})
        if len(found) != 1 or expected not in found[0]:
            failures.append(f"{name}: expected one error with {expected!r}, "
                            f"found {found}")
    for failure in failures:
        print(failure, file=sys.stderr)
    print(f"{len(bad) + 1 - len(failures)} of {len(bad) + 1} cases as expected")
    return 1 if failures else 0


def main(arguments, usage, checker, good, bad, summary):
    """The exit status of a script. summary(checker) is printed with the number of
    errors."""
    if arguments == ["--self-test"]:
        return self_test(checker, good, bad)
    if len(arguments) != 1:
        print(usage, file=sys.stderr)
        return 2
    check = checker(pathlib.Path(arguments[0]).resolve())
    errors = check.run()
    for error in errors:
        print(error, file=sys.stderr)
    print(f"{summary(check)}, {len(errors)} errors")
    # A wrong ROOT must not look like a clean tree.
    return 1 if errors or check.files == 0 else 0
