#!/bin/bash
# Builds the files of this directory anew. Run by hand: the results are checked
# in, because a test must not depend on the compiler of the day.
#
# Needs: gcc for amd64 (Debian 12: gcc 12), dwz 0.15.

set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

cat >shared.h <<'END'
#define GREETING "hello"
struct shared_thing {
  int size;
  char name[20];
  struct shared_thing *next;
};
enum color { RED, GREEN, BLUE };
static inline int shared_inline(struct shared_thing *thing, int factor) {
  int sum = 0;
  while (thing != 0) {
    sum += thing->size * factor;
    thing = thing->next;
  }
  return sum;
}
END
for name in one two; do
  cat >"$name.c" <<END
#include "shared.h"
enum color use_$name(struct shared_thing *thing) {
  return shared_inline(thing, 3) == 0 ? RED : BLUE;
}
void _start(void) {
  struct shared_thing thing = {sizeof(GREETING), GREETING, 0};
  use_$name(&thing);
}
END
  for version in 4 5; do
    gcc -O2 -g3 -gdwarf-$version -fno-asynchronous-unwind-tables -fno-ident \
      -fno-pic -no-pie -nostdlib -static -fno-stack-protector -undef \
      -gno-record-gcc-switches -fdebug-prefix-map="$work"=dwz -Wl,--build-id \
      "$name.c" -o "$name$version"
  done
done
dwz -m shared4.dwz one4 two4
dwz --dwarf-5 -m shared5.dwz one5 two5
cp one4 one5 shared4.dwz shared5.dwz "$here"
ls -l "$here"
