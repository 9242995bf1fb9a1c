# shellcheck shell=bash
# What record.sh and rival.sh share, to be sourced from this folder: Node's packages, and the list of
# collections, each with its environment and globals if it has some.

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
# shellcheck disable=SC2034 # whoever sources this reads it
collections=(
  ../../collections/*.json
  ../fixtures/{ok,odd,wire}/*.postman_collection.json
  ../../../shared/corpus/open/*.json
)
if [[ -d $probe ]]; then
  collections+=("$probe/probe.json,$probe/env.json,$probe/globals.json" "$probe/probe2.json,$probe/env2.json,$probe/globals.json")
fi
