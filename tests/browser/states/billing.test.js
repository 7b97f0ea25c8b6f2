// Billing cannot be reached, is paused, or is unpaid.

import assert from 'node:assert/strict';

import { inspect } from '../accessibility/inspect.js';
import { useChromium } from '../harness/chromium.js';
import { sceneTest } from '../harness/scene_test.js';
import { itemOf } from '../world/document.js';
import { PAID, PRICE, SUSPENDED } from '../world/store.js';

useChromium();

sceneTest('billing cannot be reached: nothing was changed, and the page says so', { settings: { TURNPIKE_BILLING_WAIT: '2s' } }, async ({ scene, store, document }) => {
  await store.begin('payroll', 'activate');
  await scene.proxy.onUpdates({ type: 'drop' }, 'forever');
  await scene.proxy.plan({ match: { method: 'GET' }, times: 'forever', fault: { type: 'drop' } });
  await store.confirm();
  await store.phase('failed');
  await store.dialog.locator('[data-failure="billing-unavailable"]').waitFor();
  await store.dialog.locator('[data-nothing-charged]').waitFor();
  await store.announcedOnce('alert', /Payroll/);
  await inspect(store, 'billing unreachable');
  await store.close();
  await store.cardIs('payroll', 'available');
  await store.billIs(2 * PRICE);

  await scene.proxy.calm();
  assert.equal(await scene.stripe.quantity(itemOf(document, PAID).item), 2);
});

sceneTest(
  'an operator paused billing: what costs money waits, what is there can be given up',
  { prepare: ({ scene }) => scene.host.command('pause', 'billing', '--reason', 'a test') },
  async ({ scene, store }) => {
    await store.cardIs('payroll', 'blocked');
    assert.deepEqual(await store.reasons('payroll'), ['billing-paused']);
    assert.equal(await store.action('documents', 'deactivate').getAttribute('aria-disabled'), null);
    await inspect(store, 'billing paused');

    // Nobody touches the page.
    await scene.host.command('resume', 'billing');
    await store.cardIs('payroll', 'available');
  },
);

sceneTest('bill and features agree, then differ: the page says so, when it was looked at, and what that prevents', {}, async ({ scene, store, document }) => {
  const agreement = (agrees) => store.page.locator(`[data-in-sync="${agrees}"]`);
  assert.equal(await agreement(true).or(agreement(false)).count(), 0, 'nothing is said before anybody looked');
  assert.match(await store.bill.innerText(), /Next invoice: day not known yet/);
  await scene.host.command('reconcile');
  await agreement(true).waitFor();
  assert.match(await store.bill.innerText(), /Next invoice on \d+\s\w+\s\d{4}/);

  const { subscription } = itemOf(document, PAID);
  await scene.stripe.edit(subscription, { price: { id: 'price_dearer', unit_amount: 2 * PRICE, currency: 'chf', interval: 'month' } });
  await assert.rejects(scene.host.command('reconcile'), /ended with 1:/, 'a difference');
  await agreement(false).waitFor();
  assert.match(await agreement(false).innerText(), /differ; this is being looked into\. Checked/);
  await store.cardIs('payroll', 'blocked');
  assert.deepEqual(await store.reasons('payroll'), ['billing-incomplete']);
  assert.equal(await store.action('documents', 'deactivate').getAttribute('aria-disabled'), null, 'an end is never refused for billing');
  await inspect(store, 'bill and features differ');

  await scene.stripe.edit(subscription, { price: { id: 'price_as_before', unit_amount: PRICE, currency: 'chf', interval: 'month' } });
  await scene.host.command('reconcile');
  await agreement(true).waitFor();
  await store.cardIs('payroll', 'available');
});

sceneTest('an unpaid subscription: what is there is suspended', { mandate: SUSPENDED }, async ({ store }) => {
  await store.cardIs('documents', 'suspended');
  await store.page.locator('[data-suspended]').waitFor();
  assert.deepEqual(await store.reasons('payroll'), ['no-subscription']);
  await inspect(store, 'suspended');
});
