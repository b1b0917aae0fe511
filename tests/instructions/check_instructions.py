#!/usr/bin/env python3
"""Holds what reading costs, counted in instructions, against a baseline.

    check_instructions.py [OPTION]... [WORKLOAD]...   compare with the baseline
    check_instructions.py --update [OPTION]...        write the baseline anew
    check_instructions.py --self-test                 can the check fail?

    --build=DIR      a release build to count with; made if it is not there
                     (default: build-instructions at the top of the tree)
    --jobs=N         so many processes at a time (default: all processors)
    --profiles=DIR   leave callgrind's output there, one file per workload, for
                     callgrind_annotate

WORKLOAD is a name or a pattern ("c_*"); all without.

callgrind counts the instructions of one reading of a fixed input, after another
that warms up; of programs it counts the difference between printing a file some
times and twice as often. Divided by the records, attributes, rows, bytes ... that
is a number that no other load of the machine can change. Each must be within
5 % of baseline.json. A count that fell fails as well, because a baseline left
behind would hide the next rise. Rises and falls that are meant are recorded
with --update and reviewed with the change that caused them.

Counts depend on the toolchain, so the baseline is kept per toolchain. Where there
is none the exit status is 77: skipped, neither passed nor failed.
"""

import argparse
import concurrent.futures
import fnmatch
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

SOURCE = pathlib.Path(__file__).resolve().parents[2]
BASELINE = pathlib.Path(__file__).with_name("baseline.json")
MODULE = SOURCE / "tests/data/module/meter.ko"

TOLERANCE = 0.05
SKIPPED = 77

# What is printed per byte, by dwreloc-dump as users run it, of so many files
# and of twice as many. Names of files are printed from two on.
FILES = 2
TEXTS = {
    "text_info": ["--info"],
    "text_lines": ["--lines"],
    "text_locations": ["--locations"],
    "text_relocs": ["--relocs"],
    "json_info": ["--info", "--format=json"],
    "json_lines": ["--lines", "--format=json"],
    "json_relocs": ["--relocs", "--format=json"],
}

# String functions of glibc are chosen by the processor: not in here. (A tunable
# that a glibc does not know is ignored.)
FIXED_ENVIRONMENT = {
    "GLIBC_TUNABLES": "glibc.cpu.hwcaps=-AVX2,-AVX,-AVX2_Usable,-AVX_Usable,"
                      "-BMI2,-ERMS,-FSRM,-SSE4_2,-SSSE3",
    "LC_ALL": "C",
}


class CheckError(Exception):
    """The counts could not be had."""


def parse_totals(output):
    """The number of instructions in one of callgrind's output files."""
    match = re.search(r"^totals: (\d+)$", output, re.M)
    if match is None:
        raise CheckError("callgrind said nothing of instructions")
    return int(match.group(1))


def per_item(instructions, items):
    # Not even a call: the function that is counted was not found, or inlined.
    if instructions <= 0:
        raise CheckError("nothing was counted")
    if items <= 0:
        raise CheckError("nothing was read")
    return instructions / items


def difference(count, expected):
    return count / expected - 1


def compare(counts, expected, all_names):
    """What is wrong with {name: count}, where the baseline is `expected`.

    all_names are the workloads there are, of which counts may be a part.
    """
    errors = []
    for name, count in counts.items():
        if name not in expected:
            errors.append(f"{name}: not in the baseline, costs {count:.2f}")
            continue
        change = difference(count, expected[name])
        if abs(change) > TOLERANCE:
            verb = "costs more" if change > 0 else "costs less"
            errors.append(f"{name}: {verb} than the baseline says: {count:.2f} "
                          f"instead of {expected[name]:.2f} instructions "
                          f"({change:+.1%})")
    for name in expected:
        if name not in all_names:
            errors.append(f"{name}: in the baseline, but there is no such "
                          "workload")
    return errors


def expected_counts(baselines, toolchain):
    """The baseline of a toolchain, or None and why there is none."""
    if toolchain in baselines:
        return baselines[toolchain], ""
    known = "; ".join(sorted(baselines)) or "none"
    return None, (f"no baseline for {toolchain} (there is: {known}); "
                  "--update adds one")


def read_baselines():
    if not BASELINE.exists():
        return {}
    return json.loads(BASELINE.read_text(encoding="utf-8"))


def write_baselines(baselines):
    BASELINE.write_text(json.dumps(baselines, indent=2) + "\n",
                        encoding="utf-8")


