#!/bin/bash
# Builds the objects of this directory anew. Run by hand, and only when tiny.c
# changes: the results are checked in, because a test must not depend on the
# compiler of the day.
#
# Needs: gcc for amd64 (Debian 12: gcc 12), clang-19; no 32-bit libraries.

set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cd "$here"

# What makes an object big and means nothing to a reader of DWARF.
common=(-c -O2 -fno-asynchronous-unwind-tables -fno-ident -fno-pic -fcommon
  -fdebug-prefix-map="$here"=tiny -gno-record-gcc-switches)

gcc "${common[@]}" -gdwarf-5 tiny.c -o tiny5.o
gcc "${common[@]}" -gdwarf-4 -fdebug-types-section tiny.c -o tiny4.o
gcc "${common[@]}" -gdwarf-5 -gz=zlib tiny.c -o tiny5z.o
gcc "${common[@]}" -gdwarf-4 -ggnu-pubnames tiny.c -o tiny4g.o
# Another compiler, for .debug_names and its kind of .debug_aranges.
clang-19 -c -O1 -fno-asynchronous-unwind-tables -fno-ident -fno-pic -fcommon \
  -fdebug-prefix-map="$here"=tiny -gdwarf-5 -gpubnames -gdwarf-aranges tiny.c \
  -o tiny5n.o
# Elf32_Rel: the addends are in the sections.
gcc "${common[@]}" -m32 -gdwarf-4 tiny.c -o tiny32.o
# Addresses and strings by index, and macros.
clang-19 -c -O2 -fno-asynchronous-unwind-tables -fno-ident -fno-pic -fcommon \
  -fdebug-prefix-map="$here"=tiny -fdebug-compilation-dir=tiny -gdwarf-5 \
  -fdebug-macro -undef '-DTWICE(x)=((x) + (x))' -DNAME=1 tiny.c -o tinyc.o
ls -l ./*.o
