#!/usr/bin/env bash
# Measures whole runs of Postwright beside other generators and beside the floor, and writes docs/generation.md.
#
#   scripts/bench.sh [ROUNDS]
#
# It needs Rust, node, python3, a network, 4 GB of memory in /dev/shm, and a quarter of an hour in which the machine has nothing
# else to do.
set -euo pipefail
cd "$(dirname "$0")/.."

rounds=${1:-10}
scratch=$PWD/target/bench-runs
rivals=$scratch/rivals
mkdir -p "$rivals"

for program in cargo node npm python3; do
  command -v "$program" > /dev/null || {
    printf 'this needs %s\n' "$program" >&2
    exit 1
  }
done

if ! "$scratch/bin/hyperfine" --version 2> /dev/null | grep -q ' 1\.20\.0$'; then
  cargo install --quiet --locked --root "$scratch" hyperfine@1.20.0
fi
cp scripts/rivals.js "$rivals/"
(
  cd "$rivals"
  [[ -d node_modules/httpsnippet ]] ||
    npm install --silent --no-audit --no-fund --no-package-lock \
      postman-code-generators@2.1.1 postman-collection@5.3.1 httpsnippet@3.0.10
)
cargo build --release --locked
cargo bench --locked --bench floor --no-run
floor=$(cargo bench --locked --bench floor --no-run --message-format json 2> /dev/null |
  python3 -c '
import json, sys
for line in sys.stdin:
    it = json.loads(line)
    if it.get("executable") and it["target"]["name"] == "floor":
        print(it["executable"])')
PATH=$scratch/bin:$PATH python3 scripts/bench.py --scratch "$scratch" --rounds "$rounds" \
  --postwright target/release/postwright --floor "$floor"
