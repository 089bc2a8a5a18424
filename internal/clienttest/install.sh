#!/usr/bin/env bash
# Installs the WebSocket clients that are not ours, unless they are there: Node
# with ws, Python with websockets, Chromium, and axe-core. Tests call it,
# and it prints a line for each: the program, and for Node where ws is.
set -euo pipefail
cd "$(dirname "$0")"
into=$PWD/../../.spgen/clients

fail() {
  echo "clienttest: $*" >&2
  exit 1
}

# need installs Debian's packages $2 when the function $1 finds nothing.
need() {
  "$1" >/dev/null && return
  if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    { apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -qy --no-install-recommends $2; } >&2
  fi
  "$1" >/dev/null || fail "install $2"
}

find_node() { command -v npm >/dev/null && command -v node; }

find_python() {
  local python
  for python in /usr/bin/python3 python3; do
    if "$python" -c 'import websockets.legacy.client' 2>/dev/null; then
      command -v "$python"
      return
    fi
  done
  return 1
}

find_chromium() {
  command -v chromium || command -v chromium-browser || command -v google-chrome || command -v chrome
}

install_modules() {
  local work
  [ ! -d "$into/node_modules/ws" ] || cmp -s package-lock.json "$into/package-lock.json" || rm -rf "$into"
  [ -d "$into/node_modules/axe-core" ] && return
  mkdir -p "$(dirname "$into")"
  work=$(mktemp -d "$(dirname "$into")/clients-XXXXXX")
  cp package.json package-lock.json "$work"
  npm ci --prefix "$work" --ignore-scripts --no-audit --no-fund --loglevel=error >&2 || fail "npm could not install ws and axe-core"
  mv -T "$work" "$into" 2>/dev/null || rm -rf "$work" # another was faster
}

need find_node "nodejs npm"
need find_python python3-websockets
need find_chromium chromium
install_modules
echo "$(find_node) $into"
find_python
find_chromium
