// Judges every vector of fixtures/vectors with api/assets/devenir-verify.mjs, and reports all of them at once.
//
//   node .ci/verify-js.mjs [--list]
//
// Exits 1 on any disagreement, on a folder that nothing here reads, and on fewer vectors than there were when this was written.
import { readFileSync, readdirSync } from 'node:fs';
import * as verify from '../api/assets/devenir-verify.mjs';

/** A vector that goes missing is noticed; raise it when vectors are added. */
const AT_LEAST = 640;
const FOLDER = new URL('../fixtures/vectors/', import.meta.url);
const { fromDecimal, fromHex, hex } = verify;
const words = vocabulary();
const accept = () => 'accept';
const decimal = (number) => (number === null ? null : number.toString());
const hashes = (texts) => texts.map((text) => fromHex(text, 32));
const path = (given) => hashes(given.path);

/** What docs/events.md and schemas/events say of the types. */
function vocabulary() {
  const folder = new URL('../schemas/events/', import.meta.url);
  const schema = (file) => [file.replace('.schema.json', ''), JSON.parse(readFileSync(new URL(file, folder), 'utf8'))];
  const page = readFileSync(new URL('../docs/events.md', import.meta.url), 'utf8');
  return verify.readVocabulary(page, Object.fromEntries(readdirSync(folder).map(schema)));
}

