#!/usr/bin/env bash
# Describes our collections in both versions of OpenAPI, and validates what comes out:
# tests/openapi/run.sh POSTWRIGHT FOLDER
#
# Needs Node 20 with npm. POSTWRIGHT is the program, FOLDER is written into.
set -euo pipefail
cd "$(dirname "$0")/../.."
postwright=$1
out=$2
for program in node npm; do
  if ! command -v "$program" > /dev/null; then
    printf 'this needs %s: install it\n' "$program" >&2
    exit 1
  fi
done
npm --prefix tests/openapi ci --no-audit --no-fund --loglevel=error
rm -rf "$out"
for version in 3.0 3.1; do
  mkdir -p "$out/$version"
  printf '[target.openapi]\nversion = "%s"\n' "$version" > "$out/$version.toml"
  "$postwright" generate --config "$out/$version.toml" --target openapi --out "$out/$version" \
    tests/fixtures/ok/*.json collections/*.json 2> /dev/null
done
node tests/openapi/validate.js "$out"
