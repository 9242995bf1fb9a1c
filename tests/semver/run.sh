#!/usr/bin/env bash
# Whether the DrChrono client of a collection that has grown still fits the programs that use the one of
# today: tests/semver/run.sh. Needs python3 and cargo-semver-checks.
set -euo pipefail
cd "$(dirname "$0")/../.."

fail() { # MESSAGE
  printf '%s\n' "$1" >&2
  exit 1
}

command -v python3 > /dev/null || fail 'this needs python3: install it with the package manager of the system'
cargo semver-checks --version > /dev/null 2>&1 ||
  fail 'this needs cargo-semver-checks: cargo install --locked cargo-semver-checks'

collection=collections/drchrono.postman_collection.json
folder=${CARGO_TARGET_DIR:-$PWD/target}/semver
rm -rf "$folder"
mkdir -p "$folder/grown"
# The name of the file is that of the crate.
grown=$folder/grown/${collection##*/}
python3 tests/semver/grow.py "$collection" > "$grown"
cmp -s "$collection" "$grown" && fail 'the collection has not grown'

cargo run --locked --release -- generate --target rust --out "$folder/today" "$collection"
cargo run --locked --release -- generate --target rust --out "$folder/later" "$grown"
for crate in "$folder"/{today,later}/drchrono/rust; do
  # The versions that were tested.
  cp Cargo.lock "$crate"
done
# What a minor version may bring, whatever the versions of the crates say.
cargo semver-checks --all-features --release-type minor \
  --manifest-path "$folder/later/drchrono/rust/Cargo.toml" --baseline-root "$folder/today/drchrono/rust"
