// Binds the form of /verify to the verifier beside it. The files are read by this browser, and nothing is sent: the page's
// policy (Content-Security-Policy) lets it connect to nothing. Without this script the page says the same, without the form.
import { Refusal, tell, verifyReceipt } from './devenir-verify.mjs';

/** No receipt and no proof is larger; what is, is not read. */
const BYTES_MAX = 64 << 20;

const lang = document.documentElement.lang === 'en' ? 'en' : 'fr';
const form = document.querySelector('#receipt');
const [chosen, keys, answer] = ['input', 'textarea', 'pre'].map((name) => form.querySelector(name));

/** What was dropped last of each kind: a proof may follow its receipt. */
let held = { receipt: null, proof: null, policy: null };

/** Which of the three files this is, by how it begins; null of anything else. */
function kindOf(bytes) {
  const begins = new TextDecoder().decode(bytes.subarray(0, 256)).trimStart();
  if (begins.startsWith('{')) return 'receipt';
  if (begins.startsWith('c2sp.org/tlog-proof@')) return 'proof';
  return /^(#|log |witness |group |quorum )/.test(begins) ? 'policy' : null;
}

async function sorted(files) {
  const found = {};
  for (const file of files) {
    if (file.size > BYTES_MAX) continue;
    const bytes = new Uint8Array(await file.arrayBuffer());
    const kind = kindOf(bytes);
    if (kind !== null) found[kind] = bytes;
  }
  return found;
}

async function take(files) {
  const found = await sorted(files);
  // Another receipt has another proof.
  if (found.receipt) held.proof = null;
  held = { ...held, ...found };
  await (Object.keys(found).length === 0 ? say(form.dataset.none) : check());
}

function say(words) {
  answer.textContent = words;
  answer.hidden = false;
}

async function check() {
  const { receipt, proof, policy } = held;
  if (receipt === null) return say(form.dataset.none);
  const vkeys = keys.value.split('\n').map((line) => line.trim()).filter((line) => line !== '');
  try {
    return say(tell(await verifyReceipt(receipt, { proof, vkeys, policy }), lang));
  } catch (error) {
    const where = error instanceof Refusal ? `${error.place}: ` : '';
    return say(`${form.dataset.cannot} ${where}${error.message}`);
  }
}

form.addEventListener('submit', (event) => event.preventDefault());
form.addEventListener('dragover', (event) => event.preventDefault());
form.addEventListener('drop', (event) => {
  event.preventDefault();
  take(event.dataTransfer.files);
});
chosen.addEventListener('change', () => take(chosen.files));
keys.addEventListener('change', () => held.receipt && check());
form.hidden = false;
