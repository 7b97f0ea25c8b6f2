// Prints how long the first decision in Chromium takes from the first request for the rules on, and each further one. Measures, tests nothing.

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
  const loads = [];
  for (let load = 0; load < LOADS; load += 1) loads.push(await inFreshPage(firstDecision));
  tell('from the first request for the rules to the first decision', loads, 'ms');
  const rounds = await inFreshPage(manyDecisions);
  tell('one decision, with its reasons explained', rounds.package, 'µs');
  tell('one decision of the module alone', rounds.module, 'µs');
} finally {
  await browser.close();
  await scene.stop();
  await files.stop();
}

async function inFreshPage(measure) {
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.goto(files.url);
  const given = { base: scene.host.url, token: tokenOf(ANNA), mandateId: PAID, rounds: ROUNDS, decisions: DECISIONS };
  const measured = await page.evaluate(measure, given);
  await context.close();
  return measured;
}

/** In the page: the facts are there, the rules are not. */
async function firstDecision({ base, token, mandateId }) {
  const answer = await (await fetch(`${base}/api/store/preflight?mandateId=${mandateId}`, { headers: { authorization: `Bearer ${token}` } })).json();
  const start = performance.now();
  const { loadPreflight } = await import('/preflight/index.js');
  const rules = await loadPreflight();
  const decision = rules.decide({ ...answer, receivedAt: Date.now() }, { kind: 'activate', featureCode: 'payroll' });
  const took = performance.now() - start;
  if (decision.source !== 'browser') throw new Error(`not decided in the browser: ${JSON.stringify(decision)}`);
  return took;
}

/** In the page: microseconds for one decision, a number for each round. */
async function manyDecisions({ base, token, mandateId, rounds, decisions }) {
  const answer = { ...(await (await fetch(`${base}/api/store/preflight?mandateId=${mandateId}`, { headers: { authorization: `Bearer ${token}` } })).json()), receivedAt: Date.now() };
  const { loadPreflight, loadPolicy, callFor } = await import('/preflight/index.js');
  const rules = await loadPreflight();
  const module = await loadPolicy();
  const questions = answer.decisions.activate.map(({ featureCode }) => ({ kind: 'activate', featureCode }));
  const calls = questions.map((question) => callFor(answer, answer.facts, question, Date.now()));
  const timed = (decide) =>
    Array.from({ length: rounds }, () => {
      const start = performance.now();
      for (let index = 0; index < decisions; index += 1) decide(index);
      return ((performance.now() - start) * 1000) / decisions;
    });
  return {
    package: timed((index) => rules.decide(answer, questions[index % questions.length], { locale: 'de' })),
    module: timed((index) => module.decide(calls[index % calls.length])),
  };
}

function tell(what, values, unit) {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (share) => sorted[Math.floor(share * (sorted.length - 1))].toFixed(1);
  console.log(`${what}: median ${at(0.5)} ${unit}, fastest ${at(0)}, slowest ${at(1)} (${sorted.length} times)`);
}
