#!/usr/bin/env bash
# How long the generated DrChrono client takes to compile and how large it is, beside the clients that
# progenitor and openapi-generator write for the same API: tests/bench/clients.sh [ROUNDS]
#
# Prints Markdown tables. Needs Rust, Java 11 or later, python3 with venv, a network and time: half an hour
# at first, and five minutes for each round. Everything lies in target/bench; what is there is taken as it
# is, so remove that folder to begin anew. docs/benchmarks.md says what is measured.
set -euo pipefail
cd "$(dirname "$0")/../.."

rounds=${1:-5}
bench=${CARGO_TARGET_DIR:-$PWD/target}/bench
mkdir -p "$bench"
bench=$(realpath "$bench")

# What would make the same work last longer or shorter from one machine to the next.
unset CARGO_TARGET_DIR CARGO_BUILD_TARGET CARGO_ENCODED_RUSTFLAGS RUSTFLAGS
export CARGO_INCREMENTAL=0 CARGO_BUILD_JOBS=2 CARGO_TERM_COLOR=never RUSTC_WRAPPER=''
# The decimal point is the same everywhere.
export LC_ALL=C

clients=(postwright progenitor openapi-generator progenitor-shared openapi-generator-shared)
# What is compiled: a label, the client, and the flags for cargo.
variants=(
  'ours|postwright|'
  'progenitor|progenitor|'
  # TLS of Rust like the others' programs, so that no headers of OpenSSL are needed.
  'openapi-generator|openapi-generator|--no-default-features --features rustls'
  'ours, one group|postwright|--no-default-features --features patients'
  'ours, without OAuth|postwright|--no-default-features --features all'
  'ours, every feature|postwright|--all-features'
  'progenitor, shared schemas|progenitor-shared|'
  'openapi-generator, shared schemas|openapi-generator-shared|--no-default-features --features rustls'
)

fail() { # MESSAGE
  printf '%s\n' "$1" >&2
  exit 1
}

say() { # MESSAGE
  printf '%s\n' "$1" >&2
}

# Runs a command whose output matters only if it fails.
quietly() { # COMMAND…
  "$@" > "$bench/log" 2>&1 || {
    tail -n 30 "$bench/log" >&2
    fail "failed: $*"
  }
}

need() { # PROGRAM WHERE-FROM
  command -v "$1" > /dev/null || fail "this needs $1: $2"
}

check_machine() {
  [[ $rounds =~ ^[1-9][0-9]*$ ]] || fail 'tests/bench/clients.sh [ROUNDS], a number from 1'
  need cargo 'see https://rustup.rs'
  need cc 'install a C compiler, such as gcc, with the package manager of the system'
  need java 'openapi-generator runs on Java 11 or later; install a JRE with the package manager of the system'
  need python3 'install it with the package manager of the system'
}

install_crate() { # CRATE@VERSION PROGRAM
  [[ -x $bench/tools/bin/$2 ]] && return
  say "installing $1"
  quietly cargo install --locked "$1" --root "$bench/tools"
}

install_tools() {
  install_crate postman2openapi-cli@1.2.1 postman2openapi
  install_crate cargo-progenitor@0.15.1 cargo-progenitor
  [[ -x $bench/venv/bin/openapi-generator-cli ]] && return
  say 'installing openapi-generator-cli 7.26.0'
  python3 -m venv "$bench/venv" || fail 'this needs the module venv of python3 (Debian: python3-venv)'
  quietly "$bench/venv/bin/pip" install --disable-pip-version-check openapi-generator-cli==7.26.0
}

write_document() {
  [[ -s $bench/repaired-shared.json ]] && return
  "$bench/tools/bin/postman2openapi" --output-format json \
    collections/drchrono.postman_collection.json > "$bench/openapi.json"
  python3 tests/bench/repair.py "$bench/openapi.json" > "$bench/repaired.json"
  python3 tests/bench/share.py "$bench/openapi.json" > "$bench/openapi-shared.json"
  python3 tests/bench/share.py "$bench/repaired.json" > "$bench/shared.part"
  mv "$bench/shared.part" "$bench/repaired-shared.json"
}

copy_ours() {
  mkdir -p "$bench/crates"
  rm -rf "$bench/crates/postwright"
  cp -R generated/drchrono/rust "$bench/crates/postwright"
  rm -rf "$bench/crates/postwright/target"
  # The versions that were tested. Made anew, the file would need a network in each run.
  cp Cargo.lock "$bench/crates/postwright/Cargo.lock"
}

