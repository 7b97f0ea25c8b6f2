// What is shown may be old, or cannot be read: the page says so, keeps what it has, and catches up by itself.

import assert from 'node:assert/strict';

import { fetchWords, inspect } from '../accessibility/inspect.js';
import { useChromium } from '../harness/chromium.js';
import { sceneTest } from '../harness/scene_test.js';
import { StorePage } from '../harness/store_page.js';
import { ANNA, BENS, CARLA, FREE, PAID, PRICE } from '../world/store.js';

useChromium();

/** More preflights than a minute allows. */
const TOO_MANY = 25;

/** What the element tells the developer. */
const UNREACHABLE = /^turnpike-store: NetworkError/;

sceneTest('a page that cannot catch up says from when it is', { settings: { TURNPIKE_RATE_LIMIT: 'on' } }, async ({ scene, store }) => {
  for (let asked = 0; asked < TOO_MANY; asked += 1) await scene.api.get(ANNA, `/api/store/preflight?mandateId=${PAID}`);
  const { status } = await scene.api.activate(CARLA, PAID, 'payroll');
  assert.equal(status, 200);
  await store.page.locator('[data-stale]').waitFor();
  await store.billIs(2 * PRICE);
  await inspect(store, 'stale page');
  // Nobody touches it: it asks again when the service allows it.
  await store.page.locator('[data-stale]').waitFor({ state: 'detached', timeout: 180_000 });
  await store.billIs(3 * PRICE);
});

sceneTest('a page that is opened when too much was asked shows no error, and begins when it may', { settings: { TURNPIKE_RATE_LIMIT: 'on' }, signIn: false }, async ({ page, scene }) => {
  const store = new StorePage(page, scene.host);
  await store.goTo({ mandate: PAID });
  for (let asked = 0; asked < TOO_MANY; asked += 1) await scene.api.get(ANNA, `/api/store/preflight?mandateId=${PAID}`);
  await store.signInButton(ANNA).click();
  // A script of hers uses up what Anna may ask.
  let goesOn = true;
  const script = (async () => {
    while (goesOn) await scene.api.get(ANNA, `/api/store/preflight?mandateId=${PAID}`);
  })();
  try {
    await page.locator('[data-waits]').waitFor();
    assert.equal(await page.locator('[data-empty]').count(), 0);
    await inspect(store, 'waits until it may ask');
  } finally {
    goesOn = false;
    await script;
  }
  await page.locator('turnpike-store[data-state="ready"]').waitFor({ state: 'attached', timeout: 180_000 });
  await store.cardIs('payroll', 'available');
});

sceneTest('a page reads once when it is opened and once after an activation of its own, whatever the stream tells', { signIn: false }, async ({ page, scene }) => {
  let reads = 0;
  page.on('request', (request) => (reads += request.url().includes('/api/store/preflight') ? 1 : 0));
  const store = await StorePage.open(page, scene.host, ANNA, { mandate: PAID });
  await store.begin('payroll', 'activate');
  assert.equal(reads, 1);
  await store.confirm();
  await store.phase('done');
  await store.close();
  await store.cardIs('payroll', 'active');
  await store.billIs(3 * PRICE);
  // What the stream told late may have asked for one more.
  assert.ok(reads <= 3, `${reads} readings`);
});

sceneTest('without a connection the page stays readable, and catches up when it is back', {}, async ({ context, scene, store, expectErrors }) => {
  expectErrors(UNREACHABLE);
  await fetchWords(store);
  await context.setOffline(true);
  await store.page.locator('[data-offline]').waitFor();
  await store.is('offline');
  await inspect(store, 'offline');
  assert.equal((await scene.api.activate(CARLA, PAID, 'payroll')).status, 200);
  await context.setOffline(false);
  await store.page.locator('[data-offline]').waitFor({ state: 'detached' });
  await store.is('ready');
  await store.cardIs('payroll', 'active-others');
  await store.billIs(3 * PRICE);
});

sceneTest('nothing of a mandate can be read: it can be tried again', {}, async ({ page, scene, store, expectErrors }) => {
  expectErrors(UNREACHABLE);
  await fetchWords(store);
  await scene.host.kill();
  await store.mandates.selectOption(FREE);
  await page.locator('[data-empty="error"]').waitFor();
  await inspect(store, 'nothing could be read');
  await scene.host.start();
  await page.locator('[data-retry]').click();
  await store.is('ready');
  await store.cardIs('payroll', 'available');
});

sceneTest('a token that is accepted no more: nothing of the mandate stays on the page', {}, async ({ scene, store }) => {
  await scene.host.restart({ TURNPIKE_JWT_SECRET: 'another-secret-with-at-least-32-bytes!' });
  await store.mandates.selectOption(FREE);
  await store.signInButton(ANNA).waitFor();
  assert.equal(await store.page.locator('li[data-feature]').count(), 0);
  await inspect(store, 'signed out');
});

sceneTest('the search finds without accents, and says when it finds nothing', {}, async ({ store }) => {
  const search = store.page.locator('input[type="search"]');
  await search.fill('zzz');
  await store.page.locator('[data-empty="results"]').waitFor();
  assert.match(store.page.url(), /q=zzz/);
  await inspect(store, 'no results');
  await store.page.locator('[data-clear]').click();
  await store.cardIs('payroll', 'available');
  await store.page.locator('[data-filter="active"]').click();
  await store.card('payroll').waitFor({ state: 'detached' });
  await store.card(BENS.feature).waitFor();
  assert.match(store.page.url(), /filter=active/);
  await store.page.reload();
  await store.signIn(ANNA);
  await store.card(BENS.feature).waitFor();
  assert.equal(await store.card('payroll').count(), 0, 'search and filters are in the address');
});