/** For each folder, what the reader says of a vector; whatever it refuses is thrown. */
const folders = {
  async inclusion(v) {
    const leaf = await verify.leafHash(fromHex(v.leaf));
    return verify.checkInclusion(leaf, fromDecimal(v.position), fromDecimal(v.size), fromHex(v.root, 32), path(v)).then(accept);
  },

  async consistency(v) {
    const older = { size: fromDecimal(v.old_size), root: fromHex(v.old_root, 32) };
    const newer = { size: fromDecimal(v.new_size), root: fromHex(v.new_root, 32) };
    return verify.checkConsistency(older, newer, path(v)).then(accept);
  },

  async chain(v) {
    const chain = new verify.Chain({ whole: v.of === 'ledger' });
    for (const event of v.events) {
      const before = fromDecimal(event.prev_position);
      chain.follow({
        position: fromDecimal(event.position),
        streamId: fromHex(event.stream, 16),
        revision: fromDecimal(event.revision),
        prev: fromHex(event.prev, 32),
        prevPosition: before === (1n << 64n) - 1n ? null : before,
        leafHash: fromHex(event.leaf_hash, 32),
      });
    }
    return 'accept';
  },

  async envelope(v) {
    const bytes = fromHex(v.envelope);
    const e = verify.decodeEnvelope(bytes);
    return {
      actor_class: e.actorClass,
      command_count: e.commandCount,
      command_id: hex(e.commandId),
      command_index: e.commandIndex,
      event_type: e.eventType,
      facts: new TextDecoder().decode(e.factsBytes),
      intent_id: hex(await verify.intentId(e.intent)),
      leaf_hash: hex(await verify.leafHash(bytes)),
      lists: e.lists.map(({ role, count, root }) => [role, count, hex(root)]),
      log_id: hex(e.logId),
      occurred_at_ms: e.occurredAt === null ? null : Number(e.occurredAt),
      parts: e.parts.map(({ kind, algorithm, commitment }) => [kind, algorithm, hex(commitment)]),
      position: decimal(e.position),
      precision: e.precision,
      prev: hex(e.prev),
      prev_position: decimal(e.prevPosition),
      recorded_at_ms: Number(e.recordedAt),
      refs: e.refs.map(({ role, id }) => [role, hex(id)]),
      revision: decimal(e.revision),
      schema: e.schema,
      signature: [e.algorithm, hex(e.signature)],
      signer: e.signer && {
        expires_at_ms: Number(e.signer.expiresAt),
        key_id: hex(e.signer.keyId),
        seen_root: hex(e.signer.seenRoot),
        seen_size: decimal(e.signer.seenSize),
      },
      stream_id: hex(e.streamId),
      trust: e.trust,
    };
  },

  async facts(v) {
    verify.decodeFacts(v.bytes === undefined ? verify.toUtf8(v.text) : fromHex(v.bytes));
    return 'accept';
  },

  async commitment(v) {
    const of = { logId: fromHex(v.log_id), streamId: fromHex(v.stream_id), eventType: v.event_type, schema: v.schema };
    const found = await verify.commitment(fromHex(v.key), fromHex(v.part), v.kind, of);
    if (!verify.equal(found, fromHex(v.commitment, 32))) throw new verify.Refusal('another commitment');
    return 'accept';
  },

  async identity(v) {
    const of = {
      log_id: () => verify.logId(verify.toUtf8(v.facts)),
      instance_stream: () => verify.instanceStream(fromHex(v.log_id)),
      stream_id: () => verify.streamId(fromHex(v.log_id), fromHex(v.command_id)),
      command_id: () => verify.commandId(fromHex(v.instance_key), v.namespace, fromHex(v.key)),
      intent_id: () => verify.intentId(fromHex(v.intent)),
      key_id: () => verify.keyId(fromHex(v.public_key)),
      leaf_hash: () => verify.leafHash(fromHex(v.envelope)),
      list_root: () => verify.listRoot(v.ids.map((id) => fromHex(id))),
      signed_message: () => verify.signedMessage(fromHex(v.intent_id)),
    };
    return hex(await of[v.of]());
  },

  async heads(v) {
    const head = ({ stream, count, last_leaf: leaf }) => ({ streamId: fromHex(stream), count, lastLeaf: fromHex(leaf) });
    const root = await verify.headsRoot(v.streams.map(head));
    if (!v.claim) return { root: hex(root), size: `${v.streams.length}` };
    const leaf = await verify.leafHash(verify.headLeaf(head(v.claim.head)));
    const size = BigInt(v.streams.length);
    return verify.checkInclusion(leaf, fromDecimal(v.claim.position), size, root, path(v.claim)).then(accept);
  },

  async key(v) {
    const { number, name, publicKey, type } = await verify.parseKey(v.key);
    return { id: number, name, public_key: hex(publicKey), type };
  },

  async note(v) {
    const { text, signed } = await verify.openNote(v.note, await Promise.all(v.keys.map(verify.parseKey)));
    return { signed: signed.map(({ name, at }) => ({ at_s: at === null ? null : Number(at), name })), text };
  },

  async checkpoint(v) {
    const { origin, root, size } = await verify.parseCheckpoint(v.text);
    return { origin, root: hex(root), size: decimal(size) };
  },

  async policy(v) {
    const judged = await verify.judgeCheckpoint(await verify.parsePolicy(v.policy), v.note);
    return {
      cosigned: judged.cosigned.map(({ witness, at }) => ({ at_s: Number(at), witness })),
      origin: judged.checkpoint.origin,
      quorum: judged.quorum,
      since_s: judged.since === null ? null : Number(judged.since),
      size: decimal(judged.checkpoint.size),
    };
  },

  async promise(v) {
    const promise = await verify.openPromise(v.note, await verify.parseKey(v.key));
    const leaf = await verify.leafHash(fromHex(v.of.leaf));
    const position = await verify.promisedPosition(promise, leaf, fromDecimal(v.of.index), path(v.of));
    return {
      count: decimal(promise.count),
      first: decimal(promise.first),
      include_by_ms: Number(promise.includeBy),
      log_id: hex(promise.logId),
      position: decimal(position),
      recorded_at_ms: Number(promise.recordedAt),
      root: hex(promise.root),
    };
  },

  async breach(v) {
    const key = await verify.parseKey(v.key);
    const promise = await verify.openPromise(v.promise, key);
    const policy = v.policy && (await verify.parsePolicy(v.policy));
    const leaf = async (given) =>
      ({ leaf: await verify.leafHash(fromHex(given.leaf)), index: fromDecimal(given.index), path: path(given) });
    const of = {
      absence: () => verify.breachByAbsence(promise, v.checkpoint, policy),
      another_leaf: async () =>
        verify.breachByAnotherLeaf(promise, await leaf(v.promised), v.checkpoint, policy, await leaf(v.found)),
      contradiction: async () => verify.breachByContradiction(promise, await verify.openPromise(v.other, key)),
    };
    return of[v.of]();
  },

  async 'proof-file'(v) {
    const leaf = await verify.leafHash(fromHex(v.leaf));
    const proof = await verify.checkProofFile(v.file, leaf, await verify.parsePolicy(v.policy));
    return {
      extra: proof.extra && hex(proof.extra),
      position: decimal(proof.position),
      since_s: proof.since === null ? null : Number(proof.since),
      size: decimal(proof.checkpoint.size),
    };
  },

  async receipt(v) {
    const vkeys = v.promise_key ? [v.promise_key] : [];
    const report = await verify.verifyReceipt(v.receipt, { proof: v.proof ?? null, vkeys, policy: v.policy ?? null });
    if (report.problem !== null) throw new verify.Refusal(`${report.place}: ${report.problem}`);
    const { checkpoint, closed, intentId, open, position, promise } = report.seen;
    // A reader's policy that is not met is no alteration, and a verdict of its own; the proof is refused all the same.
    if (checkpoint?.quorum === 'missing') throw new verify.Refusal('the quorum is missing');
    return {
      closed,
      intent_id: intentId,
      open,
      position,
      promised: promise === 'holds',
      since_s: checkpoint?.since ? Number(checkpoint.since) : null,
      size: checkpoint?.size ?? null,
    };
  },

  /** The verdict and what is counted; why a bundle is refused binds nobody, and neither do the figures of one that is. */
  async bundle(v) {
    const archive = new Uint8Array(readFileSync(new URL(`bundle/${v.bundle}`, FOLDER)));
    const now = v.now_ms === undefined ? null : BigInt(v.now_ms);
    const { verdict, exit, seen } = await verify.verifyBundle(archive, { ...v, now, vocabulary: words });
    if (v.want.seen === undefined) return { exit, verdict, reason: v.want.reason };
    const { parts, signatures, succeeds, unknown } = seen;
    const found = {
      heads: seen.heads,
      parts: {
        erased: parts.erased, lost: parts.lost, missing: parts.missing, open: parts.open, pending: parts.pending,
        taken_down: parts.takenDown, withheld: parts.withheld,
      },
      root: seen.root,
      signed: signatures,
      size: seen.size,
      stream: seen.stream,
      succeeds: succeeds && {
        cosigned: succeeds.cosigned, held: succeeds.held, origin: succeeds.origin, predecessor: succeeds.predecessor,
        signed: succeeds.signed,
      },
      unknown: Object.values(unknown).length,
    };
    return { exit, verdict, seen: found, reason: v.want.reason };
  },

  async fork(v) {
    return verify.judgeFork(verify.parseFork(v.fork), await verify.parseKey(v.key));
  },

  async act(v) {
    const act = await verify.openAct(v.act);
    return {
      event_type: act.eventType,
      expires_at_ms: Number(act.signer.expiresAt),
      intent_id: hex(act.id),
      key_id: hex(act.signer.keyId),
      message: hex(act.message),
      seen_root: hex(act.signer.seenRoot),
      seen_size: decimal(act.signer.seenSize),
      signature: act.signature && hex(act.signature),
    };
  },

  async ledger(v) {
    const audit = new verify.Audit({ vocabulary: words });
    for (const entry of v.entries) {
      const event = await audit.entry(verify.fromBase64(entry));
      for (const index of event.parts.keys()) audit.lacks(event, index, false);
    }
    audit.commands.end();
    const { erased, lost, takenDown } = audit.sortParts(null).counts;
    const { checkpoint, promise } = audit.signers.terms;
    const terms = (keys) => keys.map(({ from, publicKey }) => [decimal(from), hex(publicKey)]);
    const { succession } = audit;
    return {
      checkpoint_keys: terms(checkpoint),
      gone: { erased, lost, taken_down: takenDown },
      promise_keys: terms(promise),
      root: hex(await audit.tree.root()),
      signed: audit.signers.counts,
      size: decimal(audit.tree.size),
      succeeds: succession && { held: succession.held, predecessor: succession.predecessor, signed: succession.signed },
      unknown: [...audit.unknown.values()].length,
    };
  },

  async tile(v) {
    const of = {
      path: () => {
        const { index, level, width } = verify.parseTilePath(v.path);
        return { index: decimal(index), level, width };
      },
      all: () => verify.tilesOf(fromDecimal(v.size)),
      right_edge: () => verify.rightEdge(fromDecimal(v.size)),
      bundle: () => verify.decodeEntries(fromHex(v.bundle), v.width).map(hex),
      hashes: () => hashesOfTile(v.path),
      read: async () => {
        const bytes = async (name) => (v.tiles[name] === undefined ? undefined : fromHex(v.tiles[name]));
        const tree = new verify.TiledTree(fromDecimal(v.size), bytes);
        return { path: (await tree.path(fromDecimal(v.position))).map(hex), root: hex(await tree.root()) };
      },
    };
    return of[v.of]();
  },
};

