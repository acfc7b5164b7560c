#!/bin/sh
# Rebuilds api/assets/graphiql from the packages pinned in package-lock.json. Needs node 20 and npm's registry.
# The same packages give the same bytes: `git diff api/assets/graphiql` is empty afterwards.
set -eu
cd "$(dirname "$0")"
npm ci --ignore-scripts --no-audit --no-fund
node build.mjs
(cd ../assets/graphiql && sha256sum -c SHA256SUMS && wc -c -- *)
