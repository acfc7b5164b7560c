// Builds fixtures/vectors/receipt: a receipt of an invented ledger, as it must be and with every alteration.
//
//   node .ci/receipt-vectors.mjs           fails where a file is not what its case builds
//   node .ci/receipt-vectors.mjs --write   writes them
//
// Written from docs/format.md, with the keys of core/tests/vectors/parties.rs (seeds that everybody can see: never use them).
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import {
  Frontier, commitment, concat, decodeEnvelope, fromHex, hex, intentId, leafHash, sha256, toBase64, toUtf8,
} from '../api/assets/devenir-verify.mjs';

const FOLDER = new URL('../fixtures/vectors/receipt/', import.meta.url);
const ORIGIN = 'example.org/villeneuve';
const RECORDED = 1803888000123;

// Keys and notes ----------------------------------------------------------------------------------------------------

const PKCS8 = fromHex('302e020100300506032b657004220420');

/** A named key with its secret, from a seed of 32 equal bytes. */
async function signer(name, type, seed) {
  const secret = concat(PKCS8, new Uint8Array(32).fill(seed));
  const key = await crypto.subtle.importKey('pkcs8', secret, { name: 'Ed25519' }, true, ['sign']);
  const { x } = await crypto.subtle.exportKey('jwk', key);
  const typed = concat(Uint8Array.of(type), Buffer.from(x, 'base64url'));
  const number = (await sha256(toUtf8(`${name}\n`), typed)).subarray(0, 4);
  const sign = async (message) => new Uint8Array(await crypto.subtle.sign('Ed25519', key, toUtf8(message)));
  return { name, number, sign, text: `${name}+${hex(number)}+${toBase64(typed)}` };
}

const line = ({ name, number }, signature) => `— ${name} ${toBase64(concat(number, signature))}\n`;

const signed = async (text, by) => `${text}\n${line(by, await by.sign(text))}`;

async function cosignature(text, by, second) {
  const instant = fromHex(second.toString(16).padStart(16, '0'));
  return line(by, concat(instant, await by.sign(`cosignature/v1\ntime ${second}\n${text}`)));
}

const log = await signer(ORIGIN, 1, 1);
const promiser = await signer(`${ORIGIN}/promise`, 1, 2);
const stranger = await signer(`${ORIGIN}/promise`, 1, 9);
const witnesses = await Promise.all([1, 2, 3, 4].map((n) => signer(`witness.example/w${n}`, 4, 100 + n)));

const policyOf = (rest) => [`log ${log.text}`, ...witnesses.map(({ text }, at) => `witness w${at + 1} ${text}`), rest, ''].join('\n');
const POLICY = policyOf('group q 3 w1 w2 w3 w4\nquorum q');

// The event ---------------------------------------------------------------------------------------------------------

const LOG_ID = new Uint8Array(32).fill(0x1a);
const STREAM_ID = new Uint8Array(16).fill(0x2b);

function number(value, bytes) {
  return fromHex(BigInt.asUintN(8 * bytes, BigInt(value)).toString(16).padStart(2 * bytes, '0'));
}

const parts = [
  { kind: 1, key: new Uint8Array(32).fill(0x11), bytes: toUtf8('{"body":"Une piste protégée.","format":"plain","title":"Avenue Jaurès"}') },
  { kind: 2, key: new Uint8Array(32).fill(0x22), bytes: toUtf8('{"name":"Dominique"}') },
];

