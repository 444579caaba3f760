# `just --list` shows the recipes. Nothing here is needed: each is one command.

# what CI runs
default: ci

# compile everything, tests and benches too, with all features and with none
check:
    cargo check --all-targets --all-features --locked
    cargo check --all-targets --locked --no-default-features

# what some tests ask beside the library: moto, Mermaid (into target/)
install:
    tests/install moto
    tests/install mermaid

# all tests
test:
    cargo test --locked
    cargo test --locked --no-default-features --features png

# rewrite the sources in the house style
fmt:
    cargo fmt

# lints, warnings denied
clippy:
    cargo clippy --all-targets --all-features --locked -- -D warnings
    cargo clippy --all-targets --locked --no-default-features -- -D warnings

# rewrite the golden pictures of the examples and the expected reports; look at each difference before you commit it
golden:
    UPDATE_GOLDEN=1 cargo test --locked --test command -- golden snapshots
    git diff --stat -- examples tests/command/reports/expected

# measure; arguments go to the bench: `just bench --sizes 1000`
bench *ARGS:
    cargo bench --bench estates -- {{ARGS}}

# fuzz one target, or `all`, for so many seconds (fuzz/README.md)
fuzz TARGET SECONDS="60" *OPTIONS:
    fuzz/run.sh {{TARGET}} {{SECONDS}} {{OPTIONS}}

# licences, sources and duplicates of the packages we use
deny:
    cargo deny check bans licenses sources

# known faults of the packages we use; a release is not made without it (CONTRIBUTING.md)
advisories:
    cargo deny check advisories

# everything that a submission must pass
ci:
    bash .ci/run
