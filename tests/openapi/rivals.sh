#!/usr/bin/env bash
# What converters keep of collections, as tables of Markdown: tests/openapi/rivals.sh POSTWRIGHT COLLECTION…
#
# Needs Node 20 with npm, and a network. POSTWRIGHT is the program. The tables take the place of those of docs/openapi.md.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
postwright=$1
shift
for folder in "$here" "$here/rivals"; do
  npm --prefix "$folder" ci --no-audit --no-fund --loglevel=error > /dev/null
done
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
index=0
for collection in "$@"; do
  "$postwright" generate --target openapi --config /dev/null --out "$scratch/$index" "$collection" 2> /dev/null
  index=$((index + 1))
done
node "$here/rivals/count.js" "$scratch" "$@" > "$scratch/tables.md"
page=$here/../../docs/openapi.md
awk -v tables="$scratch/tables.md" '
  /^<!-- rivals: end -->/ { skipped = 0 }
  !skipped
  /^<!-- rivals: begin -->/ {
    skipped = 1
    print ""
    while ((getline line < tables) > 0) print line
    print ""
  }
' "$page" > "$scratch/page.md"
cp "$scratch/page.md" "$page"
cat "$scratch/tables.md"
