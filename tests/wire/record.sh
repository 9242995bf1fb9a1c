#!/usr/bin/env bash
# Records what Postman's runner sends: tests/wire/record.sh [FOLDER]
#
# Needs Node 18 or later and npm, which fetches the runner. Without FOLDER the recordings of the
# repository are written anew, to be reviewed and committed. The corpus lies beside the repository; where
# it does not, its recordings are left as they are.
set -euo pipefail
cd "$(dirname "$0")"
# shellcheck source=tests/wire/collections.sh
source ./collections.sh
# Made anew as well, since each case has a place of its own in it.
urls=../fixtures/urls/urls.postman_collection.json
node urls.js > "$urls"
# Two at a time, and the longest one first.
printf '%s\0' "$urls" "${collections[@]}" | xargs -0 -n 10 -P 2 node record.js "${1:-golden}"
