#!/bin/bash
# Compares libdwreloc with other readers on real kernel modules, and measures how
# its cost grows.
#
#   bench/compare.sh [--rounds=N] [--no-growth] [--max-records=N] [--docs]
#
# Builds what it runs in its own build directory, as any user of meson would; runs
# every reader that is installed (tools/install-packages.sh peers) round robin, N times
# (5); checks that all of them counted the same; prints tables. --docs puts tables and
# plots into docs/. On a quiet machine all of it takes less than 15 minutes.
#
# Exit status 1 if a reader disagrees for a reason that is not known.
#
# Environment:
#   BUILD_DIR        build directory (default: build-bench)
#   DWRELOC_MODULES  directory of modules (default: tools/fetch-kernel-modules.sh)

set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."

readonly BUILD=${BUILD_DIR:-build-bench}
readonly RESULTS=$BUILD/results
rounds=5
growth=1
max_records=
docs=0

for argument in "$@"; do
  case $argument in
    --rounds=*) rounds=${argument#*=} ;;
    --no-growth) growth=0 ;;
    --max-records=*) max_records=$argument ;;
    --docs) docs=1 ;;
    *)
      sed -n '2,/^$/s/^# \{0,1\}//p' "$0"
      [[ $argument == --help ]] && exit 0
      exit 2
      ;;
  esac
done

if [[ ! -f $BUILD/build.ninja ]]; then
  meson setup "$BUILD" --wrap-mode=nofallback >&2
fi
# Not the tests; and of the peers those that could be configured.
mapfile -t targets < <(meson introspect --targets "$BUILD" | python3 -c '
import json, sys
wanted = {"works", "bare_loop", "walk_threads", "dwreloc-dump"}
for target in json.load(sys.stdin):
    name = target["name"]
    if name in wanted or name.endswith("_works"):
        print(name)')
meson compile -C "$BUILD" -j "$(nproc)" "${targets[@]}" >&2
modules=${DWRELOC_MODULES:-$(tools/fetch-kernel-modules.sh)}
mkdir -p "$RESULTS"

python3 bench/compare.py "$BUILD" "$modules" "$RESULTS/records.jsonl" "$rounds"
status=0
python3 bench/tables.py "$RESULTS/records.jsonl" >"$RESULTS/tables.md" || status=$?
cat "$RESULTS/tables.md"

if [[ $growth -eq 1 ]]; then
  # shellcheck disable=SC2086  # empty, or one word.
  python3 bench/growth.py "$BUILD" "$modules" "$RESULTS" $max_records
  cat "$RESULTS/growth.md"
fi

if [[ $docs -eq 1 ]]; then
  python3 bench/update_docs.py docs/benchmarks.md "$RESULTS"
fi
exit "$status"
