# shellcheck shell=bash
# What the scripts of the action share. They take everything from environment variables: a text that
# somebody else has chosen, such as the name of a branch, never becomes part of a command. So they run
# outside of GitHub as well, with what is not set left out:
#
#   POSTWRIGHT_WORKING_DIRECTORY  the folder to work in, unless it is this one
#   POSTWRIGHT_CONFIG             settings, unless they are in postwright.toml

fail() { # MESSAGE HELP
  printf 'error: %s\n  help: %s\n' "$1" "$2" >&2
  exit 1
}

need() { # PROGRAM
  command -v "$1" > /dev/null || fail "there is no $1" "install $1 in a step before this one"
}

# The options of all subcommands. An older bash calls an empty list unset, hence ${options[@]+…}.
options=()
if [[ -n ${POSTWRIGHT_CONFIG-} ]]; then
  options+=(--config "$POSTWRIGHT_CONFIG")
fi

enter() {
  cd -- "${POSTWRIGHT_WORKING_DIRECTORY:-.}" ||
    fail 'the folder to work in is not there' 'name a folder of the repository as working-directory'
}

# A folder that is removed in the end.
scratch=
scratch_folder() {
  scratch=$(mktemp -d)
  trap 'rm -rf "$scratch"' EXIT
}

# Prints a text of a stranger. The runner would take lines such as ::error:: for commands.
print() { # FILE
  if [[ ${GITHUB_ACTIONS-} == true ]]; then
    local stop=$RANDOM-$RANDOM-$RANDOM-$RANDOM
    printf '::stop-commands::%s\n' "$stop"
    cat -- "$1"
    printf '\n::%s::\n' "$stop"
  else
    cat -- "$1"
  fi
}

# For the steps after this one.
output() { # NAME VALUE
  if [[ -n ${GITHUB_OUTPUT-} ]]; then
    printf '%s=%s\n' "$1" "$2" >> "$GITHUB_OUTPUT"
  fi
}