/** A contribution at position 5, first of its stream, with the commitments to these parts. */
async function envelopeAt(position) {
  const facts = toUtf8('{"channel":"web","kind":"proposal","lang":"fr","number":7}');
  const of = { logId: LOG_ID, streamId: STREAM_ID, eventType: 0x0201, schema: 1 };
  const commitments = await Promise.all(parts.map(async ({ kind, key, bytes }) =>
    concat(Uint8Array.of(kind, 0), await commitment(key, bytes, kind, of))));
  return concat(
    toUtf8('devenir/ev\0'), number(0, 1), number(0b10000, 2), LOG_ID, STREAM_ID, number(0x0201, 2), number(1, 2), number(1, 1),
    new Uint8Array(16).fill(0x3c), number(0, 2), number(1, 2), number(1803859200000, 8), number(facts.length, 2), facts,
    number(0, 1), number(0, 1), number(parts.length, 1), ...commitments,
    number(0, 1), number(0, 2),
    number(position, 8), number(0, 8), new Uint8Array(32), number(-1, 8), number(RECORDED, 8),
  );
}

const envelope = await envelopeAt(5);
const intent = hex(await intentId(decodeEnvelope(envelope).intent));

// Its ledger: seven leaves, of which it is number 5, in the group 4 to 6 ------------------------------------------------

const OTHERS = ['', '00', '10', '2021', '3031', null, '505152535455565758'];
const leaves = await Promise.all(OTHERS.map((other) => leafHash(other === null ? envelope : fromHex(other))));

async function rootOf(hashes) {
  const frontier = new Frontier();
  for (const hash of hashes) await frontier.push(hash);
  return frontier.root();
}

/** RFC 6962 2.1.1. */
async function pathOf(hashes, index) {
  if (hashes.length === 1) return [];
  let middle = 1;
  while (2 * middle < hashes.length) middle *= 2;
  const [left, right] = [hashes.slice(0, middle), hashes.slice(middle)];
  return index < middle
    ? [...await pathOf(left, index), await rootOf(right)]
    : [...await pathOf(right, index - middle), await rootOf(left)];
}

const group = leaves.slice(4);
const checkpoint = `${ORIGIN}\n7\n${toBase64(await rootOf(leaves))}\n`;
const path = await pathOf(leaves, 5);

async function cosigned(count) {
  const lines = await Promise.all(witnesses.slice(0, count).map((by, at) => cosignature(checkpoint, by, 1803888060 + at)));
  return (await signed(checkpoint, log)) + lines.join('');
}

const CHECKPOINT = await cosigned(3);
const proofFile = (note, index = 5, extra = '') =>
  `c2sp.org/tlog-proof@v1\n${extra}index ${index}\n${path.map((hash) => `${toBase64(hash)}\n`).join('')}\n${note}`;
const PROOF = proofFile(CHECKPOINT);

const promiseText = async ({ first = 4, log: ledger = LOG_ID } = {}) => [
  `${ORIGIN}/promise`, 'devenir promise v1', `log ${hex(ledger)}`, `first ${first}`, 'count 3', `root ${hex(await rootOf(group))}`,
  `recorded ${RECORDED}`, `include-by ${RECORDED + 120000}`, '',
].join('\n');

const PROMISE = {
  note: await signed(await promiseText(), promiser),
  path: { position: '1', path: (await pathOf(group, 1)).map(hex) },
};

// The receipt -------------------------------------------------------------------------------------------------------

const RECEIPT = {
  format: 'devenir receipt v0',
  intent_id: intent,
  envelope: toBase64(envelope),
  parts: parts.map(({ kind, key, bytes }) => ({ kind, key: hex(key), bytes: toBase64(bytes) })),
  promise: PROMISE,
};

/** The text of the receipt, after a change to a copy of it. */
function receipt(change = () => {}) {
  const copy = structuredClone(RECEIPT);
  change(copy);
  return `${JSON.stringify(copy, null, 2)}\n`;
}

const flip = (text) => text.slice(0, -1) + (text.endsWith('0') ? '1' : '0');
const flipped = (bytes, at) => toBase64(bytes.map((byte, index) => (index === at ? byte ^ 1 : byte)));

const cases = [];
const WANT = { closed: [], intent_id: intent, open: [1, 2], position: '5', promised: true, since_s: 1803888062, size: '7' };
const GIVEN = { receipt: receipt(), proof: PROOF, policy: POLICY, promise_key: promiser.text };