def run(command, **arguments):
    result = subprocess.run([str(word) for word in command],
                            capture_output=True, check=False, **arguments)
    if result.returncode != 0:
        raise CheckError(f"{' '.join(map(str, command))}: status "
                         f"{result.returncode}\n"
                         f"{result.stdout.decode(errors='replace')[-4000:]}"
                         f"{result.stderr.decode(errors='replace')[-4000:]}")
    return result.stdout


def setup(build):
    """Configures `build` for gcc, whatever flags the caller's shell has."""
    environment = {key: value for key, value in os.environ.items()
                   if key not in ("CFLAGS", "CXXFLAGS", "CPPFLAGS", "LDFLAGS")}
    ccache = "ccache " if shutil.which("ccache") else ""
    environment.setdefault("CC", ccache + "gcc")
    environment.setdefault("CXX", ccache + "g++")
    print(f"configuring {build}", flush=True)
    run(["meson", "setup", build, SOURCE, "--buildtype=release",
         "--wrap-mode=nofallback"], env=environment)


def make(build, jobs):
    """Builds what is counted, from a release build and no other."""
    if not (build / "build.ninja").exists():
        setup(build)
    options = {option["name"]: option["value"] for option in json.loads(
        run(["meson", "introspect", "--buildoptions", build]))}
    wanted = {"buildtype": "release", "b_sanitize": "none",
              "b_coverage": False, "b_lto": False}
    for name, value in wanted.items():
        if options.get(name) != value:
            raise CheckError(f"{build} has {name}={options.get(name)}; the "
                             f"counts are of {name}={value}")
    print("building", flush=True)
    run(["meson", "compile", "-C", build, "-j", jobs, "instructions",
         "dwreloc-dump"])
    return (build / "tests/instructions/instructions",
            build / "tools/dwreloc-dump")


def callgrind(command, output, options=()):
    """Standard output of a command; the counts are left in `output`."""
    return run(["valgrind", "--tool=callgrind", f"--log-file={output}.log",
                f"--callgrind-out-file={output}", *options, *command],
               env={"PATH": os.environ["PATH"], **FIXED_ENVIRONMENT})


def count_workload(program, name, folder):
    # Each in a process of its own: malloc remembers what others did.
    output = folder / f"{name}.callgrind"
    items = callgrind([program, name], output, ["--toggle-collect=CountedRun"])
    return per_item(parse_totals(output.read_text(encoding="utf-8")),
                    int(items))


def count_text(program, name, folder):
    totals = []
    sizes = []
    for files in (FILES, 2 * FILES):
        output = folder / f"{name}-{files}.callgrind"
        text = callgrind([program, *TEXTS[name]] + [MODULE] * files, output)
        totals.append(parse_totals(output.read_text(encoding="utf-8")))
        sizes.append(len(text))
    return per_item(totals[1] - totals[0], sizes[1] - sizes[0])


def count_all(program, dump, names, jobs, folder):
    """{name: instructions per item}, in the order of `names`."""
    with concurrent.futures.ThreadPoolExecutor(jobs) as executor:
        futures = {
            name: executor.submit(count_text, dump, name, folder)
            if name in TEXTS
            else executor.submit(count_workload, program, name, folder)
            for name in names}
        return {name: future.result() for name, future in futures.items()}


def print_table(counts, items, expected):
    for name, count in counts.items():
        line = f"{name:24}{count:12.2f}  per {items[name]:12}"
        if expected and name in expected:
            # A difference too small to be printed has no sign.
            change = round(difference(count, expected[name]), 3) + 0.0
            line += f"{change:+8.1%}"
        print(line.rstrip())


def choose(names, patterns):
    if not patterns:
        return list(names)
    for pattern in patterns:
        if not fnmatch.filter(names, pattern):
            raise CheckError(f"no workload {pattern}")
    return [name for name in names
            if any(fnmatch.fnmatch(name, pattern) for pattern in patterns)]


