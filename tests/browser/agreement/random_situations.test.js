// In random situations of the database: what the page offers in Chromium is what the server does when it is really asked.
//
// Everything is asked of the package's rules; of every tenth situation the element is opened, too, and its buttons are read.

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before } from 'node:test';

import { pageTest, useChromium } from '../harness/chromium.js';
import { ROOT } from '../harness/places.js';
import { startScene } from '../harness/scene.js';
import { serveFolder } from '../harness/static_files.js';
import { tokenOf } from '../harness/token.js';
import { askAll } from './ask.js';
import { heldOfElement } from './element.js';
import { showStore } from './show.js';
import { ASKED_FEATURES, ME, situations } from './situations.js';

/** How many situations, over all operators. */
const COUNT = Number(process.env.BROWSER_SITUATIONS ?? 300);
const SEED = Number(process.env.BROWSER_SEED ?? 1);
/** Mandates asked at a time: they do not know of each other. */
const AT_A_TIME = 4;
/** Of one in so many mandates the element is opened. */
const SHOWN = 10;

/** Operators with different settings: the situations are divided among them. */
const OPERATORS = [
  { name: 'as set up', settings: {} },
  { name: 'words, only admins end orphans', settings: { TURNPIKE_ADMIN_MATCH: 'words', TURNPIKE_ORPHAN_END: 'admin' } },
  { name: 'substring, without Stripe', settings: { TURNPIKE_ADMIN_MATCH: 'substring', TURNPIKE_STRIPE_SECRET_KEY: '' } },
  { name: 'billing paused', settings: {}, paused: true },
];

useChromium();
let files;
before(async () => (files = await serveFolder(process.env.BROWSER_PACKAGE ?? join(ROOT, 'js/dist'))));
after(() => files.stop());

for (const [index, operator] of OPERATORS.entries()) {
  const count = Math.ceil(COUNT / OPERATORS.length);
  pageTest(`${count} random situations, ${operator.name}`, { timeout: 600_000 }, async ({ page }) => {
    const { document, mandates, instances } = situations(SEED * 1000 + index, count);
    const scene = await startScene(document, {
      TURNPIKE_CORS_ORIGINS: files.url,
      TURNPIKE_HOME_MANDATE: 'off',
      ...operator.settings,
    });
    try {
      if (operator.settings.TURNPIKE_STRIPE_SECRET_KEY !== '') await compared(scene.host);
      if (operator.paused) await scene.host.command('pause', 'billing', '--reason', 'a test');
      await page.goto(files.url);
      const isShown = new Set(mandates.filter((_, index) => index % SHOWN === 0));
      const answers = await inTurn(mandates, (mandateId) =>
        page.evaluate(`(${askAll})(${JSON.stringify({
          base: scene.host.url,
          token: tokenOf(ME),
          mandateId,
          features: ASKED_FEATURES,
          instances: instances.filter((instance) => instance.mandate === mandateId),
        })}, ${isShown.has(mandateId) ? showStore : null})`),
      );
      const rows = answers.flatMap(({ mandate, rows }) => rows.map((row) => ({ mandate, ...row })));
      rows.forEach((row) => held(operator, row));
      const shown = answers.filter(({ shown }) => shown !== null);
      const buttons = shown.reduce((sum, { mandate, shown }) => sum + heldOfElement(`${operator.name}, ${mandate}`, shown, shown.decisions), 0);
      assert.ok(buttons > 0, 'the element was looked at');
      tell(operator, mandates.length, rows, `${buttons} buttons of the element in ${shown.length} of them`);
    } finally {
      await scene.stop();
    }
  });
}

/** Stripe's side is looked at once, so that nothing is found out only while somebody asks. A difference is no failure. */
async function compared(host) {
  await host.command('reconcile').catch((error) => assert.match(error.message, /ended with 1:/));
}

async function inTurn(mandates, ask) {
  const left = [...mandates];
  const answers = [];
  const worker = async () => {
    for (let mandate = left.shift(); mandate; mandate = left.shift()) answers.push({ mandate, ...(await ask(mandate)) });
  };
  await Promise.all(Array.from({ length: AT_A_TIME }, worker));
  return answers;
}

/** Offered means done; not offered means refused, for the same reasons in the same words where the page knew any. */
function held(operator, row) {
  const told = `${operator.name}: ${JSON.stringify(row)}`;
  if (row.offered) return assert.equal(row.status, 200, `offered, and refused: ${told}`);
  assert.ok(row.status >= 400 && row.status < 600, `not offered, and done: ${told}`);
  if (row.codes === null) return undefined;
  assert.deepEqual(row.answered, row.codes, `other reasons: ${told}`);
  return assert.deepEqual(row.answeredSentences, row.sentences, `other words: ${told}`);
}

function tell(operator, count, rows, seen) {
  const of = (test) => rows.filter(test).length;
  const codes = new Set(rows.flatMap((row) => row.codes ?? []));
  console.log(
    `agreement: ${count} situations, ${operator.name}: ${rows.length} times asked, ${of((row) => row.offered)} offered and done, ` +
      `${of((row) => row.source === 'browser')} decided by the rules in Chromium, ${of((row) => row.source === 'server')} by the server's list, ${codes.size} codes; ${seen}`,
  );
}
