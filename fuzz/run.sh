#!/usr/bin/env bash
# Builds fuzz targets and lets libFuzzer run them. Needs a stable Rust and a C++ compiler; neither
# nightly nor cargo-fuzz.
#
#   fuzz/run.sh TARGET [SECONDS [OPTION...]]   one target, a minute unless told otherwise
#   fuzz/run.sh all [SECONDS [OPTION...]]      each target for so long
#   fuzz/run.sh TARGET FILE...                 what a target says of inputs that were found
#
# OPTION is one of libFuzzer's (-runs=100000, -max_len=100000, -seed=1).
set -euo pipefail
cd "$(dirname "$0")/.."

readers=(state show plan ec2 input)
writers=(svg dot mermaid)
targets=("${readers[@]}" "${writers[@]}")

# Larger inputs are slow and find no more.
max_len=32768
largest=$((max_len / 1024 + 1))k

# What cargo-fuzz passes, without a sanitizer: all code of sglens is safe.
flags=(
  -Cpasses=sancov-module
  -Cllvm-args=-sanitizer-coverage-level=4
  -Cllvm-args=-sanitizer-coverage-inline-8bit-counters
  -Cllvm-args=-sanitizer-coverage-pc-table
  -Cllvm-args=-sanitizer-coverage-trace-compares
  -Cdebug-assertions
  -Coverflow-checks
  --cfg fuzzing
)
# Named, so that the flags do not reach build scripts and macros.
host=$(rustc -vV | sed -n 's/^host: //p')
limits=(-rss_limit_mb=2048 -timeout=10)

build() {
  local bins=()
  for target in "$@"; do bins+=(--bin "$target"); done
  RUSTC_BOOTSTRAP=1 RUSTFLAGS="${flags[*]}" cargo build --release --manifest-path fuzz/Cargo.toml \
    --target-dir fuzz/target --target "$host" "${bins[@]}"
}

# The documents that a target starts from.
seeds() {
  case $1 in
    state) small tests/fixtures examples -name '*.tfstate' ;;
    show) small tests/fixtures examples -name '*show*.json' ;;
    plan) small tests/fixtures examples -name '*plan*.json' ;;
    ec2) small fuzz/seeds tests/fixtures examples -name '*.json' | xargs grep -lE '"(GroupId|sglens_snapshot|LoadBalancerArn|configurationItems)"' ;;
    input) for reader in state show plan ec2; do seeds "$reader"; done ;;
  esac
}

small() {
  local folders=()
  while [[ $1 != -* ]]; do folders+=("$1") && shift; done
  find "${folders[@]}" -type f -size "-$largest" "$@"
}

# Fills the corpus of a target; what earlier runs found stays.
sow() {
  local target=$1 corpus=$2
  mkdir -p "$corpus"
  seeds "$target" | while read -r file; do cp "$file" "$corpus/seed-${file//\//-}"; done
  if [[ " ${writers[*]} " == *" $target "* ]]; then
    # The hostile names of the tests, a few at a time.
    grep -hE '^ {2}"' tests/testkit/names.json | split -l 6 - "$corpus/seed-names-"
  fi
}

run() {
  local target=$1 corpus=target/fuzz-corpus/$1 found=target/fuzz-artifacts/$1
  shift
  sow "$target" "$corpus"
  mkdir -p "$found"
  echo "== $target"
  "fuzz/target/$host/release/$target" "$corpus" "${limits[@]}" -max_len="$max_len" \
    -artifact_prefix="$found/" -print_final_stats=1 "$@"
}

usage() {
  sed -n '2,/^set /{/^#/s/^# \{0,1\}//p}' "$0"
  echo "TARGET is one of: ${targets[*]}"
  exit 2
}

what=${1:-}
case " ${targets[*]} all " in
  *" ${what:-none} "*) shift ;;
  *) usage ;;
esac
if [[ $what != all ]]; then targets=("$what"); fi
build "${targets[@]}"
if [[ -f ${1:-} ]]; then
  [[ $what != all ]] || usage
  exec "fuzz/target/$host/release/$what" "${limits[@]}" "$@"
fi
seconds=${1:-60}
for target in "${targets[@]}"; do
  run "$target" -max_total_time="$seconds" "${@:2}"
done
