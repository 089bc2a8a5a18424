#!/usr/bin/env bash
# Builds the PgBouncers that bouncertest runs, from Debian's sources, unless
# they are built. make pgbouncer calls it, and so does bouncertest.
#
#   internal/bouncertest/build.sh               those of releases below
#   internal/bouncertest/build.sh 1.24.1        one of them
#   SPGEN_PGBOUNCER=/dir internal/bouncertest/build.sh   into another directory
#
# The sources come through this machine's own apt and its mirror of Debian, in
# directories of the script's: root is not needed where the tools are there,
# and the machine's configuration stays as it is.
set -euo pipefail
cd "$(dirname "$0")/../.."

# version, Debian's release, SHA-256 of the source. One is older than 1.21, the
# first that knows prepared statements in transaction mode.
releases='
1.18.0 bookworm 9349c9e59f6f88156354f4f6af27cdb014a235b00ae184cbaa37688bd0df544c
1.24.1 trixie da72a3aba13072876d055a3e58dd4aba4a5de4ed6148e73033185245598fd3e0
'

into=${SPGEN_PGBOUNCER:-$PWD/.spgen/pgbouncer}
mkdir -p "$into"

fail() {
  echo "pgbouncer: $*" >&2
  exit 1
}

# tools sees to what the build needs, and under root installs it.
tools() {
  have_tools && return
  [ "$(id -u)" = 0 ] || fail "install gcc make pkg-config libevent-dev (apt-get install, as root), or put pgbouncer into $into/VERSION/"
  apt-get update -q >/dev/null
  DEBIAN_FRONTEND=noninteractive apt-get install -qy --no-install-recommends gcc libc6-dev make pkg-config libevent-dev >/dev/null
  have_tools || fail "gcc, make, pkg-config and libevent-dev are installed, and still libevent is not found"
}

have_tools() {
  command -v gcc >/dev/null && command -v make >/dev/null && pkg-config --exists libevent 2>/dev/null
}

# works says whether a program is there and finds its libraries.
works() {
  "$into/$1/pgbouncer" --version >/dev/null 2>&1
}

# mirror prints where this machine gets Debian from.
mirror() {
  apt-get indextargets --format '$(SITE)' 'Created-By: Packages' 'Component: main' "Codename: $(. /etc/os-release && echo "${VERSION_CODENAME:-}")" | head -n 1
}

# fetch puts the source of version $1, of the release $2, into the directory $3.
fetch() {
  local site keys=/usr/share/keyrings/debian-archive-keyring.gpg
  command -v apt-get >/dev/null && [ -r "$keys" ] || fail "this machine is not Debian's: put PgBouncer $1 at $into/$1/pgbouncer"
  site=$(mirror)
  if [ -z "$site" ] && [ "$(id -u)" = 0 ]; then
    apt-get update -q >/dev/null
    site=$(mirror)
  fi
  [ -n "$site" ] || fail "apt names no mirror of Debian: run apt-get update, or put PgBouncer $1 at $into/$1/pgbouncer"
  mkdir -p "$3/lists/partial" "$3/cache/archives/partial"
  echo "deb-src [signed-by=$keys] $site $2 main" >"$3/sources.list"
  local apt=(-qq -o "Dir::State::lists=$3/lists" -o "Dir::Cache=$3/cache" -o "Dir::Etc::sourcelist=$3/sources.list"
    -o Dir::Etc::sourceparts=/dev/null -o Acquire::Languages=none -o APT::Sandbox::User=root)
  apt-get "${apt[@]}" update
  (cd "$3" && apt-get "${apt[@]}" source --download-only pgbouncer)
}

# build makes version $1 of the release $2, whose source has the checksum $3. It
# is run in a subshell, whose end removes the directory that it works in.
build() {
  local source
  work=$(mktemp -d "$into/build-XXXXXX")
  trap 'rm -rf "$work"' EXIT
  tools
  fetch "$1" "$2" "$work"
  source=$work/pgbouncer_$1.orig.tar.gz
  [ -e "$source" ] || fail "Debian's $2 has another PgBouncer now ($(cd "$work" && ls *.orig.tar.gz)): update internal/bouncertest/build.sh"
  echo "$3  $source" | sha256sum --check --quiet || fail "the source of PgBouncer $1 is not the one that this script knows"
  tar -xzf "$source" -C "$work"
  if ! (cd "$work/pgbouncer-$1" && compile) >"$work/log" 2>&1; then
    tail -n 20 "$work/log" >&2
    fail "building PgBouncer $1 failed"
  fi
  mkdir -p "$work/done"
  mv "$work/pgbouncer-$1/pgbouncer" "$work/done/"
  chmod -R a+rX "$work/done"
  rm -rf "${into:?}/$1"
  mv "$work/done" "$into/$1"
}

compile() {
  CFLAGS='-O0 -w' ./configure --cache-file="$answers" --without-openssl --without-cares --without-pam --without-systemd &&
    make -j"$(getconf _NPROCESSORS_ONLN)" pgbouncer && strip pgbouncer
}

# One build at a time: tests of several packages may come here at once.
exec 9>"$into/lock"
flock 9
wanted=${1:-}
answers=$into/configure.cache # what configure found out for one it need not for the other
rm -f "$answers"
while read -r version release sum; do
  [ -z "$version" ] || { [ -n "$wanted" ] && [ "$wanted" != "$version" ]; } || works "$version" ||
    (build "$version" "$release" "$sum")
done <<<"$releases"
[ -z "$wanted" ] || works "$wanted" || fail "PgBouncer $wanted is not among those that this script builds"
rm -f "$answers"
