// A visit from beginning to end: reasons, a quote, a new bill, a second tab that follows, the last user's warning, a return.

import assert from 'node:assert/strict';

import { useChromium } from '../harness/chromium.js';
import { sceneTest } from '../harness/scene_test.js';
import { StorePage } from '../harness/store_page.js';
import { until } from '../harness/wait.js';
import { itemOf } from '../world/document.js';
import { ANNA, FULL, LAPSED, PAID, PAST_DUE, PRICE } from '../world/store.js';

useChromium();

sceneTest('a visitor sees reasons, activates, gives up as the last user and restores', {}, async ({ context, scene, store, document }) => {
  const { item } = itemOf(document, PAID);
  const billedAtStripe = (quantity) => until(`Stripe bills ${quantity}`, async () => (await scene.stripe.quantity(item)) === quantity);

  await reasonsOfMandates(store);

  const other = await StorePage.open(await context.newPage(), scene.host, ANNA, { mandate: PAID });
  await other.billIs(2 * PRICE);

  await store.billIs(2 * PRICE);
  await store.begin('payroll', 'activate');
  for (const row of ['now', 'next', 'period', 'tax', 'valid']) await store.quote(row).waitFor();
  assert.match(await store.confirmButton.innerText(), /CHF/, 'the amount is on the button');
  await store.confirm();
  await store.phase('done');
  assert.equal(await store.dialog.locator('[data-steps] [data-step]').count(), 3, 'all steps are told');
  await store.announcedOnce('live', /Payroll/);
  await store.close();
  await store.focusIsKept('after an activation');
  await store.cardIs('payroll', 'active');
  await store.billIs(3 * PRICE);
  await billedAtStripe(3);

  // Nobody touches the other tab.
  await other.cardIs('payroll', 'active');
  await other.billIs(3 * PRICE);

  await store.begin('payroll', 'deactivate');
  await store.dialog.locator('[data-ends="true"]').waitFor();
  await store.dialog.locator('[data-restorable]').waitFor();
  await store.quote('period').waitFor();
  await store.confirm();
  await store.phase('done');
  await store.close();
  await store.focusIsKept('after giving up');
  await store.cardIs('payroll', 'available');
  await store.billIs(2 * PRICE);
  await billedAtStripe(2);
  await other.cardIs('payroll', 'available');

  await store.begin('payroll', 'restore');
  await store.confirm();
  await store.phase('done');
  await store.close();
  await store.focusIsKept('after a restore');
  await store.cardIs('payroll', 'active');
  await store.billIs(3 * PRICE);
  await billedAtStripe(3);

  await theAdminsView(store);
});

/** Three mandates, three kinds of reasons, each as text, with what helps, and on a button that can be focused. */
async function reasonsOfMandates(store) {
  const seen = new Set();
  for (const [mandate, expected] of [[FULL, 'capacity-reached'], [PAST_DUE, 'subscription-past-due'], [LAPSED, 'no-subscription']]) {
    await store.mandates.selectOption(mandate);
    await store.card('payroll').locator(`[data-reason="${expected}"]`).waitFor();
    const button = store.action('payroll', 'activate');
    assert.equal(await button.getAttribute('aria-disabled'), 'true');
    assert.equal(await button.getAttribute('disabled'), null, 'it stays in the order of the tab key');
    await button.focus();
    await button.press('Enter');
    assert.equal(await store.dialog.count(), 0, 'what is refused begins nothing');
    for (const code of await store.reasons('payroll')) seen.add(code);
  }
  assert.deepEqual([...seen].sort(), ['capacity-reached', 'no-subscription', 'subscription-past-due']);
  await store.mandates.selectOption(PAID);
  await store.cardIs('payroll', 'available');
}

async function theAdminsView(store) {
  await store.page.locator('[data-view="instances"]').click();
  const rows = store.page.locator('li[data-instance]');
  await until('all instances are listed', async () => (await rows.count()) === 3);
  assert.equal(await rows.filter({ hasText: 'CHF' }).count(), 3, 'each with its price');
}
