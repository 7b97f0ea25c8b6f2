// Prints how long the first decision in Chromium takes, where that time goes, and how long each further one takes. Measures, tests nothing.

import { loadavg } from 'node:os';
import { join } from 'node:path';

import { chromium } from 'playwright-core';

import { CHROMIUM, ROOT } from '../harness/places.js';
import { startScene } from '../harness/scene.js';
import { serveFolder } from '../harness/static_files.js';
import { tokenOf } from '../harness/token.js';
import { ANNA, PAID, storeDocument } from '../world/store.js';

/** Each in a context of its own, so that nothing is cached. */
const LOADS = 21;
const ROUNDS = 15;
const DECISIONS = 5_000;

const files = await serveFolder(process.env.BROWSER_PACKAGE ?? join(ROOT, 'js/dist'));
const scene = await startScene(storeDocument(), { TURNPIKE_CORS_ORIGINS: files.url });
const browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage'] });
try {
  tellLoad();
  for (const [entry, what] of [
    ['/turnpike-store.bundle.js', 'a page that has its script (the bundle) decides first, from asking for the rules on'],
    ['/preflight/index.js', 'the same with the package as single files, its own modules included'],
  ]) {
    const loads = [];
    for (let load = 0; load < LOADS; load += 1) loads.push(await inFreshPage(firstDecision, { entry }));
    tell(what, loads.map(({ took }) => took), 'ms');
    for (const part of Object.keys(loads[0].parts)) tell(`  ${part}`, loads.map(({ parts }) => parts[part]), 'ms');
  }
  tellLoad();
  const rounds = await inFreshPage(manyDecisions);
  tell('one decision', rounds.decision, 'µs');
  tell('  of it: the call as text', rounds.written, 'µs');
  tell('  of it: the answer from text', rounds.read, 'µs');
  tell('from question to sentences: facts and time looked up, reasons explained', rounds.package, 'µs');
  tellLoad();
} finally {
  await browser.close();
  await scene.stop();
  await files.stop();
}

async function inFreshPage(measure, more = {}) {
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.goto(files.url);
  const given = { base: scene.host.url, token: tokenOf(ANNA), mandateId: PAID, rounds: ROUNDS, decisions: DECISIONS, ...more };
  const measured = await page.evaluate(measure, given);
  await context.close();
  return measured;
}

/** In the page: the facts are there, the rules are not. A bundle is a page's own script, and there before anything is asked. */
async function firstDecision({ base, token, mandateId, entry }) {
  const answer = await (await fetch(`${base}/api/store/preflight?mandateId=${mandateId}`, { headers: { authorization: `Bearer ${token}` } })).json();
  if (entry.includes('bundle')) await import(entry);
  performance.clearResourceTimings();
  const start = performance.now();
  const { loadPreflight } = await import(entry);
  const imported = performance.now();
  const rules = await loadPreflight();
  const loaded = performance.now();
  const decision = rules.decide({ ...answer, receivedAt: Date.now() }, { kind: 'activate', featureCode: 'payroll' });
  const end = performance.now();
  if (decision.source !== 'browser') throw new Error(`not decided in the browser: ${JSON.stringify(decision)}`);
  // The browser tells of a resource after those who read it: what is compiled while it arrives can be ready before.
  const wasm = await new Promise((resolve) => {
    new PerformanceObserver((list) => list.getEntries().filter(({ name }) => name.endsWith('.wasm')).forEach(resolve)).observe({ type: 'resource', buffered: true });
  });
  const parts = {
    'modules before the rules are asked for': imported - start,
    'the wasm is asked for after': wasm.startTime - imported,
    'the wasm arrives within': wasm.responseEnd - wasm.startTime,
    'then it is compiled and made ready': loaded - wasm.responseEnd,
    'deciding and explaining': end - loaded,
  };
  return { took: end - start, parts };
}

/** In the page: microseconds for one decision, a number for each round. */
async function manyDecisions({ base, token, mandateId, rounds, decisions }) {
  const answer = { ...(await (await fetch(`${base}/api/store/preflight?mandateId=${mandateId}`, { headers: { authorization: `Bearer ${token}` } })).json()), receivedAt: Date.now() };
  const { loadPreflight, loadPolicy, callFor } = await import('/preflight/index.js');
  const rules = await loadPreflight();
  const module = await loadPolicy();
  const questions = answer.decisions.activate.map(({ featureCode }) => ({ kind: 'activate', featureCode }));
  const calls = questions.map((question) => callFor(answer, answer.facts, question, Date.now()));
  const answers = calls.map((call) => JSON.stringify(module.decide(call)));
  const encoder = new TextEncoder();
  const buffer = new Uint8Array(64 * 1024);
  const kinds = {
    decision: (index) => module.decide(calls[index % calls.length]),
    package: (index) => rules.decide(answer, questions[index % questions.length], { locale: 'de' }),
    written: (index) => encoder.encodeInto(JSON.stringify(calls[index % calls.length]), buffer),
    read: (index) => JSON.parse(answers[index % answers.length]),
  };
  const times = Object.fromEntries(Object.keys(kinds).map((kind) => [kind, []]));
  // All kinds in each round, so that they meet the same of a machine that does other things as well. The first is left out:
  // the browser translates what is called often once more, for speed.
  for (let round = 0; round <= rounds; round += 1) {
    for (const [kind, decide] of Object.entries(kinds)) {
      const start = performance.now();
      for (let index = 0; index < decisions; index += 1) decide(index);
      if (round > 0) times[kind].push(((performance.now() - start) * 1000) / decisions);
    }
  }
  return times;
}

function tell(what, values, unit) {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (share) => sorted[Math.floor(share * (sorted.length - 1))].toFixed(1);
  console.log(`${what}: median ${at(0.5)} ${unit}, fastest ${at(0)}, slowest ${at(1)} (${sorted.length} times)`);
}

function tellLoad() {
  console.log(`load of the machine: ${loadavg().map((load) => load.toFixed(1)).join(' ')}`);
}
