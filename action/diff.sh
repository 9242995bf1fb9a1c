#!/usr/bin/env bash
# Says what has changed for those who use the client: in the log, in the summary of the run, and in one
# comment of the pull request, which is brought up to date in place.
#
#   POSTWRIGHT_FAIL_ON         the changes that fail: breaking, compatible, docs or never (unless set)
#   POSTWRIGHT_BASE            the revision to compare with, unless the event says it
#   POSTWRIGHT_COMMENT         false for no comment
#   POSTWRIGHT_COMMENT_AUTHOR  who the token writes as, unless it is github-actions[bot]
#   POSTWRIGHT_TOKEN           a token that may write comments
#
# and what GitHub sets: GITHUB_EVENT_PATH, GITHUB_API_URL, GITHUB_REPOSITORY, GITHUB_STEP_SUMMARY.
set -euo pipefail
# shellcheck source=action/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

# No other program finds the token in its environment.
token=${POSTWRIGHT_TOKEN-}
unset POSTWRIGHT_TOKEN
fail_on=${POSTWRIGHT_FAIL_ON:-never}
author=${POSTWRIGHT_COMMENT_AUTHOR:-github-actions[bot]}
case $fail_on in
  breaking | compatible | docs | never) ;;
  *) fail 'fail-on is none of its values' 'they are breaking, compatible, docs and never' ;;
esac
need git
need jq
need postwright
scratch_folder

event() { # FILTER: a value of the event, or nothing
  if [[ -n ${GITHUB_EVENT_PATH-} ]]; then
    # jq ends lines as Windows does there.
    jq --raw-output "$1 // empty" "$GITHUB_EVENT_PATH" | tr -d '\r'
  fi
}

number=$(event '.pull_request.number')
[[ $number =~ ^[0-9]*$ ]] || fail 'the event has a pull request without a number' 'report this'
base=${POSTWRIGHT_BASE-}
enter

summary() { # TEXT
  printf '%s\n' "$1"
  if [[ -n ${GITHUB_STEP_SUMMARY-} ]]; then
    printf '%s\n' "$1" >> "$GITHUB_STEP_SUMMARY"
  fi
}

if [[ -z $base ]]; then
  base=$(event '(.pull_request.base.sha // .merge_group.base_sha // .before)')
  if [[ ! $base =~ ^([0-9a-f]{40}|[0-9a-f]{64})$ || $base =~ ^0+$ ]]; then
    summary 'Postwright has compared nothing: this event names no commit to compare with.'
    exit 0
  fi
  if ! git cat-file -e "$base^{commit}" 2> /dev/null &&
    ! git fetch --quiet --no-tags --depth=1 origin "$base"; then
    # A push that rewrites history names a commit that may be gone.
    if [[ -z $number ]]; then
      summary 'Postwright has compared nothing: the commit before this push is gone.'
      exit 0
    fi
    fail "the commit $base is not here" 'give actions/checkout fetch-depth: 0'
  fi
fi

compare() {
  postwright diff --since "$base" ${options[@]+"${options[@]}"} "$@"
}

compare --format markdown > "$scratch/diff.md"
print "$scratch/diff.md"

run='the summary of the run'
if [[ -n ${GITHUB_RUN_ID-} ]]; then
  run="[$run](${GITHUB_SERVER_URL-}/${GITHUB_REPOSITORY-}/actions/runs/$GITHUB_RUN_ID)"
fi

# Whole lines of the text, and a sentence if there are more. A backslash before an @ does not keep GitHub from
# telling the person of that name; a word joiner behind it does.
shortened() { # CHARACTERS SENTENCE
  jq --raw-input --slurp --raw-output --argjson most "$1" --arg more "$2" '
    split("@") | join("@\u2060")
    | if length <= $most then . else (.[:$most] | split("\n")[:-1] | join("\n")) + "\n\n" + $more end
  ' "$scratch/diff.md"
}