generate_progenitor() { # CLIENT DOCUMENT
  local crate=$bench/crates/$1
  [[ -s $crate/Cargo.toml ]] && return
  say "generating $1"
  rm -rf "$crate.part"
  quietly "$bench/tools/bin/cargo-progenitor" progenitor --input "$bench/$2" \
    --output "$crate.part" --name drchrono-progenitor --version 0.1.0
  # A workspace of its own: it lies in the folder of another package.
  printf '\n[workspace]\n' >> "$crate.part/Cargo.toml"
  mv "$crate.part" "$crate"
}

generate_openapi_generator() { # CLIENT DOCUMENT
  local crate=$bench/crates/$1
  [[ -s $crate/Cargo.toml ]] && return
  say "generating $1"
  rm -rf "$crate.part"
  quietly "$bench/venv/bin/openapi-generator-cli" generate --generator-name rust \
    --input-spec "$bench/$2" --output "$crate.part"
  printf '\n[workspace]\n' >> "$crate.part/Cargo.toml"
  mv "$crate.part" "$crate"
}

write_program() { # CLIENT DEPENDENCIES < MAIN
  local folder=$bench/programs/$1
  mkdir -p "$folder/src"
  cat > "$folder/src/main.rs"
  cat > "$folder/Cargo.toml" << EOF
[package]
name = "lists-patients"
version = "0.1.0"
edition = "2024"

[dependencies]
$2
tokio = { version = "1", features = ["macros", "rt"] }

[profile.release]
strip = true

[workspace]
EOF
}

# One page of patients, printed in full, so that none of the decoding is left out.
write_programs() {
  write_program postwright 'drchrono = { path = "../../crates/postwright" }' << 'EOF'
use drchrono::Client;
use drchrono::api::patients::ListPatients;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), drchrono::Error> {
    let client = Client::from_env()?;
    println!("{:#?}", client.patients().list(&ListPatients::new()).await?);
    Ok(())
}
EOF
  write_progenitor progenitor
  write_progenitor progenitor-shared
  write_openapi_generator openapi-generator
  write_openapi_generator openapi-generator-shared
}

write_progenitor() { # CLIENT
  # Without a feature of reqwest's for TLS this client reaches no https address.
  write_program "$1" 'drchrono-progenitor = { path = "../../crates/'"$1"'" }
reqwest = { version = "0.13", default-features = false, features = ["rustls"] }' << 'EOF'
use std::error::Error;

use drchrono_progenitor::Client;
use reqwest::header::{AUTHORIZATION, HeaderMap, HeaderValue};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let token = std::env::var("DRCHRONO_ACCESS_TOKEN")?;
    let mut headers = HeaderMap::new();
    headers.insert(AUTHORIZATION, HeaderValue::from_str(&format!("Bearer {token}"))?);
    let http = reqwest::Client::builder().default_headers(headers).build()?;
    let client = Client::new_with_client("https://app.drchrono.com", http);
    let patients = client
        .list_patients(
            None, None, None, None, None, None, None, None, None, None, None, None, None, None,
        )
        .await?;
    println!("{patients:#?}");
    Ok(())
}
EOF
}

write_openapi_generator() { # CLIENT
  write_program "$1" \
    'openapi = { path = "../../crates/'"$1"'", default-features = false, features = ["rustls"] }' \
    << 'EOF'
use std::error::Error;

use openapi::apis::configuration::Configuration;
use openapi::apis::patients_api::list_patients;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let configuration = Configuration {
        base_path: "https://app.drchrono.com".to_owned(),
        oauth_access_token: Some(std::env::var("DRCHRONO_ACCESS_TOKEN")?),
        ..Configuration::new()
    };
    let patients = list_patients(
        &configuration,
        None, None, None, None, None, None, None, None, None, None, None, None, None, None,
    )
    .await?;
    println!("{patients:#?}");
    Ok(())
}
EOF
}

# Runs cargo for a variant; every client has a target folder of its own.
cargo_for() { # VARIANT SUBCOMMAND…
  local client flags
  IFS='|' read -r _ client flags <<< "$1"
  shift
  # shellcheck disable=SC2086 # the flags are words
  cargo "$@" --quiet --manifest-path "$bench/crates/$client/Cargo.toml" \
    --target-dir "$bench/build/$client" $flags
}

# Afterwards a run compiles the crate alone. Without a network then: none may delay it.
build_dependencies() {
  local variant
  say 'compiling what the clients depend on'
  for variant in "${variants[@]}"; do
    quietly cargo_for "$variant" check
    quietly cargo_for "$variant" build --release
  done
}

# Adds a line to the times of a variant: seconds by the clock, and those of all processes.
measure() { # INDEX NAME SUBCOMMAND…
  local client times=$bench/times/$1-$2 variant=${variants[$1]} TIMEFORMAT='%R %U'
  IFS='|' read -r _ client _ <<< "$variant"
  shift 2
  touch "$bench/crates/$client/src/lib.rs"
  # What the command itself says goes past the file with the times.
  { time quietly cargo_for "$variant" "$@" --offline 2>&3; } 3>&2 2>> "$times"
}