/** A case; an input that is null is left out. */
function add(name, desc, input, want) {
  const given = Object.fromEntries(Object.entries({ ...GIVEN, ...input }).filter(([, value]) => value !== null));
  cases.push([name, { desc, ...given, want }]);
}

const accepted = (name, desc, input, want = {}) => add(name, desc, input, { ...WANT, ...want });
const refused = (name, desc, input, reason) => add(name, desc, input, `refuse: ${reason}`);
/** The receipt alone, changed. */
const alone = (name, desc, change, reason) =>
  refused(name, desc, { receipt: receipt(change), proof: null, policy: null, promise_key: null }, reason);
const text = (name, desc, change) =>
  refused(name, desc, { receipt: change(receipt()), proof: null, policy: null, promise_key: null }, 'malformed');

accepted('whole', 'an envelope with both its parts, promised its place, and cosigned there by three of four', {});
accepted('without-a-proof', 'no checkpoint covers it yet', { proof: null, policy: null }, { since_s: null, size: null });
accepted('without-a-promise', 'once a checkpoint covers it', { receipt: receipt((r) => delete r.promise) }, { promised: false });
accepted('without-the-key-of-promises', 'the promise is then not checked', { promise_key: null }, { promised: false });
accepted('without-a-policy', 'nobody vouches for the checkpoint', { policy: null }, { since_s: null });
accepted('under-a-policy-without-witnesses', 'the ledger alone vouches for it', { policy: policyOf('quorum none') }, { since_s: null });
accepted('alone', 'the receipt agrees with itself, and nothing says that it stands anywhere',
  { receipt: receipt((r) => delete r.promise), proof: null, policy: null, promise_key: null },
  { promised: false, since_s: null, size: null });
accepted('without-its-author', 'a part that was erased is not there', { receipt: receipt((r) => r.parts.pop()) }, { closed: [2], open: [1] });
accepted('without-parts', 'none is there', { receipt: receipt((r) => (r.parts = [])) }, { closed: [1, 2], open: [] });
accepted('fields-in-another-order', 'JSON is JSON: order and white space say nothing',
  { receipt: JSON.stringify(Object.fromEntries(Object.entries(RECEIPT).reverse())) });

alone('format-of-another-version', 'another version is another format', (r) => (r.format = 'devenir receipt v1'), 'malformed');
alone('format-missing', 'the format is said', (r) => delete r.format, 'malformed');
alone('intent-id-missing', 'every field is there', (r) => delete r.intent_id, 'malformed');
alone('envelope-missing', 'the envelope above all', (r) => delete r.envelope, 'malformed');
alone('parts-missing', 'no parts are an empty list', (r) => delete r.parts, 'malformed');
alone('parts-null', 'null is no list', (r) => (r.parts = null), 'malformed');
alone('promise-null', 'a promise that is not there has no field', (r) => (r.promise = null), 'malformed');
alone('field-unknown', 'these fields and no others', (r) => (r.note = ''), 'malformed');
alone('field-of-a-part-unknown', 'nor in a part', (r) => (r.parts[0].name = 'text'), 'malformed');
alone('field-of-the-promise-unknown', 'nor in the promise', (r) => (r.promise.key = promiser.text), 'malformed');
alone('field-of-the-path-unknown', 'nor in its path', (r) => (r.promise.path.size = '3'), 'malformed');
text('field-twice', 'a field is there once', (t) => t.replace('{', '{"format": "devenir receipt v0",'));
text('field-of-a-part-twice', 'in a part too', (t) => t.replace('"kind": 1', '"kind": 1, "kind": 1'));
text('field-twice-once-escaped', 'a name is the same name however it is written', (t) => t.replace('{', '{"form\\u0061t": "devenir receipt v0",'));
text('byte-order-mark', 'nothing stands before', (t) => `\ufeff${t}`);
text('two-receipts', 'nor behind', (t) => t + t);
text('cut-off', 'half a receipt is none', (t) => t.slice(0, t.length / 2));
text('a-list', 'a receipt is an object', (t) => `[${t}]`);

