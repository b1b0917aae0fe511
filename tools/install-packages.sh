#!/bin/bash
# Installs what this project needs from the system's package manager: nothing
# where everything is there already, so it is cheap to call each time.
#
#   tools/install-packages.sh build   to build the library and dwreloc-dump
#   tools/install-packages.sh test    and to build and run the test suite
#   tools/install-packages.sh ci      and what .ci/run needs besides
#   tools/install-packages.sh peers   to build, and the readers and tools that
#                                     bench/compare.sh compares with, as far as
#                                     they are packaged here
#
# Debian and Ubuntu (apt), Fedora (dnf), Arch (pacman) and Alpine (apk). Runs as
# root, or through sudo or doas. Elsewhere, or without these rights, it says what
# is missing and exits with 1.

set -euo pipefail

# What is needed is a command or a pkg-config module, whatever package it came
# in; "a|b" is either.
readonly BUILD_COMMANDS='c++ meson ninja|samu pkg-config python3'
readonly BUILD_MODULES='libelf liblzma zlib libzstd absl_status'
readonly TEST_COMMANDS='objcopy readelf eu-readelf llvm-dwarfdump-19|llvm-dwarfdump'
readonly TEST_MODULES='gtest gmock benchmark libdw'
readonly CI_COMMANDS='clang++-19|clang++ clang-format-14|clang-format clang-tidy-14|clang-tidy git valgrind'

# A module of Python, where Debian's package has it.
readonly CI_FILES_APT='/usr/lib/python3/dist-packages/elftools'

# Each of these is optional: what is missing in the end is only told.
readonly PEERS_COMMANDS='cargo rustc readelf eu-readelf eu-addr2line addr2line pahole llvm-dwarfdump-19|llvm-dwarfdump'
readonly PEERS_MODULES='libdw'
readonly PEERS_FILES='/usr/include/libdwarf /usr/lib/llvm-19/include/llvm /usr/share/cargo/registry'

readonly APT_BUILD='g++ meson ninja-build pkg-config python3 libelf-dev liblzma-dev zlib1g-dev libzstd-dev libabsl-dev'
readonly APT_TEST='libgtest-dev libgmock-dev libbenchmark-dev libdw-dev libdebuginfod1 binutils dwz elfutils gdb gdb-multiarch llvm-19|llvm python3-pyelftools'
readonly APT_CI='clang-19|clang libclang-rt-19-dev|libclang-rt-dev clang-format-14|clang-format clang-tidy-14|clang-tidy git ccache valgrind'
readonly APT_PEERS='libdw-dev libdwarf-dev llvm-19-dev llvm-19|llvm binutils elfutils dwarves cargo rustc librust-gimli-dev librust-object-dev librust-memmap2-dev librust-libc-dev'

readonly DNF_BUILD='gcc-c++ meson ninja-build pkgconf-pkg-config python3 elfutils-libelf-devel xz-devel zlib-devel libzstd-devel abseil-cpp-devel'
readonly DNF_TEST='gtest-devel gmock-devel google-benchmark-devel elfutils-devel binutils dwz elfutils llvm'
readonly DNF_CI='clang compiler-rt clang-tools-extra git ccache valgrind'
readonly DNF_PEERS='elfutils-devel libdwarf-devel llvm binutils elfutils dwarves'

readonly PACMAN_BUILD='gcc meson ninja pkgconf python libelf xz zlib zstd abseil-cpp'
readonly PACMAN_TEST='gtest benchmark binutils elfutils llvm'
readonly PACMAN_CI='clang compiler-rt git ccache valgrind'
readonly PACMAN_PEERS='elfutils libdwarf llvm binutils pahole'

readonly APK_BUILD='g++ meson samurai pkgconf python3 elfutils-dev xz-dev zlib-dev zstd-dev abseil-cpp-dev'
readonly APK_TEST='gtest-dev benchmark-dev binutils elfutils llvm'
readonly APK_CI='clang compiler-rt clang-extra-tools git ccache valgrind'
readonly APK_PEERS='elfutils-dev libdwarf-dev llvm binutils elfutils pahole'

say() { echo "install-packages: $*" >&2; }

has_command() {
  local choice
  local -a choices
  IFS='|' read -ra choices <<<"$1"
  for choice in "${choices[@]}"; do
    command -v "$choice" >/dev/null && return 0
  done
  return 1
}

