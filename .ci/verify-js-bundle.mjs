// Judges bundles with api/assets/devenir-verify.mjs: as they are they verify, and after any harm they do not.
//
//   node .ci/verify-js-bundle.mjs BUNDLE...      each an archive that `devenir export` wrote
//
// Harm is one bit in the header, the first, middle and last byte of each kind of file, and what a hostile archive may hold.
import { readFileSync, readdirSync } from 'node:fs';
import { concat, readVocabulary, toUtf8, verifyBundle } from '../api/assets/devenir-verify.mjs';

const PROJECT = new URL('../', import.meta.url);
const BLOCK = 512;
/** Exit codes of a bundle that nobody has harmed. */
const SOUND = [0, 4];

function vocabulary() {
  const folder = new URL('schemas/events/', PROJECT);
  const schema = (file) => [file.replace('.schema.json', ''), JSON.parse(readFileSync(new URL(file, folder), 'utf8'))];
  return readVocabulary(readFileSync(new URL('docs/events.md', PROJECT), 'utf8'), Object.fromEntries(readdirSync(folder).map(schema)));
}

const words = vocabulary();
const verified = (bytes) => verifyBundle(bytes, { vocabulary: words });

/** Where each file of an archive lies. */
function filesOf(archive) {
  const files = [];
  for (let header = 0; archive[header] !== 0;) {
    const text = (from, to) => new TextDecoder().decode(archive.subarray(header + from, header + to)).replace(/\0.*$/s, '');
    const [name, size] = [text(0, 100), parseInt(text(124, 136), 8)];
    const start = header + BLOCK;
    const end = start + Math.ceil(size / BLOCK) * BLOCK;
    files.push({ name, header, start, size, end });
    header = end;
  }
  return files;
}

/** Of each kind of file the first and the last: what is between is like them. */
function oneOfEachKind(files) {
  const kinds = new Map();
  for (const file of files) {
    const kind = file.name.split('/')[0];
    kinds.set(kind, [...(kinds.get(kind) ?? []), file]);
  }
  return [...kinds.values()].flatMap((list) => (list.length > 1 ? [list[0], list.at(-1)] : list));
}

function flipped(archive, at) {
  const copy = archive.slice();
  copy[at] ^= 1;
  return copy;
}

/** Every harm: what it is, and the archive after it. */
function* harms(archive) {
  const files = filesOf(archive);
  for (const { name, header, start, size, end } of oneOfEachKind(files)) {
    yield [`${name}: its name`, flipped(archive, header)];
    yield [`${name}: its mode`, flipped(archive, header + 106)];
    for (const [word, at] of [['first', 0], ['middle', size >> 1], ['last', size - 1]]) {
      yield [`${name}: its ${word} byte`, flipped(archive, start + at)];
    }
    if (end > start + size) yield [`${name}: its filling`, flipped(archive, end - 1)];
    // A checkpoint may be left out; the verdict then never is that somebody outside vouches.
    if (name !== 'checkpoint') yield [`${name}: taken out`, concat(archive.subarray(0, header), archive.subarray(end))];
    yield [`${name}: there twice`, concat(archive.subarray(0, end), archive.subarray(header))];
  }
  const last = files.at(-1);
  yield ['cut off within the last file', archive.slice(0, last.end - BLOCK)];
  yield ['without its second block of zeros', archive.slice(0, -BLOCK)];
  yield ['with a block of zeros more', concat(archive, new Uint8Array(BLOCK))];
  for (const name of ['../evil', '/etc/evil', 'entries/000000000/x', 'entries/999999999', 'parts', 'policy']) {
    yield [`with a file \`${name}\``, concat(archive.subarray(0, last.end), header(name, '0'), archive.subarray(last.end))];
  }
  for (const type of ['1', '2', '5', 'x']) {
    yield [`with an entry of type ${type}`, concat(archive.subarray(0, last.end), header('entries/evil', type), archive.subarray(last.end))];
  }
}

/** The header of an empty file. */
function header(name, type) {
  const bytes = new Uint8Array(BLOCK);
  const put = (at, text) => bytes.set(toUtf8(text), at);
  put(0, name);
  for (const [at, text] of [[100, '0000644'], [108, '0000000'], [116, '0000000'], [124, '00000000000'], [136, '00000000000']]) put(at, text);
  put(148, '        ');
  put(156, type);
  put(257, 'ustar\x00');
  put(263, '00');
  put(148, `${bytes.reduce((sum, byte) => sum + byte, 0).toString(8).padStart(6, '0')}\x00 `);
  return bytes;
}

process.removeAllListeners('warning'); // node 20 calls Ed25519 experimental, once
let wrong = process.argv.length > 2 ? 0 : 1;
for (const file of process.argv.slice(2)) {
  const archive = new Uint8Array(readFileSync(file));
  const good = await verified(archive);
  console.log(`${file}: ${good.verdict}, ${JSON.stringify(good.seen)}`);
  if (!SOUND.includes(good.exit)) {
    wrong += 1;
    console.log(`  ${good.place}: ${good.problem}`);
  }
  // A policy that names no ledger is about the one at hand, which signed what it published.
  const unnamed = await verifyBundle(archive, { vocabulary: words, policy: toUtf8('quorum none\n') });
  if (unnamed.exit !== good.exit) {
    wrong += 1;
    console.log(`  UNDER A POLICY WITHOUT A LEDGER: ${unnamed.verdict}, ${unnamed.place}: ${unnamed.problem}`);
  }
  if (good.seen.demonstration !== true) {
    wrong += 1;
    console.log('  NOT SAID TO BE A DEMONSTRATION');
  }
  let tried = 0;
  for (const [what, bytes] of harms(archive)) {
    const report = await verified(bytes);
    tried += 1;
    if (process.env.VERBOSE) console.log(`  ${what}: ${report.verdict}, ${report.place}: ${report.problem}`);
    if (!SOUND.includes(report.exit)) continue;
    wrong += 1;
    console.log(`  NOT NOTICED ${what}: ${report.verdict}`);
  }
  console.log(`  ${tried} harms, every one noticed unless said above`);
}
process.exitCode = wrong > 0 ? 1 : 0;
