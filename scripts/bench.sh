#!/usr/bin/env bash
# Measures whole runs side by side: Postwright, the rivals on the same collection, and the floor.
# scripts/bench.sh [SIZE ...]
#
# SIZE is how often DrChrono's collection is in the input, 1 10 50 without one. Writes docs/benchmarks.md and its
# plot. Needs Rust, Node 18 or later with npm, Python 3.11 and some minutes in which the machine does nothing else;
# what else is needed is installed into target/bench.
set -euo pipefail
cd "$(dirname "$0")/.."
scratch=$PWD/target/bench
mkdir -p "$scratch"

for program in cargo node npm python3; do
  if ! command -v "$program" > /dev/null; then
    printf 'this needs %s: install it\n' "$program" >&2
    exit 1
  fi
done

cargo build --release --locked
floor=$(cargo bench --locked --bench floor --no-run --message-format json |
  python3 -c '
import json, sys
for line in sys.stdin:
    found = json.loads(line)
    if found.get("target", {}).get("name") == "floor" and found.get("executable"):
        print(found["executable"])
')
if ! "$scratch/bin/hyperfine" --version > /dev/null 2>&1; then
  CARGO_TARGET_DIR=$scratch/hyperfine cargo install --quiet --locked --root "$scratch" hyperfine@1.20.0
fi
npm --prefix "$scratch" install --silent --no-audit --no-fund --no-save \
  postman-code-generators@2.1.1 postman-collection@5.3.1 httpsnippet@3.0.10
cp scripts/rivals.js "$scratch/"
python3 scripts/bench.py target/release/postwright "$floor" "$scratch" "$@"
