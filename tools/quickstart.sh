#!/bin/bash
# From a fresh machine to a running program, or to a tested one:
#
#   tools/quickstart.sh          build, then read a real kernel module
#   tools/quickstart.sh --test   build and run the whole test suite
#
# Missing packages are installed through the system's package manager
# (tools/install-packages.sh). Run it again as often as you like: what is done
# already is not done again.
#
# Environment:
#   BUILD_DIR        build directory (default: build)
#   MESON_ARGS       more arguments for `meson setup` of a new build directory
#   DWRELOC_MODULES  a directory of kernel modules for the suite (default: what
#                    tools/fetch-kernel-modules.sh finds or downloads)
#   CI               if set, the suite must have real modules to read
#
# The last line of a test run is "N passed, N failed" (and ", N skipped").

set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."

readonly BUILD=${BUILD_DIR:-build}
readonly MODULE=tests/data/module/meter.ko

step() { printf '\n== %s\n' "$*"; }

# configure [OPTION]...: the dependencies are the system's, just installed; nothing
# is downloaded (nofallback).
configure() {
  step "configure $BUILD"
  if [[ ! -f $BUILD/build.ninja ]]; then
    # shellcheck disable=SC2086  # MESON_ARGS is a list of words.
    meson setup "$BUILD" --wrap-mode=nofallback ${MESON_ARGS:-} "$@"
  elif [[ $# -gt 0 && $(meson introspect --tests "$BUILD") == '[]' ]]; then
    meson setup --reconfigure "$BUILD" "$@"
  fi
}

# Processors, not processors + 2 as ninja has it: compiling this library takes
# memory, and small machines have little of that.
build() {
  step "build"
  meson compile -C "$BUILD" -j "$(nproc)" "$@"
}

show() {
  local dump=$BUILD/tools/dwreloc-dump
  echo
  echo "\$ dwreloc-dump $MODULE"
  "$dump" "$MODULE"
  echo
  echo "\$ dwreloc-dump --info --name=meter_put_count $MODULE"
  "$dump" --info --name=meter_put_count "$MODULE"
  echo
  echo "\$ dwreloc-dump --ranges $MODULE | head"
  "$dump" --ranges "$MODULE" | sed -n '1,10p'
  echo
  echo "\$ dwreloc-dump --relocs --section=.debug_info $MODULE | head"
  "$dump" --relocs --section=.debug_info "$MODULE" | sed -n '1,10p'
  echo
  echo "\$ echo 'RIP: 0010:meter_ring_put+0x10/0x6f [meter]' | dwreloc-oops"
  echo 'RIP: 0010:meter_ring_put+0x10/0x6f [meter]' |
    "$BUILD/tools/dwreloc-oops" --modules="$(dirname "$MODULE")"
  echo
  echo "The programs are in $BUILD/tools: dwreloc-dump, dwreloc-addr2line, dwreloc-compress,"
  echo "dwreloc-diff, dwreloc-materialize, dwreloc-nm and dwreloc-oops; each has --help."
}

# Sets DWRELOC_MODULES, or explains why the suite goes without.
find_modules() {
  local status=0
  if [[ -z ${DWRELOC_MODULES:-} ]]; then
    step "real kernel modules"
    DWRELOC_MODULES=$(tools/fetch-kernel-modules.sh) || status=$?
    if [[ $status -eq 77 && -z ${CI:-} ]]; then
      echo "The part of the suite that reads real kernel modules is SKIPPED."
      DWRELOC_MODULES=
      return
    elif [[ $status -ne 0 ]]; then
      echo "quickstart: the suite must read real kernel modules here" >&2
      exit 1
    fi
  fi
  echo "kernel modules: $DWRELOC_MODULES"
  export DWRELOC_MODULES
}

run_suite() {
  step "test"
  # GoogleTest's results land here; those of an earlier run would be counted
  # for a program that crashed before it could write any.
  rm -f "$BUILD"/*.xml
  local status=0
  meson test -C "$BUILD" --no-rebuild --print-errorlogs \
    --num-processes "$(nproc)" || status=$?
  echo
  python3 tests/test_totals.py "$BUILD" || status=1
  exit "$status"
}

case ${1:-} in
  "")
    tools/install-packages.sh build
    configure
    build dwreloc-{dump,addr2line,compress,diff,materialize,nm,oops}
    show
    ;;
  --test)
    tools/install-packages.sh test
    find_modules
    configure -Dtests=enabled -Dbench=enabled
    build
    run_suite
    ;;
  -h | --help)
    sed -n '2,/^$/s/^# \{0,1\}//p' "$0"
    ;;
  *)
    echo "quickstart: unknown argument: $1 (see --help)" >&2
    exit 2
    ;;
esac
