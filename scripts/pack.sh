#!/usr/bin/env bash
# Builds the program for a release, tries it, and packs it with its licences: scripts/pack.sh [TARGET]
#
# TARGET is one of rustc's, and has to run here. The archive and its SHA-256 are in target/packed.
set -euo pipefail
cd "$(dirname "$0")/.."
target=${1:-$(rustc -vV | sed -n 's/^host: //p')}
version=$(sed -n 's/^version = "\(.*\)"/\1/p' Cargo.toml | head -n 1)
name=postwright-$version-$target
cargo build --release --locked --target "$target"

program=postwright
[[ $target != *windows* ]] || program=postwright.exe
built=target/$target/release/$program
# What cannot do the main job is no release.
"$built" generate --no-cache --check
[[ $("$built" --version) == "postwright $version" ]]

packed=target/packed
rm -rf "$packed"
mkdir -p "$packed/$name"
cp "$built" README.md CHANGELOG.md LICENSE-APACHE LICENSE-MIT "$packed/$name/"
"$built" man > "$packed/$name/postwright.1"
tar -C "$packed" -czf "$packed/$name.tar.gz" "$name"
rm -r "${packed:?}/$name"
cd "$packed"
if command -v sha256sum > /dev/null; then
  sha256sum "$name.tar.gz" > "$name.tar.gz.sha256"
else
  shasum -a 256 "$name.tar.gz" > "$name.tar.gz.sha256"
fi
