// A member asks for a feature; an admin sees it with its price, approves or declines; who asked sees what came of it.

import assert from 'node:assert/strict';

import { inspect, inspectNarrow } from '../accessibility/inspect.js';
import { useChromium } from '../harness/chromium.js';
import { sceneTest } from '../harness/scene_test.js';
import { StorePage } from '../harness/store_page.js';
import { ANNA, BEN, PAID } from '../world/store.js';

useChromium();

sceneTest('a member asks, an admin approves with the quote, and who asked can use it', { user: BEN }, async ({ page, scene, store }) => {
  await ask(store, 'payroll', 'For the monthly <b>pay</b>');
  await store.announcedOnce('live', /request is sent/);
  await inspect(store, 'a request that was sent');
  await store.close();
  await store.focusIsKept('after asking');
  await store.action('payroll', 'ask').click();
  await request(store, 'open').waitFor();
  assert.equal(await store.confirmButton.count(), 0, 'it is asked for once');
  await store.close();

  const admin = await StorePage.open(await page.context().newPage(), scene.host, ANNA, { mandate: PAID });
  await list(admin);
  const shown = (await request(admin, 'open').innerText()).replace(/\s/g, ' ');
  assert.match(shown, /ben asks for “Payroll”.*For the monthly <b>pay<\/b>.*CHF 29\.50 per month/);
  await inspect(admin, 'requests');
  await inspectNarrow(admin, 'requests');
  await admin.dialog.locator('[data-approve]').click();
  await admin.confirmable();
  assert.match(await admin.dialog.locator('[data-for]').innerText(), /ben asked for it and gets access/);
  await inspect(admin, 'an approval');
  await admin.confirm();
  await admin.phase('done');
  await admin.close();
  await admin.focusIsKept('after approving');
  await list(admin);
  await request(admin, 'approved').waitFor();

  await store.cardIs('payroll', 'active');
  const { body } = await scene.api.get(BEN, `/api/store/features?mandateId=${PAID}`);
  assert.equal(body.find(({ featureCode }) => featureCode === 'payroll').instances.length, 1);
});

sceneTest('an admin declines with a word, which the member reads; another request is taken back', { user: BEN }, async ({ page, scene, store }) => {
  await ask(store, 'payroll', '');
  await store.close();
  const admin = await StorePage.open(await page.context().newPage(), scene.host, ANNA, { mandate: PAID });
  await list(admin);
  await admin.dialog.locator('[data-decline]').click();
  await admin.dialog.locator('[data-words]').fill('Not this year');
  await inspect(admin, 'declining');
  await admin.dialog.locator('[data-decline-now]').click();
  await request(admin, 'declined').waitFor();
  await admin.focusIsKept('after declining');

  await ask(store, 'payroll', '', async () => {
    assert.match(await request(store, 'declined').innerText(), /anna: Not this year/);
  });
  await store.dialog.locator('[data-withdraw]').click();
  await request(store, 'withdrawn').waitFor();
  await store.focusIsKept('after taking back');
});

sceneTest('what cannot be had or sent says so, keeps what was written, and can be tried again', { user: BEN }, async ({ store }) => {
  await store.page.route(/\/api\/store\/requests\?/, (route) => route.abort());
  await store.action('payroll', 'ask').click();
  await store.dialog.locator('[data-unread]').waitFor({ timeout: 60_000 });
  await store.page.unroute(/\/api\/store\/requests\?/);
  await store.dialog.locator('[data-retry]').click();
  await store.dialog.locator('[data-words]').fill('Why');
  await store.page.route(/\/api\/store\/requests$/, (route) => route.fulfill({ status: 429, contentType: 'application/problem+json', body: JSON.stringify({ status: 429, code: 'too-many-requests', detail: 'Too many.', reasons: [{ code: 'too-many-requests', params: {}, detail: 'Too many.', fix: '' }], traceId: 't' }) }));
  await store.confirmButton.click();
  await store.phase('failed');
  assert.equal(await store.dialog.locator('[data-words]').inputValue(), 'Why');
  await inspect(store, 'a request that was refused');
  await store.page.unroute(/\/api\/store\/requests$/);
  await store.confirmButton.click();
  await store.phase('done');
});

/** Asks for a feature from its card; `before` is looked at when the list is there. */
async function ask(store, feature, words, before = async () => {}) {
  await store.action(feature, 'ask').click();
  await store.dialog.locator('[data-words]').waitFor();
  await before();
  await store.dialog.locator('[data-words]').fill(words);
  await store.confirm();
  await store.phase('done');
}

/** Opens the requests from the list of instances. */
async function list(store) {
  await store.page.locator('[data-view="instances"]').click();
  await store.page.locator('[data-action="requests"]').click();
  await store.dialog.locator('[data-requests]').waitFor();
}

function request(store, state) {
  return store.dialog.locator(`[data-request][data-state="${state}"]`).first();
}
