#!/bin/bash
# Builds the files of this directory anew. Run by hand, and only when ../tiny/tiny.c
# changes: the results are checked in, because a test must not depend on the
# compiler of the day.
#
# Needs: gcc for amd64 (Debian 12: gcc 12), clang-19, llvm-dwp-19.

set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cp "$here"/../tiny/tiny.c "$work"/split.c
cp "$here"/../tiny/tiny.c "$work"/other.c
cd "$work"

# What makes an object big and means nothing to a reader of DWARF.
common=(-c -O2 -fno-asynchronous-unwind-tables -fno-ident -fno-pic -fcommon
  -fdebug-prefix-map="$work"=split -gsplit-dwarf -fdebug-types-section)

for name in other split; do
  gcc "${common[@]}" -gno-record-gcc-switches -gdwarf-4 "$name.c" -o "${name}4.o"
  clang-19 "${common[@]}" -fdebug-compilation-dir=split -gdwarf-5 \
    -fdebug-macro -undef '-DTWICE(x)=((x) + (x))' -DNAME=1 "$name.c" \
    -o "${name}5.o"
done
# llvm-dwp has been seen to take all memory.
for version in 4 5; do
  (ulimit -v 4000000 && timeout 30 llvm-dwp-19 "other$version.dwo" \
    "split$version.dwo" -o "split$version.dwp")
done
cp split4.* split5.* "$here"
ls -l "$here"
