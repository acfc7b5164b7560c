// Judges the page /verify in a browser: it is whole without script, and with it checks receipts and sends nothing.
//
//   node .ci/browser.mjs STORE INTENT_ID ADDRESS
//
// STORE is what ADDRESS serves; the receipt of its act INTENT_ID is fetched with the author token, made here from the store's
// key (docs/format.md, Receipts). Then every vector of fixtures/vectors/receipt is read by the browser's own WebCrypto.
import { createHmac } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import { chromium } from 'playwright-core';

const [STORE, INTENT_ID, ADDRESS] = process.argv.slice(2);
const VECTORS = new URL('../fixtures/vectors/receipt/', import.meta.url);
const SITE = new URL(ADDRESS).origin;
const wrong = [];

function expect(holds, what) {
  console.log(`${holds ? 'agree   ' : 'DISAGREE'} ${what}`);
  if (!holds) wrong.push(what);
}

// A receipt as its author gets it -----------------------------------------------------------------------------------

function authorToken() {
  const key = Buffer.from(readFileSync(`${STORE}/keys/token.key`, 'utf8').trim(), 'hex');
  return createHmac('sha256', key).update('devenir/author-token/v1\0').update(Buffer.from(INTENT_ID, 'hex')).digest('hex');
}

/** A file of the receipt; a new server has no checkpoint in its first seconds. */
async function receiptFile(name) {
  for (let tries = 0; tries < 20; tries += 1) {
    const answer = await fetch(`${SITE}/receipt/${INTENT_ID}/${name}`, { headers: { authorization: `Bearer ${authorToken()}` } });
    if (answer.ok) return Buffer.from(await answer.arrayBuffer());
    if (answer.status !== 503) throw new Error(`${name}: status ${answer.status}, ${await answer.text()}`);
    await new Promise((resolve) => setTimeout(resolve, 1000));
  }
  throw new Error(`${name}: no checkpoint covers the act after 20 s`);
}

async function keysOf() {
  const headers = { 'content-type': 'application/json' };
  const answer = await fetch(`${SITE}/graphql`, { method: 'POST', headers, body: '{"query":"{ head { checkpointKey promiseKey } }"}' });
  const { checkpointKey, promiseKey } = (await answer.json()).data.head;
  return [checkpointKey, promiseKey].join('\n');
}

const file = (name, buffer) => ({ name, mimeType: 'application/octet-stream', buffer });

/** The receipt with one letter of its author's words changed. */
function spoiled(receipt) {
  const read = JSON.parse(receipt);
  const bytes = Buffer.from(read.parts[0].bytes, 'base64');
  bytes[bytes.length >> 1] ^= 1;
  read.parts[0].bytes = bytes.toString('base64');
  return Buffer.from(JSON.stringify(read));
}

// The page ----------------------------------------------------------------------------------------------------------

/** Chromium as Debian has it; in a container its sandbox has no user namespaces, and the page is our own. */
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM, args: ['--no-sandbox'] });

const COMMANDS = ['/log --lang', '--seen checkpoint', 'registre.tar', '--receipt receipt.json'];

async function withoutScript() {
  const context = await browser.newContext({ javaScriptEnabled: false });
  const page = await context.newPage();
  await page.goto(`${SITE}/verify?lang=fr`);
  const words = await page.innerText('main');
  expect(COMMANDS.every((command) => words.includes(command)), 'without script the page gives every command');
  expect(!(await page.locator('#receipt').isVisible()), 'without script there is no form that could do nothing');
  await context.close();
}

/** A page with what went wrong in it and what it asked for. */
async function opened(lang) {
  const page = await browser.newPage();
  const [troubles, requests] = [[], []];
  page.on('console', (message) => message.type() === 'error' && troubles.push(message.text()));
  page.on('pageerror', (error) => troubles.push(error.message));
  page.on('request', (request) => requests.push(`${request.method()} ${new URL(request.url()).pathname}`));
  await page.goto(`${SITE}/verify?lang=${lang}`);
  await page.waitForSelector('#receipt:not([hidden])');
  return { page, troubles, requests };
}

/** What the page says once it has been given these files. */
async function said(page, files) {
  const answer = page.locator('#receipt pre');
  await answer.evaluate((pre) => (pre.textContent = ''));
  await page.setInputFiles('#receipt input', files);
  await page.waitForFunction(() => document.querySelector('#receipt pre').textContent !== '');
  return answer.innerText();
}

