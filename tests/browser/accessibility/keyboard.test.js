// The whole flow by keyboard alone; focus is never lost, and never begins on the button that pays.

import assert from 'node:assert/strict';

import { useChromium } from '../harness/chromium.js';
import { Keyboard } from '../harness/keyboard.js';
import { sceneTest } from '../harness/scene_test.js';
import { StorePage } from '../harness/store_page.js';
import { FULL, LABELS, PAID, PRICE } from '../world/store.js';

useChromium();

sceneTest('sign in, look for, read why not, activate, give up, restore: by keyboard', { signIn: false }, async ({ page, scene }) => {
  const store = new StorePage(page, scene.host);
  const keys = new Keyboard(store);
  await store.listen();
  await store.goTo({ mandate: PAID });
  await store.signInButton('u-anna').waitFor();
  await keys.tabTo('button');
  while (!/anna/i.test((await store.focused()).text)) await keys.tabTo('button');
  await page.keyboard.press('Enter');
  await store.is('ready');
  await store.focusIsKept('after signing in');

  await whyNot(store, keys);
  await search(store, keys);

  await begin(store, keys, 'payroll', 'activate');
  await keys.press('Escape', 'after cancelling');
  assert.ok(await keys.isOn('[data-action="activate"]'), 'back on the button that began it');
  await page.keyboard.press('Enter');
  await agree(store, keys);
  await store.announcedOnce('live', /Payroll/);
  await leave(store, keys, 'payroll');
  await store.billIs(3 * PRICE);

  store.announced.length = 0;
  await begin(store, keys, 'payroll', 'deactivate');
  await agree(store, keys);
  await store.announcedOnce('live', /Payroll/);
  await leave(store, keys, 'payroll');
  await store.billIs(2 * PRICE);

  store.announced.length = 0;
  await begin(store, keys, 'payroll', 'restore');
  await agree(store, keys);
  await store.announcedOnce('live', /Payroll/);
  await leave(store, keys, 'payroll');
  await store.billIs(3 * PRICE);
  assert.deepEqual(store.announced.filter(({ region }) => region === 'alert'), [], 'nothing failed');
});

/** A mandate is chosen; a button that cannot be used is reached, says why, and does nothing. */
async function whyNot(store, keys) {
  const { page } = store;
  await keys.tabTo('[data-mandate-switch]', (await keys.isWithin('header')) ? 'Tab' : 'Shift+Tab').catch(() => keys.tabTo('[data-mandate-switch]'));
  await page.keyboard.type(LABELS[FULL].slice(0, 7));
  await store.cardIs('payroll', 'blocked');
  await store.focusIsKept('after choosing a mandate');
  await keys.tabTo('li[data-feature="payroll"] [data-action="activate"]');
  await keys.press('Enter', 'on a button that cannot be used');
  assert.equal(await store.dialog.count(), 0);
  const described = await page.evaluate(() => {
    let active = document.activeElement;
    while (active?.shadowRoot?.activeElement) active = active.shadowRoot.activeElement;
    return active.getRootNode().getElementById(active.getAttribute('aria-describedby'))?.textContent ?? '';
  });
  assert.match(described, /capacity-reached/, 'the reason is read with the button');
  await keys.tabTo('[data-mandate-switch]', 'Shift+Tab');
  await page.keyboard.type(LABELS[PAID].slice(0, 7));
  await store.cardIs('payroll', 'available');
  await store.focusIsKept('after choosing a mandate');
}

/** One key leads to the search; what is found is announced; Escape or deleting brings all back. */
async function search(store, keys) {
  const { page } = store;
  // In a list of mandates or languages a key looks for one of them.
  await keys.tabTo('[data-view="store"]');
  await page.keyboard.press('/');
  assert.ok(await keys.isOn('input[type="search"]'), 'the shortcut leads to the search');
  await page.keyboard.type('payr');
  await store.card('documents').waitFor({ state: 'detached' });
  await store.focusIsKept('while searching');
  for (let letters = 0; letters < 4; letters += 1) await page.keyboard.press('Backspace');
  await store.card('documents').waitFor();
}

async function begin(store, keys, feature, kind) {
  const selector = `li[data-feature="${feature}"] [data-action="${kind}"]`;
  await keys.tabTo(selector).catch(() => keys.tabTo(selector, 'Shift+Tab'));
  await store.page.keyboard.press('Enter');
  await store.dialog.waitFor();
  assert.ok(await keys.isWithin('dialog'), 'focus is in the dialog');
  assert.ok(!(await keys.isOn('[data-confirm]')), 'not on the button that pays');
}

async function agree(store, keys) {
  await store.confirmable();
  await keys.tabTo('[data-confirm]');
  await keys.press('Enter', 'after confirming');
  await store.phase('done');
  await store.focusIsKept('when it is done');
  assert.ok(await keys.isWithin('dialog'), 'focus is on the outcome');
}

/** The dialog closes; focus is on the card that it was about. */
async function leave(store, keys, feature) {
  await store.page.keyboard.press('Escape');
  await store.dialog.waitFor({ state: 'detached' });
  await store.focusIsKept('after the dialog');
  assert.ok(await keys.isWithin(`li[data-feature="${feature}"]`), 'focus is on the card');
}
