#!/usr/bin/env bash
# Records what Postman's runner sends: tests/wire/record.sh [FOLDER]
#
# Needs Node 18 or later and npm, which fetches the runner. Without FOLDER the recordings of the
# repository are written anew, to be reviewed and committed. The corpus lies beside the repository; where
# it does not, its recordings are left as they are.
set -euo pipefail
cd "$(dirname "$0")"

for program in node npm; do
  if ! command -v "$program" > /dev/null; then
    printf 'this needs %s: install Node.js 18 or later\n' "$program" >&2
    exit 1
  fi
done
if [[ ! -e node_modules ]]; then
  npm ci --no-audit --no-fund --loglevel=error
fi

shopt -s nullglob
probe=../../../shared/wire/probe
collections=(
  ../../collections/*.json
  ../fixtures/{ok,odd,wire}/*.postman_collection.json
  ../../../shared/corpus/open/*.json
)
if [[ -d $probe ]]; then
  collections+=("$probe/probe.json,$probe/env.json,$probe/globals.json" "$probe/probe2.json,$probe/env2.json,$probe/globals.json")
fi
exec node record.js "${1:-golden}" "${collections[@]}"
