// Verifies what a ledger of Devenir hands out (receipts, proof files, checkpoints, tiles, bundles) without its software.
//
// Written from docs/format.md alone, in the order of its sections, and judged by fixtures/vectors (.ci/verify-js.mjs).
// One file without dependencies: the same bytes run in a browser and in node 20, on WebCrypto. Nothing is sent anywhere.
//
// What does not hold throws a `Refusal`, whose message says what was expected and what was found.
// 64-bit numbers (positions, revisions, sizes, instants) are BigInt; bytes are Uint8Array; identifiers are bytes.

export class Refusal extends Error {
  /** Where it was found, such as `position 7`; null where the caller knows. */
  place = null;
  /** Whether this is no file of its format at all, rather than one that says something false. */
  illegible = false;
  /** Whether something that belongs there is not, rather than changed. */
  missing = false;
}

function refuse(message) {
  throw new Refusal(message);
}

function demand(holds, message) {
  if (!holds) refuse(message);
}

/** Does some work, and gives its refusal this place unless it knows a nearer one. */
async function at(place, work) {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Refusal) error.place ??= place;
    throw error;
  }
}

/** As `demand`, of what is not there although it belongs there. */
function demandPresent(holds, message) {
  if (holds) return;
  const refusal = new Refusal(message);
  refusal.missing = true;
  throw refusal;
}

/** Does some work of reading a file, whose refusal says that it is none of its format. */
async function legible(place, work) {
  try {
    return await at(place, work);
  } catch (error) {
    if (error instanceof Refusal) error.illegible = true;
    throw error;
  }
}

// ---------------------------------------------------------------------------------------------------------- Numbers

const MAX_U64 = (1n << 64n) - 1n;
/** Sizes and positions in notes and proof files stay below it, and so do instants in both directions. */
const TWO_63 = 1n << 63n;

const u8 = (number) => Uint8Array.of(number);
const u16 = (number) => Uint8Array.of(number >> 8, number & 0xff);

function u64(number) {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(number));
  return bytes;
}

