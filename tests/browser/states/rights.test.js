// Who may do nothing, who belongs nowhere, and a store without anything in it.

import assert from 'node:assert/strict';

import { inspect, inspectNarrow } from '../accessibility/inspect.js';
import { useChromium } from '../harness/chromium.js';
import { sceneTest } from '../harness/scene_test.js';
import { StorePage } from '../harness/store_page.js';
import { BEN, FREE, FULL, PAID, SAM, SHARED, storeDocument } from '../world/store.js';

useChromium();

sceneTest('a member without rights reads why, and may give up an own access', { user: BEN }, async ({ scene, store }) => {
  await store.page.locator('[data-no-rights]').waitFor();
  assert.deepEqual(await store.reasons('payroll'), ['not-admin']);
  await inspect(store, 'no rights');
  await store.begin(SHARED.feature, 'deactivate');
  await store.dialog.locator('[data-ends="false"]').waitFor();
  await store.confirm();
  await store.phase('done');
  await store.close();
  await store.focusIsKept('after giving up');
  const { body } = await scene.api.get('u-anna', `/api/store/features?mandateId=${PAID}`);
  assert.equal(body.find((feature) => feature.featureCode === SHARED.feature).instances.length > 0, true, 'it stays for others');
});

sceneTest('who belongs to no mandate is told so', { signIn: false }, async ({ page, scene }) => {
  const store = await StorePage.open(page, scene.host, SAM);
  await page.locator('[data-empty="mandates"]').waitFor();
  await inspect(store, 'no mandate');
});

sceneTest('a store without features', { document: storeDocument({ features: [] }) }, async ({ store }) => {
  await store.page.locator('[data-empty="catalogue"]').waitFor();
  await inspect(store, 'empty catalogue');
});

sceneTest('a mandate that uses nothing yet', { mandate: FREE }, async ({ store }) => {
  await store.page.locator('[data-none-active]').waitFor();
  await inspect(store, 'nothing active yet');
  await store.begin('payroll', 'activate');
  await inspect(store, 'a quote that costs nothing');
  await store.confirm();
  await store.phase('done');
  await inspect(store, 'done');
});

sceneTest('a full mandate: every button says why it cannot be used', { mandate: FULL }, async ({ store }) => {
  await store.cardIs('payroll', 'blocked');
  assert.deepEqual(await store.reasons('reporting'), ['capacity-reached', 'feature-misconfigured']);
  await inspect(store, 'full');
});

sceneTest('the ordinary views', {}, async ({ store }) => {
  await inspect(store, 'ordinary');
  await store.begin('payroll', 'activate');
  await inspect(store, 'a quote');
  await store.close();
  await store.begin(SHARED.feature, 'deactivate');
  await inspect(store, 'leaving what others use');
  await store.close();
  await store.page.locator('[data-view="instances"]').click();
  await store.page.locator('li[data-instance]').first().waitFor();
  await inspect(store, 'all instances');
});

sceneTest('the ordinary views at 320 px', {}, async ({ store }) => {
  await store.page.locator('[data-bill-items] summary').click();
  await inspectNarrow(store, 'ordinary, with the unfolded bill');
  await store.begin('payroll', 'activate');
  await inspectNarrow(store, 'a quote');
  await store.close();
  await store.begin(SHARED.feature, 'deactivate');
  await inspectNarrow(store, 'leaving what others use');
  await store.close();
  await store.page.locator('[data-view="instances"]').click();
  await store.page.locator('li[data-instance]').first().waitFor();
  await inspectNarrow(store, 'all instances');
});

sceneTest('the bill unfolds: what it is made of', {}, async ({ store }) => {
  await store.page.locator('[data-bill-items] summary').click();
  const items = await store.page.locator('[data-bill-items] li').allInnerTexts();
  assert.deepEqual(items.map((item) => item.replace(/\s+/g, ' ')).sort(), ['Bookkeeping CHF 29.50', 'Documents CHF 29.50']);
  await inspect(store, 'the unfolded bill');
});

sceneTest('an address that names no mandate of hers: another is shown, and it is said', { mandate: 'm-nobody-knows' }, async ({ store }) => {
  await store.page.locator('[data-missing]').waitFor();
  await inspect(store, 'another mandate than was asked for');
});

const DISABLED = storeDocument();
DISABLED.instances.find(({ id }) => id === SHARED.instance).enabled = false;

sceneTest('an instance that the product switched off', { document: DISABLED }, async ({ store }) => {
  await store.cardIs(SHARED.feature, 'disabled');
  await inspect(store, 'switched off');
});
