#!/usr/bin/env bash
# Builds what a release consists of: static programs for each platform, their
# bill of materials and the checksums of all. make release calls it.
#
#   internal/tools/release.sh                          all platforms, into dist/
#   PLATFORMS=linux/amd64 OUT=dist internal/tools/release.sh
#   internal/tools/release.sh --verify                 does another build of the commit give the same bytes?
#
# The same commit and the same Go make the same bytes, whatever the directory,
# the user and the machine.
set -euo pipefail
cd "$(dirname "$0")/../.."

go=${GO:-go}
out=${OUT:-dist}
platforms=(${PLATFORMS:-linux/amd64 linux/arm64 darwin/amd64 darwin/arm64})

# What else in the environment changes bytes.
export CGO_ENABLED=0 GOFLAGS=-mod=readonly GOWORK=off GOEXPERIMENT= GOAMD64=v1 GOARM64=v8.0 GOFIPS140=off

sha256() {
  if command -v sha256sum >/dev/null; then sha256sum "$@"; else shasum -a 256 "$@"; fi
}

# build makes the programs of platform $1 in directory $2.
build() {
  local program
  for program in spgen server; do
    GOOS=${1%/*} GOARCH=${1#*/} "$go" build -trimpath -buildvcs=true -ldflags=-w \
      -o "$2/$program-${1/\//-}" "./cmd/$program"
  done
}

# verify builds this commit twice, in two directories, the second time without
# what Go has in its cache, and compares.
verify() {
  local work platform
  platform=$("$go" env GOHOSTOS)/$("$go" env GOHOSTARCH)
  work=$(mktemp -d)
  git clone -q . "$work/here"
  git clone -q "$work/here" "$work/and/elsewhere"
  (cd "$work/here" && build "$platform" "$work/one")
  (cd "$work/and/elsewhere" && GOCACHE=$work/cache build "$platform" "$work/two")
  if ! diff -r "$work/one" "$work/two"; then
    rm -rf "$work/cache"
    echo "release: the bytes differ; both are in $work" >&2
    return 1
  fi
  (cd "$work/one" && sha256 ./*)
  rm -rf "$work"
  echo "the same bytes twice"
}

if [ "${1:-}" = --verify ]; then
  verify
  exit
fi

if [ -n "$(git status --porcelain)" ]; then
  echo "release: the tree differs from its commit: nobody can build the same again" >&2
fi
rm -rf "$out"
mkdir -p "$out"
for platform in "${platforms[@]}"; do
  build "$platform" "$out"
done
"$go" build -C internal/tools -o "$PWD/bin/sbom" ./sbom
bin/sbom -o "$out/spgen.cdx.json" "$out"/{spgen,server}-*
(cd "$out" && sha256 -- * >SHA256SUMS && cat SHA256SUMS)
