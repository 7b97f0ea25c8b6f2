// With the gate `payment`: a card that does not pay costs nothing and leaves nothing.

import assert from 'node:assert/strict';

import { inspect } from '../accessibility/inspect.js';
import { useChromium } from '../harness/chromium.js';
import { sceneTest } from '../harness/scene_test.js';
import { itemOf } from '../world/document.js';
import { PAID, PRICE } from '../world/store.js';

useChromium();

for (const [outcome, code] of [['declined', 'payment-declined'], ['requires_action', 'payment-action-required']]) {
  sceneTest(`a card that says ${outcome}`, { settings: { TURNPIKE_BILLING_GATE: 'payment' } }, async ({ scene, store, document }) => {
    await store.begin('payroll', 'activate');
    assert.match(await store.confirmButton.innerText(), /CHF/);
    await scene.stripe.card(outcome);
    await store.confirm();
    await store.phase('failed');
    await store.dialog.locator(`[data-failure="${code}"]`).waitFor();
    await store.dialog.locator('[data-nothing-charged]').waitFor();
    await store.announcedOnce('alert', /Payroll/);
    await inspect(store, code);
    await store.focusIsKept('after a failure');
    await store.close();
    await store.focusIsKept('after closing a failure');
    await store.cardIs('payroll', 'available');
    await store.billIs(2 * PRICE);
    assert.equal(await scene.stripe.quantity(itemOf(document, PAID).item), 2);

    // The card is good again, and so is the page.
    await scene.stripe.card('ok');
    await store.begin('payroll', 'activate');
    await store.confirm();
    await store.phase('done');
  });
}
