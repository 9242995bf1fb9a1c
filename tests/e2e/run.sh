#!/usr/bin/env bash
# The generated DrChrono client against a server like DrChrono's: signs in, refreshes with and
# without rotation, is refused, uploads, revokes. Needs python3 with venv, and PyPI.
set -euo pipefail
cd "$(dirname "$0")/../.."

target=${CARGO_TARGET_DIR:-$PWD/target}
tools=$target/e2e-tools
[[ -x $tools/bin/pip ]] || python3 -m venv "$tools"
"$tools/bin/pip" install --quiet --disable-pip-version-check --requirement tests/e2e/requirements.txt

folder=$(mktemp -d)
servers=()
finish() {
  ((${#servers[@]} == 0)) || kill "${servers[@]}" 2> /dev/null || true
  rm -rf "$folder"
}
trap finish EXIT

# Made up for this run. The secret has what gets lost if it is not encoded for its place.
export E2E_CLIENT_ID=the-test E2E_CLIENT_SECRET='s/e c:+%&' E2E_PASSWORD=only-here

start() { # MODE
  "$tools/bin/python" tests/e2e/server.py "$folder/$1.sqlite" "$1" > "$folder/$1.port" &
  servers+=("$!")
}

port() { # MODE
  local attempt
  for ((attempt = 0; attempt < 300; attempt++)); do
    if [[ -s $folder/$1.port ]]; then
      cat "$folder/$1.port"
      return
    fi
    sleep 0.2
  done
  printf 'the server does not start\n' >&2
  return 1
}

start rotates
start lasts
rotates=$(port rotates)
lasts=$(port lasts)
export E2E_ORIGINS="http://127.0.0.1:$rotates http://127.0.0.1:$lasts"
cargo test --locked --test all end_to_end -- --nocapture | tee "$folder/said"
# A test that was skipped is no test that has passed.
grep -q 'end to end: all of it' "$folder/said"
