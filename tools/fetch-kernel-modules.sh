#!/bin/bash
# Fetches the kernel modules with debug information that the real-module tests
# read: Debian's debug package of the cloud kernel, about 280 MB to download and
# 1.2 GB on disk.
#
# The only line on stdout is the directory that holds the *.ko files; all else
# goes to stderr. Once the modules are there the network is not used again.
#
#   tools/fetch-kernel-modules.sh            find in the cache, or download
#   tools/fetch-kernel-modules.sh --cached   find in the cache, never download
#
# Behind that, the machine that the kernel is for, whatever machine this is:
# amd64 (the default) or arm64.
#
# Environment:
#   DWRELOC_CACHE     cache directory (default: ${XDG_CACHE_HOME:-~/.cache}/dwreloc)
#   DWRELOC_KEEP_DEB  set to 1 to keep the downloaded .deb after extraction
#
# Exit status: 0 done; 77 the modules cannot be had here (no apt, no network;
# the number test harnesses read as "skipped"); 1 something is broken.

set -euo pipefail

ARCH=amd64
readonly CACHE=${DWRELOC_CACHE:-${XDG_CACHE_HOME:-${HOME:-/root}/.cache}/dwreloc}
readonly MODULES=$CACHE/modules
readonly APT_STATE=$CACHE/apt

say() { echo "fetch-kernel-modules: $*" >&2; }

unavailable() {
  say "kernel modules not available: $*"
  exit 77
}

# The newest of the paths given; fails if the glob that gave them met nothing.
newest() {
  [[ -e $1 ]] || return 1
  printf '%s\n' "$@" | sort -V | tail -n 1
}

# A directory counts only with its stamp, which is written before the rename
# that makes the directory visible: an interrupted run leaves no half set.
print_cached() {
  local stamp
  stamp=$(newest "$MODULES"/*-cloud-"$ARCH"-dbg_*/.package) || return 1
  echo "${stamp%/.package}"
}

# Lies there from a run that was stopped between download and extraction, or was
# put there by hand.
cached_deb() {
  newest "$CACHE"/linux-image-*-cloud-"$ARCH"-dbg_*_"$ARCH".deb
}

# apt works with the system's sources and keys in any case. Another machine's
# packages it looks up in lists of its own, so that the system need not be told
# of that machine (dpkg --add-architecture) and nothing of it changes.
is_native() { [[ $(dpkg --print-architecture) == "$ARCH" ]]; }

apt_options() {
  # apt drops to the user _apt for downloads and warns if that user cannot
  # write here; as root it then carries on as root, which is what is wanted.
  APT_OPTIONS=(-o APT::Sandbox::User=root)
  is_native && return
  APT_OPTIONS+=(
    -o "APT::Architecture=$ARCH"
    -o "APT::Architectures=$ARCH"
    -o "Dir::State::lists=$APT_STATE/lists"
    -o "Dir::State::status=/dev/null"
    -o "Dir::Cache=$APT_STATE/cache"
    -o Acquire::Languages=none
    -o Acquire::GzipIndexes=true
  )
  mkdir -p "$APT_STATE/lists/partial" "$APT_STATE/cache/archives/partial"
}

# The real package behind the meta package, e.g.
# linux-image-6.1.0-56-cloud-amd64-dbg.
package_name() {
  local name
  name=$(apt-cache "${APT_OPTIONS[@]}" depends --important \
    "linux-image-cloud-$ARCH-dbg" 2>/dev/null |
    sed -n 's/^ *Depends: \(linux-image-.*-dbg\).*/\1/p' | head -n 1)
  [[ -n $name ]] || return 1
  echo "$name"
}

update_lists() {
  if [[ $(id -u) -eq 0 ]] || ! is_native; then
    apt-get "${APT_OPTIONS[@]}" update >&2
  elif command -v sudo >/dev/null; then
    sudo apt-get update >&2
  else
    return 1
  fi
}

try_download() {
  local package
  package=$(package_name) || return 1
  say "downloading $package (about 280 MB) to $CACHE"
  (cd "$CACHE" && apt-get "${APT_OPTIONS[@]}" download "$package" >&2)
}

download() {
  command -v apt-get >/dev/null || unavailable "no apt-get on this system"
  apt_options
  try_download && return
  # Fresh images come without package lists, and old lists name packages that
  # the archive has replaced. One of several sources may fail and not matter.
  update_lists || say "apt-get update failed, trying all the same"
  try_download || unavailable "apt cannot download linux-image-cloud-$ARCH-dbg"
}

extract() {
  local deb=$1
  local package version work target
  package=$(dpkg-deb --field "$deb" Package)
  version=$(dpkg-deb --field "$deb" Version)
  target=$MODULES/${package}_${version}
  work=$(mktemp -d "$MODULES/.extract.XXXXXX")
  # shellcheck disable=SC2064  # $work must be expanded now, it is local.
  trap "rm -rf '$work'" EXIT
  say "extracting the modules of $package $version"
  # All paths of the package end in .../lib/modules/<release>/kernel/...; the
  # part before is dropped.
  dpkg-deb --fsys-tarfile "$deb" |
    tar -x -C "$work" --wildcards --no-anchored \
      --transform='s,^.*/lib/modules/[^/]*/,,' '*.ko'
  local count
  count=$(find "$work" -name '*.ko' | wc -l)
  if [[ $count -eq 0 ]]; then
    say "$deb holds no kernel modules"
    exit 1
  fi
  printf '%s %s %s modules\n' "$package" "$version" "$count" >"$work/.package"
  chmod 755 "$work"
  # After an apt upgrade during a run the same version may be there already.
  if [[ -e $target ]]; then
    rm -rf "$work"
  else
    mv -T "$work" "$target"
  fi
  trap - EXIT
  if [[ ${DWRELOC_KEEP_DEB:-0} != 1 ]]; then
    rm -f "$deb"
  fi
  say "$count modules in $target"
}

main() {
  local download_allowed=1
  local argument
  for argument in "$@"; do
    case $argument in
      --cached) download_allowed=0 ;;
      amd64 | arm64) ARCH=$argument ;;
      -h | --help)
        sed -n '2,/^$/s/^# \{0,1\}//p' "$0"
        exit 0
        ;;
      *)
        say "unknown argument: $argument"
        exit 2
        ;;
    esac
  done

  print_cached && exit 0
  mkdir -p "$MODULES"
  # Two test runs that start together must not download twice.
  if command -v flock >/dev/null; then
    exec 9>"$CACHE/.lock"
    flock 9
    print_cached && exit 0
  fi

  local deb
  if ! deb=$(cached_deb); then
    if [[ $download_allowed -eq 0 ]]; then
      unavailable "not in $CACHE; run tools/fetch-kernel-modules.sh $ARCH"
    fi
    download
    deb=$(cached_deb) || unavailable "download left no package in $CACHE"
  fi
  command -v dpkg-deb >/dev/null || unavailable "no dpkg-deb on this system"
  extract "$deb"
  rm -rf "$APT_STATE"
  print_cached
}

main "$@"
