#!/usr/bin/env bash
# Lints the docs that are generated, makes the site of them, and opens it: tests/docs/run.sh [FOLDER]
#
# Needs mdbook, Node 18 or later with npm, and Chromium. FOLDER, else target/docs, gets a site and
# screenshots for each collection.
set -euo pipefail
cd "$(dirname "$0")/../.."
out=${1:-target/docs}
for program in mdbook node npm "${CHROMIUM:-chromium}"; do
  if ! command -v "$program" > /dev/null; then
    printf 'this needs %s: install it\n' "$program" >&2
    exit 1
  fi
done
CHROMIUM=$(command -v "${CHROMIUM:-chromium}")
export CHROMIUM
npm --prefix tests/docs ci --no-audit --no-fund --loglevel=error
tests/docs/node_modules/.bin/markdownlint-cli2 'generated/*/docs/src/*.md' 'generated/*/docs/*.txt'
for folder in generated/*/docs; do
  name=$(basename "$(dirname "$folder")")
  mkdir -p "$out"
  site=$(cd "$out" && pwd)/$name
  mdbook build "$folder" --dest-dir "$site"
  node tests/docs/site.js "$site" "$site.screenshots"
done
