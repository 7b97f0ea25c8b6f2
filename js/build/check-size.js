// Prints what the built page weighs, and fails over budget. `npm run check:size`, after `npm run build:page`.
import { readFileSync, readdirSync } from "node:fs";
import { extname } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

const page = process.env["TURNPIKE_PAGE"] ?? fileURLToPath(new URL("../../target/page/assets", import.meta.url));
const KILO = 1000;

/** A file's name without the hash and what follows it. */
const stemOf = (name) => name.replace(/-[\w-]{8}\.\w+$/, "");

/**
 * What is what by its stem and type; the first that fits. Budgets in bytes, gzip at level 9. Where `part` gives one, each part
 * has the budget for itself: of texts a language, of what is loaded on demand a file. The page is what every visit loads.
 */
const kinds = [
  // The rules tell the page why an access cannot be given: the sentences of that are 0.2 of it.
  { name: "texts, the most of a language", is: /^(de|fr|it|en)\.js$/, budget: 6.3 * KILO, part: (stem) => stem },
  { name: "texts on demand, the most of a file", is: /-(de|fr|it|en)\.js$/, budget: 2 * KILO, part: (stem) => stem },
  { name: "rules (wasm)", is: /\.wasm$/, budget: 45 * KILO },
  { name: "page (js, Lit and the module's glue included)", is: /^(page|policy)\.js$/, budget: 40 * KILO },
  { name: "on demand (js), the most of a file", is: /\.js$/, budget: 8 * KILO, part: (stem) => stem },
  { name: "page (css)", is: /\.css$/, budget: 4 * KILO },
];

const files = readdirSync(page).map((name) => ({ name, bytes: gzipSync(readFileSync(`${page}/${name}`), { level: 9 }).length }));
let isOver = false;
for (const kind of kinds) {
  const own = files.filter(({ name }) => kinds.find(({ is }) => is.test(stemOf(name) + extname(name))) === kind);
  const sums = {};
  for (const { name, bytes } of own) {
    const part = kind.part?.(stemOf(name)) ?? "all";
    sums[part] = (sums[part] ?? 0) + bytes;
  }
  const size = Math.max(0, ...Object.values(sums));
  isOver ||= size > kind.budget || own.length === 0;
  console.log(`${kind.name}: ${size} of ${kind.budget} bytes gzip${own.length === 0 ? ": no file found" : size > kind.budget ? ": over budget" : ""}`);
}
if (isOver) process.exit(1);
