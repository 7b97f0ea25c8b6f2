// Inside an application: its address is its own, the mandate that it names wins, and it is told when the person switches.

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before } from 'node:test';

import { pageTest, useChromium } from '../harness/chromium.js';
import { ROOT } from '../harness/places.js';
import { startScene } from '../harness/scene.js';
import { serveFolder } from '../harness/static_files.js';
import { tokenOf } from '../harness/token.js';
import { until } from '../harness/wait.js';
import { ANNA, FREE, FULL, PAID, storeDocument } from '../world/store.js';

useChromium();
let files;
let scene;
before(async () => {
  files = await serveFolder(process.env.BROWSER_PACKAGE ?? join(ROOT, 'js/dist'));
  scene = await startScene(storeDocument(), { TURNPIKE_CORS_ORIGINS: files.url, TURNPIKE_HOME_MANDATE: 'off' });
});
after(() => Promise.all([scene?.stop(), files?.stop()]));

const OWN = `?q=theirs&filter=active&view=instances&mandate=${FREE}`;

pageTest("the application's own parameters are neither read nor written, and it hears of another mandate", {}, async ({ page }) => {
  await page.goto(`${files.url}/${OWN}`);
  await page.evaluate(embed, { base: scene.host.url, token: tokenOf(ANNA), mandateId: PAID });
  const mandates = page.locator('[data-mandate-switch]');
  await page.locator('li[data-feature="payroll"]').waitFor();
  assert.equal(await mandates.inputValue(), PAID);
  await page.locator('[data-view="instances"]').click();
  await mandates.selectOption(FULL);
  await until('the application is told', async () => (await page.evaluate(() => globalThis.told)).length > 0);
  assert.deepEqual(await page.evaluate(() => globalThis.told), [FULL]);
  assert.equal(new URL(page.url()).search, OWN);
});

pageTest('with a prefix the look is in the address, and the mandate that the application names wins over it', {}, async ({ page }) => {
  await page.goto(`${files.url}/${OWN}&store-mandate=${FREE}&store-view=instances`);
  await page.evaluate(embed, { base: scene.host.url, token: tokenOf(ANNA), mandateId: PAID, urlState: 'store-' });
  const mandates = page.locator('[data-mandate-switch]');
  await page.locator('[data-view="instances"][aria-current="page"]').waitFor();
  assert.equal(await mandates.inputValue(), PAID);
  await mandates.selectOption(FULL);
  await until('the address names it', () => new URL(page.url()).search === `${OWN}&store-mandate=${FULL}&store-view=instances`);
});

const SET_UP = /^turnpike-store: /;

pageTest('an address that answers with something else than the store: the developer reads why, the application is told once', {}, async ({ page, expectErrors }) => {
  expectErrors(SET_UP);
  const logged = messages(page);
  await page.goto(files.url);
  await page.evaluate(embed, { base: files.url, token: tokenOf(ANNA), mandateId: PAID });
  await page.locator('[data-empty="error"]').waitFor();
  await until('it is tried again', () => logged.tries > 2);
  assert.equal(logged.texts.length, 1, logged.texts.join('\n'));
  assert.match(logged.texts[0], /404.* is not the store's/);
  assert.deepEqual(await page.evaluate(() => globalThis.unread), [{ mandateId: null, code: 'unreachable', status: 404, traceId: null }]);
});

pageTest('an element that nobody set up says what it lacks', {}, async ({ page, expectErrors }) => {
  expectErrors(SET_UP);
  const logged = messages(page);
  await page.goto(files.url);
  await page.evaluate(embed, { token: tokenOf(ANNA) });
  await until('it says so', () => logged.texts.length > 0);
  assert.match(logged.texts[0], /set `apiBase`/);
});

/** What the element tells in the console, and how often it tried to read. */
function messages(page) {
  const seen = { texts: [], tries: 0 };
  page.on('console', (message) => SET_UP.test(message.text()) && seen.texts.push(message.text()));
  page.on('request', (request) => (seen.tries += request.url().includes('/api/store/mandates') ? 1 : 0));
  return seen;
}

/** In the page: opens the element as an application does, and keeps what it is told. */
async function embed({ base, token, ...properties }) {
  await import('/turnpike-store.bundle.js');
  const store = document.createElement('turnpike-store');
  globalThis.told = [];
  globalThis.unread = [];
  store.addEventListener('turnpike-unread', ({ detail }) => globalThis.unread.push(detail));
  store.addEventListener('turnpike-mandate', ({ detail }) => globalThis.told.push(detail.mandateId));
  Object.assign(store, { apiBase: base, getToken: () => token, locale: 'en', ...properties });
  document.body.append(store);
}