async function receiptsInThePage(receipt, proof, keys) {
  const words = {
    fr: { sound: /^Cohérent avec lui-même seulement/, altered: /^Altéré/, none: /^Aucun de ces fichiers/, unsigned: 'aucune clé n’a été donnée' },
    en: { sound: /^Self-consistent only/, altered: /^Altered/, none: /^None of these files/, unsigned: 'no key was given' },
  };
  for (const [lang, { sound, altered, none, unsigned }] of Object.entries(words)) {
    const { page, troubles, requests } = await opened(lang);
    const asked = requests.length;
    const good = [file('receipt.json', receipt), file('receipt.tlog-proof', proof)];
    const first = await said(page, good);
    expect(sound.test(first) && first.includes(INTENT_ID), `${lang}: a receipt is sound: ${first.split('\n')[0]}`);
    expect(first.includes(unsigned), `${lang}: without a key it says that no signature was checked`);
    await page.fill('#receipt textarea', keys);
    const signed = await said(page, good);
    expect(sound.test(signed) && !signed.includes(unsigned), `${lang}: with the keys its signatures hold`);
    const bad = await said(page, [file('receipt.json', spoiled(receipt)), file('receipt.tlog-proof', proof)]);
    expect(altered.test(bad), `${lang}: one letter changed: ${bad.split('\n')[0]}`);
    const other = await said(page, [file('photo.jpg', Buffer.from([0xff, 0xd8, 0xff]))]);
    expect(none.test(other), `${lang}: another file: ${other}`);
    expect(requests.length === asked, `${lang}: nothing was sent: ${requests.slice(asked).join(', ') || 'no request'}`);
    expect(troubles.length === 0, `${lang}: no error in the page${troubles.map((one) => `: ${one}`).join('')}`);
    const blocked = await page.evaluate(() => fetch('/log/checkpoint').then(() => false, () => true));
    expect(blocked, `${lang}: the page's policy lets it connect to nothing`);
    await page.close();
  }
}

async function droppedOnThePage(receipt, proof) {
  const { page } = await opened('fr');
  for (const [name, bytes] of [['receipt.json', receipt], ['receipt.tlog-proof', proof]]) {
    await page.evaluate(([named, text]) => {
      const transfer = new DataTransfer();
      transfer.items.add(new File([text], named));
      document.querySelector('#receipt').dispatchEvent(new DragEvent('drop', { dataTransfer: transfer, cancelable: true }));
    }, [name, bytes.toString('utf8')]);
    await page.waitForFunction(() => document.querySelector('#receipt pre').textContent !== '');
  }
  await page.waitForFunction(() => !document.querySelector('#receipt pre').textContent.includes('il faut pour cela son fichier de preuve'));
  expect(true, 'files that are dropped one after the other belong together');
  await page.close();
}

// The vectors -------------------------------------------------------------------------------------------------------

const canonical = (value) => JSON.stringify(value, (_, v) =>
  (v && typeof v === 'object' && !Array.isArray(v) ? Object.fromEntries(Object.entries(v).sort()) : v));

async function vectors() {
  const { page } = await opened('fr');
  const names = readdirSync(VECTORS);
  for (const name of names) {
    const vector = JSON.parse(readFileSync(new URL(name, VECTORS), 'utf8'));
    const found = await page.evaluate(async (v) => {
      const { verifyReceipt } = await import('/assets/devenir-verify.mjs');
      const vkeys = v.promise_key ? [v.promise_key] : [];
      const { problem, seen } = await verifyReceipt(v.receipt, { proof: v.proof ?? null, vkeys, policy: v.policy ?? null });
      const { checkpoint, closed, intentId, open, position, promise } = seen;
      if (problem !== null || checkpoint?.quorum === 'missing') return 'refuse';
      const since = checkpoint?.since ? Number(checkpoint.since) : null;
      return { closed, intent_id: intentId, open, position, promised: promise === 'holds', since_s: since, size: checkpoint?.size ?? null };
    }, vector);
    const want = typeof vector.want === 'string' ? vector.want.replace(/^refuse.*/s, 'refuse') : vector.want;
    if (canonical(found) !== canonical(want)) expect(false, `${name}: want ${canonical(want)}, the browser says ${canonical(found)}`);
  }
  expect(names.length >= 71, `${names.length} vectors of receipts, read by ${browser.version()}`);
  await page.close();
}

try {
  const [receipt, proof] = [await receiptFile('receipt.json'), await receiptFile('receipt.tlog-proof')];
  await withoutScript();
  await receiptsInThePage(receipt, proof, await keysOf());
  await droppedOnThePage(receipt, proof);
  await vectors();
} finally {
  await browser.close();
}
process.exitCode = wrong.length > 0 ? 1 : 0;
