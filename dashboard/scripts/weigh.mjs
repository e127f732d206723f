// What the built dashboard weighs over the wire (gzip), against its budget; a build that is too heavy fails.
import { readdirSync, readFileSync, rmSync } from "node:fs";
import { gzipSync } from "node:zlib";

const FIRST_PAGE_KB = 60;
const ALL_KB = 230;

const folder = new URL("../dist/", import.meta.url);
const weight = (path) => gzipSync(readFileSync(new URL(path, folder)), { level: 9 }).length / 1024;
const manifest = JSON.parse(readFileSync(new URL(".vite/manifest.json", folder), "utf8"));

/** The files of a module and of all that it imports at once. */
function filesOf(key, seen = new Set()) {
  const chunk = manifest[key];
  for (const file of [chunk.file, ...(chunk.css ?? [])]) seen.add(file);
  for (const imported of chunk.imports ?? []) if (!seen.has(manifest[imported].file)) filesOf(imported, seen);
  return seen;
}

const sum = (files) => [...files].reduce((total, file) => total + weight(file), 0);
const html = readFileSync(new URL("index.html", folder), "utf8");
const entry = new Set([...filesOf("src/main.ts"), ...html.match(/assets\/[^"]+\.(js|css)/g)]);
const language = Math.max(...["en", "de"].map((name) => sum([...filesOf(`src/i18n/${name}.ts`)].filter((file) => !entry.has(file)))));
const pages = Object.keys(manifest).filter((key) => key.startsWith("src/pages/") && key.endsWith(".svelte"));

let heaviest = 0;
for (const page of pages) {
  const kb = sum(filesOf(page, new Set(entry))) + language;
  heaviest = Math.max(heaviest, kb);
  console.log(`${kb.toFixed(1).padStart(6)} KB  ${page.slice("src/pages/".length, -".svelte".length)} as the first page`);
}
const all = sum(readdirSync(new URL("assets/", folder)).filter((name) => /\.(js|css)$/.test(name)).map((name) => `assets/${name}`));
console.log(`first page at most ${heaviest.toFixed(1)} of ${FIRST_PAGE_KB} KB, all ${all.toFixed(1)} of ${ALL_KB} KB (script and style, gzip)`);
// The manifest was for this; the dashboard does without.
rmSync(new URL(".vite", folder), { recursive: true });
if (heaviest > FIRST_PAGE_KB || all > ALL_KB) process.exit(1);