# Side by side, so that a slow minute of the machine is a slow one for all.
measure_all() {
  local round index library
  rm -rf "$bench/times"
  mkdir -p "$bench/times"
  for ((round = 1; round <= rounds; round++)); do
    say "round $round of $rounds"
    for index in "${!variants[@]}"; do
      measure "$index" check check
    done
    for index in "${!variants[@]}"; do
      measure "$index" release build --release
      # Variants of one client write the same file: its size is what the last of them left.
      for library in "$bench/build/$(client_of "$index")"/release/lib*.rlib; do
        wc -c < "$library" > "$bench/times/$index-size"
      done
    done
  done
}

client_of() { # INDEX
  local client
  IFS='|' read -r _ client _ <<< "${variants[$1]}"
  printf '%s' "$client"
}

# The middle of a column of numbers, or the mean of the two in the middle.
median() { # FILE COLUMN
  sort -n -k "$2,$2" "$1" | awk -v column="$2" '
    { value[NR] = $column }
    END { printf "%.2f", (value[int((NR + 1) / 2)] + value[int(NR / 2) + 1]) / 2 }'
}

megabytes() { # BYTES
  awk -v bytes="$1" 'BEGIN { printf "%.1f", bytes / 1e6 }'
}

ratio() { # INDEX OTHER NAME COLUMN
  awk -v a="$(median "$bench/times/$1-$3" "$4")" -v b="$(median "$bench/times/$2-$3" "$4")" \
    'BEGIN { printf "%.2f", a / b }'
}

print_times() {
  local index label
  printf '\n| crate | check, wall | user | release, wall | user | release library |\n|---|---:|---:|---:|---:|---:|\n'
  for index in "${!variants[@]}"; do
    label=${variants[$index]%%|*}
    printf '| %s | %s s | %s s | %s s | %s s | %s MB |\n' "$label" \
      "$(median "$bench/times/$index-check" 1)" "$(median "$bench/times/$index-check" 2)" \
      "$(median "$bench/times/$index-release" 1)" "$(median "$bench/times/$index-release" 2)" \
      "$(megabytes "$(< "$bench/times/$index-size")")"
  done
}

# The numbers are places in the list of variants.
print_ratios() {
  printf '\n| ratio | check, wall | user | release, wall | user |\n|---|---:|---:|---:|---:|\n'
  print_ratio 'ours / progenitor' 0 1
  print_ratio 'ours / openapi-generator' 0 2
  print_ratio 'ours / progenitor, shared schemas' 0 6
  print_ratio 'ours / openapi-generator, shared schemas' 0 7
  print_ratio 'ours, one group / every group, both without OAuth' 3 4
  print_ratio 'ours, one group / every feature' 3 5
}

print_ratio() { # LABEL INDEX OTHER
  printf '| %s | %s | %s | %s | %s |\n' "$1" "$(ratio "$2" "$3" check 1)" "$(ratio "$2" "$3" check 2)" \
    "$(ratio "$2" "$3" release 1)" "$(ratio "$2" "$3" release 2)"
}

# Of the programs, not of the libraries: TLS is left to the program by one of the clients.
count_dependencies() { # CLIENT
  cargo tree --quiet --offline --prefix none -e normal \
    --manifest-path "$bench/programs/$1/Cargo.toml" | sed 's/ (\*)$//' | sort -u | wc -l
}

print_sizes() {
  local client source
  printf '\n| crate | files | lines | crates in the program | program that lists patients |\n|---|---:|---:|---:|---:|\n'
  for client in "${clients[@]}"; do
    say "compiling the program of $client"
    quietly cargo build --quiet --release --manifest-path "$bench/programs/$client/Cargo.toml" \
      --target-dir "$bench/build/$client"
    source=$bench/crates/$client/src
    printf '| %s | %s | %s | %s | %s MB |\n' "$client" "$(find "$source" -name '*.rs' | wc -l)" \
      "$(find "$source" -name '*.rs' -exec cat {} + | wc -l)" "$(count_dependencies "$client")" \
      "$(megabytes "$(wc -c < "$bench/build/$client/release/lists-patients")")"
  done
}

check_machine
install_tools
write_document
copy_ours
generate_progenitor progenitor repaired.json
generate_openapi_generator openapi-generator openapi.json
generate_progenitor progenitor-shared repaired-shared.json
generate_openapi_generator openapi-generator-shared openapi-shared.json
write_programs
build_dependencies
measure_all
print_times
print_ratios
print_sizes
