#!/usr/bin/env python3
"""Counts test cases after `meson test` and prints "N passed, N failed".

    test_totals.py BUILD_DIR

A GoogleTest program or a TAP script counts with each of its cases, every other
test as one. A program that failed without naming a failed case (it crashed, or
a sanitizer spoke at exit) counts one failure. Exit status 1 if anything
failed or nothing ran: an empty run must not look like a good one.
"""

import collections
import json
import pathlib
import sys
import xml.etree.ElementTree as ElementTree

FAILED = {"FAIL", "ERROR", "TIMEOUT", "INTERRUPT", "UNEXPECTEDPASS"}


def case_outcome(case):
    if case.find("failure") is not None or case.find("error") is not None:
        return "failed"
    if (case.find("skipped") is not None or case.get("status") == "notrun" or
            case.get("result") in ("skipped", "suppressed")):
        return "skipped"
    return "passed"


def outcomes_by_program(junit_path):
    """{meson's name of a test: [outcome of each case]}."""
    outcomes = collections.defaultdict(list)
    for suite in ElementTree.parse(junit_path).getroot().iter("testsuite"):
        # "project.<meson name>.<gtest suite>" or "project.<meson name>" for
        # programs with cases, "project" for plain tests.
        for case in suite.iter("testcase"):
            outcomes[suite.get("name")].append(case_outcome(case))
    return outcomes


def count(log_path, junit_path):
    totals = collections.Counter()
    suites = outcomes_by_program(junit_path) if junit_path.exists() else {}
    with open(log_path, encoding="utf-8") as log:
        for line in log:
            test = json.loads(line)
            name = test["name"]
            project = name.split(":")[0].split(" / ")[0]
            prefix = f"{project}.{name}"
            cases = [outcome for suite, outcomes in suites.items()
                     if suite == prefix or suite.startswith(prefix + ".")
                     for outcome in outcomes]
            failed = test["result"] in FAILED
            if not cases:
                skipped = test["result"] == "SKIP"
                cases = ["failed" if failed else
                         "skipped" if skipped else "passed"]
            totals.update(cases)
            if failed and "failed" not in cases:
                totals["failed"] += 1
    return totals


def main(arguments):
    if len(arguments) != 1:
        print(__doc__, file=sys.stderr)
        return 2
    logs = pathlib.Path(arguments[0]) / "meson-logs"
    totals = count(logs / "testlog.json", logs / "testlog.junit.xml")
    line = f"{totals['passed']} passed, {totals['failed']} failed"
    if totals["skipped"]:
        line += f", {totals['skipped']} skipped"
    print(line)
    return 1 if totals["failed"] or not totals["passed"] else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
