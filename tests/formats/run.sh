#!/usr/bin/env bash
# Reads the files for other tools with what other tools read them with: tests/formats/run.sh POSTWRIGHT [FOLDER]
#
# Needs Node 18 or later with npm. FOLDER, else target/formats, gets the files of the fixtures.
set -euo pipefail
cd "$(dirname "$0")/../.."
postwright=${1:?name the program}
out=${2:-target/formats}
for program in node npm; do
  if ! command -v "$program" > /dev/null; then
    printf 'this needs %s: install it\n' "$program" >&2
    exit 1
  fi
done
npm --prefix tests/formats ci --no-audit --no-fund --loglevel=error
rm -rf "$out"
"$postwright" generate --target har --out "$out" collections/*.json tests/fixtures/{ok,odd,wire}/*.json 2> /dev/null
node tests/formats/har.js "$out"/*/har/*.har

# httpYac and Bruno run in the tests, beside the recordings.
cargo test --locked --test all -- --ignored formats::http formats::bruno
