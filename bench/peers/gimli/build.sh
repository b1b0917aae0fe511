#!/bin/bash
# Builds gimli_works from the crates that Debian installs, offline.
#
#   build.sh --check             exit status 0 if compiler and crates are there
#   build.sh WORK_DIR PROGRAM    build in WORK_DIR, put the program to PROGRAM

set -euo pipefail

readonly REGISTRY=${DWRELOC_CARGO_REGISTRY:-/usr/share/cargo/registry}
SOURCE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
readonly SOURCE

check() {
  command -v cargo >/dev/null && command -v rustc >/dev/null || return 1
  local crate
  for crate in gimli-0.27 libc-0.2 memmap2-0.5 object-0.30; do
    compgen -G "$REGISTRY/$crate*/Cargo.toml" >/dev/null || return 1
  done
}

build() {
  local work=$1 program=$2
  mkdir -p "$work/src"
  cp "$SOURCE/Cargo.toml" "$work/"
  cp "$SOURCE/src/main.rs" "$work/src/"
  # cargo writes a lock file beside Cargo.toml and state into its home; neither
  # belongs into the source tree or the user's directory.
  (cd "$work" && CARGO_HOME=$work/home cargo build --quiet --offline --release \
    --config 'source.crates-io.replace-with="debian"' \
    --config "source.debian.directory=\"$REGISTRY\"")
  cp "$work/target/release/gimli_works" "$program"
}

case ${1:-} in
  --check) check ;;
  "" | -*)
    sed -n '2,/^$/s/^# \{0,1\}//p' "$0"
    exit 2
    ;;
  *) build "$(realpath -m "$1")" "$(realpath -m "$2")" ;;
esac
