// The official audit of GraphQL over HTTP, by the reference implementation `graphql-http`.
//
//   npm ci --prefix .ci
//   node .ci/graphql-http-audit.mjs http://127.0.0.1:8787      (the server; its endpoint is /graphql)
//
// Prints one line for each audit that is not met, then the count; exits 1 unless all 61 are met (MUST, SHOULD and MAY
// alike), 2 when it is called wrongly.

import { auditServer } from 'graphql-http';

const AUDITS = 61; // of version 1.23.1: fewer would mean that some were not run

const server = process.argv[2];
if (!server) {
  console.error('usage: node .ci/graphql-http-audit.mjs http://HOST:PORT');
  process.exit(2);
}
const url = new URL('/graphql', server).href;

const results = await auditServer({ url });
const unmet = results.filter((result) => result.status !== 'ok');
for (const { id, name, status, reason } of unmet) {
  console.error(`${status.toUpperCase()} ${id} ${name}: ${reason}`);
}
console.log(`${results.length - unmet.length} of ${results.length} audits met at ${url}`);
if (results.length !== AUDITS) {
  console.error(`expected ${AUDITS} audits, the package has ${results.length}`);
}
process.exit(unmet.length === 0 && results.length === AUDITS ? 0 : 1);