def check(options):
    if shutil.which("valgrind") is None:
        raise CheckError("valgrind is needed (tools/install-packages.sh ci)")
    program, dump = make(options.build.resolve(), options.jobs)
    toolchain = run([program, "--toolchain"]).decode().strip()
    print(f"toolchain: {toolchain}")
    baselines = read_baselines()
    expected, why = expected_counts(baselines, toolchain)
    if expected is None and not options.update and not options.workloads:
        print(f"SKIPPED: {why}")
        return SKIPPED

    items = dict(line.split("\t")
                 for line in run([program, "--list"]).decode().splitlines())
    items.update({name: "byte printed" for name in TEXTS})
    names = choose(items, options.workloads)
    with tempfile.TemporaryDirectory() as scratch:
        folder = options.profiles or pathlib.Path(scratch)
        folder.mkdir(parents=True, exist_ok=True)
        counts = count_all(program, dump, names, options.jobs, folder.resolve())
    print_table(counts, items, expected)
    if options.update:
        baselines[toolchain] = {name: round(count, 3)
                                for name, count in counts.items()}
        write_baselines(baselines)
        print(f"{BASELINE} holds {len(counts)} counts of {toolchain} now")
        return 0
    if expected is None:
        print(f"SKIPPED: {why}")
        return SKIPPED
    errors = compare(counts, expected, items)
    for error in errors:
        print(error, file=sys.stderr)
    if errors:
        print("If this is meant: tests/instructions/check_instructions.py "
              "--update, and say why in the commit.", file=sys.stderr)
    print(f"{len(counts)} counts, {len(errors)} errors")
    return 1 if errors else 0


def self_test():
    failures = []
    cases = 0

    def expect(what, wanted, function, *arguments):
        """`wanted` is the result, or a part of the only error."""
        nonlocal cases
        cases += 1
        try:
            found = function(*arguments)
        except CheckError as error:
            found = [str(error)]
        if isinstance(wanted, str):
            good = (isinstance(found, list) and len(found) == 1 and
                    wanted in found[0])
        else:
            good = found == wanted
        if not good:
            failures.append(f"{what}: expected {wanted!r}, found {found!r}")

    baseline = {"walk": 100.0, "lines": 50.0}
    names = {"walk", "lines"}
    same = dict(baseline)
    expect("the same", [], compare, same, baseline, names)
    expect("a little more", [], compare, {"walk": 104.9}, baseline, names)
    expect("a little less", [], compare, {"walk": 95.1}, baseline, names)
    expect("more", "walk: costs more", compare, {**same, "walk": 105.1},
           baseline, names)
    expect("twice as much", "+100.0%", compare, {**same, "lines": 100.0},
           baseline, names)
    expect("less", "lines: costs less", compare, {**same, "lines": 40.0},
           baseline, names)
    expect("new", "expr: not in the baseline", compare, {**same, "expr": 1.0},
           baseline, names | {"expr"})
    expect("gone", "lines: in the baseline, but", compare, {"walk": 100.0},
           baseline, {"walk"})
    expect("a part", [], compare, {"walk": 100.0}, baseline, names)

    expect("per item", 2.5, per_item, 10, 4)
    expect("nothing counted", "nothing was counted", per_item, 0, 4)
    expect("nothing read", "nothing was read", per_item, 10, 0)
    output = "events: Ir\nfn=(1) f\n0 127484\n\ntotals: 127484\n"
    expect("callgrind's output", 127484, parse_totals, output)
    expect("output without counts", "said nothing", parse_totals, "part: 1\n")

    baselines = {"gcc 12, x86_64, Abseil 1": baseline}
    expect("known toolchain", (baseline, ""), expected_counts, baselines,
           "gcc 12, x86_64, Abseil 1")
    expect("unknown toolchain", (None, "no baseline for gcc 13, x86_64, Abseil 1"
                                 " (there is: gcc 12, x86_64, Abseil 1); "
                                 "--update adds one"),
           expected_counts, baselines, "gcc 13, x86_64, Abseil 1")

    expect("patterns", ["c_walk", "c_lines"], choose,
           ["walk", "c_walk", "c_lines"], ["c_*"])
    expect("no such workload", "no workload wlak", choose, ["walk"], ["wlak"])

    for failure in failures:
        print(failure, file=sys.stderr)
    print(f"{cases - len(failures)} of {cases} cases as expected")
    return 1 if failures else 0


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter,
        usage=argparse.SUPPRESS)
    parser.add_argument("--self-test", action="store_true",
                        help=argparse.SUPPRESS)
    parser.add_argument("--update", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--build", type=pathlib.Path, help=argparse.SUPPRESS,
                        default=SOURCE / "build-instructions")
    parser.add_argument("--jobs", type=int, help=argparse.SUPPRESS,
                        default=len(os.sched_getaffinity(0)))
    parser.add_argument("--profiles", type=pathlib.Path, help=argparse.SUPPRESS)
    parser.add_argument("workloads", nargs="*", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.self_test:
        return self_test()
    if options.update and options.workloads:
        parser.error("--update writes all counts or none")
    try:
        return check(options)
    except CheckError as error:
        print(f"check_instructions: {error}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
