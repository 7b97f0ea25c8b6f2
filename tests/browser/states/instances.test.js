// The admin's view: who uses what, since when and at what price; others' instances are ended from there, and come back.

import assert from 'node:assert/strict';

import { inspect } from '../accessibility/inspect.js';
import { useChromium } from '../harness/chromium.js';
import { Keyboard } from '../harness/keyboard.js';
import { sceneTest } from '../harness/scene_test.js';
import { until } from '../harness/wait.js';
import { itemOf } from '../world/document.js';
import { BENS, CARLA, PAID, PRICE, SHARED } from '../world/store.js';

useChromium();

sceneTest("an admin ends somebody else's instance for everyone, and brings it back", {}, async ({ scene, store, document }) => {
  const { body: begun } = await scene.api.activate(CARLA, PAID, 'payroll');
  const { item } = itemOf(document, PAID);
  await store.page.locator('[data-view="instances"]').click();
  const row = rowOf(store, begun.instanceId);
  await row.waitFor();
  assert.deepEqual(await factsOf(row), { 'Used by': '1 person', 'Active since': today(), 'Activated by': 'carla', Price: 'CHF 29.50 per month' });
  assert.deepEqual(Object.keys(await factsOf(rowOf(store, BENS.instance))), ['Used by', 'Price'], 'nothing is made up of what an import did not say');

  await row.locator('[data-action="deactivate"]').click();
  await store.dialog.locator('[data-ends="true"]').waitFor();
  await store.confirmable();
  assert.match(await store.dialog.innerText(), /ends for 1 other person as well[^]*can be restored until/);
  assert.equal(await store.dialog.locator('[data-scopes]').count(), 0, 'who does not use it has no choice of scope');
  assert.match(await store.quote('period').innerText(), /88\.50[^]*59\.00/);
  await inspect(store, 'end for everyone');
  await store.confirm();
  await store.phase('done');
  await store.announcedOnce('live', /Payroll/);
  await inspect(store, 'ended');
  await store.close();
  await row.and(store.page.locator('[data-state="ended"]')).waitFor();
  await store.focusIsKept('after an end for everyone');
  const ended = await factsOf(row);
  assert.deepEqual(Object.keys(ended), ['Ended', 'Can be restored until', 'Ended by']);
  assert.equal(ended['Ended by'], 'anna');
  await store.billIs(2 * PRICE);
  assert.equal(await accessesOf(scene, CARLA, 'payroll'), 0);

  // Whoever ended it comes back by keyboard.
  const keys = new Keyboard(store);
  await keys.tabTo(`li[data-instance="${begun.instanceId}"] [data-action="restore"]`);
  await keys.press('Enter', 'on restore');
  await store.confirmable();
  assert.ok(await keys.isWithin('dialog'), 'focus is in the dialog');
  for (const part of ['now', 'next', 'period', 'valid']) await store.quote(part).waitFor();
  assert.match(await store.confirmButton.innerText(), /CHF/, 'the amount is on the button');
  assert.match(await store.dialog.innerText(), /Ended on .* Can be restored until/);
  await inspect(store, 'a restore with its quote');
  await store.confirm();
  await store.phase('done');
  await inspect(store, 'restored');
  await store.close();
  await row.and(store.page.locator('[data-state="active"]')).waitFor();
  await store.focusIsKept('after a restore');
  await store.billIs(3 * PRICE);
  assert.equal(await accessesOf(scene, CARLA, 'payroll'), 1, 'with the accesses it had');
  await until('Stripe bills three', async () => (await scene.stripe.quantity(item)) === 3);
});

sceneTest('who uses two instances of one feature gives up each by itself', {}, async ({ store }) => {
  await store.begin(SHARED.feature, 'activate');
  await store.confirm();
  await store.phase('done');
  await store.close();
  await store.billIs(3 * PRICE);
  const own = store.card(SHARED.feature).locator('li[data-instance]');
  await until('the card has both', async () => (await own.count()) === 2);
  await inspect(store, 'two instances of one feature');
  await own.and(store.page.locator(`:not([data-instance="${SHARED.instance}"])`)).locator('[data-action="deactivate"]').click();
  await store.dialog.locator('[data-ends="true"]').waitFor();
  await store.confirm();
  await store.phase('done');
  await store.close();
  await store.focusIsKept('after one of two');
  await store.billIs(2 * PRICE);
  assert.equal(await own.count(), 0, 'one is left, and it is the card');
  await store.cardIs(SHARED.feature, 'active');
});

function rowOf(store, instance) {
  return store.page.locator(`li[data-instance="${instance}"]`);
}

/** What a row tells, by name. */
function factsOf(row) {
  return row.evaluate((one) => Object.fromEntries([...one.querySelectorAll('dt')].map((name) => [name.textContent, name.nextElementSibling.textContent.replace(/\s/g, ' ')])));
}

async function accessesOf({ api }, user, featureCode) {
  const { body } = await api.get(user, `/api/store/features?mandateId=${PAID}`);
  return body.find((feature) => feature.featureCode === featureCode).instances.length;
}

function today() {
  return new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeZone: 'Europe/Zurich' }).format(new Date());
}