# Prints what is missing of the given commands, modules and paths.
missing() {
  local item
  for item in ${3:-}; do
    [[ -e $item ]] || echo "$item"
  done
  for item in $1; do
    has_command "$item" || echo "$item"
  done
  for item in $2; do
    pkg-config --exists "$item" 2>/dev/null || echo "$item.pc"
  done
}

as_root() {
  if [[ $(id -u) -eq 0 ]]; then
    "$@"
  elif command -v sudo >/dev/null; then
    sudo "$@"
  elif command -v doas >/dev/null; then
    doas "$@"
  else
    say "neither root nor sudo here; please run as root: $*"
    exit 1
  fi
}

# Of "a|b" the first that apt knows.
apt_choose() {
  local item choice
  local -a choices
  for item in "$@"; do
    IFS='|' read -ra choices <<<"$item"
    for choice in "${choices[@]}"; do
      if apt-cache show "$choice" >/dev/null 2>&1; then
        break
      fi
    done
    # The last choice is left where apt knows none: apt then says so.
    echo "$choice"
  done
}

install_apt() {
  local -a wanted packages
  read -ra wanted <<<"$*"
  # Fresh images have no package lists; old ones name versions that are gone.
  if ! apt-cache show meson >/dev/null 2>&1; then
    as_root apt-get update
  fi
  # A here-string: process substitution needs /proc, which bare roots lack.
  mapfile -t packages <<<"$(apt_choose "${wanted[@]}")"
  local -a install=(env DEBIAN_FRONTEND=noninteractive apt-get install -y
    --no-install-recommends)
  as_root "${install[@]}" "${packages[@]}" || {
    as_root apt-get update
    as_root "${install[@]}" "${packages[@]}"
  }
}

main() {
  local purpose=${1:-}
  local commands=$BUILD_COMMANDS modules=$BUILD_MODULES files=
  local apt=$APT_BUILD dnf=$DNF_BUILD pacman=$PACMAN_BUILD apk=$APK_BUILD
  case $purpose in
    build | test | ci | peers) ;;
    *)
      sed -n '2,/^$/s/^# \{0,1\}//p' "$0"
      exit 2
      ;;
  esac
  if [[ $purpose == test || $purpose == ci ]]; then
    commands+=" $TEST_COMMANDS" modules+=" $TEST_MODULES"
    apt+=" $APT_TEST" dnf+=" $DNF_TEST" pacman+=" $PACMAN_TEST" apk+=" $APK_TEST"
  fi
  if [[ $purpose == ci ]]; then
    commands+=" $CI_COMMANDS"
    if command -v apt-get >/dev/null; then files=$CI_FILES_APT; fi
    apt+=" $APT_CI" dnf+=" $DNF_CI" pacman+=" $PACMAN_CI" apk+=" $APK_CI"
  fi
  if [[ $purpose == peers ]]; then
    commands+=" $PEERS_COMMANDS" modules+=" $PEERS_MODULES" files=$PEERS_FILES
    apt+=" $APT_PEERS" dnf+=" $DNF_PEERS" pacman+=" $PACMAN_PEERS"
    apk+=" $APK_PEERS"
  fi

  local absent
  absent=$(missing "$commands" "$modules" "$files")
  [[ -n $absent ]] || exit 0
  say "missing: ${absent//$'\n'/ }"

  local -a packages
  if command -v apt-get >/dev/null; then
    install_apt "$apt" >&2
  elif command -v dnf >/dev/null; then
    read -ra packages <<<"$dnf"
    as_root dnf install -y "${packages[@]}" >&2
  elif command -v pacman >/dev/null; then
    read -ra packages <<<"$pacman"
    as_root pacman -S --needed --noconfirm "${packages[@]}" >&2
  elif command -v apk >/dev/null; then
    read -ra packages <<<"$apk"
    as_root apk add "${packages[@]}" >&2
  else
    say "no package manager that is known here. The packages are called"
    say "  Debian, Ubuntu: $apt"
    say "  Fedora:         $dnf"
    say "  Arch:           $pacman"
    say "  Alpine:         $apk"
    exit 1
  fi

  absent=$(missing "$commands" "$modules" "$files")
  if [[ -n $absent ]]; then
    say "still missing after installation: ${absent//$'\n'/ }"
    [[ $purpose == peers && -z $(missing "$BUILD_COMMANDS" "$BUILD_MODULES") ]] ||
      exit 1
  fi
}

main "$@"
