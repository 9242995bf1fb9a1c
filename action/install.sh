#!/usr/bin/env bash
# Puts postwright on the PATH of the steps after this one, unless there is one.
#
#   install.sh key   says whether there is one, and by which key a cache keeps what is built otherwise
#   install.sh       builds it from this copy of the sources, if the cache had none
set -euo pipefail
# shellcheck source=action/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

sources=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
# Where the cache of the action looks.
root=${HOME:?}/.cache/postwright-action

if command -v postwright > /dev/null; then
  postwright --version
  output found true
  exit 0
fi

if [[ ${1-} == key ]]; then
  # Cargo.lock alone is the same for two commits between two versions.
  key=$(
    cd "$sources"
    find Cargo.lock Cargo.toml src templates schemas docs -type f | LC_ALL=C sort | while IFS= read -r file; do
      printf '%s %s\n' "$(git hash-object --no-filters -- "$file")" "$file"
    done | git hash-object --stdin
  )
  output found false
  output key "$key"
  printf 'the sources are %s\n' "$key"
  exit 0
fi

if [[ ! -x $root/bin/postwright && ! -x $root/bin/postwright.exe ]]; then
  need cargo
  cargo install --locked --path "$sources" --root "$root"
fi
bin=$root/bin
if command -v cygpath > /dev/null; then
  bin=$(cygpath -w "$bin")
fi
if [[ -n ${GITHUB_PATH-} ]]; then
  printf '%s\n' "$bin" >> "$GITHUB_PATH"
else
  printf 'postwright is in %s\n' "$bin"
fi