alone('intent-id-altered', 'the id is the one that the envelope gives', (r) => (r.intent_id = flip(r.intent_id)), 'intent id');
alone('intent-id-in-upper-case', 'an id has one text only', (r) => (r.intent_id = r.intent_id.toUpperCase()), 'malformed');
alone('intent-id-of-31-bytes', 'an id has 32 bytes', (r) => (r.intent_id = r.intent_id.slice(2)), 'malformed');
alone('envelope-not-base64', 'bytes are written in base64', (r) => (r.envelope = hex(envelope).slice(1)), 'malformed');
alone('envelope-with-a-line-end', 'without white space', (r) => (r.envelope = `${r.envelope}\n`), 'malformed');
alone('envelope-cut-off', 'the bytes are no envelope', (r) => (r.envelope = toBase64(envelope.slice(0, 200))), 'envelope');
alone('envelope-altered', 'one bit of the command id: it is another event', (r) => (r.envelope = flipped(envelope, 67)), 'intent id');

alone('part-altered', 'one bit of a text', (r) => (r.parts[0].bytes = flipped(parts[0].bytes, 9)), 'part 1');
alone('part-empty', 'no bytes are other bytes', (r) => (r.parts[0].bytes = ''), 'part 1');
alone('part-in-url-letters', 'the standard alphabet', (r) => (r.parts[0].bytes = `-_${r.parts[0].bytes.slice(2)}`), 'malformed');
alone('part-with-stray-bits', 'bytes have one text only', (r) => (r.parts[1].bytes = r.parts[1].bytes.replace(/.=*$/, (end) => `B${end.slice(1)}`)), 'malformed');
alone('key-altered', 'one bit of a key', (r) => (r.parts[0].key = flip(r.parts[0].key)), 'part 1');
alone('keys-swapped', 'each part has its own', (r) => ([r.parts[0].key, r.parts[1].key] = [r.parts[1].key, r.parts[0].key]), 'part 1');
alone('key-in-upper-case', 'a key has one text only', (r) => (r.parts[0].key = `AA${r.parts[0].key.slice(2)}`), 'malformed');
alone('key-of-31-bytes', 'a key has 32 bytes', (r) => (r.parts[0].key = r.parts[0].key.slice(2)), 'malformed');
alone('part-of-another-kind', 'the envelope has no part of kind 3', (r) => (r.parts[1].kind = 3), 'part 3');
alone('parts-swapped', 'the text as author, the author as text',
  (r) => ([r.parts[0].kind, r.parts[1].kind] = [2, 1]) && r.parts.reverse(), 'part 1');
alone('parts-descending', 'parts ascend by kind', (r) => r.parts.reverse(), 'malformed');
alone('part-twice', 'each kind once', (r) => r.parts.unshift(r.parts[0]), 'malformed');
alone('kind-0', '0 is no kind', (r) => (r.parts[0].kind = 0), 'malformed');
alone('kind-256', 'a kind is a byte', (r) => (r.parts[1].kind = 256), 'malformed');
alone('kind-as-text', 'and a number', (r) => (r.parts[0].kind = '1'), 'malformed');
text('kind-with-a-fraction', 'in its digits alone', (t) => t.replace('"kind": 1', '"kind": 1.0'));

const promised = (name, desc, change, reason) =>
  refused(name, desc, { receipt: receipt((r) => change(r.promise)), proof: null, policy: null }, reason);
