// Holds the texts of all languages against each other and against the sources: a key that is missing, not used or not
// known, and placeholders that differ, fail the build. `npm run check:texts`.
import { readFileSync, readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";

const src = fileURLToPath(new URL("../src", import.meta.url));
const places = [`${src}/element`, `${src}/texts`, fileURLToPath(new URL("../store", import.meta.url))];
const LANGUAGES = ["de", "fr", "it", "en"];
const FORMS = /\.(one|other)$/;

/** The page's own texts, and those of each part that is loaded on demand; each in a file for each language. */
const SETS = ["", "sharing-", "history-", "requests-"];
const textsOf = (set) => Object.fromEntries(LANGUAGES.map((language) => [set + language, JSON.parse(readFileSync(`${src}/texts/${set}${language}.json`, "utf8"))]));
const read = (...places) =>
  places
    .flatMap((place) => readdirSync(place, { recursive: true }).map((name) => `${place}/${name}`))
    .filter((name) => name.endsWith(".ts"))
    .map((name) => readFileSync(name, "utf8"))
    .join("\n");
const sources = read(...places);

const faults = [];
const holes = (text) => [...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name).sort().join(" ");

const agree = (texts, source) => {
  for (const [language, own] of Object.entries(texts)) {
    for (const key of Object.keys(source)) if (!(key in own)) faults.push(`${language}: \`${key}\` is missing`);
    for (const [key, text] of Object.entries(own)) {
      if (!(key in source)) faults.push(`${language}: \`${key}\` is not in de`);
      else if (holes(text) !== holes(source[key])) faults.push(`${language}: \`${key}\` has other placeholders than in de`);
      if (text.trim() === "") faults.push(`${language}: \`${key}\` is empty`);
      if (/ß/.test(text)) faults.push(`${language}: \`${key}\` has an ß, which is not written in Switzerland`);
      const other = key.replace(FORMS, key.endsWith(".one") ? ".other" : ".one");
      if (FORMS.test(key) && !(other in own)) faults.push(`${language}: \`${key}\` has no form \`${other}\``);
    }
  }
};

const wordsOf = (text) => new Set([...text.matchAll(/"([\w.-]+)"/g)].map(([, name]) => name));
const quoted = wordsOf(sources);
/** `change.${kind}` uses the texts whose last part is a word of the sources or of the server; the types hold it to those that there are. */
const words = wordsOf(sources + read(`${src}/client`));
const stems = [...sources.matchAll(/`([\w.-]+\.)\$\{[\w.]+\}([\w-]*)`/g)].map(([, stem, end]) => ({ stem, end }));
const isPutTogether = (key) =>
  stems.some(({ stem, end }) => key.startsWith(stem) && key.endsWith(end) && words.has(key.slice(stem.length, key.length - end.length)));
const all = SETS.map((set) => {
  const texts = textsOf(set);
  agree(texts, texts[`${set}de`]);
  return texts[`${set}de`];
});
const [source] = all;
for (const key of all.flatMap((texts) => Object.keys(texts))) {
  if (!quoted.has(key) && !quoted.has(key.replace(FORMS, "")) && !isPutTogether(key)) faults.push(`\`${key}\` is used nowhere`);
}
for (const [, key] of sources.matchAll(/\.say\("([\w.-]+)"/g)) if (!(key in source)) faults.push(`\`${key}\` has no text`);
for (const [, key] of sources.matchAll(/\.count\("([\w.-]+)"/g)) if (!(`${key}.one` in source)) faults.push(`\`${key}\` has no forms`);

for (const fault of faults) console.error(fault);
if (faults.length > 0) process.exit(1);
console.log(`${all.flatMap((texts) => Object.keys(texts)).length} texts in ${LANGUAGES.length} languages agree`);
