#!/usr/bin/env bash
# Fails if the outputs are stale, and marks what is.
set -euo pipefail
# shellcheck source=action/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

need postwright
enter

check() {
  postwright generate --check --format github ${options[@]+"${options[@]}"}
}

# GitHub wants paths from the root of the repository.
prefix=$(git rev-parse --show-prefix 2> /dev/null || true)
if [[ -z $prefix ]]; then
  check
  exit
fi
# What a property of a command says by an escape.
prefix=${prefix//'%'/%25}
prefix=${prefix//:/%3A}
prefix=${prefix//,/%2C}
check | while IFS= read -r line; do
  case $line in
    '::error file='* | '::warning file='*)
      printf '%s file=%s%s\n' "${line%% file=*}" "$prefix" "${line#* file=}"
      ;;
    *) printf '%s\n' "$line" ;;
  esac
done