promised('promise-altered', 'another term under the same signature', (p) => (p.note = p.note.replace('include-by 1', 'include-by 2')), 'promise');
promised('promise-no-note', 'a promise is a note', (p) => (p.note = 'soon'), 'malformed');
promised('promise-of-another-path', 'one bit of the path', (p) => (p.path.path[0] = flip(p.path.path[0])), 'promise');
promised('promise-at-another-index', 'the first of the group is another event', (p) => (p.path.position = '0'), 'promise');
promised('promise-with-the-position-for-the-index', 'it is counted within the group', (p) => (p.path.position = '5'), 'promise');
promised('promise-index-as-number', 'a position is a text', (p) => (p.path.position = 1), 'malformed');
promised('promise-index-with-a-leading-zero', 'a number has one text only', (p) => (p.path.position = '01'), 'malformed');
const [elsewhere, foreign] = [await signed(await promiseText({ first: 5 }), promiser),
  await signed(await promiseText({ log: new Uint8Array(32).fill(0x1b) }), promiser)];
promised('promise-of-another-position', 'signed, and one place further', (p) => (p.note = elsewhere), 'position');
promised('promise-of-another-ledger', 'signed, for another log id', (p) => (p.note = foreign), 'other ledger');
const bySomebody = await signed(await promiseText(), stranger);
promised('promise-by-a-stranger', 'under the right name', (p) => (p.note = bySomebody), 'promise');
const byTheLedger = await signed(await promiseText(), log);
promised('promise-by-the-key-of-checkpoints', 'the ledger promises under another key', (p) => (p.note = byTheLedger), 'promise');

const proven = (name, desc, proof, reason) => refused(name, desc, { proof }, reason);
proven('proof-of-another-event', 'the file is for position 4', proofFile(CHECKPOINT, 4), 'position');
proven('proof-altered', 'one hash is missing', PROOF.replace(`${toBase64(path[0])}\n`, ''), 'proof');
proven('proof-with-extra-data', 'the proof file of a receipt has none', proofFile(CHECKPOINT, 5, 'extra AAEC\n'), 'extra data');
proven('proof-with-an-altered-checkpoint', 'another size under the same signatures', PROOF.replace('\n7\n', '\n8\n'), 'checkpoint');
proven('proof-cosigned-by-two', 'the policy asks for three', proofFile(await cosigned(2)), 'quorum');
proven('proof-not-readable', 'it is no proof file', CHECKPOINT, 'malformed');
refused('proof-of-a-ledger-that-the-policy-does-not-know', 'the checkpoint is not of its log',
  { policy: POLICY.replace(/^log .*$/m, `log ${stranger.text}`) }, 'checkpoint');
const moved = await envelopeAt(6);
refused('envelope-at-another-position', 'the same event, with the same id, and another place in its envelope',
  { receipt: receipt((r) => (r.envelope = toBase64(moved))), promise_key: null }, 'position');
const later = envelope.slice();
later[later.length - 1] ^= 1;
refused('envelope-recorded-later', 'the same event, with the same id, and another instant in its envelope',
  { receipt: receipt((r) => (r.envelope = toBase64(later))), promise_key: null }, 'proof');

// Writing -----------------------------------------------------------------------------------------------------------

const built = new Map(cases.map(([name, vector]) => [`${name}.json`, `${JSON.stringify(vector, null, 2)}\n`]));
if (built.size !== cases.length) throw new Error('two cases have one name');
if (process.argv.includes('--write')) {
  rmSync(FOLDER, { recursive: true, force: true });
  mkdirSync(FOLDER);
  for (const [file, words] of built) writeFileSync(new URL(file, FOLDER), words);
}
const found = readdirSync(FOLDER);
const wrong = [...new Set([...found, ...built.keys()])].filter((file) =>
  !found.includes(file) || readFileSync(new URL(file, FOLDER), 'utf8') !== built.get(file));
console.log(wrong.length === 0 ? `${built.size} receipts, as their cases build them`
  : `fixtures/vectors/receipt; node .ci/receipt-vectors.mjs --write builds it anew:\n${wrong.join('\n')}`);
process.exitCode = wrong.length > 0 ? 1 : 0;
