// Prints what the built page weighs, and fails over budget. `npm run check:size`, after `npm run build:page`.
import { readFileSync, readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

const page = process.env["TURNPIKE_PAGE"] ?? fileURLToPath(new URL("../../target/page/assets", import.meta.url));
const KILO = 1000;

/** What is what by its name; the first that fits. Budgets in bytes, gzip at level 9; of texts, for what a language has in all. */
const kinds = [
  { name: "texts, the most of a language", is: /^(de|fr|it|en)-[\w-]+\.js$/, budget: 6 * KILO, isEach: true },
  { name: "rules (wasm)", is: /\.wasm$/, budget: 45 * KILO },
  { name: "page (js, Lit and the module's glue included)", is: /\.js$/, budget: 40 * KILO },
  { name: "page (css)", is: /\.css$/, budget: 4 * KILO },
];

const files = readdirSync(page).map((name) => ({ name, bytes: gzipSync(readFileSync(`${page}/${name}`), { level: 9 }).length }));
let isOver = false;
for (const kind of kinds) {
  const own = files.filter(({ name }) => kinds.find(({ is }) => is.test(name)) === kind);
  const sums = {};
  for (const { name, bytes } of own) {
    const part = kind.isEach ? name.slice(0, 2) : "all";
    sums[part] = (sums[part] ?? 0) + bytes;
  }
  const size = Math.max(0, ...Object.values(sums));
  isOver ||= size > kind.budget || own.length === 0;
  console.log(`${kind.name}: ${size} of ${kind.budget} bytes gzip${own.length === 0 ? ": no file found" : size > kind.budget ? ": over budget" : ""}`);
}
if (isOver) process.exit(1);