/** What a tile of the tree of 600 leaves holds, leaf i being the 8 bytes of i. */
async function hashesOfTile(name) {
  const { level, index, width } = verify.parseTilePath(name);
  const below = 256n ** BigInt(level);
  const roots = [];
  for (let at = index * 256n; at < index * 256n + BigInt(width); at += 1n) {
    if ((at + 1n) * below > 600n) throw new verify.Refusal('this subtree is not complete');
    const leaves = [];
    for (let leaf = at * below; leaf < (at + 1n) * below; leaf += 1n) {
      const bytes = new Uint8Array(8);
      new DataView(bytes.buffer).setBigUint64(0, leaf);
      leaves.push(await verify.leafHash(bytes));
    }
    roots.push(hex(await verify.rootOf(leaves)));
  }
  return roots.join('');
}

/** JSON with the names of every object in order, so that equal values are equal texts. */
function canonical(value) {
  const sorted = (_, v) => (v && typeof v === 'object' && !Array.isArray(v) ? Object.fromEntries(Object.entries(v).sort()) : v);
  return JSON.stringify(value, sorted);
}

/** The word of a refusal binds nobody. */
const comparable = (said) => canonical(typeof said === 'string' ? said.replace(/^refuse: .*/s, 'refuse') : said);

async function judge(read, vector) {
  try {
    return await read(vector);
  } catch (error) {
    if (!(error instanceof verify.Refusal)) throw error;
    return `refuse: ${error.message}`;
  }
}

