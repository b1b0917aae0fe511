#!/bin/bash
# Builds meter.ko anew, as Debian builds its own modules. Run by hand, and only
# when the sources here change: the result is checked in, because a test must
# not depend on the compiler of the day.
#
# Needs: apt-get install linux-headers-cloud-amd64 (Debian 12, amd64)

set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
headers=$(find /lib/modules -maxdepth 2 -path '*-cloud-amd64/build' 2>/dev/null |
  sort -V | tail -n 1)
if [[ -z $headers ]]; then
  echo "build.sh: no headers: apt-get install linux-headers-cloud-amd64" >&2
  exit 1
fi
common=$(sed -n 's/^include \(.*\)\/Makefile$/\1/p' "$headers/Makefile")

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cp "$here"/Kbuild "$here"/*.[ch] "$work"

# The module must not say where it was built, nor where the headers lay.
# Debian's kernels have debug information with BTF; BTF needs vmlinux, which
# the headers do not have, and kbuild then skips it with a message.
make -C "$headers" M="$work" modules \
  KBUILD_BUILD_TIMESTAMP=@0 \
  KCFLAGS="-ffile-prefix-map=$work=meter \
    -ffile-prefix-map=$common=linux \
    -ffile-prefix-map=$(readlink -f "$headers")=linux"
cp "$work/meter.ko" "$here/meter.ko"
ls -l "$here/meter.ko"
