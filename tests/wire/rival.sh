#!/usr/bin/env bash
# Counts how many requests the snippets of postman-code-generators send as Postman's runner sent them:
# tests/wire/rival.sh [DIFFERENCES]
#
# Prints the table that the README has. With DIFFERENCES, each request that is different is written to
# that file, with what differs. Needs Node 18 or later and npm, curl, and python3 with the library
# requests. The snippets run as they are: those of our hostile fixtures try to do harm, so that their
# home is a folder of the run.
set -euo pipefail
differences=${1:+$(realpath "$1")}
cd "$(dirname "$0")"
# shellcheck source=tests/wire/collections.sh
source ./collections.sh

if ! command -v curl > /dev/null; then
  printf 'this needs curl: install it with the package manager of the system\n' >&2
  exit 1
fi
if ! python3 -c 'import requests' 2> /dev/null; then
  # shellcheck disable=SC2016 # the command is to be shown
  printf 'this needs python3 with the library requests: `python3 -m pip install requests`\n' >&2
  exit 1
fi
DIFFERENCES=$differences exec node rival.js golden "${collections[@]}"