if [[ -n ${GITHUB_STEP_SUMMARY-} ]]; then
  # GitHub takes a megabyte, and a character has four bytes at most.
  shortened 250000 'There is more: postwright diff says it.' >> "$GITHUB_STEP_SUMMARY"
fi

# A comment is found again by its first line. A repository may have several, for several folders.
marker="postwright diff ${POSTWRIGHT_WORKING_DIRECTORY:-.} ${POSTWRIGHT_CONFIG-}"
marker="<!-- $(printf '%s' "$marker" | LC_ALL=C tr -c 'A-Za-z0-9./_ ' '_') -->"

# Asks the API; the answer lies in $scratch/answer. The token is no argument, which other programs could see.
api() { # METHOD PATH [FILE]
  local request=(
    --disable --silent --show-error --max-time 60 --request "$1" --url "${GITHUB_API_URL%/}$2"
    --header 'Accept: application/vnd.github+json' --header 'X-GitHub-Api-Version: 2022-11-28'
    --output "$scratch/answer" --write-out '%{http_code}'
  )
  if [[ -n ${3-} ]]; then
    request+=(--header 'Content-Type: application/json' --data-binary "@$3")
  fi
  status=$(printf 'header = "Authorization: Bearer %s"\n' "$token" | curl --config - "${request[@]}") || status=000
}

# The comment that this script has written before, if there is one, page by page.
find_comment() {
  comment=
  local page
  for ((page = 1; page <= 100; page++)); do
    api GET "/repos/$GITHUB_REPOSITORY/issues/$number/comments?per_page=100&page=$page"
    [[ $status == 200 ]] || return 1
    # Anybody can write the first line; only its author is nobody else.
    comment=$(jq --raw-output --arg marker "$marker" --arg author "$author" '
      [.[] | select(.user.login == $author and (.body // "" | startswith($marker))) | .id | numbers] | first // empty
    ' "$scratch/answer" | tr -d '\r') || return 1
    [[ -z $comment ]] || return 0
    [[ $(jq length "$scratch/answer" | tr -d '\r') == 100 ]] || return 0
  done
}

write_comment() {
  shortened 60000 "There is more: see $run." |
    jq --raw-input --slurp --arg marker "$marker" '{body: ($marker + "\n" + .)}' > "$scratch/body"
  find_comment || return 1
  if [[ -n $comment ]]; then
    api PATCH "/repos/$GITHUB_REPOSITORY/issues/comments/$comment" "$scratch/body"
  elif compare --fail-on docs > /dev/null; then
    # Nothing has changed, and nobody was told otherwise.
    return 0
  else
    api POST "/repos/$GITHUB_REPOSITORY/issues/$number/comments" "$scratch/body"
  fi
  [[ $status == 20[01] ]]
}

if [[ -n $number && -n $token && ${POSTWRIGHT_COMMENT:-true} != false ]]; then
  need curl
  [[ ${GITHUB_REPOSITORY-} =~ ^[A-Za-z0-9._-]+/[A-Za-z0-9._-]+$ && -n ${GITHUB_API_URL-} ]] ||
    fail 'GITHUB_REPOSITORY or GITHUB_API_URL is not set' 'GitHub sets them; outside of it, set both'
  # What curl would read as more than a token.
  [[ $token =~ ^[A-Za-z0-9._~+/=:-]+$ ]] || fail 'the token is none' 'give the input token a token of GitHub'
  if ! write_comment; then
    if [[ $status == 403 ]]; then
      summary 'There is no comment: the token may not write one. Pull requests from forks have such a token; others need the permission "pull-requests: write".'
    else
      summary "There is no comment: GitHub's API answered $status."
    fi
  fi
fi

if [[ $fail_on != never ]] && ! compare --fail-on "$fail_on" > /dev/null; then
  fail "there are changes that fail-on names: $fail_on" 'take them back, or merge all the same with a new version in mind'
fi