export function concat(...pieces) {
  const whole = new Uint8Array(pieces.reduce((length, piece) => length + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}

/** Negative, zero or positive, as `a` stands before, with or after `b` in the order of their bytes. */
export function compare(a, b) {
  const shorter = Math.min(a.length, b.length);
  for (let at = 0; at < shorter; at += 1) {
    if (a[at] !== b[at]) return a[at] - b[at];
  }
  return a.length - b.length;
}

export const equal = (a, b) => compare(a, b) === 0;

function ofLength(bytes, length, name) {
  demand(bytes.length === length, `${name} has ${length} bytes, not ${bytes.length}`);
  return bytes;
}

/** Reads fields one after the other; all integers are big-endian. */
class Reader {
  constructor(bytes) {
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.at = 0;
  }

  take(length, name) {
    const left = this.bytes.length - this.at;
    demand(length <= left, `${name} at byte ${this.at} takes ${length} bytes, and ${left} are left`);
    this.at += length;
    return this.bytes.subarray(this.at - length, this.at);
  }

  u8(name) {
    return this.take(1, name)[0];
  }

  u16(name) {
    this.take(2, name);
    return this.view.getUint16(this.at - 2);
  }

  u32(name) {
    this.take(4, name);
    return this.view.getUint32(this.at - 4);
  }

  u64(name) {
    this.take(8, name);
    return this.view.getBigUint64(this.at - 8);
  }

  i64(name) {
    this.take(8, name);
    return this.view.getBigInt64(this.at - 8);
  }

  end() {
    demand(this.at === this.bytes.length, `${this.bytes.length - this.at} bytes stand behind the last field`);
  }
}

// ------------------------------------------------------------------------------------------------------- Text forms

export function hex(bytes) {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** Bytes from lower-case hexadecimal; of exactly `length` bytes, where it is given. */
export function fromHex(text, length) {
  demand(typeof text === 'string' && /^(?:[0-9a-f]{2})*$/.test(text), 'bytes are written in lower-case hexadecimal');
  const bytes = new Uint8Array(text.length / 2);
  for (let at = 0; at < bytes.length; at += 1) bytes[at] = parseInt(text.slice(2 * at, 2 * at + 2), 16);
  return length === undefined ? bytes : ofLength(bytes, length, `\`${text}\``);
}

/** A decimal without sign or leading zero, at most `largest`. */
export function fromDecimal(text, largest = MAX_U64) {
  demand(typeof text === 'string' && /^(?:0|[1-9][0-9]{0,19})$/.test(text), `\`${text}\` is no decimal number`);
  const number = BigInt(text);
  demand(number <= largest, `${text} is above ${largest}`);
  return number;
}

/** An instant in decimal, with `-` before 1970. */
function fromInstant(text) {
  const negative = text.startsWith('-');
  const distance = fromDecimal(negative ? text.slice(1) : text, negative ? TWO_63 : TWO_63 - 1n);
  demand(!negative || distance > 0n, '`-0` is no number');
  return negative ? -distance : distance;
}

const BASE64 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** Bytes from base64 with padding; `atob` alone would take white space and stray bits. */
export function fromBase64(text) {
  demand(typeof text === 'string' && text.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(text), 'this is no base64');
  const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0;
  const last = BASE64.indexOf(text[text.length - padding - 1]);
  const stray = [0b000000, 0b000011, 0b001111][padding];
  demand(padding === 0 || (last & stray) === 0, 'the last letter of this base64 has stray bits');
  return Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
}

export function toBase64(bytes) {
  return btoa(latin1(bytes));
}

/** One character for each byte, whatever it is. */
function latin1(bytes) {
  let text = '';
  for (let at = 0; at < bytes.length; at += 0x8000) text += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
  return text;
}

export const toUtf8 = (text) => new TextEncoder().encode(text);

export function fromUtf8(bytes) {
  try {
    // `ignoreBOM` keeps a byte order mark as the character that it is, which then breaks the rule that it breaks.
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return refuse('these bytes are no UTF-8');
  }
}

/** The bytes of a file that is text, whether it was given as bytes or as a string. */
function bytesOf(input) {
  if (typeof input !== 'string') return input;
  demand(!/\p{Surrogate}/u.test(input), 'this text holds half a character');
  return toUtf8(input);
}

/** A JSON text of at most `limit` bytes. What `JSON.parse` lets pass is refused: a name twice, a number with a fraction. */
export function parseJson(input, limit) {
  const bytes = bytesOf(input);
  demand(bytes.length <= limit, `a file of this kind has at most ${limit} bytes, not ${bytes.length}`);
  const text = fromUtf8(bytes);
  let value;
  try {
    value = JSON.parse(text);
  } catch (error) {
    refuse(`this is no JSON: ${error.message}`);
  }
  checkNamesAndNumbers(text);
  return value;
}

/** Walks a text that is known to be JSON: no object has a name twice, and every number is an integer in its digits. */
function checkNamesAndNumbers(text) {
  const open = [];
  for (let at = 0; at < text.length; at += 1) {
    const letter = text[at];
    if (letter === '{') open.push(new Set());
    else if (letter === '[') open.push(null);
    else if (letter === '}' || letter === ']') open.pop();
    else if (letter === '"') at = walkString(text, at, open.at(-1));
    else demand(!/[.eE]/.test(letter) || !/[0-9]/.test(text[at - 1]), 'a number is not written in its digits alone');
  }
}

/** Where a string ends; if it is a name, it is a new one among those of its object. */
function walkString(text, start, names) {
  let end = start + 1;
  while (text[end] !== '"') end += text[end] === '\\' ? 2 : 1;
  if (/^[ \t\r\n]*:/.test(text.slice(end + 1, end + 1024))) {
    const name = JSON.parse(text.slice(start, end + 1));
    demand(!names.has(name), `the name "${name}" stands twice in one object`);
    names.add(name);
  }
  return end;
}

function checkFormat(found, known) {
  demand(found === known, `the format is ${JSON.stringify(found)}, and this reader knows ${JSON.stringify(known)}`);
}

/** Refuses an object that lacks a field of `needed`, or has one that is neither there nor in `optional`. */
function fieldsOf(object, name, needed, optional = []) {
  demand(object !== null && typeof object === 'object' && !Array.isArray(object), `${name} is no object`);
  for (const field of needed) demand(Object.hasOwn(object, field), `${name} lacks "${field}"`);
  for (const field of Object.keys(object)) {
    demand(needed.includes(field) || optional.includes(field), `${name} has a field "${field}" that is not of this format`);
  }
  return object;
}

// ----------------------------------------------------------------------------------------------------------- Hashes

export async function sha256(...pieces) {
  return new Uint8Array(await crypto.subtle.digest('SHA-256', concat(...pieces)));
}

export const leafHash = (bytes) => sha256(u8(0), bytes);
export const nodeHash = (left, right) => sha256(u8(1), left, right);
export const taggedHash = (tag, bytes) => sha256(toUtf8(tag), u8(0), bytes);

async function hmac(key, ...pieces) {
  const imported = await crypto.subtle.importKey('raw', key, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign']);
  return new Uint8Array(await crypto.subtle.sign('HMAC', imported, concat(...pieces)));
}

/** The root of RFC 6962 over leaf hashes. */
export async function rootOf(leafHashes) {
  const frontier = new Frontier();
  for (const hash of leafHashes) await frontier.push(hash);
  return frontier.root();
}

// ------------------------------------------------------------------------------------------------------ Identifiers

const first16 = (hash) => hash.slice(0, 16);

/** `facts`: the bytes of the facts of event 0. */
export const logId = (facts) => taggedHash('devenir/log-id/v1', facts);

export async function instanceStream(log) {
  return first16(await taggedHash('devenir/instance-stream/v1', ofLength(log, 32, 'a log id')));
}

export async function streamId(log, registration) {
  const name = concat(ofLength(log, 32, 'a log id'), ofLength(registration, 16, 'a command id'));
  return first16(await taggedHash('devenir/stream/v1', name));
}

/** Only the instance, which has the key, can derive command ids; here for the vectors. */
export async function commandId(instanceKey, namespace, key) {
  const [words, asked] = [toUtf8(namespace), bytesOf(key)];
  const tag = toUtf8('devenir/command/v1');
  return first16(await hmac(instanceKey, tag, u8(0), u16(words.length), words, u16(asked.length), asked));
}

export const intentId = (intent) => taggedHash('devenir/intent/v1', intent);
export const keyId = async (publicKey) => taggedHash('devenir/key/v1', ofLength(publicKey, 32, 'a public key'));

/** An array of at least this length, which begins with what the array holds. */
function grown(array, length) {
  if (length <= array.length) return array;
  const larger = new array.constructor(Math.max(length, 2 * array.length));
  larger.set(array);
  return larger;
}

/** Remembers names of so many bytes, by their number in the order in which they came: flat arrays, for millions of them. */
class Names {
  constructor(width) {
    this.width = width;
    this.size = 0;
    this.bytes = new Uint8Array(0);
    /** For each slot the number of its name, plus one; 0 where it is free. */
    this.slots = new Uint32Array(1024);
    /** Drawn anew, so that nobody can choose names that all fall into one slot. */
    this.seed = crypto.getRandomValues(new Uint32Array(1))[0];
  }

  /** The slot in which a name stands, or would. */
  slot(name) {
    let hash = this.seed;
    for (const byte of name) hash = Math.imul(hash ^ byte, 0x01000193);
    hash ^= hash >>> 15;
    const last = this.slots.length - 1;
    for (let at = hash & last; ; at = (at + 1) & last) {
      if (this.slots[at] === 0 || this.is(this.slots[at] - 1, name)) return at;
    }
  }

  is(number, name) {
    const start = number * this.width;
    for (let at = 0; at < this.width; at += 1) if (this.bytes[start + at] !== name[at]) return false;
    return true;
  }

  /** The number of a name; -1 of one that did not come. */
  find(name) {
    return name.length === this.width ? this.slots[this.slot(name)] - 1 : -1;
  }

  /** Takes in a name that did not come before; its number. */
  add(name) {
    if (2 * this.size >= this.slots.length) this.widen();
    this.bytes = grown(this.bytes, (this.size + 1) * this.width);
    this.bytes.set(name, this.size * this.width);
    this.size += 1;
    this.slots[this.slot(name)] = this.size;
    return this.size - 1;
  }

  widen() {
    this.slots = new Uint32Array(2 * this.slots.length);
    for (let number = 0; number < this.size; number += 1) {
      this.slots[this.slot(this.bytes.subarray(number * this.width, (number + 1) * this.width))] = number + 1;
    }
  }
}

// ------------------------------------------------------------------------------------------------------------ Facts

const MAX_FACTS = 2048;
const MAX_DEPTH = 8;

/** Facts from their bytes, which must be the one form that they have. */
export function decodeFacts(bytes) {
  demand(bytes.length <= MAX_FACTS, `facts have at most ${MAX_FACTS} bytes, not ${bytes.length}`);
  const text = latin1(bytes);
  let at = 0;

  const fail = (expected) => refuse(`facts: expected ${expected} at byte ${at}`);
  const next = (literal) => {
    const found = text.startsWith(literal, at);
    if (found) at += literal.length;
    return found;
  };
  const match = (pattern) => {
    pattern.lastIndex = at;
    const found = pattern.exec(text);
    if (found) at += found[0].length;
    return found;
  };

  function object(depth) {
    // Without a prototype, so that a key such as `__proto__` is a key like any other.
    const members = Object.create(null);
    let last = null;
    if (next('}')) return members;
    do {
      const key = match(/"([a-z0-9_]+)":/y) ?? fail('a key of `a-z 0-9 _` and a colon');
      demand(last === null || last < key[1], `facts: the key "${key[1]}" does not come after "${last}"`);
      last = key[1];
      members[last] = value(depth + 1);
    } while (next(','));
    return next('}') ? members : fail('`,` or `}`');
  }

  function array(depth) {
    const items = [];
    if (next(']')) return items;
    do items.push(value(depth + 1));
    while (next(','));
    return next(']') ? items : fail('`,` or `]`');
  }

  function integer(digits) {
    const number = Number(digits);
    if (digits === '-0' || !Number.isSafeInteger(number)) fail('an integer within 2^53 - 1');
    return number;
  }

  function value(depth) {
    if (depth > MAX_DEPTH) fail(`a value inside at most ${MAX_DEPTH} others`);
    if (next('{')) return object(depth);
    if (next('[')) return array(depth);
    if (next('true')) return true;
    if (next('false')) return false;
    const string = match(/"([ !#-[\]-~]*)"/y);
    if (string) return string[1];
    const number = match(/-?(?:0|[1-9][0-9]*)/y);
    return number ? integer(number[0]) : fail('a value');
  }

  if (!next('{')) fail('an object');
  const facts = object(0);
  return at === text.length ? facts : fail('nothing behind the object');
}

// ------------------------------------------------------------------------------------------------------ Event types

const LEDGER_OPENED = 0x0001;
const KEY_INTRODUCED = 0x0002;
const ACT_COUNTERSIGNED = 0x0005;
const TAKEDOWN_DECIDED = 0x0006;
const PARTS_LOST = 0x0007;
const LEDGER_SUCCEEDED = 0x0008;
const ROLE_GRANTED = 0x0e01;
const ROLE_REVOKED = 0x0e02;
const ERASURE_DECIDED = 0x0e08;
const ERASED = 0x0e09;
const ERASURE_COMPLETED = 0x0e0a;
const VOTE_CAST = 0x0502;
const VOTE_CHANGED = 0x0503;
const VOTE_RETRACTED = 0x0504;

// ------------------------------------------------------------------------------------------------------------ Parts

const MAX_PART = 1_048_576;
/** List number i of an envelope is the part of kind 240 + i. */
const FIRST_LIST_KIND = 240;

/** What becomes of a part of this kind: `personal`, `text` (of a public act) or `structural`. */
export function partClass(kind) {
  if (kind < 128) return 'personal';
  return kind < 192 ? 'text' : 'structural';
}

// ------------------------------------------------------------------------------------------------------ Commitments

/** The commitment to a part under its key; `of` says to which ledger, stream, type and schema its event belongs. */
export async function commitment(key, part, kind, of) {
  demand(part.length <= MAX_PART, `a part has at most ${MAX_PART} bytes, not ${part.length}`);
  return hmac(
    ofLength(key, 32, 'the key of a part'),
    toUtf8('devenir/part/v1'), u8(0),
    u8(0), // commit_alg
    ofLength(of.logId, 32, 'a log id'), ofLength(of.streamId, 16, 'a stream id'),
    u16(of.eventType), u16(of.schema), u8(kind),
    u64(part.length), await sha256(part),
  );
}

// ------------------------------------------------------------------------------------------------------- References

const MAX_REFS = 32;
const MAX_LISTS = 4;
const MAX_LIST = 32_767;

/** Which types an event may name in which role; `null`: any. */
const ROLES = new Map([
  [1, [0x0107, 0x0201, 0x0301, 0x0401, 0x0402, 0x0403]],
  [2, [0x0107, 0x0201, 0x0301, 0x0401, 0x0402]],
  [3, [0x0107, 0x0201, 0x0203, 0x0301, 0x0304]],
  [4, [0x0501]],
  [5, null],
  [6, [0x0107, 0x0201, 0x0301]],
  [7, null],
  [8, [0x0502, 0x0503]],
  [9, null],
]);

/** The intent ids of a list, from the bytes of its part. */
export function decodeList(part) {
  demand(part.length % 32 === 0, `a list holds 32 bytes for each reference, not ${part.length} in all`);
  const ids = [];
  for (let at = 0; at < part.length; at += 32) ids.push(part.subarray(at, at + 32));
  demand(ids.length >= 1 && ids.length <= MAX_LIST, `a list has 1 to ${MAX_LIST} references, not ${ids.length}`);
  for (let at = 1; at < ids.length; at += 1) {
    demand(compare(ids[at - 1], ids[at]) < 0, `reference ${at} of a list does not come after the one before it`);
  }
  return ids;
}

export async function listRoot(ids) {
  return rootOf(await Promise.all(ids.map((id) => leafHash(ofLength(id, 32, 'an intent id')))));
}

/** The roles that must be in lists: while more than 32 are single, the largest role moves, of several the lowest. */
function rolesInLists(refs, lists) {
  const counts = new Map(lists.map((list) => [list.role, list.count]));
  for (const { role } of refs) counts.set(role, (counts.get(role) ?? 0) + 1);
  let single = [...counts.values()].reduce((sum, count) => sum + count, 0);
  const moved = [];
  while (single > MAX_REFS) {
    const [role, count] = [...counts].reduce((best, one) =>
      one[1] > best[1] || (one[1] === best[1] && one[0] < best[0]) ? one : best);
    counts.delete(role);
    moved.push(role);
    single -= count;
  }
  return moved.sort((a, b) => a - b);
}

function checkReferences(refs, lists) {
  for (let at = 1; at < refs.length; at += 1) {
    const order = refs[at - 1].role - refs[at].role || compare(refs[at - 1].id, refs[at].id);
    demand(order < 0, `reference ${at} does not come after the one before it`);
  }
  for (let at = 0; at < lists.length; at += 1) {
    const { role, count } = lists[at];
    demand(at === 0 || lists[at - 1].role < role, `list ${at} does not come after the one before it`);
    demand(count >= 1 && count <= MAX_LIST, `list ${at} has 1 to ${MAX_LIST} references, not ${count}`);
    demand(!refs.some((ref) => ref.role === role), `role ${role} stands in references and in a list`);
  }
  const [needed, found] = [rolesInLists(refs, lists).join(), lists.map((list) => list.role).join()];
  demand(needed === found, `the roles in lists must be [${needed}], and are [${found}]`);
}

// --------------------------------------------------------------------------------------------------------- Envelope

const MAGIC = toUtf8('devenir/ev\0');
const MAX_ENVELOPE = 8192;
const NO_INSTANT = -TWO_63;
const NO_POSITION = MAX_U64;
const TRUST = ['native', 'attested', 'observed', 'reconstructed'];
const PRECISION = ['instant', 'second', 'minute', 'hour', 'day', 'month', 'year', 'unknown'];

/** Every field of an envelope, from its bytes. What decodes would encode to the same bytes. */
export function decodeEnvelope(bytes) {
  demand(bytes.length <= MAX_ENVELOPE, `an envelope has at most ${MAX_ENVELOPE} bytes, not ${bytes.length}`);
  const reader = new Reader(bytes);
  const intent = readIntent(reader);
  intent.intent = bytes.subarray(0, reader.at);
  const envelope = { ...intent, ...readSignature(reader, intent.signer), ...readSequence(reader) };
  reader.end();
  return envelope;
}

function readFront(reader) {
  demand(equal(reader.take(MAGIC.length, 'magic'), MAGIC), 'these bytes do not begin like an envelope');
  const version = reader.u8('version');
  demand(version === 0, `this envelope is of version ${version} of the format, and this reader knows version 0 alone`);
}

/** The intent of an envelope that has no place yet, from its bytes. */
export function decodeIntent(bytes) {
  const reader = new Reader(bytes);
  const intent = readIntent(reader);
  reader.end();
  return intent;
}

function readIntent(reader) {
  readFront(reader);
  const flags = reader.u16('flags');
  demand((flags & 0x0fc0) === 0, `the flag bits 6 to 11 must be 0: 0x${flags.toString(16)}`);
  const intent = {
    trust: TRUST[flags & 0b11],
    precision: PRECISION[(flags >> 2) & 0b111],
    logId: reader.take(32, 'log_id'),
    streamId: reader.take(16, 'stream_id'),
    eventType: reader.u16('event_type'),
    schema: reader.u16('schema'),
    actorClass: reader.u8('actor_class'),
    commandId: reader.take(16, 'command_id'),
    commandIndex: reader.u16('command_index'),
    commandCount: reader.u16('command_count'),
    occurredAt: readOccurred(reader, flags),
    factsBytes: reader.take(reader.u16('facts_len'), 'facts'),
    ...readNames(reader),
    signer: (flags & 0x20) === 0 ? null : readSigner(reader),
  };
  demand(intent.commandIndex < intent.commandCount,
    `command_index ${intent.commandIndex} is not below command_count ${intent.commandCount}`);
  intent.facts = decodeFacts(intent.factsBytes);
  return intent;
}

function readOccurred(reader, flags) {
  const occurred = reader.i64('occurred_at_ms');
  const unknown = PRECISION[(flags >> 2) & 0b111] === 'unknown';
  demand((occurred === NO_INSTANT) === unknown, 'occurred_at_ms is none exactly where its precision is unknown');
  return unknown ? null : occurred;
}

/** References, lists and parts: what an envelope names. */
function readNames(reader) {
  const many = (name, most, read) => {
    const count = reader.u8(`n_${name}`);
    demand(count <= most, `an envelope has at most ${most} ${name}, not ${count}`);
    return Array.from({ length: count }, read);
  };
  const refs = many('refs', MAX_REFS, () => ({ role: reader.u8('role'), id: reader.take(32, 'reference') }));
  const lists = many('lists', MAX_LISTS, () =>
    ({ role: reader.u8('role'), count: reader.u32('count'), root: reader.take(32, 'root of a list') }));
  const parts = many('parts', 15, () =>
    ({ kind: reader.u8('kind'), algorithm: reader.u8('commit_alg'), commitment: reader.take(32, 'commitment') }));
  checkReferences(refs, lists);
  for (let at = 0; at < parts.length; at += 1) {
    const before = at === 0 ? 0 : parts[at - 1].kind;
    demand(before < parts[at].kind, `part ${at}, of kind ${parts[at].kind}, does not come after kind ${before}`);
    demand(parts[at].algorithm === 0, `part ${at} has a commitment of the unknown kind ${parts[at].algorithm}`);
  }
  const needed = lists.map((_, at) => FIRST_LIST_KIND + at).join();
  const found = parts.map((part) => part.kind).filter((kind) => kind >= FIRST_LIST_KIND).join();
  demand(needed === found, `${lists.length} lists have parts of the kinds [${needed}], not [${found}]`);
  return { refs, lists, parts };
}

function readSigner(reader) {
  return {
    keyId: reader.take(32, 'key_id'),
    seenSize: reader.u64('seen_size'),
    seenRoot: reader.take(32, 'seen_root'),
    expiresAt: reader.i64('expires_at_ms'),
  };
}

function readSignature(reader, signer) {
  const algorithm = reader.u8('alg');
  const signature = reader.take(reader.u16('len'), 'signature');
  const [wantAlgorithm, wantLength] = signer ? [1, 64] : [0, 0];
  demand(algorithm === wantAlgorithm && signature.length === wantLength,
    `${signer ? 'with' : 'without'} a signer the signature has alg ${wantAlgorithm} and ${wantLength} bytes, `
    + `not alg ${algorithm} and ${signature.length} bytes`);
  return { algorithm, signature };
}

function readSequence(reader) {
  const position = reader.u64('position');
  const revision = reader.u64('revision');
  const prev = reader.take(32, 'prev');
  const prevPosition = reader.u64('prev_position');
  const recordedAt = reader.i64('recorded_at_ms');
  if (revision === 0n) {
    demand(prevPosition === NO_POSITION && prev.every((byte) => byte === 0), 'the first event of a stream has no predecessor');
    return { position, revision, prev, prevPosition: null, recordedAt };
  }
  demand(prevPosition < position, `the predecessor of ${position} stands at ${prevPosition}, which is not before it`);
  return { position, revision, prev, prevPosition, recordedAt };
}

// ---------------------------------------------------------------------------------------------------- Actor classes

const ACTOR_CLASSES = [
  null, 'citizen', 'platform', 'moderator', 'facilitator', 'authority', 'assessor', 'guarantor', 'administrator', 'clerk',
];

// ------------------------------------------------------------------------------------------------------ Signed acts

/** What an official's signature is over. */
export const signedMessage = (id) => concat(toUtf8('devenir/intent-sig/v1'), u8(0), ofLength(id, 32, 'an intent id'));

/** Checks an envelope's signature, by the key that it names. */
export async function checkIntentSignature(envelope, publicKey) {
  demand(envelope.signer !== null, 'this envelope is not signed');
  demand(equal(await keyId(publicKey), envelope.signer.keyId), 'this is not the key that the envelope names');
  const message = signedMessage(await intentId(envelope.intent));
  demand(await isSignature(publicKey, message, envelope.signature), 'the signature of the envelope does not hold');
}

/** The types that are signed away from the server; no other is. */
const SIGNABLE = [
  KEY_INTRODUCED, ACT_COUNTERSIGNED, TAKEDOWN_DECIDED, 0x0103, 0x0105, 0x0108, 0x0302, 0x0303, 0x0702, 0x0704, 0x0b04, 0x0b05, 0x0b06, ROLE_GRANTED, ROLE_REVOKED,
  0x0e04, 0x0e05, 0x0e06,
];
const ACT_FORMAT = 'devenir act v0';
const MAX_ACT = 25_165_824;

/** An act to be signed, from its document, in which all fits: what is signed, and by whom. Nothing of the record is known. */
export async function openAct(input) {
  const needed = ['format', 'origin', 'namespace', 'key', 'intent', 'parts'];
  const act = fieldsOf(parseJson(input, MAX_ACT), 'the act', needed, ['signature']);
  checkFormat(act.format, ACT_FORMAT);
  for (const name of ['origin', 'namespace', 'key']) demand(typeof act[name] === 'string', `"${name}" is no text`);
  demand(Array.isArray(act.parts), '"parts" is no list');
  const parts = act.parts.map(parseReceiptPart);
  const signature = act.signature === undefined ? null : ofLength(fromBase64(act.signature), 64, 'a signature');
  const bytes = fromBase64(act.intent);
  const intent = decodeIntent(bytes);
  demand(intent.signer !== null, 'it has no lines of a signer');
  demand(intent.commandIndex === 0 && intent.commandCount === 1, 'it is not the only event of its command');
  demand(SIGNABLE.includes(intent.eventType), `events of type ${intent.eventType} are not signed away from the server`);
  const [expected, found] = [intent.parts, parts].map((list) => list.map(({ kind }) => kind).join());
  demand(expected === found, `its parts are of the kinds ${found}, and it commits to ${expected}`);
  for (const part of parts) await at(`the part of kind ${part.kind}`, () => checkPart(intent, part));
  const id = await intentId(bytes);
  return { ...intent, id, message: signedMessage(id), signature };
}

/** Follows which keys were given which roles, and which took over from which, and checks the acts that they sign. */
class Signers {
  constructor() {
    /** By key id, what was granted to it. */
    this.grants = new Map();
    /** By credential, whose it is: also of those that sign nothing. */
    this.holders = new Map();
    /** The ledger's own keys in their order, each with the size from which it is in force. */
    this.terms = { checkpoint: [], promise: [] };
    /** How many acts are signed by their holder, and how many by the operator on their behalf. */
    this.counts = { holder: 0, server: 0 };
  }

  /** Takes an event in, after it was checked. */
  async follow({ eventType, facts, refs, streamId: stream, position }, id) {
    const where = { id, stream: hex(stream) };
    if (eventType === LEDGER_OPENED) {
      await this.own(where, 'checkpoint', facts.key);
      await this.own(where, 'promise', facts.promise_key);
    }
    if (eventType === ROLE_GRANTED) await this.give(where, facts);
    if (eventType === KEY_INTRODUCED) {
      const old = this.ofCredential(facts.by);
      const { key, custody, valid_from: validFrom } = facts;
      await this.grant({ ...old, ...where, key, custody, standing: 'to accept', old, validFrom: BigInt(validFrom) });
    }
    if (eventType === ACT_COUNTERSIGNED) this.countersigned(refs, position);
    if (eventType === ROLE_REVOKED) {
      const grant = this.ofCredential(facts.credential);
      if (grant) grant.standing = 'ended';
    }
  }

  async grant(grant) {
    const publicKey = fromHex(grant.key, 32);
    const name = hex(await keyId(publicKey));
    this.grants.set(name, { ...grant, credential: name.slice(0, 32), publicKey });
  }

  /** A first key of the ledger, as event 0 states it. */
  async own(where, purpose, key) {
    if (key === undefined) return;
    await this.grant({ ...where, purpose, key, role: 'administrator', scope: 'instance', custody: 'server', standing: 'stands' });
    this.terms[purpose].push({ from: 0n, publicKey: fromHex(key, 32) });
  }

  /** A role that somebody gives to themselves waits for another hand. */
  async give(where, facts) {
    if (this.holders.has(facts.credential)) return;
    const toOneself = facts.granted_by !== undefined && this.holders.get(facts.granted_by) === facts.holder;
    this.holders.set(facts.credential, facts.holder);
    if (facts.key === undefined) return;
    await this.grant({ ...where, purpose: 'signer', ...facts, standing: toOneself ? 'waits' : 'stands' });
  }

  ofCredential(credential) {
    return [...this.grants.values()].find((grant) => grant.credential === credential);
  }

  /** The grants that an event names, where they stand so. */
  named(refs, standing) {
    const names = new Set(refs.map((ref) => hex(ref.id)));
    return [...this.grants.values()].find((grant) => grant.standing === standing && names.has(grant.id));
  }

  countersigned(refs, position) {
    const waiting = this.named(refs, 'waits');
    if (waiting) waiting.standing = 'stands';
    const next = this.named(refs, 'to accept');
    if (next === undefined) return;
    next.standing = 'stands';
    next.old.standing = 'ended';
    this.terms[next.purpose]?.push({ from: position + 1n, publicKey: next.publicKey });
  }

  /** Who must sign an act, whoever vouches for it: the key that names another, and the one that accepts. */
  async checkKeys({ eventType, facts, refs, signer, streamId: stream, position }) {
    const own = signer === null ? null : hex(first16(signer.keyId));
    if (eventType === KEY_INTRODUCED) {
      const old = this.ofCredential(facts.by) ?? refuse(`no key of the credential ${facts.by} is known`);
      demand(own === facts.by, `the key of ${facts.by} names another one, and did not sign that`);
      demand(old.purpose === facts.purpose, `a key that signs ${old.purpose} names one that signs ${facts.purpose}`);
      demand(old.stream === hex(stream), 'a key is introduced in another stream than the one before it');
      const name = hex(await keyId(admitKey(fromHex(facts.key, 32))));
      demand(!this.grants.has(name), 'the key that it names was named or granted before');
    }
    const next = eventType === ACT_COUNTERSIGNED ? this.named(refs, 'to accept') : undefined;
    if (next === undefined) return;
    demand(own === next.credential && facts.credential === own, 'a key is accepted by itself, and this one did not sign');
    demand(next.old.standing === 'stands', 'the key that named this one is no longer in force');
    demand(position + 1n >= next.validFrom, `the key accepts at size ${position + 1n}, and is in force from ${next.validFrom} on`);
  }

  /** The rules of a signed act, in their order; the last, of the head that its signer saw, is the caller's. */
  async check(event) {
    const { signer, recordedAt, actorClass, streamId: stream, eventType, refs } = event;
    const grant = this.grants.get(hex(signer.keyId)) ?? refuse('no grant before it names the key that signs it');
    await checkIntentSignature(event, admitKey(grant.publicKey));
    const accepts = eventType === ACT_COUNTERSIGNED && this.named(refs, 'to accept') === grant;
    const aboutKeys = eventType === KEY_INTRODUCED || accepts;
    demand(aboutKeys || grant.purpose === 'signer', `a key that signs ${grant.purpose}s signs no act but those that replace it`);
    const { from = recordedAt, until = recordedAt + 1n } = grant;
    const inForce = (grant.standing === 'stands' || accepts) && recordedAt >= BigInt(from) && recordedAt < BigInt(until);
    demand(inForce, 'the role of its signer is not in force then');
    demand(grant.scope === 'instance' || grant.stream === hex(stream), 'the role of its signer is for another consultation');
    demand(grant.role === ACTOR_CLASSES[actorClass], `its signer is a ${grant.role}, and no ${ACTOR_CLASSES[actorClass]}`);
    demand(recordedAt <= signer.expiresAt, `it was recorded at ${recordedAt}, and its signature ended at ${signer.expiresAt}`);
    const [actor, own] = [handOf(event), grant.credential];
    demand(actor === undefined || actor === own, `it says that ${actor} acts, and ${own} signed it`);
    this.counts[grant.custody === 'holder' ? 'holder' : 'server'] += 1;
  }
}

/** The credential that an act names as the one that does it. */
function handOf({ eventType, facts }) {
  if (eventType === ACT_COUNTERSIGNED) return facts.credential;
  if ([KEY_INTRODUCED, TAKEDOWN_DECIDED, ERASURE_DECIDED].includes(eventType)) return facts.by;
  return facts.granted_by ?? facts.revoked_by;
}

// --------------------------------------------------------------------------------------------------------- Commands

/** Follows envelopes in order: commands are whole, contiguous, and there once. */
export class Commands {
  constructor() {
    this.seen = new Names(16);
    this.last = null;
  }

  follow(envelope) {
    const { commandIndex: index, position, recordedAt } = envelope;
    const [id, stream] = [hex(envelope.commandId), hex(envelope.streamId)];
    if (index === 0) this.begin(envelope.commandId);
    else this.go(envelope, id, stream);
    this.last = { id, stream, index, count: envelope.commandCount, position, recordedAt };
    if (isOwnVote(envelope)) demand(envelope.commandCount === 1, 'a vote by its voter shares its command with another act');
  }

  begin(id) {
    this.end();
    demand(this.seen.find(id) < 0, `the command ${hex(id)} is there twice`);
    this.seen.add(id);
  }

  go(envelope, id, stream) {
    const { last } = this;
    const follows = last !== null && last.id === id && last.stream === stream && last.count === envelope.commandCount
      && last.index + 1 === envelope.commandIndex && last.position + 1n === envelope.position
      && last.recordedAt === envelope.recordedAt;
    demand(follows, `event ${envelope.commandIndex} of the command ${id} does not follow the one before it`);
  }

  end() {
    if (this.last === null) return;
    const { id, index, count } = this.last;
    demand(index + 1 === count, `the command ${id} has ${count} events, and ends after ${index + 1}`);
  }
}

/** A vote cast, changed or retracted by its voter; a retraction that an erasure brings is none. */
function isOwnVote({ eventType, facts }) {
  if (eventType === VOTE_RETRACTED) return facts.by === 'voter';
  return eventType === VOTE_CAST || eventType === VOTE_CHANGED;
}

// ---------------------------------------------------------------------------------------------------------- Event 0

/** Checks event 0 of a ledger; its log id, which every other envelope must carry. */
export async function openLedger(envelope) {
  demand(envelope.position === 0n && envelope.eventType === LEDGER_OPENED, 'a ledger begins with event 0, of type 0x0001');
  const log = await logId(envelope.factsBytes);
  demand(equal(log, envelope.logId), `event 0 says the log id ${hex(envelope.logId)}, and its facts give ${hex(log)}`);
  demand(equal(await instanceStream(log), envelope.streamId), 'event 0 does not stand in the instance stream');
  const named = envelope.refs.length + envelope.lists.length + envelope.parts.length;
  demand(named === 0, 'event 0 has no references and no parts');
  return log;
}

// ------------------------------------------------------------------------------------------------------------ Chain

/** Follows events in order: in each stream every event names the one before it. `whole`: no position is left out. */
export class Chain {
  constructor({ whole }) {
    this.whole = whole;
    this.last = null;
    /** For each stream, its last event. */
    this.ends = new Map();
  }

  /** `event`: an envelope and its `leafHash`. */
  follow(event) {
    const { position, revision, prev, prevPosition, recordedAt, leafHash: hash } = event;
    this.checkOrder(position, recordedAt);
    const stream = hex(event.streamId);
    const before = this.ends.get(stream);
    const expected = before ? before.revision + 1n : 0n;
    demand(revision === expected, `revision ${revision} comes where ${expected} follows in its stream`);
    const linked = before
      ? prevPosition === before.position && equal(prev, before.leafHash)
      : prevPosition === null && prev.every((byte) => byte === 0);
    demand(linked, before
      ? `it names ${hex(prev)} at ${prevPosition} as its predecessor, which is ${hex(before.leafHash)} at ${before.position}`
      : 'the first event of its stream names a predecessor');
    this.ends.set(stream, { streamId: event.streamId, position, revision, leafHash: hash });
    this.last = { position, recordedAt };
  }

  checkOrder(position, recordedAt) {
    const next = this.last === null ? 0n : this.last.position + 1n;
    demand(this.whole ? position === next : position >= next, `position ${position} comes where ${next} follows`);
    if (this.last !== null && recordedAt !== undefined) {
      demand(recordedAt >= this.last.recordedAt, `it was recorded at ${recordedAt}, before the event before it`);
    }
  }

  /** Each stream with how many events it has and how it ends. */
  heads() {
    return [...this.ends.values()].map((end) =>
      ({ streamId: end.streamId, count: end.revision + 1n, lastLeaf: end.leafHash }));
  }
}

// ------------------------------------------------------------------------------------------------------------- Tree

/** The right edge of a tree: the hash of each complete subtree, largest first; all that is needed to append. */
export class Frontier {
  constructor() {
    this.size = 0n;
    this.hashes = [];
  }

  async push(hash) {
    let right = hash;
    for (let size = this.size; size & 1n; size >>= 1n) right = await nodeHash(this.hashes.pop(), right);
    this.hashes.push(right);
    this.size += 1n;
  }

  async root() {
    if (this.hashes.length === 0) return sha256();
    let right = this.hashes.at(-1);
    for (let at = this.hashes.length - 2; at >= 0; at -= 1) right = await nodeHash(this.hashes[at], right);
    return right;
  }
}

/** A tree that can say the root of each of its sizes: of every complete subtree the hash, 64 bytes for a leaf in all. */
class WholeTree {
  constructor() {
    this.size = 0;
    /** For each level the hashes of its subtrees, one after the other. */
    this.levels = [];
  }

  async push(hash) {
    let right = hash;
    for (let level = 0, index = this.size; ; level += 1, index >>= 1) {
      this.levels[level] = grown(this.levels[level] ?? new Uint8Array(0), (index + 1) * 32);
      this.levels[level].set(right, index * 32);
      if ((index & 1) === 0) break;
      right = await nodeHash(this.hash(level, index - 1), right);
    }
    this.size += 1;
  }

  hash(level, index) {
    return this.levels[level].subarray(index * 32, (index + 1) * 32);
  }

  /** The root of the first `size` leaves. */
  async rootAt(size) {
    if (size === 0) return sha256();
    let root = null;
    // The complete subtrees of a size, smallest and last first, are those of its binary ones.
    for (let level = 0, left = size; left > 0; level += 1, left = Math.floor(left / 2)) {
      if (left % 2 === 0) continue;
      const subtree = this.hash(level, left - 1);
      root = root === null ? subtree : await nodeHash(subtree, root);
    }
    return root.slice();
  }

  root() {
    return this.rootAt(this.size);
  }
}

/** RFC 9162 2.1.3.2: the leaf with this hash is at this position of the tree of this size and root. */
export async function checkInclusion(leaf, position, size, root, path) {
  demand(position < size, `position ${position} is not in a tree of ${size} leaves`);
  let [index, last, hash] = [position, size - 1n, leaf];
  for (const sibling of path) {
    demand(last > 0n, 'the path is longer than the way to the root');
    if ((index & 1n) === 1n || index === last) {
      hash = await nodeHash(sibling, hash);
      while ((index & 1n) === 0n && index !== 0n) [index, last] = [index >> 1n, last >> 1n];
    } else {
      hash = await nodeHash(hash, sibling);
    }
    [index, last] = [index >> 1n, last >> 1n];
  }
  demand(last === 0n, 'the path ends before the root');
  demand(equal(hash, root), `the path leads to ${hex(hash)}, and the root is ${hex(root)}`);
}

/** RFC 9162 2.1.4.2: the newer tree begins with the whole of the older. */
export async function checkConsistency(older, newer, path) {
  demand(older.size > 0n, 'nothing can be proven of an empty older tree');
  demand(older.size <= newer.size, `a tree of ${older.size} leaves does not shrink to ${newer.size}`);
  if (older.size === newer.size) {
    demand(path.length === 0, 'trees of one size ask for an empty path');
    demand(equal(older.root, newer.root), `fork: two roots at size ${older.size}`);
    return;
  }
  demand(path.length > 0, 'the path is empty');
  // An older tree that is a complete subtree is itself the start of the way; its root is then not repeated.
  const complete = (older.size & (older.size - 1n)) === 0n;
  const [start, ...way] = complete ? [older.root, ...path] : path;
  let [index, last] = [older.size - 1n, newer.size - 1n];
  while (index & 1n) [index, last] = [index >> 1n, last >> 1n];
  let [old, young] = [start, start];
  for (const sibling of way) {
    demand(last > 0n, 'the path is longer than the way to the root');
    if ((index & 1n) === 1n || index === last) {
      old = await nodeHash(sibling, old);
      young = await nodeHash(sibling, young);
      while ((index & 1n) === 0n && index !== 0n) [index, last] = [index >> 1n, last >> 1n];
    } else {
      young = await nodeHash(young, sibling);
    }
    [index, last] = [index >> 1n, last >> 1n];
  }
  demand(last === 0n, 'the path ends before the root');
  demand(equal(old, older.root), `the path leads to ${hex(old)}, and the older root is ${hex(older.root)}`);
  demand(equal(young, newer.root), `the path leads to ${hex(young)}, and the newer root is ${hex(newer.root)}`);
}

// ------------------------------------------------------------------------------------------------------------ Heads

/** The leaf of a stream in the tree of heads. */
export function headLeaf({ streamId: stream, count, lastLeaf }) {
  return concat(ofLength(stream, 16, 'a stream id'), u64(count), ofLength(lastLeaf, 32, 'a leaf hash'));
}

/** The root over all streams, in the order of their ids. */
export async function headsRoot(heads) {
  const leaves = heads.map(headLeaf).sort(compare);
  return rootOf(await Promise.all(leaves.map(leafHash)));
}

// ------------------------------------------------------------------------------------------------------------- Keys

const P = (1n << 255n) - 19n;
const ORDER = (1n << 252n) + 27742317777372353535851937790883648493n;
const mod = (number) => ((number % P) + P) % P;

function power(base, exponent) {
  let [result, square] = [1n, mod(base)];
  for (let left = exponent; left > 0n; left >>= 1n) {
    if (left & 1n) result = (result * square) % P;
    square = (square * square) % P;
  }
  return result;
}

const D = mod(-121665n * power(121666n, P - 2n));
const SQRT_OF_MINUS_1 = power(2n, (P - 1n) / 4n);

/** RFC 8032 5.1.3: the point of these bytes, in extended coordinates. */
function decodePoint(bytes) {
  const number = bytes.reduceRight((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
  const [y, sign] = [number & ((1n << 255n) - 1n), number >> 255n];
  demand(y < P, 'the bytes of the key are not in their shortest form');
  const [u, v] = [mod(y * y - 1n), mod(D * y * y + 1n)];
  let x = mod(u * power(v, 3n) * power(u * power(v, 7n), (P - 5n) / 8n));
  if (mod(v * x * x) !== u) x = mod(x * SQRT_OF_MINUS_1);
  demand(mod(v * x * x) === u, 'the bytes of the key are no point of the curve');
  demand(x !== 0n || sign === 0n, 'the bytes of the key are not in their shortest form');
  if ((x & 1n) !== sign) x = P - x;
  return { x, y, z: 1n, t: mod(x * y) };
}

/** RFC 8032 5.1.4. */
function addPoints(p, q) {
  const a = mod((p.y - p.x) * (q.y - q.x));
  const b = mod((p.y + p.x) * (q.y + q.x));
  const c = mod(2n * D * p.t * q.t);
  const d = mod(2n * p.z * q.z);
  const [e, f, g, h] = [b - a, d - c, d + c, b + a];
  return { x: mod(e * f), y: mod(g * h), z: mod(f * g), t: mod(e * h) };
}

function multiply(point, times) {
  let [sum, double] = [{ x: 0n, y: 1n, z: 1n, t: 0n }, point];
  for (let left = times; left > 0n; left >>= 1n) {
    if (left & 1n) sum = addPoints(sum, double);
    double = addPoints(double, double);
  }
  return sum;
}

const isNeutral = (point) => point.x === 0n && mod(point.y - point.z) === 0n;

/**
 * Whether these bytes may be a key. WebCrypto takes any 32 bytes, so the curve is computed here: a point has no part of
 * small order exactly if the order of the base point brings it to the neutral element.
 */
export function admitKey(bytes) {
  const point = decodePoint(ofLength(bytes, 32, 'a public key'));
  demand(!isNeutral(point) && isNeutral(multiply(point, ORDER)), 'the key is of small order, or has a part of small order');
  return bytes;
}

/** RFC 8032 5.1.7, under a key that was admitted. */
export async function isSignature(publicKey, message, signature) {
  let key;
  try {
    key = await crypto.subtle.importKey('raw', publicKey, { name: 'Ed25519' }, false, ['verify']);
  } catch (error) {
    throw new Error(`The cryptography of this browser cannot check Ed25519 signatures (${error.name}): nothing was decided. `
      + 'Use a newer browser, or node 20.');
  }
  return crypto.subtle.verify({ name: 'Ed25519' }, key, signature, message);
}

// ------------------------------------------------------------------------------------------------------- Named keys

const SIGNS_NOTES = 1;
const COSIGNS_CHECKPOINTS = 4;
const KEY_NAME = /^[^\p{White_Space}\p{Cc}+]+$/u;

/** A named key from its text, `name+number+base64(type || public key)`. */
export async function parseKey(text) {
  const fields = /^([^+]*)\+([0-9a-f]{8})\+([^]*)$/.exec(text) ?? refuse(`\`${text}\` is no key: name+number+base64`);
  const [, name, number, base64] = fields;
  demand(KEY_NAME.test(name), `\`${name}\` is no name of a key`);
  const bytes = ofLength(fromBase64(base64), 33, 'a type and its public key');
  const type = bytes[0];
  demand(type === SIGNS_NOTES || type === COSIGNS_CHECKPOINTS, `keys of type ${type} are unknown`);
  const key = { name, number, type, publicKey: bytes.slice(1) };
  const expected = await keyNumber(key);
  demand(number === expected, `the number of this key is ${expected}, not ${number}`);
  admitKey(key.publicKey);
  return key;
}

/** It identifies a key and proves nothing. */
async function keyNumber({ name, type, publicKey }) {
  return hex((await sha256(toUtf8(`${name}\n`), u8(type), publicKey)).subarray(0, 4));
}

// ------------------------------------------------------------------------------------------------------------ Notes

const MAX_NOTE = 1_000_000;
const MAX_SIGNATURES = 100;

/** A note as it stands: its text and the lines of its signatures. Nothing in it is believed yet. */
export function parseNote(input) {
  const bytes = bytesOf(input);
  demand(bytes.length <= MAX_NOTE, `a note has at most ${MAX_NOTE} bytes, not ${bytes.length}`);
  const note = fromUtf8(bytes);
  demand(!/[\x00-\x09\x0b-\x1f]/.test(note), 'a note holds no control character but line ends');
  const end = note.lastIndexOf('\n\n');
  demand(end >= 0 && note.endsWith('\n'), 'a note is a text, an empty line, and lines of signatures, each ended');
  const lines = note.slice(end + 2, -1).split('\n');
  demand(lines.length <= MAX_SIGNATURES, `a note has at most ${MAX_SIGNATURES} signatures, not ${lines.length}`);
  return { text: note.slice(0, end + 1), lines: lines.map(parseSignatureLine) };
}

function parseSignatureLine(line) {
  const [, name, base64] = /^— ([^ ]+) ([^ ]+)$/.exec(line) ?? refuse(`\`${line}\` is no line of a signature`);
  demand(KEY_NAME.test(name), `\`${name}\` is no name of a key`);
  const bytes = fromBase64(base64);
  demand(bytes.length > 4, 'a signature has at least one byte behind the number of its key');
  return { name, number: hex(bytes.subarray(0, 4)), signature: bytes.subarray(4) };
}

/** Opens a note with the keys that the reader knows: its text, and which of them signed, a witness since when. */
export async function openNote(input, keys) {
  const { text, lines } = parseNote(input);
  const signed = [];
  for (const key of keys) {
    const own = lines.filter((line) => line.name === key.name && line.number === key.number);
    if (own.length === 0) continue;
    const instants = [];
    for (const line of own) instants.push(await checkLine(text, line, key));
    const at = key.type === COSIGNS_CHECKPOINTS ? instants.reduce((a, b) => (b < a ? b : a)) : null;
    signed.push({ key, name: key.name, at });
  }
  demand(signed.length > 0, 'none of the known keys signed this note');
  return { text, lines, signed };
}

/** Checks a line by a known key; the instant that it states, in seconds, if it is a cosignature. */
async function checkLine(text, { name, signature }, key) {
  const spoilt = `the signature by ${name} does not hold`;
  const cosigns = key.type === COSIGNS_CHECKPOINTS;
  demand(signature.length === (cosigns ? 72 : 64), spoilt);
  const at = cosigns ? new Reader(signature).u64('instant') : null;
  demand(at === null || at < TWO_63, spoilt);
  const message = cosigns ? cosignedMessage(at, text) : toUtf8(text);
  demand(await isSignature(key.publicKey, message, signature.slice(-64)), spoilt);
  return at;
}

// ------------------------------------------------------------------------------------------------------ Checkpoints

/** A checkpoint from its text: the origin, size and root of a ledger. */
export async function parseCheckpoint(text) {
  const lines = /^([^\n]+)\n([^\n]+)\n([^\n]+)\n$/.exec(text) ?? refuse('a checkpoint has three lines');
  const [, origin, digits, base64] = lines;
  demand(KEY_NAME.test(origin), `\`${origin}\` is no origin`);
  const size = fromDecimal(digits, TWO_63 - 1n);
  const root = ofLength(fromBase64(base64), 32, 'a root');
  demand(size > 0n || equal(root, await sha256()), 'a tree without leaves has the root of no bytes');
  return { origin, size, root };
}

// ----------------------------------------------------------------------------------------------------- Cosignatures

const cosignedMessage = (at, text) => toUtf8(`cosignature/v1\ntime ${at}\n${text}`);

// ------------------------------------------------------------------------------------------------------------ Forks

const MAX_FORK = 2 * MAX_NOTE + 4096;

/** Evidence of a fork as it stands: two notes, and perhaps how the second tree begins, with the proof of it. */
export function parseFork(input) {
  const bytes = bytesOf(input);
  demand(bytes.length <= MAX_FORK, `a fork has at most ${MAX_FORK} bytes, not ${bytes.length}`);
  const pieces = fromUtf8(bytes).split('\n\n');
  demand(pieces.length === 5, 'a fork has an empty line before each note, and each note one of its own');
  const [head, text, signatures, otherText, otherSignatures] = pieces;
  const lines = head.split('\n');
  demand(lines.shift() === 'devenir fork v0', 'this is no fork: its first line is another');
  demand(lines.length === 0 || lines[0].startsWith('begins '), 'the line `begins` comes before a proof');
  const hash = (base64) => ofLength(fromBase64(base64), 32, 'a hash');
  return {
    begins: lines.length === 0 ? null : hash(lines.shift().slice('begins '.length)),
    path: lines.map(hash),
    notes: [`${text}\n\n${signatures}\n`, `${otherText}\n\n${otherSignatures}`],
  };
}

/** Whether evidence of a fork convicts the ledger of this key: `convicts`, or `no: ` and why not. */
export async function judgeFork({ begins, path, notes }, key) {
  const ledger = { logs: [key], witnesses: new Map(), quorum: 'none' };
  const [one, other] = await Promise.all(notes.map(async (note) => (await judgeCheckpoint(ledger, note)).checkpoint));
  if (one.size === other.size) return equal(one.root, other.root) ? 'no: same' : 'convicts';
  if (begins === null) return 'no: unproven';
  await checkConsistency({ size: one.size, root: begins }, other, path);
  return equal(begins, one.root) ? 'no: same' : 'convicts';
}

// --------------------------------------------------------------------------------------------------------- Policies

const MAX_POLICY = 1_000_000;

/** A policy: the keys of ledgers, witnesses and groups by name, and the quorum. */
export async function parsePolicy(input) {
  const bytes = bytesOf(input);
  demand(bytes.length <= MAX_POLICY, `a policy has at most ${MAX_POLICY} bytes, not ${bytes.length}`);
  const lines = latin1(bytes).split('\n');
  demand(lines.pop() === '', 'the last line of a policy is ended like the others');
  const policy = { logs: [], witnesses: new Map(), groups: new Map(), members: new Set(), quorum: null };
  for (const [at, line] of lines.entries()) {
    try {
      await readPolicyLine(policy, line);
    } catch (error) {
      throw error instanceof Refusal ? new Refusal(`line ${at + 1} of the policy: ${error.message}`) : error;
    }
  }
  demand(policy.quorum !== null, 'a policy has a line `quorum`');
  return policy;
}

async function readPolicyLine(policy, line) {
  demand(!/[\x00-\x08\x0b-\x1f\x7f]/.test(line), 'it holds a control character');
  const words = line.split(/[ \t]+/).filter((word) => word !== '');
  if (words.length === 0 || words[0].startsWith('#')) return;
  const [what, ...rest] = words;
  if (what === 'log') await readLog(policy, rest);
  else if (what === 'witness') await readWitness(policy, rest);
  else if (what === 'group') readGroup(policy, rest);
  else if (what === 'quorum') readQuorum(policy, rest);
  else refuse(`\`${what}\` begins no line of a policy`);
}

/** A key among the words of a policy, whose letters stand for bytes. */
async function policyKey(word, type, others) {
  const key = await parseKey(fromUtf8(Uint8Array.from(word, (letter) => letter.charCodeAt(0))));
  demand(key.type === type, `a key of type ${key.type} stands where one of type ${type} must`);
  demand(!others.some((other) => equal(other.publicKey, key.publicKey)), 'this public key stands on an earlier line');
  return key;
}

async function readLog(policy, words) {
  demand(words.length === 1 || words.length === 2, 'it must be `log KEY [URL]`');
  policy.logs.push(await policyKey(words[0], SIGNS_NOTES, policy.logs));
}

async function readWitness(policy, words) {
  demand(words.length === 2 || words.length === 3, 'it must be `witness NAME KEY [URL]`');
  checkNewName(policy, words[0]);
  policy.witnesses.set(words[0], await policyKey(words[1], COSIGNS_CHECKPOINTS, [...policy.witnesses.values()]));
}

function readGroup(policy, [name, needed, ...members]) {
  demand(members.length > 0, 'it must be `group NAME all|any|NUMBER MEMBER…`');
  checkNewName(policy, name);
  for (const member of members) {
    demand(isNamed(policy, member), `\`${member}\` is no witness or group of an earlier line`);
    demand(!policy.members.has(member), `\`${member}\` is a member already`);
    policy.members.add(member);
  }
  policy.groups.set(name, { count: howMany(needed, members.length), members });
}

function howMany(needed, members) {
  if (needed === 'all') return members;
  if (needed === 'any') return 1;
  const count = Number(fromDecimal(needed, BigInt(members)));
  demand(count >= 1, 'a group needs at least one member');
  return count;
}

function readQuorum(policy, words) {
  demand(words.length === 1, 'it must be `quorum NAME`');
  demand(policy.quorum === null, 'there is a quorum already');
  demand(words[0] === 'none' || isNamed(policy, words[0]), `\`${words[0]}\` is no witness or group of an earlier line`);
  policy.quorum = words[0];
}

const isNamed = (policy, name) => policy.witnesses.has(name) || policy.groups.has(name);

function checkNewName(policy, name) {
  demand(name !== 'none' && !isNamed(policy, name), `the name \`${name}\` is taken`);
}

/** The instant from which a witness or group has cosigned, or null; `instants` are those of the witnesses, by name. */
function cosignedSince(policy, name, instants) {
  if (policy.witnesses.has(name)) return instants.get(name) ?? null;
  const { count, members } = policy.groups.get(name);
  const since = members.map((member) => cosignedSince(policy, member, instants)).filter((at) => at !== null);
  since.sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  return since[count - 1] ?? null;
}

/**
 * What a policy says of a checkpoint that a ledger of it signed: the checkpoint, who cosigned since when (in seconds),
 * and whether the quorum is `reached`, `missing` or `not asked`. `after`: count later cosignatures alone.
 */
export async function judgeCheckpoint(policy, note, { after = null } = {}) {
  const { text, signed } = await openNote(note, [...policy.logs, ...policy.witnesses.values()]);
  const checkpoint = await parseCheckpoint(text);
  const own = signed.some(({ key }) => policy.logs.includes(key) && key.name === checkpoint.origin);
  demand(own, `no key of a ledger called ${checkpoint.origin} signed this checkpoint`);
  const cosigned = [...policy.witnesses]
    .map(([witness, key]) => ({ witness, at: signed.find((one) => one.key === key)?.at ?? null }))
    .filter(({ at }) => at !== null && (after === null || at * 1000n > after));
  if (policy.quorum === 'none') return { checkpoint, cosigned, quorum: 'not asked', since: null };
  const since = cosignedSince(policy, policy.quorum, new Map(cosigned.map(({ witness, at }) => [witness, at])));
  return { checkpoint, cosigned, quorum: since === null ? 'missing' : 'reached', since };
}

// --------------------------------------------------------------------------------------------------------- Promises

/** A promise from its text. */
export function parsePromise(text) {
  const form = new RegExp('^([^\\n]+)/promise\\ndevenir promise v1\\nlog ([0-9a-f]{64})\\nfirst ([^\\n]+)\\ncount ([^\\n]+)\\n'
    + 'root ([0-9a-f]{64})\\nrecorded ([^\\n]+)\\ninclude-by ([^\\n]+)\\n$');
  const [, origin, log, first, count, root, recorded, includeBy] = form.exec(text) ?? refuse('this text is no promise');
  demand(KEY_NAME.test(origin), `\`${origin}\` is no origin`);
  const promise = {
    origin,
    logId: fromHex(log),
    first: fromDecimal(first, TWO_63 - 1n),
    count: fromDecimal(count, TWO_63 - 1n),
    root: fromHex(root),
    recordedAt: fromInstant(recorded),
    includeBy: fromInstant(includeBy),
  };
  demand(promise.count >= 1n, 'a promise is about at least one event');
  demand(promise.first + promise.count < TWO_63, 'the group ends beyond 2^63');
  demand(promise.includeBy >= promise.recordedAt, 'the term of a promise is not before its recording');
  return promise;
}

/** Opens a promise with the key of the ledger's promises, and no other. */
export async function openPromise(note, key) {
  const { text } = await openNote(note, [key]);
  const promise = parsePromise(text);
  demand(key.type === SIGNS_NOTES && key.name === `${promise.origin}/promise`,
    `a promise of ${promise.origin} is signed by ${promise.origin}/promise, not by ${key.name}`);
  return promise;
}

/** The position that was promised to a leaf, by its path in the group. */
export async function promisedPosition(promise, leaf, index, path) {
  await checkInclusion(leaf, index, promise.count, promise.root, path);
  return promise.first + index;
}

/** Whether a checkpoint shows that a promise was not kept in time: `convicts`, or `no: ` and why not. */
export async function breachByAbsence(promise, checkpointNote, policy) {
  const { checkpoint, quorum } = await judgeCheckpoint(policy, checkpointNote, { after: promise.includeBy });
  if (checkpoint.origin !== promise.origin) return 'no: other ledger';
  if (checkpoint.size >= promise.first + promise.count) return 'no: covered';
  return quorum === 'reached' ? 'convicts' : 'no: not after the term';
}

/** Whether a checkpoint has another leaf where this one was promised; each is its hash `leaf`, `index` and `path`. */
export async function breachByAnotherLeaf(promise, promised, checkpointNote, policy, found) {
  const { checkpoint } = await judgeCheckpoint(policy, checkpointNote);
  if (checkpoint.origin !== promise.origin) return 'no: other ledger';
  const position = await promisedPosition(promise, promised.leaf, promised.index, promised.path);
  await checkInclusion(found.leaf, found.index, checkpoint.size, checkpoint.root, found.path);
  if (found.index !== position) return 'no: other place';
  return equal(found.leaf, promised.leaf) ? 'no: kept' : 'convicts';
}

/** Whether two promises contradict each other. */
export function breachByContradiction(one, other) {
  if (one.origin !== other.origin || !equal(one.logId, other.logId)) return 'no: other ledger';
  const overlap = one.first < other.first + other.count && other.first < one.first + one.count;
  const same = one.first === other.first && one.count === other.count && equal(one.root, other.root);
  return overlap && !same ? 'convicts' : 'no: compatible';
}

// ------------------------------------------------------------------------------------------------------ Proof files

const MAX_PROOF_FILE = 4_000_000;

/** A proof file as it stands: extra data or null, the position, the path, and the note of the checkpoint. */
export function parseProofFile(input) {
  const bytes = bytesOf(input);
  demand(bytes.length <= MAX_PROOF_FILE, `a proof file has at most ${MAX_PROOF_FILE} bytes, not ${bytes.length}`);
  const file = fromUtf8(bytes);
  const end = file.indexOf('\n\n');
  demand(end >= 0, 'no empty line stands before the checkpoint of this proof file');
  const lines = file.slice(0, end).split('\n');
  demand(lines.shift() === 'c2sp.org/tlog-proof@v1', 'this is no proof file: its first line is another');
  const extra = lines[0]?.startsWith('extra ') ? fromBase64(lines.shift().slice(6)) : null;
  demand(extra === null || extra.length > 0, 'there is a line for extra data, and there are none');
  demand(lines[0]?.startsWith('index '), 'a proof file has a line `index`');
  const position = fromDecimal(lines.shift().slice(6), TWO_63 - 1n);
  demand(lines.length <= 63, `a path has at most 63 hashes, not ${lines.length}`);
  const path = lines.map((line) => ofLength(fromBase64(line), 32, 'a hash of the path'));
  return { extra, position, path, note: file.slice(end + 2) };
}

/** Checks that a proof file proves the leaf with this hash, under a policy. */
export async function checkProofFile(input, leaf, policy) {
  const proof = parseProofFile(input);
  const judged = await judgeCheckpoint(policy, proof.note);
  demand(judged.quorum !== 'missing', 'fewer witnesses than the policy asks for have cosigned the checkpoint');
  await checkInclusion(leaf, proof.position, judged.checkpoint.size, judged.checkpoint.root, proof.path);
  return { ...proof, ...judged };
}

// --------------------------------------------------------------------------------------------------------- Receipts

const MAX_RECEIPT = 25_165_824;
const RECEIPT_FORMAT = 'devenir receipt v0';

/** A receipt as it stands: its fields in bytes. Nothing is checked yet but their form. */
export function parseReceipt(input) {
  const needed = ['format', 'intent_id', 'envelope', 'parts'];
  const receipt = fieldsOf(parseJson(input, MAX_RECEIPT), 'the receipt', needed, ['promise']);
  checkFormat(receipt.format, RECEIPT_FORMAT);
  demand(Array.isArray(receipt.parts), '"parts" is no list');
  const parts = receipt.parts.map(parseReceiptPart);
  for (let at = 1; at < parts.length; at += 1) demand(parts[at - 1].kind < parts[at].kind, 'the parts do not ascend by kind');
  return {
    intentId: fromHex(receipt.intent_id, 32),
    envelope: fromBase64(receipt.envelope),
    parts,
    promise: receipt.promise === undefined ? null : parseReceiptPromise(receipt.promise),
  };
}

function parseReceiptPart(given) {
  const part = fieldsOf(given, 'a part', ['kind', 'key', 'bytes']);
  demand(Number.isInteger(part.kind) && part.kind >= 1 && part.kind <= 255, `a part has the kind ${part.kind}`);
  return { kind: part.kind, key: fromHex(part.key, 32), bytes: fromBase64(part.bytes) };
}

function parseReceiptPromise(given) {
  const promise = fieldsOf(given, 'the promise', ['note', 'path']);
  demand(typeof promise.note === 'string', 'the note of the promise is no text');
  return { note: promise.note, ...parseInclusionProof(promise.path) };
}

/** An inclusion proof in JSON: `{"position": "…", "path": ["…"]}`. */
export function parseInclusionProof(given) {
  const proof = fieldsOf(given, 'an inclusion proof', ['position', 'path']);
  demand(Array.isArray(proof.path), 'the path of an inclusion proof is no list');
  return { position: fromDecimal(proof.position), path: proof.path.map((hash) => fromHex(hash, 32)) };
}

/** Receipts 2: the envelope, its intent id, and the commitment of each part that is there. */
async function checkReceiptItself(receipt) {
  const envelope = await at('the envelope', () => decodeEnvelope(receipt.envelope));
  await at('the intent id', async () => {
    const id = await intentId(envelope.intent);
    demand(equal(id, receipt.intentId), `the envelope gives ${hex(id)}, and the receipt says ${hex(receipt.intentId)}`);
  });
  for (const part of receipt.parts) await at(`the part of kind ${part.kind}`, () => checkPart(envelope, part));
  return { ...envelope, leafHash: await leafHash(receipt.envelope) };
}

/** Checks an open part against the commitment of its kind in its envelope. */
async function checkPart(envelope, { kind, key, bytes }) {
  const stated = envelope.parts.find((part) => part.kind === kind);
  demand(stated !== undefined, 'the envelope has no part of this kind');
  const found = await commitment(key, bytes, kind, envelope);
  demand(equal(found, stated.commitment), `it fits the commitment ${hex(found)}, and the envelope has ${hex(stated.commitment)}`);
}

/** Receipts 4. */
async function checkReceiptPromise(receipt, event, key) {
  const { note, position: index, path } = receipt.promise;
  const promise = await openPromise(note, key);
  demand(equal(promise.logId, event.logId), `the promise is of the ledger ${hex(promise.logId)}, the envelope of ${hex(event.logId)}`);
  const position = await promisedPosition(promise, event.leafHash, index, path);
  demand(position === event.position, `the promised position is ${position}, and the envelope stands at ${event.position}`);
}

/** Receipts 3. What is said of the checkpoint: with a policy its quorum, without one who signed it. */
async function checkReceiptProof(proofFile, event, keys, policy) {
  const proof = parseProofFile(proofFile);
  demand(proof.extra === null, 'the proof file of a receipt carries no extra data');
  demand(proof.position === event.position, `it proves position ${proof.position}, and the envelope stands at ${event.position}`);
  // A receipt brings no key of its ledger: where neither policy nor reader names one, nobody vouches for the checkpoint.
  const named = policy && about(policy, keys).logs.length > 0;
  const judged = named ? await judgeCheckpoint(about(policy, keys), proof.note) : await judgeWithKeys(proof.note, keys);
  const { checkpoint } = judged;
  await checkInclusion(event.leafHash, proof.position, checkpoint.size, checkpoint.root, proof.path);
  return judged;
}

/** A policy that names no ledger is about the one at hand: its witnesses alone say which they have followed under that name. */
const about = (policy, logs) => (policy.logs.length > 0 ? policy : { ...policy, logs });

/** Without a policy: with the keys of the ledger its signature must hold; with no key nobody vouches for the checkpoint. */
async function judgeWithKeys(note, keys) {
  if (keys.length === 0) return { checkpoint: await parseCheckpoint(parseNote(note).text), quorum: 'unsigned' };
  return judgeCheckpoint({ logs: keys, witnesses: new Map(), quorum: 'none' }, note);
}

// ---------------------------------------------------------------------------------------------------------- Bundles

const BUNDLE_FORMAT = 'devenir bundle v0';
const MAX_DOCUMENT = 65_536;
const ENTRIES_PER_FILE = 256;
const MAX_ENTRIES = ENTRIES_PER_FILE * (2 + MAX_ENVELOPE);
/** Of each part its position, index, kind and state, its key, its length, and itself. */
const MAX_PARTS = ENTRIES_PER_FILE * 15 * (8 + 1 + 1 + 1 + 32 + 4 + MAX_PART);
const BLOCK = 512;
const PART_STATES = ['open', 'withheld', 'gone'];

/** Bytes that come in chunks, read in the pieces that are asked for; so a bundle of any length takes little memory. */
class ByteStream {
  constructor(chunks) {
    this.chunks = chunks[Symbol.asyncIterator]?.() ?? chunks[Symbol.iterator]();
    this.chunk = new Uint8Array(0);
  }

  /** The next `length` bytes, all of them. */
  async read(length, name) {
    const piece = new Uint8Array(length);
    for (let filled = 0; filled < length;) {
      demand(await this.more(), `${name} takes ${length} bytes, and ${filled} are left`);
      const taken = this.chunk.subarray(0, length - filled);
      piece.set(taken, filled);
      filled += taken.length;
      this.chunk = this.chunk.subarray(taken.length);
    }
    return piece;
  }

  /** Whether any byte is left. */
  async more() {
    while (this.chunk.length === 0) {
      const { done, value } = await this.chunks.next();
      if (done) return false;
      this.chunk = value;
    }
    return true;
  }
}

/** The one header that a file of this name and size has in an archive. */
function tarHeader(name, size) {
  const header = new Uint8Array(BLOCK);
  const put = (at, text) => header.set(toUtf8(text), at);
  put(0, name);
  put(100, '0000644');
  put(108, '0000000');
  put(116, '0000000');
  put(124, size.toString(8).padStart(11, '0'));
  put(136, '00000000000');
  put(148, ' '.repeat(8)); // the checksum counts itself as spaces
  put(156, '0');
  put(257, 'ustar\0' + '00');
  const checksum = header.reduce((sum, byte) => sum + byte, 0);
  put(148, `${checksum.toString(8).padStart(6, '0')}\0 `);
  return header;
}

/** The files of an archive, one after the other; each must be read to its end before the next is asked for. */
export async function* readTar(chunks) {
  const stream = new ByteStream(chunks);
  for (let before = 'the beginning'; ;) {
    const file = await legible(`the archive, after ${before}`, () => readHeader(stream));
    if (file === null) break;
    yield file;
    before = file.name;
    await legible(before, async () => {
      const filling = await stream.read((BLOCK - (file.size % BLOCK)) % BLOCK, 'the filling');
      demand(isZero(filling), 'the file is not filled up with zeros');
    });
  }
  await legible('the end of the archive', async () => {
    demand(isZero(await stream.read(BLOCK, 'the second block of zeros')), 'the archive does not end in two blocks of zeros');
    demand(!(await stream.more()), 'bytes stand behind the end');
  });
}

/** The next file of an archive; null at its end. */
async function readHeader(stream) {
  const header = await stream.read(BLOCK, 'a header');
  if (isZero(header)) return null;
  const name = latin1(header.subarray(0, 100)).replace(/\0[^]*$/, '');
  const size = parseInt(latin1(header.subarray(124, 135)), 8);
  demand(/^[a-z0-9./]+$/.test(name) && size >= 0 && equal(header, tarHeader(name, size)),
    `this is not the header of a file \`${name}\` of ${size} bytes`);
  return { name, size, stream };
}

const isZero = (bytes) => bytes.every((byte) => byte === 0);

/** The files of a bundle, in their one order. `source` gives for each its `name`, its `size` and its `stream`. */
class BundleFiles {
  constructor(source) {
    this.source = source;
    this.file = null;
  }

  /** The file that comes next; null behind the last. */
  async next() {
    this.file ??= await this.source.next().then(({ value, done }) => (done ? null : value));
    return this.file;
  }

  /** The next file, if this is its name. */
  async maybe(name, limit) {
    const file = await this.next();
    if (file?.name !== name) return null;
    await legible(name, () => demand(file.size <= limit, `it has at most ${limit} bytes, not ${file.size}`));
    this.file = null;
    return file;
  }

  /** The bytes of the next file, if this is its name. */
  async bytes(name, limit) {
    const file = await this.maybe(name, limit);
    return file && legible(name, () => file.stream.read(file.size, 'the file'));
  }

  async end() {
    const file = await this.next();
    await legible(file?.name, () => demand(file === null, 'this file does not belong there'));
  }
}

function parseManifest(bytes) {
  const common = ['format', 'kind', 'log_id', 'origin', 'size', 'root'];
  const manifest = parseJson(bytes, MAX_DOCUMENT);
  checkFormat(manifest?.format, BUNDLE_FORMAT);
  demand(['all', 'consultation'].includes(manifest.kind), `a bundle is of "all" or a "consultation", not ${JSON.stringify(manifest.kind)}`);
  const ofConsultation = manifest.kind === 'consultation';
  fieldsOf(manifest, 'the manifest', ofConsultation ? [...common, 'stream', 'heads'] : common);
  demand(typeof manifest.origin === 'string', 'the origin is no text');
  const [size, heads] = [fromDecimal(manifest.size), ofConsultation ? fromDecimal(manifest.heads) : null];
  demand(heads === null || heads < size, `the heads event stands at ${heads}, and the tree has ${size} leaves`);
  return {
    kind: manifest.kind,
    logId: fromHex(manifest.log_id, 32),
    origin: manifest.origin,
    size,
    root: fromHex(manifest.root, 32),
    stream: ofConsultation ? fromHex(manifest.stream, 16) : null,
    heads,
  };
}

function parseProofs(bytes) {
  const proofs = fieldsOf(parseJson(bytes, MAX_DOCUMENT), 'proofs.json', ['first', 'last', 'heads', 'stream']);
  return Object.fromEntries(Object.entries(proofs).map(([name, proof]) => [name, parseInclusionProof(proof)]));
}

/** The envelopes of a file of entries. */
function entriesOf(bytes) {
  const reader = new Reader(bytes);
  const entries = [];
  while (reader.at < bytes.length) entries.push(reader.take(reader.u16('length'), 'entry'));
  demand(entries.length >= 1 && entries.length <= ENTRIES_PER_FILE, `a file has 1 to ${ENTRIES_PER_FILE} entries, not ${entries.length}`);
  return entries;
}

/** The records of a file of parts, one after the other, in the order of the parts that they are of. */
class PartRecords {
  constructor(file) {
    this.file = file;
    this.read = 0;
    /** The start of a record that was read, and whose part has not come yet. */
    this.ahead = null;
    this.last = { position: -1n, index: 0 };
  }

  /** The record of a part; null where there is none. */
  async of(position, index, kind) {
    const start = await this.start();
    if (start === null || start.position > position || (start.position === position && start.index > index)) return null;
    const own = start.position === position && start.index === index;
    if (!own) await this.stray();
    this.ahead = null;
    const body = await legible(null, () => this.body(start));
    demand(start.kind === kind, `its record is of the kind ${start.kind}`);
    return body;
  }

  /** The start of the record that comes next; null behind the last. */
  async start() {
    if (this.ahead === null && this.read < this.file.size) this.ahead = await legible(null, () => this.readStart());
    return this.ahead;
  }

  async readStart() {
    const start = new Reader(await this.take(11, 'a record'));
    const record = { position: start.u64('position'), index: start.u8('index'), kind: start.u8('kind'), code: start.u8('state') };
    const { last } = this;
    const ascends = record.position > last.position || (record.position === last.position && record.index > last.index);
    demand(ascends, `the record of part ${record.index} of position ${record.position} stands before an earlier one, or twice`);
    demand(record.index < 15, `a record is of part ${record.index}, and an event has 15 at most`);
    demand(PART_STATES[record.code] !== undefined, `the state ${record.code} is unknown`);
    this.last = record;
    return record;
  }

  async body({ code }) {
    const state = PART_STATES[code];
    if (state !== 'open') return { state };
    const key = await this.take(32, 'a key');
    const length = new Reader(await this.take(4, 'a length')).u32();
    demand(length <= MAX_PART, `a part has at most ${MAX_PART} bytes, not ${length}`);
    return { state, key, bytes: await this.take(length, 'a part') };
  }

  async take(length, name) {
    demand(this.read + length <= this.file.size, `${name} reaches beyond the end of the file`);
    this.read += length;
    return this.file.stream.read(length, name);
  }

  /** Refuses a record that no envelope names. */
  async stray() {
    const start = await this.start();
    if (start === null) return;
    throw Object.assign(new Refusal('no envelope here names it'), { place: `part ${start.index} of position ${start.position}` });
  }
}

/** The size of a checkpoint, whoever signed it; null of what is none. */
async function sizeOf(note) {
  try {
    return (await parseCheckpoint(parseNote(note).text)).size;
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return null;
  }
}

/** Reads a bundle from its files and follows its events; what comes of it, or the refusal of its first bad place. */
class BundleReader {
  constructor(source, vocabulary, kept, seen, now) {
    this.files = new BundleFiles(source);
    this.vocabulary = vocabulary;
    /** The note of the checkpoint that the reader kept, and what it says. */
    this.kept = kept;
    this.seen = seen;
    this.now = now;
    this.parts = { open: 0 };
    /** How many entries the last file had. */
    this.lastCount = ENTRIES_PER_FILE;
    this.first = null;
    this.last = null;
    this.heads = null;
  }

  async open() {
    const bytes = await this.files.bytes('manifest.json', MAX_DOCUMENT);
    demand(bytes !== null, 'a bundle begins with manifest.json');
    this.manifest = parseManifest(bytes);
    const whole = this.manifest.kind === 'all';
    this.audit = new Audit({ vocabulary: this.vocabulary, whole, rootAt: this.seen?.size ?? null });
  }

  async content() {
    const { kind } = this.manifest;
    this.checkpoint = await this.files.bytes('checkpoint', MAX_NOTE);
    for (const note of [this.checkpoint, this.kept].filter((one) => one !== null)) {
      const size = await sizeOf(note);
      if (size !== null) this.audit.around.set(size, { before: null, after: null });
    }
    if (kind === 'consultation') this.proofs = await legible('proofs.json', () => this.readProofs());
    let number = 0;
    while (await this.entries(number)) number += 1;
    await this.files.end();
    await (kind === 'all' ? this.audit.end(this.manifest) : at('proofs.json', () => this.endOfConsultation()));
    // Nobody states when a copy of one consultation was made: it counts as made at its last event.
    const { counts, missing } = await at('what was erased', () => this.audit.sortParts(kind === 'all' ? this.now : null));
    Object.assign(this.parts, counts);
    this.missing = missing;
  }

  async readProofs() {
    return parseProofs((await this.files.bytes('proofs.json', MAX_DOCUMENT)) ?? refuse('it is missing'));
  }

  /** A file of entries and that of their parts; false where there is none of this number. */
  async entries(number) {
    const name = `${number}`.padStart(9, '0');
    const bytes = await this.files.bytes(`entries/${name}`, MAX_ENTRIES);
    if (bytes === null) return false;
    const entries = await legible(`entries/${name}`, () => this.entriesIn(bytes));
    const events = [];
    for (const entry of entries) events.push(await this.event(entry));
    await this.partsOf(events, `parts/${name}`);
    return true;
  }

  entriesIn(bytes) {
    demand(this.lastCount === ENTRIES_PER_FILE, `the file before has ${this.lastCount} entries, and only the last may have fewer`);
    const entries = entriesOf(bytes);
    this.lastCount = entries.length;
    return entries;
  }

  async event(entry) {
    const event = await this.audit.entry(entry);
    const { kind, logId: log, origin } = this.manifest;
    if (event.position === 0n) {
      demand(equal(event.logId, log), `the manifest says the ledger ${hex(log)}, and event 0 gives ${hex(event.logId)}`);
      demand(event.facts.origin === origin, `the manifest says the origin ${origin}, and event 0 says ${event.facts.origin}`);
    }
    this.opened ??= event;
    if (kind === 'consultation') await at(`position ${event.position}`, () => this.excerpted(event));
    return event;
  }

  /** Bundles 5: of the consultation what stands below the heads event, of the instance stream what stands up to it. */
  excerpted(event) {
    const { stream, heads } = this.manifest;
    const own = equal(event.streamId, stream);
    demand(own || equal(event.streamId, this.opened.streamId), 'it is neither of the consultation nor of the instance stream');
    demand(own ? event.position < heads : event.position <= heads, `it stands behind the heads event at ${heads}`);
    if (own) [this.first, this.last] = [this.first ?? event, event];
    if (event.position === heads) this.heads = event;
  }

  async partsOf(events, name) {
    const file = await this.files.maybe(name, MAX_PARTS);
    const records = file && new PartRecords(file);
    for (const event of events) {
      for (const [index, { kind }] of event.parts.entries()) {
        await at(`part ${index} of position ${event.position}`, () => this.part(records, event, index, kind));
      }
    }
    if (records !== null) await at(name, () => records.stray());
  }

  async part(records, event, index, kind) {
    const record = await records?.of(event.position, index, kind) ?? { state: 'gone' };
    if (record.state === 'open') {
      this.parts.open += 1;
      await this.audit.part(event, { kind, ...record });
    } else {
      // A structural part that is withheld counts as gone.
      const withheld = record.state === 'withheld' && partClass(kind) !== 'structural';
      this.audit.lacks(event, index, withheld);
    }
  }

  /** Bundles 6: from three proofs and one in the tree of heads follows that nothing is left out. */
  async endOfConsultation() {
    const { first, last, heads, manifest: { size, root, stream }, proofs } = this;
    this.audit.commands.end();
    demandPresent(first !== null, 'no event of the consultation is there');
    const { position: stated } = proofs.last;
    demandPresent(last.position >= stated, `the last event of the consultation is ${stated}, and the last one here is ${last.position}`);
    demandPresent(heads !== null, 'the heads event is not there');
    demand(heads.eventType === HEADS_RECORDED, 'what stands where the heads event should is none');
    demand(typeof heads.facts.streams === 'number', 'the heads event does not say how many streams there are');
    for (const [name, event] of Object.entries({ first, last, heads })) {
      await at(`proofs.json, \`${name}\``, async () => {
        const { position, path } = proofs[name];
        demand(position === event.position, `it is for position ${position}, and its event stands at ${event.position}`);
        await checkInclusion(event.leafHash, position, size, root, path);
      });
    }
    await at('proofs.json, `stream`', async () => {
      const leaf = await leafHash(headLeaf({ streamId: stream, count: last.revision + 1n, lastLeaf: last.leafHash }));
      const { position, path } = proofs.stream;
      await checkInclusion(leaf, position, BigInt(heads.facts.streams), fromHex(heads.facts.root, 32), path);
    });
  }
}

// ------------------------------------------------------------------------------------------------------------ Tiles

const TILE_WIDTH = 256;

/** The path of a tile: `level` is 0 to 7, or `entries`. */
export function tilePath({ level, index, width }) {
  const digits = index.toString();
  const groups = digits.padStart(Math.ceil(digits.length / 3) * 3, '0').match(/.{3}/g);
  const last = groups.pop();
  const folders = groups.map((group) => `x${group}/`).join('');
  return `tile/${level}/${folders}${last}${width < TILE_WIDTH ? `.p/${width}` : ''}`;
}

export function parseTilePath(path) {
  const form = /^tile\/([0-7]|entries)\/((?:x[0-9]{3}\/)*[0-9]{3})(?:\.p\/([1-9][0-9]{0,2}))?$/;
  const [, level, groups, partial] = form.exec(path) ?? refuse(`\`${path}\` is no path of a tile`);
  const tile = {
    level: level === 'entries' ? level : Number(level),
    index: BigInt(groups.replace(/[x/]/g, '')),
    width: partial === undefined ? TILE_WIDTH : Number(partial),
  };
  // Written again, it is the same: so neither a superfluous folder nor a full width passes.
  demand(tile.index <= MAX_U64 && tilePath(tile) === path, `\`${path}\` is no path of a tile`);
  return tile;
}

/** The tiles of hashes of a tree: every full one and the partial one of each level. */
function hashTiles(size) {
  const tiles = [];
  for (let [level, count] = [0, size]; count > 0n; [level, count] = [level + 1, count / 256n]) tiles.push(...levelTiles(level, count));
  return tiles;
}

function levelTiles(level, count) {
  const tiles = [];
  for (let index = 0n; index < count / 256n; index += 1n) tiles.push({ level, index, width: TILE_WIDTH });
  if (count % 256n > 0n) tiles.push({ level, index: count / 256n, width: Number(count % 256n) });
  return tiles;
}

/** The paths of all tiles of a ledger of this size, entries included. */
export const tilesOf = (size) => [...hashTiles(size), ...levelTiles('entries', size)].map(tilePath);

/** The partial tiles of hashes, from which alone the root follows. */
export function rightEdge(size) {
  const paths = [];
  for (let [level, count] = [0, size]; count > 0n; [level, count] = [level + 1, count / 256n]) {
    if (count % 256n > 0n) paths.push(tilePath({ level, index: count / 256n, width: Number(count % 256n) }));
  }
  return paths;
}

/** The envelopes of an entry bundle, which must hold exactly `width`. */
export function decodeEntries(bytes, width) {
  const reader = new Reader(bytes);
  const entries = Array.from({ length: width }, () => reader.take(reader.u16('length'), 'entry'));
  reader.end();
  return entries;
}

/** A tree of which only the tiles of hashes are at hand; `fetchTile` gives the bytes of a path, or nothing. */
export class TiledTree {
  constructor(size, fetchTile) {
    this.size = size;
    this.fetchTile = fetchTile;
  }

  root() {
    return this.range(0n, this.size);
  }

  /** The inclusion proof of a leaf, from the leaf up. */
  async path(position, from = 0n, to = this.size) {
    demand(position >= from && position < to, `position ${position} is not in a tree of ${to} leaves`);
    if (to - from === 1n) return [];
    const middle = from + largestPowerBelow(to - from);
    return position < middle
      ? [...await this.path(position, from, middle), await this.range(middle, to)]
      : [...await this.path(position, middle, to), await this.range(from, middle)];
  }

  /** The root over the leaves from one position to below another. */
  async range(from, to) {
    if (from === to) return sha256();
    const count = to - from;
    const middle = largestPowerBelow(count);
    const stored = level256(count);
    if (stored !== null) return this.hash(stored, from / count);
    return nodeHash(await this.range(from, from + middle), await this.range(from + middle, to));
  }

  /** Hash number `index` of a level of tiles. */
  async hash(level, index) {
    const count = this.size >> BigInt(8 * level);
    const [tile, place] = [index / 256n, Number(index % 256n)];
    const width = tile < count / 256n ? TILE_WIDTH : Number(count % 256n);
    const path = tilePath({ level, index: tile, width });
    const bytes = (await this.fetchTile(path)) ?? refuse(`the tile ${path} is missing`);
    ofLength(bytes, 32 * width, path);
    return bytes.subarray(32 * place, 32 * (place + 1));
  }
}

/** The largest power of two below a number above 1; of 1, 0. */
const largestPowerBelow = (number) => (number < 2n ? 0n : 1n << BigInt((number - 1n).toString(2).length - 1));

/** l, where the number is 256^l; null, where it is no such power. */
function level256(number) {
  for (let [level, width] = [0, 1n]; width <= number; [level, width] = [level + 1, width * 256n]) {
    if (width === number) return level;
  }
  return null;
}

// ---------------------------------------------------------------------------------------------------------- Erasure

const ACT = 5;
const TARGET = 9;
/** How long what was erased or taken down may still be held, in milliseconds. */
const MAY_BE_HELD = { personal: 72n * 3_600_000n, text: 3_600_000n };

/** Follows which parts were erased, taken down or lost, by which act, and whether it was said that they are deleted. */
class Removals {
  constructor() {
    /** By intent id, the decisions that grant an erasure; one that nobody asked for, once it is countersigned. */
    this.granted = new Set();
    this.unasked = new Set();
    /** By intent id, each erasure and takedown: its parts, from when it counts (or null), and whether it is completed. */
    this.acts = new Map();
    /** The parts, `position/index`, that an erasure names. */
    this.erased = new Set();
    /** By the number of their event, the parts that were declared lost, as masks. */
    this.lost = new Map();
  }

  /** Takes an event in; `events` are those before it. */
  follow({ eventType, facts, recordedAt, refs }, id, events) {
    const names = (role) => refs.filter((ref) => ref.role === role).map((ref) => hex(ref.id));
    const targets = () => refs.filter(({ role }) => role === TARGET).map((ref) => events.get(ref.id)).filter(Boolean);
    if (eventType === ERASURE_DECIDED && facts.outcome !== 'refused') (names(ACT).length > 0 ? this.granted : this.unasked).add(id);
    if (eventType === ERASED) {
      demand(names(ACT).some((act) => this.granted.has(act)), 'it names no decision that grants an erasure');
      this.remove(id, 'personal', targets(), facts.mask, recordedAt);
    }
    if (eventType === TAKEDOWN_DECIDED) this.remove(id, 'text', targets(), facts.mask, null);
    if (eventType === PARTS_LOST) this.lose(masked(targets(), facts.mask));
    for (const name of names(ACT)) {
      const act = this.acts.get(name);
      if (eventType === ACT_COUNTERSIGNED && this.unasked.has(name)) this.granted.add(name);
      if (eventType === ACT_COUNTERSIGNED && act) act.since ??= recordedAt;
      if (eventType === ERASURE_COMPLETED && act) act.completed = true;
    }
  }

  lose(parts) {
    for (const { number, index } of parts) this.lost.set(number, (this.lost.get(number) ?? 0) | (1 << index));
  }

  remove(id, kindClass, targets, mask, since) {
    const parts = masked(targets, mask);
    for (const { name, kind } of parts) {
      demand(partClass(kind) === kindClass, `it names a part of kind ${kind}, which it may not`);
      if (kindClass === 'text') continue;
      demand(!this.erased.has(name), `the part ${name} was erased before`);
      this.erased.add(name);
    }
    this.acts.set(id, { kindClass, parts, since, completed: false });
  }

  /**
   * Sorts the parts that are not here: erased, taken down, lost, withheld, or missing without an explanation. What is still
   * held too late is a fault. What is withheld was held when the copy was made, after its `last` event.
   */
  sort(events, now, last) {
    const counts = { erased: 0, takenDown: 0, pending: 0, lost: 0, withheld: 0, missing: 0 };
    for (const act of this.acts.values()) {
      if (act.since === null) continue;
      for (const part of act.parts) this.sortRemoved(events, part, act, now, last, counts);
    }
    const missing = [];
    for (let number = 0; number < events.size; number += 1) {
      const [gone, lost] = [events.gone[number], this.lost.get(number) ?? 0];
      counts.withheld += onesIn(events.withheld[number]);
      counts.lost += onesIn(gone & lost);
      counts.missing += onesIn(gone & ~lost);
      for (let index = 0; missing.length < 20 && index < 15; index += 1) {
        if ((gone & ~lost) >> index & 1) missing.push(`${events.positions[number]}/${index}`);
      }
    }
    return { counts, missing };
  }

  sortRemoved(events, { number, name, index }, { kindClass, since, completed }, now, last, counts) {
    const bit = 1 << index;
    const [gone, withheld] = [events.gone[number] & bit, events.withheld[number] & bit];
    events.gone[number] &= ~bit;
    events.withheld[number] &= ~bit;
    if (gone) {
      counts[kindClass === 'personal' ? 'erased' : 'takenDown'] += 1;
      return;
    }
    const late = completed || (withheld ? last : now) - since > MAY_BE_HELD[kindClass];
    demand(!late, `the part ${name} was erased or taken down, and is still held`);
    counts.pending += 1;
  }
}

/** How many bits of a mask are set. */
function onesIn(mask) {
  let count = 0;
  for (let left = mask; left !== 0; left &= left - 1) count += 1;
  return count;
}

/** The parts of these events that a mask names; it names none that there is not. */
function masked(targets, mask) {
  return targets.flatMap(({ number, position, kinds }) => {
    demand(mask >> kinds.length === 0, `the mask ${mask} names parts of an event that has ${kinds.length}`);
    const parts = Array.from(kinds, (kind, index) => ({ number, name: `${position}/${index}`, index, kind }));
    return parts.filter(({ index }) => (mask >> index) & 1);
  });
}

// ------------------------------------------------------------------------------------------------------- Succession

const PREDECESSOR = 201;

/** What event 1 says of the ledger in whose place this one was opened; null of every other event. */
function readSuccession({ eventType, facts, position, logId: own }) {
  if (eventType !== LEDGER_SUCCEEDED) return null;
  demand(position === 1n, 'only event 1 says that this ledger succeeds another');
  demand(facts.predecessor !== hex(own), 'it says that this ledger succeeds itself');
  const [held, signed] = [BigInt(facts.held), BigInt(facts.signed)];
  demand(held < signed, `of ${signed} events that were signed for, ${held} are left: none is lost`);
  const { predecessor, cause, signed_root: root } = facts;
  return { predecessor, cause, held: held.toString(), signed: signed.toString(), root, origin: null, cosigned: null };
}

/** Succession 3: the other ledger's own words, from the part that holds them. */
async function readPredecessor(succession, bytes) {
  const { key: text, signed: note, cosigned } = fieldsOf(parseJson(bytes, MAX_PART), 'the part', ['key', 'signed'], ['cosigned']);
  demand([text, note, cosigned ?? ''].every((field) => typeof field === 'string'), 'a field of the part is no text');
  const key = await parseKey(text);
  const ofKey = { logs: [key], witnesses: new Map(), quorum: 'none' };
  const { checkpoint } = await judgeCheckpoint(ofKey, note);
  demand(checkpoint.size.toString() === succession.signed && hex(checkpoint.root) === succession.root,
    'its last checkpoint is of another tree than the facts say');
  succession.origin = key.name;
  if (cosigned === undefined) return;
  const older = (await judgeCheckpoint(ofKey, cosigned)).checkpoint;
  demand(older.size <= checkpoint.size, 'it was cosigned beyond the last checkpoint that it signed');
  succession.cosigned = older.size.toString();
}

// ------------------------------------------------------------------------------------------- What a verifier checks

/**
 * What docs/events.md and schemas/events say of the types: by `code/version`, its references and the schema of its facts.
 * `eventsPage`: the text of events.md; `schemas`: the parsed schema of each name, such as `vote-cast.v1`.
 */
export function readVocabulary(eventsPage, schemas) {
  const types = new Map();
  const form = /^### 0x([0-9A-F]{4}) ([a-z-]+), version ([0-9]+)\n[^]*?\n\|[- |]*\|\n\|([^|\n]*)\|([^|\n]*)\|([^|\n]*)\|$/gm;
  for (const [, code, name, version, , references] of eventsPage.matchAll(form)) {
    const schema = schemas[`${name}.v${version}`] ?? refuse(`no schema is called ${name}.v${version}`);
    types.set(`${parseInt(code, 16)}/${version}`, { name, schema, counts: referenceCounts(references) });
  }
  return types;
}

const ROLE_NAMES = ['', 'subject', 'parent', 'version', 'ballot', 'act', 'answers', 'cause', 'vote', 'target'];
const COUNTS = { '': [1, 1], optional: [0, 1], 'one or more': [1, Infinity], 'any number': [0, Infinity] };

/** `subject, act (optional)`: for each role, the least and the most references. */
function referenceCounts(words) {
  const roles = words.trim() === '-' ? [] : words.split(',');
  return new Map(roles.map((role) => {
    const [, name, count = ''] = /^ *([a-z]+)(?: \(([a-z ]+)\))? *$/.exec(role);
    return [ROLE_NAMES.indexOf(name), COUNTS[count]];
  }));
}

/** Refuses facts that do not fit a schema; of JSON Schema, what these schemas use. */
function checkSchema(value, schema, root, name) {
  const { $ref: ref, oneOf, type, pattern, minimum, maximum, format } = schema;
  if (ref) return checkSchema(value, root.$defs[ref.slice('#/$defs/'.length)], root, name);
  if (oneOf) return demand(oneOf.some((one) => one.const === value), `${name}: ${JSON.stringify(value)} is no word of its list`);
  demand(typeOf(value) === type, `${name}: expected a value of type ${type}`);
  if (type === 'object') checkFields(value, schema, root, name);
  if (type === 'array') value.forEach((item) => checkSchema(item, schema.items, root, name));
  if (pattern) demand(new RegExp(pattern).test(value), `${name}: \`${value}\` is not of the form ${pattern}`);
  const most = maximum ?? (format === 'uint32' ? 2 ** 32 - 1 : Infinity);
  if (type === 'integer') demand(value >= (minimum ?? -Infinity) && value <= most, `${name}: ${value} is out of its range`);
}

function typeOf(value) {
  if (Array.isArray(value)) return 'array';
  return typeof value === 'number' ? 'integer' : typeof value;
}

function checkFields(object, { properties = {}, required = [] }, root, name) {
  for (const field of required) demand(field in object, `${name}: the field "${field}" is missing`);
  for (const [field, value] of Object.entries(object)) {
    demand(Object.hasOwn(properties, field), `${name}: the field "${field}" is not of this type`);
    checkSchema(value, properties[field], root, field);
  }
}

const KINDS = [1, 2, 3, 4, 6, 7, 8, 9, 10, 11, 12, 13, 14, 128, 129, 130, 131, 132, 133, 134, 135, 192, 193, 194, 196, 200, 201];
const CONSULTATION_REGISTERED = 0x0101;
const HEADS_RECORDED = 0x0004;

/** What later checks need of the events so far: their names, places, types, and the kinds of their parts. */
class Events {
  constructor() {
    this.names = new Names(32);
    this.positions = new BigUint64Array(0);
    this.types = new Uint16Array(0);
    /** For each event the number of its parts, and their kinds. */
    this.parts = new Uint8Array(0);
    /** For each event the parts that are not here, and those of them that whoever made the copy says they have, as masks. */
    this.gone = new Uint16Array(0);
    this.withheld = new Uint16Array(0);
  }

  get size() {
    return this.names.size;
  }

  add(id, { position, eventType, parts }) {
    const number = this.names.add(id);
    for (const field of ['positions', 'types', 'gone', 'withheld']) this[field] = grown(this[field], number + 1);
    this.parts = grown(this.parts, 16 * (number + 1));
    this.positions[number] = position;
    this.types[number] = eventType;
    this.parts.set([parts.length, ...parts.map(({ kind }) => kind)], 16 * number);
  }

  /** An earlier event, by the bytes of its intent id; undefined where there is none. */
  get(id) {
    const number = this.names.find(id);
    return number < 0 ? undefined : { number, position: this.positions[number], eventType: this.types[number], kinds: this.kinds(number) };
  }

  kinds(number) {
    return this.parts.subarray(16 * number + 1, 16 * number + 1 + this.parts[16 * number]);
  }

  /** Notes a part that is not here. */
  lacks(number, index, withheld) {
    (withheld ? this.withheld : this.gone)[number] |= 1 << index;
  }
}

/** Takes the instant of an event in, on its side of a size. */
function date(around, size, { position, recordedAt }) {
  const side = position < size ? 'before' : 'after';
  const known = around[side];
  if (known === null || (side === 'before' ? recordedAt > known : recordedAt < known)) around[side] = recordedAt;
}

/**
 * Follows the entries of a ledger in order, and their parts. A refusal names the first bad place. `whole`: every entry
 * comes; else those of some streams. Without a vocabulary facts and references are not compared with what their type says.
 */
export class Audit {
  constructor({ vocabulary = null, whole = true, rootAt = null } = {}) {
    this.vocabulary = vocabulary;
    /** The size at which the root is kept, to be compared with a checkpoint from before. */
    this.rootAt = rootAt;
    this.rootThere = null;
    /** For each size at which a checkpoint is at hand, the latest instant before it and the earliest after it. */
    this.around = new Map();
    this.whole = whole;
    this.chain = new Chain({ whole });
    this.commands = new Commands();
    this.tree = new WholeTree();
    this.logId = null;
    this.events = new Events();
    this.removals = new Removals();
    /** How many references name an event that is not among the streams at hand. */
    this.outside = 0;
    this.signers = new Signers();
    /** How often something came that this reader does not know. */
    this.unknown = new Map();
    /** The ledger in whose place this one was opened. */
    this.succession = null;
  }

  /** The next entry, decoded. */
  async entry(bytes) {
    const number = this.events.size;
    const envelope = await at(this.whole ? `position ${number}` : `entry ${number}`, () => decodeEnvelope(bytes));
    const event = { ...envelope, leafHash: await leafHash(bytes) };
    await at(`position ${event.position}`, () => this.follow(event));
    return event;
  }

  async follow(event) {
    this.logId ??= await openLedger(event);
    for (const [size, around] of this.around) date(around, size, event);
    demand(equal(event.logId, this.logId), `it is of the ledger ${hex(event.logId)}, not of ${hex(this.logId)}`);
    if (event.eventType === HEADS_RECORDED && this.whole) await this.checkHeads(event.facts);
    await this.checkStream(event);
    this.chain.follow(event);
    this.commands.follow(event);
    if (this.whole) await this.grow(event.leafHash);
    this.checkReferences(event);
    const id = await intentId(event.intent);
    demand(this.events.get(id) === undefined, `the intent id ${hex(id)} is there twice`);
    // What says something that is not known here is verified as bytes: whether its signature counts is unknown too.
    if (this.checkMeaning(event)) await this.means(event, hex(id));
    event.number = this.events.size;
    this.events.add(id, event);
  }

  /** What an event says that is known in full. */
  async means(event, id) {
    await this.signers.checkKeys(event);
    if (event.signer !== null) await this.checkSigned(event);
    this.removals.follow(event, id, this.events);
    await this.signers.follow(event, id);
    this.succession = readSuccession(event) ?? this.succession;
  }

  async checkSigned(event) {
    await this.signers.check(event);
    const { seenSize, seenRoot } = event.signer;
    demand(seenSize <= event.position, `its signer saw ${seenSize} events, and it is number ${event.position}`);
    if (!this.whole) return;
    const found = await this.tree.rootAt(Number(seenSize));
    demand(equal(found, seenRoot), `its signer saw the root ${hex(seenRoot)} at size ${seenSize}, which is ${hex(found)}`);
  }

  async grow(hash) {
    await this.tree.push(hash);
    if (BigInt(this.tree.size) === this.rootAt) this.rootThere = await this.tree.root();
  }

  /** Heads that are stated are those that the events before give. */
  async checkHeads({ root, streams }) {
    const heads = this.chain.heads();
    const found = hex(await headsRoot(heads));
    demand(streams === heads.length && root === found,
      `it states ${streams} streams under ${root}, and those before it are ${heads.length} under ${found}`);
  }

  /** A stream that begins is the instance's, or that of a consultation, named by the command that registered it. */
  async checkStream({ eventType, commandId: command, streamId: stream, revision, position }) {
    if (revision > 0n || position === 0n) return;
    demand(eventType === CONSULTATION_REGISTERED, 'a stream begins with an event that registers no consultation');
    demand(equal(stream, await streamId(this.logId, command)), 'the stream is not the one that its registration names');
  }

  checkReferences({ refs, lists, eventType, schema, position }) {
    for (const { role, id } of refs) this.checkReference(role, id, position);
    const known = this.vocabulary?.get(`${eventType}/${schema}`);
    if (!known) return;
    const counts = new Map(lists.map(({ role, count }) => [role, count]));
    for (const { role } of refs) counts.set(role, (counts.get(role) ?? 0) + 1);
    for (const role of new Set([...counts.keys(), ...known.counts.keys()])) {
      const [least, most] = known.counts.get(role) ?? [0, 0];
      const count = counts.get(role) ?? 0;
      demand(count >= least && count <= most, `${known.name} has ${count} references of role ${role}: expected ${least} to ${most}`);
    }
  }

  /** An event names an earlier one, of a type that fits the role. */
  checkReference(role, id, position) {
    const target = this.events.get(id);
    if (target === undefined && !this.whole) {
      this.outside += 1;
      return;
    }
    demand(target !== undefined && target.position < position, `it names ${hex(id)}, which is no earlier event of this ledger`);
    const types = ROLES.get(role);
    const fits = !types || types.includes(target.eventType) || !this.knowsType(target.eventType);
    demand(fits, `it names an event of type ${target.eventType} in role ${role}`);
  }

  /** Whether the vocabulary has a type; without one, whether any role speaks of it. */
  knowsType(type) {
    const named = this.vocabulary ? [...this.vocabulary.keys()].map((key) => Number(key.split('/')[0])) : [...ROLES.values()].flatMap((types) => types ?? []);
    return named.includes(type);
  }

  /** Facts fit their schema; what is unknown is counted. Whether type, version, actor class and roles are known. */
  checkMeaning({ eventType, schema, facts, actorClass, refs, lists, parts }) {
    const known = this.vocabulary?.get(`${eventType}/${schema}`);
    const unknown = [];
    if (known) checkSchema(facts, known.schema, known.schema, known.name);
    else if (this.vocabulary) unknown.push(`event type ${eventType}, version ${schema}`);
    if (!ACTOR_CLASSES[actorClass]) unknown.push(`actor class ${actorClass}`);
    for (const { role } of [...refs, ...lists]) if (!ROLES.has(role)) unknown.push(`role ${role}`);
    const readable = unknown.length === 0;
    for (const { kind } of parts) {
      if (!KINDS.includes(kind) && !(kind >= FIRST_LIST_KIND && kind < FIRST_LIST_KIND + lists.length)) unknown.push(`kind ${kind}`);
    }
    for (const what of unknown) this.count(what);
    return readable;
  }

  count(what) {
    this.unknown.set(what, (this.unknown.get(what) ?? 0) + 1);
  }

  /** A part of an event that is not here; `withheld`: whoever made the copy says that they have it. */
  lacks(event, index, withheld) {
    this.events.lacks(event.number, index, withheld);
  }

  /** What became of the parts that are not here, by this clock, or by the last event. */
  sortParts(now) {
    const last = this.chain.last.recordedAt;
    return this.removals.sort(this.events, now !== null && now > last ? now : last, last);
  }

  /** A part of an event, with its key. */
  async part(event, part) {
    await checkPart(event, part);
    const list = event.lists[part.kind - FIRST_LIST_KIND];
    if (list) await this.checkList(list, part.bytes, event.position);
    if (event.eventType === LEDGER_SUCCEEDED && part.kind === PREDECESSOR && this.succession) await readPredecessor(this.succession, part.bytes);
  }

  async checkList({ role, count, root }, bytes, position) {
    const ids = decodeList(bytes);
    const found = await listRoot(ids);
    demand(ids.length === count && equal(found, root),
      `the list holds ${ids.length} references under ${hex(found)}, and its envelope says ${count} under ${hex(root)}`);
    for (const id of ids) this.checkReference(role, id, position);
  }

  /** The ledger ends here: its commands are whole, and its size and root are those that were stated. */
  async end({ size, root }) {
    return at('the end', async () => {
      this.commands.end();
      const found = await this.tree.root();
      demand(size === BigInt(this.tree.size), `${size} events were stated, and there are ${this.tree.size}`);
      demand(equal(root, found), `the root ${hex(root)} was stated, and the events give ${hex(found)}`);
    });
  }
}

// --------------------------------------------------------------------------------------------------------- Verdicts
// What a check comes to: the words and exit codes of docs/verify.md, and sentences for people.

export const EXIT = {
  anchored: 0,
  usage: 2,
  unreadable: 3,
  'self-consistent only': 4,
  altered: 10,
  divergent: 11,
  incomplete: 12,
};

const SENTENCES = {
  anchored: {
    fr: 'Ancré : les témoins que votre politique demande ont cosigné.',
    en: 'Anchored: the witnesses that your policy asks for have cosigned.',
  },
  unreadable: { fr: 'Illisible : ce n’est pas un fichier de ce format.', en: 'Unreadable: this is no file of this format.' },
  'self-consistent only': {
    fr: 'Cohérent avec lui-même seulement : personne d’extérieur ne l’a confirmé.',
    en: 'Self-consistent only: nobody outside has confirmed it.',
  },
  altered: { fr: 'Altéré : quelque chose a été changé.', en: 'Altered: something was changed.' },
  divergent: {
    fr: 'Divergent : le même registre a été montré sous deux formes.',
    en: 'Divergent: the same record was shown in two forms.',
  },
  incomplete: {
    fr: 'Incomplet : il manque quelque chose, sans explication, ou déclaré perdu, ou retiré par deux personnes.',
    en: 'Incomplete: something is missing, without an explanation, or declared lost, or taken down by two people.',
  },
};

const NOT_PROVEN = {
  another_record: {
    fr: 'Que personne n’a vu un autre registre : qui le tient peut tout réécrire tant qu’aucun témoin extérieur n’a cosigné.',
    en: 'That nobody was shown another record: whoever keeps it can rewrite it all as long as no outside witness has cosigned.',
  },
  no_proof: {
    fr: 'Que cet acte est dans le registre : il faut pour cela son fichier de preuve.',
    en: 'That this act stands in the record: that takes its proof file.',
  },
  unsigned: {
    fr: 'Que le registre dont vient la preuve est le bon : aucune clé n’a été donnée, aucune signature n’a été contrôlée.',
    en: 'That the proof comes from the right record: no key was given, and no signature was checked.',
  },
  promise: {
    fr: 'Que cette place a été promise : la clé des promesses n’a pas été donnée.',
    en: 'That this place was promised: the key of promises was not given.',
  },
  signature: {
    fr: 'Qui a signé cet acte : sa clé est dans le registre, pas ici.',
    en: 'Who signed this act: their key stands in the record, not here.',
  },
  closed_parts: {
    fr: 'Ce que disent les parties que ce reçu n’ouvre pas.',
    en: 'What the parts say that this receipt does not open.',
  },
  later: {
    fr: 'Ce qui est arrivé ensuite : une modération, une réponse ou un effacement sont dans le registre, pas dans un reçu.',
    en: 'What came after: a moderation, an answer or an erasure stands in the record, not in a receipt.',
  },
  truth: {
    fr: 'Que ce qui est écrit est vrai, ni que son auteur est celui qu’il dit être.',
    en: 'That what it says is true, or that its author is who they say.',
  },
  seen: {
    fr: 'Que ce registre prolonge celui que vous aviez gardé : cet extrait ne permet pas de les comparer.',
    en: 'That this record goes on from the one that you kept: this excerpt does not allow the two to be compared.',
  },
  vocabulary: {
    fr: 'Que les faits sont de la forme que leur type demande : la liste des types n’a pas été donnée.',
    en: 'That facts have the form that their type asks for: the list of types was not given.',
  },
  unknown_meaning: {
    fr: 'Ce que disent les actes que ce programme ne connaît pas : ils ne sont vérifiés que comme octets.',
    en: 'What the acts say that this program does not know: they are verified as bytes only.',
  },
  withheld: {
    fr: 'Ce que disent les parties qui ne sont pas montrées ici.',
    en: 'What the parts say that are not shown here.',
  },
  after_heads: {
    fr: 'Ce qui est arrivé dans cette consultation après le dernier état des suites d’actes que ce fichier contient.',
    en: 'What happened in this consultation after the last statement of heads that this file holds.',
  },
  heads_true: {
    fr: 'Que l’état des suites d’actes dit vrai, dont suit que rien ne manque : seul le journal entier le montre.',
    en: 'That the statement of heads is true, from which follows that nothing is left out: only the whole log shows that.',
  },
  rules: {
    fr: 'Que les actes suivent les règles de leur consultation : ce programme ne les rejoue pas.',
    en: 'That the acts follow the rules of their consultation: this program does not decide them again.',
  },
  everything: {
    fr: 'Que tout ce qui a été dit a été enregistré ; qu’une réponse est juste ; que deux participants sont deux personnes.',
    en: 'That everything said was recorded; that an answer is good; that two participants are two people.',
  },
};

/** A verdict, where and what the first bad place is (or null), what was seen, and what this does not prove. */
function reportOf(verdict, { place = null, problem = null, seen = {}, notProven = [] } = {}) {
  return { verdict, exit: EXIT[verdict], place, problem, seen, notProven };
}

/** The report of a refusal; every other error is not about the file, and goes on its way. */
function refusalReport(error, seen) {
  if (!(error instanceof Refusal)) throw error;
  return reportOf(error.illegible ? 'unreadable' : error.missing ? 'incomplete' : 'altered', { place: error.place, problem: error.message, seen, notProven: ['truth'] });
}

/**
 * Checks a receipt offline. `proof`: its proof file, where there is one; `vkeys`: the texts of the ledger's keys, that of
 * its checkpoints and that of its promises; `policy`: whose cosignatures are asked for. A refusal that is thrown is about
 * `vkeys` or `policy`; what is wrong with the receipt stands in the report.
 */
export async function verifyReceipt(file, { proof = null, vkeys = [], policy = null } = {}) {
  const keys = await Promise.all(vkeys.map((text) => at('the key', () => parseKey(text))));
  const rules = policy === null ? null : await at('the policy', () => parsePolicy(policy));
  let receipt;
  try {
    receipt = await legible('the receipt', () => parseReceipt(file));
  } catch (error) {
    return refusalReport(error, {});
  }
  const seen = {};
  try {
    const event = await checkReceiptItself(receipt);
    Object.assign(seen, receiptSeen(receipt, event));
    seen.promise = await at('the promise', () => promiseSeen(receipt, event, keys));
    seen.checkpoint = await at('the proof file', () => checkpointSeen(proof, event, keys, rules));
  } catch (error) {
    return refusalReport(error, seen);
  }
  const anchored = seen.checkpoint?.quorum === 'reached';
  return reportOf(anchored ? 'anchored' : 'self-consistent only', { seen, notProven: receiptNotProven(seen) });
}

function receiptSeen(receipt, event) {
  const open = receipt.parts.map((part) => part.kind);
  return {
    logId: hex(event.logId),
    intentId: hex(receipt.intentId),
    position: event.position.toString(),
    recordedAt: event.recordedAt.toString(),
    signed: event.signer !== null,
    open,
    closed: event.parts.map((part) => part.kind).filter((kind) => !open.includes(kind)),
  };
}

const signsPromises = (key) => key.name.endsWith('/promise');

/** `none`, `unchecked` (its key was not given) or `holds`. */
async function promiseSeen(receipt, event, keys) {
  if (receipt.promise === null) return 'none';
  const [name] = parseNote(receipt.promise.note).text.split('\n');
  const promiseKeys = keys.filter(signsPromises);
  if (promiseKeys.length === 0) return 'unchecked';
  const key = promiseKeys.find((one) => one.name === name) ?? refuse(`the promise is by ${name}, of which no key was given`);
  await checkReceiptPromise(receipt, event, key);
  return 'holds';
}

async function checkpointSeen(proof, event, keys, policy) {
  if (proof === null) return null;
  const ledgerKeys = keys.filter((key) => !signsPromises(key));
  const { checkpoint, quorum, since, cosigned } = await checkReceiptProof(proof, event, ledgerKeys, policy);
  return {
    origin: checkpoint.origin,
    size: checkpoint.size.toString(),
    root: hex(checkpoint.root),
    quorum,
    ...cosignaturesSeen({ since, cosigned }),
  };
}

function cosignaturesSeen({ since = null, cosigned = [] }) {
  const instants = cosigned.map(({ witness, at: second }) => ({ witness, at: second.toString() }));
  return { since: since?.toString() ?? null, cosigned: instants };
}

function receiptNotProven({ promise, checkpoint, signed, closed }) {
  return [
    checkpoint === null && 'no_proof',
    checkpoint?.quorum === 'unsigned' && 'unsigned',
    checkpoint?.quorum !== 'reached' && 'another_record',
    promise === 'unchecked' && 'promise',
    signed && 'signature',
    closed.length > 0 && 'closed_parts',
    'later',
    'truth',
  ].filter(Boolean);
}

/**
 * Checks a bundle offline, from its archive: bytes, or an iterable of chunks of them, which may come later.
 * Options as of `verifyReceipt`, and `vocabulary` (`readVocabulary`), `seen`: the note of a checkpoint that the reader
 * kept from before, and believes, and `now`: the reader's clock in milliseconds, which says how long what was erased is
 * still held; without it, that of the last event.
 */
export async function verifyBundle(archive, options = {}) {
  return verifyBundleFiles(readTar(archive instanceof Uint8Array ? [archive] : archive), options);
}

/** Checks a bundle that lies in a folder: an async iterator of its files (`bundleFile`) in their order. */
export async function verifyBundleFiles(source, { vkeys = [], policy = null, vocabulary = null, seen: kept = null, now = null } = {}) {
  const keys = await Promise.all(vkeys.map((text) => at('the key', () => parseKey(text))));
  const rules = policy === null ? null : await at('the policy', () => parsePolicy(policy));
  const before = kept === null ? null : await at('the checkpoint seen', () => parseCheckpoint(parseNote(kept).text));
  const reader = new BundleReader(source, vocabulary, kept, before, now);
  try {
    await legible('manifest.json', () => reader.open());
  } catch (error) {
    return refusalReport(error, {});
  }
  const seen = { kind: reader.manifest.kind, logId: hex(reader.manifest.logId), origin: reader.manifest.origin };
  try {
    await reader.content();
    Object.assign(seen, bundleSeen(reader));
    const ofCheckpoints = keys.filter((key) => !signsPromises(key));
    seen.checkpoint = await at('checkpoint', () => bundleCheckpoint(reader, ofCheckpoints, rules));
    await at('the instants of recording', () => checkDates(reader, ofCheckpoints, rules));
  } catch (error) {
    return refusalReport(error, seen);
  }
  return bundleReport(seen, reader);
}

/** A file of a bundle that lies in a folder. */
export const bundleFile = (name, size, chunks) => ({ name, size, stream: new ByteStream(chunks) });

function bundleSeen({ manifest, audit, parts, missing, opened }) {
  const { succession } = audit;
  return {
    demonstration: opened.facts.demonstration === true ? true : null,
    succeeds: succession && { ...succession, root: undefined },
    size: manifest.size.toString(),
    root: hex(manifest.root),
    stream: manifest.stream && hex(manifest.stream),
    heads: manifest.heads?.toString() ?? null,
    events: audit.events.size,
    parts,
    missing,
    signatures: audit.signers.counts,
    outside: audit.outside,
    unknown: Object.fromEntries(audit.unknown),
  };
}

/**
 * What the checkpoint of a bundle is worth: under a policy, under keys that were given, or under the bundle's own. It is
 * signed by the key that the ledger states for its size; any key of the ledger that is believed leads to that one.
 */
async function bundleCheckpoint({ checkpoint: note, manifest, audit }, keys, policy) {
  if (note === null) return null;
  const followed = await ledgerKeys(manifest, audit, manifest.size);
  await judgeWithKeys(note, [followed.own]);
  const logs = keys.length > 0 ? followed.from(keys) : [followed.own];
  const judged = policy
    ? await judgeCheckpoint(about({ ...policy, logs: followed.from(policy.logs) }, logs), note)
    : await judgeWithKeys(note, logs);
  const { checkpoint, quorum } = judged;
  demand(checkpoint.origin === manifest.origin, `it is of ${checkpoint.origin}, the manifest of ${manifest.origin}`);
  demand(checkpoint.size === manifest.size && equal(checkpoint.root, manifest.root), 'it is of another tree than the manifest');
  return { quorum, ...cosignaturesSeen(judged) };
}

/** The ledger's own key of a size, and where keys that are believed lead: to it, if one of them is a key of this ledger. */
async function ledgerKeys(manifest, audit, size) {
  const terms = audit.signers.terms.checkpoint;
  const { publicKey } = terms.findLast(({ from }) => from <= size);
  const own = { name: manifest.origin, type: SIGNS_NOTES, publicKey: admitKey(publicKey) };
  own.number = await keyNumber(own);
  const isOfThis = (key) => key.name === own.name && terms.some((term) => equal(term.publicKey, key.publicKey));
  return { own, from: (believed) => (believed.some(isOfThis) ? [own] : believed) };
}

/** How far instants of recording may lie on the wrong side of those of a quorum: as long as a promise gives a checkpoint. */
const TERM = 120_000n;

/** Instants of recording fit those at which the quorum of a policy had cosigned a checkpoint at hand. */
async function checkDates({ checkpoint, kept, manifest, audit }, keys, policy) {
  if (policy === null) return;
  for (const note of [checkpoint, kept]) {
    const size = note && (await sizeOf(note));
    const { before = null, after = null } = audit.around.get(size) ?? {};
    const judged = note && (await judgedOf(note, size, manifest, audit, keys, policy));
    if (!judged || judged.checkpoint.origin !== manifest.origin) continue;
    const reached = (passes) => quorumOf(policy, judged.cosigned.filter(({ at: second }) => passes(second * 1000n)));
    const ahead = before !== null && reached((start) => start + 1000n <= before - TERM);
    demand(!ahead, `an event that the quorum had seen at size ${size} says that it was recorded at ${before}, which is later`);
    const back = after !== null && reached((start) => start > after + TERM);
    demand(!back, `an event that the quorum had not seen at size ${size} says that it was recorded at ${after}, long before`);
  }
}

/** What a policy says of a checkpoint of this ledger; null where it says nothing. */
async function judgedOf(note, size, manifest, audit, keys, policy) {
  try {
    const followed = await ledgerKeys(manifest, audit, size);
    const logs = keys.length > 0 ? followed.from(keys) : [followed.own];
    return await judgeCheckpoint(about({ ...policy, logs: followed.from(policy.logs) }, logs), note);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return null;
  }
}

/** Whether these cosignatures reach the quorum by themselves. */
function quorumOf(policy, cosigned) {
  if (policy.quorum === 'none') return false;
  return cosignedSince(policy, policy.quorum, new Map(cosigned.map(({ witness, at: second }) => [witness, second]))) !== null;
}

function bundleReport(seen, reader) {
  const { manifest, missing, audit } = reader;
  const history = historyReport(reader);
  const anchored = seen.checkpoint?.quorum === 'reached' && audit.unknown.size === 0;
  const notProven = [
    seen.checkpoint?.quorum !== 'reached' && 'another_record',
    history.verdict === 'unknown' && 'seen',
    audit.vocabulary === null && 'vocabulary',
    audit.unknown.size > 0 && 'unknown_meaning',
    seen.parts.withheld > 0 && 'withheld',
    manifest.kind === 'consultation' && 'after_heads',
    manifest.kind === 'consultation' && 'heads_true',
    'rules',
    'everything',
    'truth',
  ].filter(Boolean);
  if (['divergent', 'incomplete'].includes(history.verdict)) return reportOf(history.verdict, { ...history, seen, notProven });
  const lacks = lackReport(seen.parts, missing);
  if (lacks !== null) return reportOf('incomplete', { ...lacks, seen, notProven });
  return reportOf(anchored ? 'anchored' : 'self-consistent only', { seen, notProven });
}

/** What is missing, declared lost or taken down: the record is then incomplete, and may say so itself. */
function lackReport({ missing: count, lost, takenDown }, missing) {
  if (count > 0) {
    return { place: `the part ${missing[0]} (position/index)`, problem: `it is missing, and ${count - 1} others are` };
  }
  if (lost > 0) return { place: `${lost} parts`, problem: 'they are missing, and were declared lost' };
  if (takenDown > 0) return { place: `${takenDown} parts`, problem: 'texts of public acts were taken down by two people' };
  return null;
}

/** How the record goes with the checkpoint that the reader kept: `same`, `divergent`, `incomplete`, or `unknown`. */
function historyReport({ seen, manifest, audit }) {
  if (seen === null) return { verdict: 'same' };
  if (seen.origin !== manifest.origin) {
    const problem = `it is of ${seen.origin}, and the bundle of ${manifest.origin}`;
    return { verdict: 'divergent', place: 'the checkpoint that you kept', problem };
  }
  const place = `size ${seen.size}`;
  const found = seen.size === manifest.size ? manifest.root : audit.rootThere;
  if (seen.size > manifest.size) {
    return { verdict: 'incomplete', place, problem: `you kept a checkpoint of so many events, and ${manifest.size} are here` };
  }
  if (found === null) return { verdict: seen.size === 0n ? 'same' : 'unknown' };
  if (equal(found, seen.root)) return { verdict: 'same' };
  return { verdict: 'divergent', place, problem: `the root was ${hex(seen.root)} when you kept it, and is ${hex(found)} here` };
}

const LABELS = {
  demonstration: { fr: 'DÉMONSTRATION, registre inventé', en: 'DEMONSTRATION, an invented record' },
  kind: { fr: 'contenu', en: 'content' },
  logId: { fr: 'registre', en: 'record' },
  origin: { fr: 'nom', en: 'name' },
  size: { fr: 'actes du registre', en: 'acts in the record' },
  root: { fr: 'racine', en: 'root' },
  stream: { fr: 'consultation', en: 'consultation' },
  heads: { fr: 'complet jusqu’à l’acte', en: 'complete up to act' },
  events: { fr: 'actes vérifiés', en: 'acts checked' },
  missing: { fr: 'parties manquantes (place/rang)', en: 'missing parts (position/index)' },
  outside: { fr: 'renvois hors de cet extrait', en: 'references out of this excerpt' },
  unknown: { fr: 'inconnu de ce programme', en: 'unknown to this program' },
  checkpoint: { fr: 'point de contrôle', en: 'checkpoint' },
  intentId: { fr: 'acte', en: 'act' },
  position: { fr: 'place', en: 'place' },
  recordedAt: { fr: 'enregistré le', en: 'recorded at' },
  signed: { fr: 'signé', en: 'signed' },
  open: { fr: 'parties ouvertes', en: 'open parts' },
  closed: { fr: 'parties absentes', en: 'absent parts' },
  promise: { fr: 'promesse', en: 'promise' },
};

/** What stands alone as a value, in words. */
const VALUES = {
  true: { fr: 'oui', en: 'yes' },
  false: { fr: 'non', en: 'no' },
  none: { fr: 'aucune', en: 'none' },
  unchecked: { fr: 'non contrôlée', en: 'not checked' },
  holds: { fr: 'conforme', en: 'holds' },
};

/** A report for people. What was found wrong is said in English: it is for whoever looks into it. */
export function tell({ verdict, place, problem, seen, notProven }, lang) {
  const plain = (value) => JSON.stringify(value).replace(/["{}[\]]/g, '').replace(/([,:])/g, '$1 ');
  const words = (value) => (typeof value === 'object' ? plain(value) : VALUES[value]?.[lang] ?? value);
  const lines = [SENTENCES[verdict][lang]];
  if (problem !== null) lines.push(`  ${place}: ${problem}`);
  for (const [name, value] of Object.entries(seen)) {
    if (value === null || words(value) === '') continue;
    if (TOLD[name]) lines.push(...TOLD[name](value).filter(Boolean).map((words) => `  ${words[lang]}`));
    else lines.push(`  ${LABELS[name][lang]}${lang === 'fr' ? ' :' : ':'} ${name === 'recordedAt' ? instant(value) : words(value)}`);
  }
  lines.push('', { fr: 'Ce que cela ne prouve pas :', en: 'What this does not prove:' }[lang]);
  return [...lines, ...notProven.map((code) => `* ${NOT_PROVEN[code][lang]}`)].join('\n');
}

/** What is told in sentences, which are those of `devenir verify`. */
const TOLD = {
  parts: ({ open, missing, lost, erased, takenDown, pending, withheld }) => [
    {
      fr: `textes et pièces : ${open} conformes à leur engagement, ${missing} absents sans explication, ${lost} déclarés perdus`,
      en: `parts: ${open} fit their commitment, ${missing} missing without an explanation, ${lost} declared lost`,
    },
    {
      fr: `effacements : ${erased} parties effacées, ${takenDown} retirées par deux personnes, ${pending} en cours`,
      en: `erasures: ${erased} parts erased, ${takenDown} taken down by two people, ${pending} pending`,
    },
    withheld > 0 && {
      fr: `non montrés dans ce fichier (ils existent, rien n’en est dit) : ${withheld}`,
      en: `not shown in this file (they exist, nothing is said of them): ${withheld}`,
    },
  ],
  signatures: ({ holder, server }) => [{
    fr: `signatures : ${holder} actes signés par leur auteur, ${server} signés par l’exploitant au nom d’un autre`,
    en: `signatures: ${holder} acts signed by their holders, ${server} signed by the operator on behalf of somebody`,
  }],
  succeeds: ({ predecessor, origin, held, signed, cosigned, cause }) => {
    const [name, seen, lost] = [origin ?? '?', cosigned ?? 0, BigInt(signed) - BigInt(held)];
    return [{
      fr: `ouvert à la suite du registre ${predecessor} (${name}), qui s’arrête : des ${signed} actes qu’il avait signés `
        + `(témoins : ${seen}), ${held} restent et ${lost} sont perdus (${cause})`,
      en: `opened in the place of ledger ${predecessor} (${name}), which ended: of ${signed} events that it had signed for `
        + `(witnesses: ${seen}), ${held} are left and ${lost} are lost (${cause})`,
    }];
  },
};

/** Milliseconds since 1970 as a date, where a date can say them. */
function instant(text) {
  const date = new Date(Number(text));
  return Number.isNaN(date.getTime()) ? text : date.toISOString();
}

// ----------------------------------------------------------------------------------------------------- Command line

const USAGE = `node devenir-verify.mjs receipt FILE [--proof FILE] [--key KEY]... [--policy FILE]
node devenir-verify.mjs bundle FILE_OR_FOLDER [--key KEY]... [--policy FILE] [--seen CHECKPOINT] [--vocabulary FOLDER]

Options of both: --lang fr|en (French where nothing is said), --json.
A vocabulary is a folder with docs/events.md and schemas/events of the release that wrote the record.
A key is the text NAME+NUMBER+BASE64, that of checkpoints or of promises. The exit code is the verdict (docs/verify.md).`;

/** The words of a command line: what is named, and the options, of which --key may come more than once. */
function parseArguments(words) {
  const options = { proof: null, keys: [], policy: null, seen: null, vocabulary: null, lang: 'fr', json: false };
  const named = [];
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at];
    if (word === '--json') options.json = true;
    else if (word === '--key') options.keys.push(words[(at += 1)]);
    else if (['--proof', '--policy', '--seen', '--vocabulary', '--lang'].includes(word)) options[word.slice(2)] = words[(at += 1)];
    else named.push(word);
  }
  const [what, file] = named;
  const complete = ![...options.keys, ...Object.values(options)].includes(undefined);
  const said = complete && named.length === 2 && ['receipt', 'bundle'].includes(what) && ['fr', 'en'].includes(options.lang)
    && !file.startsWith('-');
  return said ? { what, file, ...options } : null;
}

async function commandLine(words) {
  const asked = parseArguments(words);
  if (asked === null) {
    console.error(USAGE);
    return EXIT.usage;
  }
  try {
    const report = await (asked.what === 'receipt' ? receiptOf(asked) : bundleOf(asked));
    console.log(asked.json ? JSON.stringify(report, null, 2) : tell(report, asked.lang));
    return report.exit;
  } catch (error) {
    console.error(error instanceof Refusal ? `${error.place}: ${error.message}` : error.message);
    return error.path === asked.file ? EXIT.unreadable : EXIT.usage;
  }
}

async function bytesIn(file) {
  const { readFile } = await import('node:fs/promises');
  return file === null ? null : new Uint8Array(await readFile(file));
}

async function receiptOf({ file, proof, keys, policy }) {
  return verifyReceipt(await bytesIn(file), { proof: await bytesIn(proof), vkeys: keys, policy: await bytesIn(policy) });
}

async function bundleOf({ file, keys, policy, seen, vocabulary }) {
  const { createReadStream } = await import('node:fs');
  const { stat } = await import('node:fs/promises');
  const words = vocabulary === null ? null : await vocabularyIn(vocabulary);
  const options = { vkeys: keys, policy: await bytesIn(policy), seen: await bytesIn(seen), vocabulary: words, now: BigInt(Date.now()) };
  return (await stat(file)).isDirectory()
    ? verifyBundleFiles(filesIn(file), options)
    : verifyBundle(createReadStream(file), options);
}

/** The files of a bundle in a folder, in the order of an archive; what does not belong there comes last, and is refused. */
async function* filesIn(folder) {
  const { createReadStream } = await import('node:fs');
  const { lstat, readdir } = await import('node:fs/promises');
  const names = await readdir(folder, { recursive: true });
  const rank = (name) => {
    const documents = ['manifest.json', 'checkpoint', 'proofs.json'].indexOf(name);
    const [, half, number] = /^(entries|parts)\/([0-9]{9})$/.exec(name) ?? [];
    return documents >= 0 ? `0${documents}` : half ? `1${number}${half}` : `2${name}`;
  };
  for (const name of names.sort((a, b) => (rank(a) < rank(b) ? -1 : 1))) {
    const found = await lstat(`${folder}/${name}`);
    if (found.isDirectory() && ['entries', 'parts'].includes(name)) continue;
    await legible(name, () => demand(found.isFile(), 'it is no file'));
    yield bundleFile(name, found.size, createReadStream(`${folder}/${name}`));
  }
}

/** The vocabulary in a copy of the project. */
async function vocabularyIn(folder) {
  const { readFile, readdir } = await import('node:fs/promises');
  const schemas = {};
  for (const file of await readdir(`${folder}/schemas/events`)) {
    schemas[file.replace('.schema.json', '')] = JSON.parse(await readFile(`${folder}/schemas/events/${file}`, 'utf8'));
  }
  return readVocabulary(await readFile(`${folder}/docs/events.md`, 'utf8'), schemas);
}

/** Whether node runs this file, rather than a browser or a module that imports it. */
async function isCommandLine() {
  if (!globalThis.process?.versions?.node || !process.argv[1]) return false;
  const [{ pathToFileURL }, { realpathSync }] = await Promise.all([import('node:url'), import('node:fs')]);
  return import.meta.url === pathToFileURL(realpathSync(process.argv[1])).href;
}

if (await isCommandLine()) {
  process.removeAllListeners('warning'); // node 20 calls Ed25519 experimental, in the midst of the report
  process.exitCode = await commandLine(process.argv.slice(2));
}
