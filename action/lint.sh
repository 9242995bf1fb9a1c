#!/usr/bin/env bash
# Says what is wrong in the collections, and writes it as SARIF for code scanning. Exits as lint does: the
# steps after this one run all the same.
#
#   POSTWRIGHT_LINT_FAIL_ON  the findings that fail: error (unless set), warning, gap, note or never
#   POSTWRIGHT_SARIF         the file to write, unless it is postwright.sarif
set -euo pipefail
# shellcheck source=action/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

need jq
need postwright
sarif=${POSTWRIGHT_SARIF:-postwright.sarif}
case $sarif in
  /* | [A-Za-z]:*) ;;
  *) sarif=$PWD/$sarif ;;
esac
enter
scratch_folder

code=0
postwright lint --format sarif --fail-on "${POSTWRIGHT_LINT_FAIL_ON:-error}" ${options[@]+"${options[@]}"} \
  > "$scratch/sarif" || code=$?
# Without a result there was no run to tell of: lint has said why. Some versions of jq find no fault with an
# empty file, hence the list.
if ! jq --slurp --exit-status '.[0].runs' "$scratch/sarif" > /dev/null 2>&1; then
  exit "$((code == 0 ? 1 : code))"
fi

# Code scanning wants paths from the root of the repository.
prefix=$(git rev-parse --show-prefix 2> /dev/null || true)
jq --arg prefix "$prefix" '
  ($prefix | split("/") | map(@uri) | join("/")) as $prefix
  | (.. | .artifactLocation? | select(type == "object" and has("uri")) | .uri) |= $prefix + .
' "$scratch/sarif" > "$sarif"
output written true

jq --raw-output '
  .runs[].results[]
  | .locations[0].physicalLocation as $at
  | "\($at.artifactLocation.uri):\($at.region.startLine // 1): \(.level)[\(.ruleId)]: \(.message.text | gsub("[\r\n]"; " "))"
' "$sarif" > "$scratch/findings"
print "$scratch/findings"
exit "$code"
