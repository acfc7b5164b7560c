# The front door. `make` alone lists what can be done; every target does its own set-up.
# Needs: cargo (Rust 1.95 or later), a C compiler (SQLite is compiled from C), bash and make. Nothing else.

SHELL := /bin/bash
STORE ?= demo-store
export STORE

.PHONY: help run test check bench fuzz golden verify dist toolchain
.DEFAULT_GOAL := help

help:      ## list these targets
	@grep -hE '^[a-z]+: .*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{ printf "  make %-8s %s\n", $$1, $$2 }'

run: toolchain ## serve the demonstration on 127.0.0.1:8787 (PORT=8000, STORE=folder, ONCE=1 checks every page and stops)
	@.ci/build devenir-api
	@exec cargo run -q -p devenir-api -- demo --store "$(STORE)"

test: toolchain ## every test, then the judges in other languages that this machine can run
	@.ci/test

check: toolchain ## everything a change needs: format, clippy, documentation, tests
	@.ci/lint
	@.ci/test

bench: toolchain ## measure the budgets side by side (release build, several minutes the first time)
	@cargo run --release -p devenir-benches

fuzz: toolchain ## give what strangers hand over to the fuzzer, T seconds (5) a target (a C++ compiler is needed)
	@.ci/fuzz $(T)

golden: toolchain ## rewrite schemas, SDL, vectors, snapshots and the table of arrows; shows what changed
	@GOLDEN=1 INSTA_UPDATE=always cargo test -q --workspace --no-fail-fast || true
	@git --no-pager diff --stat
	@echo 'now run `make test`: what was rewritten must pass, and every changed line must be meant'

verify: toolchain ## verify the demonstration store, then flip one byte of a copy and show the refusal
	@.ci/verify-demo

dist: toolchain ## both executables in one archive with its checksum (release build, several minutes the first time)
	@.ci/dist

toolchain:
	@command -v cargo >/dev/null || { echo 'cargo is missing; install Rust 1.95 or later: https://rustup.rs, or apt-get install rustup && rustup default stable (Debian 13)'; exit 1; }
	@command -v cc >/dev/null || { echo 'a C compiler is missing (SQLite is compiled from C); install it: apt-get install build-essential'; exit 1; }
