// For thousands of generated situations the rules in Chromium answer, byte for byte, what the host's module answers.

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before } from 'node:test';

import { pageTest, useChromium } from '../harness/chromium.js';
import { binary, ROOT } from '../harness/places.js';
import { run } from '../harness/program.js';
import { serveFolder } from '../harness/static_files.js';
import { canonical } from './canonical.js';

const COUNT = Number(process.env.BROWSER_AGREEMENT_CALLS ?? 3000);
/** Calls of one message to the page: what holds all 50,000 of the proof is more than a page survives. */
const AT_ONCE = 1_000;

useChromium();
let files;
before(async () => (files = await serveFolder(process.env.BROWSER_WASM ?? join(ROOT, 'js/src/wasm'))));
after(() => files.stop());

pageTest(`${COUNT} generated situations are decided alike`, {}, async ({ page }) => {
  const lines = (await run(binary('examples/agreement_calls'), [String(COUNT)])).trim().split('\n');
  const [{ digest }, ...cases] = lines.map((line) => JSON.parse(line));
  assert.equal(cases.length, COUNT);
  await page.goto(files.url);
  const made = await page.evaluate(load, canonical.toString());
  const answers = [];
  for (let begin = 0; begin < COUNT; begin += AT_ONCE) {
    answers.push(...(await page.evaluate(decideAll, cases.slice(begin, begin + AT_ONCE).map(({ call }) => call))));
  }
  const seen = { granted: 0, refused: 0, codes: new Set() };
  assert.equal(made, digest, 'both are built from the same rules: `cargo xtask js` builds them');
  for (const [index, { call, answer }] of cases.entries()) {
    assert.equal(answers[index], canonical(answer), `call ${index}: ${JSON.stringify(call)}`);
    note(seen, answers[index]);
  }
  console.log(`agreement: ${COUNT} calls, ${seen.granted} with a grant, ${seen.refused} with a refusal, ${seen.codes.size} codes of reasons`);
  assert.ok(seen.granted > COUNT / 20 && seen.refused > COUNT / 20, 'the situations are of both kinds');
  assert.ok(seen.codes.size >= 18, `the situations meet most reasons: ${[...seen.codes].sort()}`);
});

/** In the page: makes the rules ready; the digest of the module that was built with them. */
async function load(canonicalSource) {
  const rules = await import('/policy.js');
  await rules.default({ module_or_path: '/policy_bg.wasm' });
  globalThis.agreement = { rules, canonical: eval(`(${canonicalSource})`) };
  return rules.policyDigest();
}

/** In the page: canonical answers to all calls. */
function decideAll(calls) {
  const { rules, canonical } = globalThis.agreement;
  return calls.map((call) => canonical(rules.decide(call)));
}

function note(seen, answer) {
  seen.granted += answer.includes('"allowed":true');
  seen.refused += answer.includes('"allowed":false');
  for (const [, code] of answer.matchAll(/"code":"([a-z-]+)"/g)) seen.codes.add(code);
}
