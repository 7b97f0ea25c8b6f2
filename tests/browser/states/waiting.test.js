// Billing or the service itself does not answer: the page never guesses, may be left, and finds out.

import assert from 'node:assert/strict';

import { fetchWords, inspect } from '../accessibility/inspect.js';
import { useChromium } from '../harness/chromium.js';
import { sceneTest } from '../harness/scene_test.js';
import { StorePage } from '../harness/store_page.js';
import { until } from '../harness/wait.js';
import { itemOf } from '../world/document.js';
import { BENS, CARLA, PAID, PRICE } from '../world/store.js';

useChromium();

const SETTLED = new Set(['done', 'failed', 'cancelled']);
const IMPATIENT = { TURNPIKE_BILLING_WAIT: '1s' };

sceneTest(
  'billing carries it out and keeps silent: nobody says done before it is known',
  { settings: { ...IMPATIENT, TURNPIKE_STRIPE_TIMEOUT: '3s', TURNPIKE_LEDGER_LEASE: '5s' } },
  async ({ scene, store }) => {
    await scene.proxy.onUpdates({ type: 'forward_then_stall' });
    await store.begin('payroll', 'activate');
    await store.confirm();
    await store.phase('waiting');
    await store.dialog.locator('[data-slow]').waitFor();
    assert.equal(await store.billed(), 2 * PRICE, 'the bill is what the server says');
    await store.phase('done');
    await store.announcedOnce('live', /Payroll.*(active|activated)/i);
    await store.close();
    await store.billIs(3 * PRICE);
  },
);

sceneTest('a wish on its way: its steps are shown', { settings: { TURNPIKE_BILLING_WAIT: '28s', TURNPIKE_STRIPE_TIMEOUT: '25s' } }, async ({ scene, store }) => {
  await scene.proxy.onUpdates({ type: 'hold' }, 'forever');
  await store.begin('payroll', 'activate');
  await store.confirm();
  await scene.proxy.holds();
  await inspect(store, 'sending');
  await scene.proxy.calm();
  await scene.proxy.release();
  await store.phase('done');
  await store.announcedOnce('live', /Payroll.*(active|activated)/i);
});

sceneTest('billing is slow: the page can be left, and others see what is under way', { settings: IMPATIENT }, async ({ context, scene, store }) => {
  const other = await StorePage.open(await context.newPage(), scene.host, CARLA, { mandate: PAID });
  await scene.proxy.onUpdates({ type: 'hold' }, 'forever');
  await store.begin('payroll', 'activate');
  await store.confirm();
  await scene.proxy.holds();
  await store.phase('waiting');
  assert.equal(await store.dialog.locator('[aria-current="step"]').count(), 1);
  await inspect(store, 'waiting for billing');

  // Left while it runs: it goes on, and can be seen by whoever opens the page.
  await store.close();
  await store.focusIsKept('after leaving');
  await store.cardIs('payroll', 'activating');
  await store.page.locator('li[data-change]').waitFor();
  await other.page.locator('li[data-change]').waitFor();
  await other.cardIs('payroll', 'activating');
  await inspect(other, 'a change under way by somebody else');

  await scene.proxy.calm();
  await scene.proxy.release();
  await store.cardIs('payroll', 'active');
  await store.billIs(3 * PRICE);
  await other.cardIs('payroll', 'active-others');
  await other.page.locator('li[data-change]').waitFor({ state: 'detached' });
});

sceneTest('an activation that waits for billing can be withdrawn', { settings: IMPATIENT }, async ({ scene, store, document }) => {
  await scene.proxy.onUpdates({ type: 'hold' }, 'forever');
  await store.begin('payroll', 'activate');
  await store.confirm();
  await scene.proxy.holds();
  await store.phase('waiting');
  await store.close();
  await store.action('payroll', 'withdraw').click();
  await store.confirmable();
  assert.equal(await store.confirmButton.innerText(), 'Withdraw the activation');
  assert.match(await store.dialog.innerText(), /nothing is created; what was billed already is credited/);
  await inspect(store, 'a withdrawal');
  await store.confirm();
  await store.phase('done');
  await store.announcedOnce('live', /Payroll/);
  await store.close();
  await store.focusIsKept('after a withdrawal');

  // Billing confirms what was given up: the page sees it, and does not say that it is active.
  const settled = store.page.waitForResponse(async (response) => /\/changes\/[\w-]+$/.test(new URL(response.url()).pathname) && SETTLED.has((await response.json()).state));
  await scene.proxy.calm();
  await scene.proxy.release();
  await settled;
  await store.cardIs('payroll', 'available');
  await store.page.locator('li[data-change]').waitFor({ state: 'detached' });
  await store.billIs(2 * PRICE);
  await until('Stripe bills two', async () => (await scene.stripe.quantity(itemOf(document, PAID).item)) === 2);
  assert.deepEqual(store.announced.filter(({ region }) => region === 'alert'), [], 'what was wished for is no failure');
});

sceneTest('an end that waits for billing is not offered once more', { settings: IMPATIENT }, async ({ scene, store }) => {
  await store.page.locator('[data-view="instances"]').click();
  const row = store.page.locator(`li[data-instance="${BENS.instance}"]`);
  await row.locator('[data-action="deactivate"]').waitFor();
  await scene.proxy.onUpdates({ type: 'hold' }, 'forever');
  // Together with an activation, so that both wait for billing.
  const { status } = await scene.api.post(CARLA, '/api/store/changes', { mandateId: PAID, activate: ['payroll'], deactivate: [BENS.instance] });
  assert.equal(status, 202);
  await store.page.locator(`li[data-instance="${BENS.instance}"][data-state="leaving"]`).waitFor();
  assert.equal(await row.locator('[data-action]').count(), 0);
  const again = await scene.api.deactivate(CARLA, PAID, BENS.feature, BENS.instance, { scope: 'mandate' });
  assert.deepEqual([again.status, again.body.code], [409, 'change-pending'], 'what would be offered would be refused');
  await inspect(store, 'an end that waits for billing');

  await scene.proxy.calm();
  await scene.proxy.release();
  await row.locator('[data-action="restore"]').waitFor();
});

sceneTest(
  'the host is killed while it waits: the page says that it does not know, and finds out',
  { settings: { TURNPIKE_LEDGER_LEASE: '3s', TURNPIKE_STRIPE_TIMEOUT: '2s' } },
  async ({ scene, store, expectErrors }) => {
    expectErrors(/^turnpike-store: NetworkError/);
    await fetchWords(store);
    await scene.proxy.onUpdates({ type: 'hold' }, 'forever');
    await store.begin('payroll', 'activate');
    await store.confirm();
    await scene.proxy.holds();
    await scene.host.kill();
    await store.dialog.locator('[data-unknown]').waitFor();
    await inspect(store, 'outcome unknown');
    assert.equal(await store.dialog.locator('[data-result]').count(), 0);

    await scene.proxy.calm();
    await scene.proxy.release();
    await scene.host.start();
    // Whoever asks now may be too late: the page looks at the changes by itself, and then there is nothing left to ask.
    const asked = store.dialog.locator('[data-check-now]').click({ timeout: 5_000 }).catch(() => undefined);
    await store.phase('done');
    await asked;
    await store.close();
    await store.cardIs('payroll', 'active');
    await store.billIs(3 * PRICE);
  },
);
