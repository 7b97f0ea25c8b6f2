// Quotes are held to: a changed amount is shown before anything happens, an old one is renewed in place.

import assert from 'node:assert/strict';

import { inspect } from '../accessibility/inspect.js';
import { useChromium } from '../harness/chromium.js';
import { sceneTest } from '../harness/scene_test.js';
import { until } from '../harness/wait.js';
import { itemOf } from '../world/document.js';
import { LAPSED, PAID, PRICE } from '../world/store.js';

useChromium();

sceneTest('the price changes between quote and confirmation: the difference is shown, nothing happened', {}, async ({ scene, store, document }) => {
  await store.begin('payroll', 'activate');
  const { item, subscription } = itemOf(document, PAID);
  await scene.stripe.edit(subscription, { price: { id: 'price_dearer', unit_amount: 2 * PRICE, currency: 'chf', interval: 'month' } });
  await store.confirm();
  const difference = store.dialog.locator('[data-quote-difference]');
  await difference.waitFor();
  await store.focusIsKept('when the price changed');
  const { html } = await store.focused();
  assert.ok(await difference.evaluate((panel) => panel.contains(panel.getRootNode().activeElement)), `focus is on the difference, not on ${html}`);
  await inspect(store, 'price changed');
  assert.equal(await scene.stripe.quantity(item), 2, 'nothing happened');
  await store.close();
});

sceneTest('a quote cannot be had: the page says so and offers to ask again', {}, async ({ scene, store }) => {
  await scene.proxy.plan({ match: { method: 'POST', path: '/v1/invoices/create_preview' }, times: 'forever', fault: { type: 'answer', status: 500, page: 'json' } });
  await store.action('payroll', 'activate').click();
  await store.dialog.locator('[data-quote-failed]').waitFor();
  await inspect(store, 'no quote');
  await scene.proxy.calm();
  await store.dialog.locator('[data-retry]').click();
  await store.confirmable();
});

sceneTest('a quote is being asked for: nothing can be agreed to before it is there', {}, async ({ page, store }) => {
  let letGo;
  const held = new Promise((resolve) => (letGo = resolve));
  await page.route('**/api/store/quote', async (route) => {
    await held;
    await route.continue();
  });
  await store.action('payroll', 'activate').click();
  await store.dialog.locator('[data-asking]').waitFor();
  assert.equal(await store.confirmButton.getAttribute('aria-disabled'), 'true');
  await store.confirmButton.click({ force: true });
  await inspect(store, 'a quote being asked for');
  assert.equal(await store.dialog.getAttribute('data-phase'), 'quoting', 'nothing is sent');
  letGo();
  await store.confirmable();
});

sceneTest('a quote is renewed in place before its time is over', { mandate: LAPSED }, async ({ scene, store }) => {
  await periodEndsIn(100, scene, store);
  await store.begin('payroll', 'activate');
  await store.announcedOnce('live', /./, 120_000);
  await store.confirmable();
  await inspect(store, 'a renewed quote');
  await store.focusIsKept('when the quote was renewed');
  await store.confirm();
  await store.phase('done');
});

sceneTest('a quote whose time is over: another takes its place, and is agreed to anew', { mandate: LAPSED }, async ({ scene, store }) => {
  const ends = await periodEndsIn(25, scene, store);
  await store.begin('payroll', 'activate');
  await until('its time is over', () => Date.now() > ends);
  await store.confirmButton.click();
  await store.focusIsKept('when the quote was over');
  await store.confirmable();
  assert.equal(await store.dialog.getAttribute('data-phase'), 'review', 'nothing happened');
  await store.confirm();
  await store.phase('done');
});

/**
 * `LAPSED` gets a subscription whose period, and with it every quote, ends so many seconds from now: that instant. The page
 * hears of it by itself.
 */
async function periodEndsIn(seconds, scene, store) {
  const end = new Date(Math.floor(Date.now() / 1000 + seconds) * 1000);
  const start = new Date(end);
  start.setUTCMonth(start.getUTCMonth() - 1);
  const ids = { stripeSubscriptionId: 'sub_ending', stripeItemIdInstances: 'si_ending' };
  const price = { id: 'price_ending', unit_amount: PRICE, currency: 'chf', interval: 'month' };
  await scene.stripe.seed([{ id: 'si_ending', subscription: 'sub_ending', quantity: 0, price, period_start: start / 1000 }]);
  await scene.host.import({
    format: 'feature-store-fixture/1',
    subscriptions: [{ id: 's-ending', mandateId: LAPSED, planKey: 'BASIC', status: 'ACTIVE', ...ids }],
  });
  await store.cardIs('payroll', 'available');
  return end.getTime();
}