process.removeAllListeners('warning'); // node 20 calls Ed25519 experimental, once
const list = process.argv.includes('--list');
let [read, wrong] = [0, 0];
for (const folder of readdirSync(FOLDER, { withFileTypes: true }).filter((entry) => entry.isDirectory()).map((entry) => entry.name)) {
  let here = 0;
  for (const file of readdirSync(new URL(`${folder}/`, FOLDER)).filter((name) => name.endsWith('.json'))) {
    const vector = JSON.parse(readFileSync(new URL(`${folder}/${file}`, FOLDER), 'utf8'));
    const said = folders[folder] ? await judge(folders[folder], vector) : 'nothing: no reader for this folder';
    const agrees = comparable(said) === comparable(vector.want);
    here += 1;
    if (!agrees) {
      wrong += 1;
      console.log(`DISAGREE ${folder}/${file}: ${vector.desc}\n  want ${canonical(vector.want)}\n  said ${canonical(said)}`);
    } else if (list) {
      console.log(`agree    ${folder}/${file}: ${typeof said === 'string' ? said : 'as wanted'}`);
    }
  }
  read += here;
  console.log(`${folder}: ${here} vectors`);
}
console.log(`${read} vectors, ${wrong} disagree`);
if (read < AT_LEAST) console.log(`there were ${AT_LEAST} vectors: some are missing`);
process.exitCode = wrong > 0 || read < AT_LEAST ? 1 : 0;
