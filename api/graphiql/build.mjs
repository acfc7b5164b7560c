// Bundles main.jsx into one script and one style sheet, with the licences of everything inside and the digests of the
// files. Called by build.sh, which installs the pinned packages first.

import { createHash } from 'node:crypto';
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';

const OUT = new URL('../assets/graphiql/', import.meta.url).pathname;
const PERMISSIVE = new Set(['MIT', 'ISC', 'BSD-2-Clause', 'BSD-3-Clause', 'Apache-2.0', '0BSD', 'Python-2.0']);

// The style sheet carries 300 kB of fonts as data; the reader's own fonts do as well.
const withoutFonts = {
  name: 'without-fonts',
  setup(builder) {
    builder.onLoad({ filter: /\.css$/ }, ({ path }) => ({
      contents: readFileSync(path, 'utf8').replace(/@font-face\s*\{[^}]*\}/g, ''),
      loader: 'css',
    }));
  },
};

const { metafile } = await build({
  entryPoints: { graphiql: 'main.jsx' },
  bundle: true,
  minify: true,
  format: 'iife',
  target: 'es2022',
  outdir: OUT,
  define: { 'process.env.NODE_ENV': '"production"' },
  legalComments: 'none',
  charset: 'utf8',
  plugins: [withoutFonts],
  metafile: true,
  logLevel: 'warning',
});

const bundled = new Map();
for (const input of Object.values(metafile.outputs).flatMap((output) => Object.entries(output.inputs))) {
  const folder = input[0].match(/^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//)?.[1];
  if (folder) bundled.set(folder, JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')));
}

// One section a licence text, since the packages of one project share theirs.
const sections = new Map();
for (const [folder, { name, version, license }] of bundled) {
  if (!PERMISSIVE.has(license)) throw new Error(`${name}@${version} is licensed ${license}`);
  const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry));
  const text = file ? readFileSync(join(folder, file), 'utf8').trim() : `(no licence file; package.json says ${license})`;
  sections.set(text, [...(sections.get(text) ?? []), `${name} ${version} (${license})`].sort());
}
const licences = [...sections]
  .map(([text, packages]) => `${packages.join('\n')}\n\n${text}\n`)
  .sort()
  .join(`\n${'-'.repeat(80)}\n\n`);
writeFileSync(
  join(OUT, 'LICENSES.txt'),
  `graphiql.js and graphiql.css are built from these packages by api/graphiql/build.sh.\n\n${licences}`,
);

const digests = ['LICENSES.txt', 'graphiql.css', 'graphiql.js', 'index.html'].map((name) => {
  const digest = createHash('sha256').update(readFileSync(join(OUT, name))).digest('hex');
  return `${digest}  ${name}\n`;
});
writeFileSync(join(OUT, 'SHA256SUMS'), digests.join(''));
console.log(`${bundled.size} packages bundled`);
