// Who has access to an instance: given, changed, taken away, undone and handed over in the page; the other person sees it at once.

import assert from 'node:assert/strict';

import { inspect, inspectNarrow } from '../accessibility/inspect.js';
import { newContext, useChromium } from '../harness/chromium.js';
import { Keyboard } from '../harness/keyboard.js';
import { sceneTest } from '../harness/scene_test.js';
import { StorePage } from '../harness/store_page.js';
import { until } from '../harness/wait.js';
import { ANNA, BEN, BENS, CARLA, PAID, PRICE, SHARED } from '../world/store.js';

useChromium();

sceneTest('an admin gives a colleague access, who sees it at once; another role, taking it away, and undoing that', {}, async ({ scene, store }) => {
  const { body: begun } = await scene.api.activate(ANNA, PAID, 'payroll');
  await store.cardIs('payroll', 'active');
  const context = await newContext();
  try {
    const carla = await StorePage.open(await context.newPage(), scene.host, CARLA, { mandate: PAID });
    await carla.cardIs('payroll', 'active-others');
    await store.page.evaluate(listen);

    const keys = new Keyboard(store);
    await keys.tabTo('li[data-feature="payroll"] [data-action="share"]');
    await keys.press('Enter', 'on share');
    await person(store, ANNA).waitFor();
    assert.ok(await keys.isWithin('dialog'), 'focus is in the dialog');
    assert.deepEqual(await accesses(scene, begun.instanceId), { [ANNA]: ['payroll-admin'] });
    assert.equal(await store.confirmButton.getAttribute('aria-disabled'), 'true', 'nobody is chosen yet');
    await inspect(store, 'sharing');
    await inspectNarrow(store, 'sharing');
    await store.page.setViewportSize({ width: 1280, height: 900 });

    await store.dialog.locator('[data-colleague]').selectOption({ label: 'carla' });
    await store.dialog.locator('[data-give] [data-role]').selectOption('payroll-user');
    await store.confirm();
    await deed(store, 'done');
    await store.announcedOnce('live', /carla has access as “payroll-user”/);
    await store.focusIsKept('after access was given');
    await person(store, CARLA).waitFor();
    assert.equal(await store.dialog.locator('[data-colleague] option', { hasText: 'carla' }).count(), 0, 'who has access is no candidate');
    await carla.cardIs('payroll', 'active');
    await inspect(store, 'shared');

    await person(store, CARLA).locator('[data-role]').selectOption('payroll-viewer');
    await person(store, CARLA).locator('[data-action="change"]').click();
    await until('the role is another one', async () => (await accesses(scene, begun.instanceId))[CARLA]?.[0] === 'payroll-viewer');
    await deed(store, 'done', /carla now has the role/);

    await person(store, CARLA).locator('[data-action="take"]').click();
    await deed(store, 'done', /carla has no access any more/);
    await carla.cardIs('payroll', 'active-others');
    await store.dialog.locator('[data-undo]').click();
    await carla.cardIs('payroll', 'active');
    await until('it is as before', async () => (await accesses(scene, begun.instanceId))[CARLA]?.[0] === 'payroll-viewer');

    await store.close();
    await store.focusIsKept('after sharing');
    assert.ok(await keys.isOn('[data-action="share"]'), 'back on what opened it');
    await store.billIs(3 * PRICE);
    assert.deepEqual(await store.page.evaluate(() => window.heard), [
      ['turnpike-shared', 'u-carla', 'payroll-user'],
      ['turnpike-shared', 'u-carla', 'payroll-viewer'],
      ['turnpike-unshared', 'u-carla', false],
      ['turnpike-shared', 'u-carla', 'payroll-viewer'],
    ]);
  } finally {
    await context.close();
  }
});

sceneTest('with the last access the instance ends, which is agreed to first', {}, async ({ scene, store }) => {
  await share(store, BENS.instance);
  await person(store, BEN).locator('[data-action="take"]').click();
  await store.dialog.locator('[data-ends="true"]').waitFor();
  await store.focusIsKept('before an end');
  await inspect(store, 'the last access');
  await store.cancelButton.click();
  await person(store, BEN).waitFor();
  await store.focusIsKept('after it was thought over');
  assert.deepEqual(Object.keys(await accesses(scene, BENS.instance)), [BEN]);
  await person(store, BEN).locator('[data-action="take"]').click();
  await store.dialog.locator('[data-confirm]').click();
  await deed(store, 'done');
  assert.match(await store.dialog.innerText(), /ben has no access any more/);
  await inspect(store, 'ended with the last access');
  await store.close();
  await store.page.locator(`li[data-instance="${BENS.instance}"][data-state="ended"]`).waitFor();
  await store.billIs(PRICE);
});

sceneTest('who would be the last to leave hands over instead', { user: CARLA }, async ({ scene, store }) => {
  const { body: begun } = await scene.api.activate(CARLA, PAID, 'payroll');
  await store.cardIs('payroll', 'active');
  await store.begin('payroll', 'deactivate');
  await inspect(store, 'an end with a way out');
  await store.dialog.locator('[data-hand-over]').click();
  await person(store, CARLA).waitFor();
  assert.ok(await store.dialog.locator('[data-leave]').isChecked());
  await store.dialog.locator('[data-colleague]').selectOption({ label: 'ben' });
  await inspect(store, 'handing over');
  await store.confirm();
  await deed(store, 'done');
  await store.announcedOnce('live', /Handed over to ben/);
  assert.deepEqual(await accesses(scene, begun.instanceId), { [BEN]: ['payroll-admin'] });
  await store.close();
  await store.cardIs('payroll', 'active-others');
  await store.billIs(3 * PRICE);
});

sceneTest('an answer that is lost is asked for until it is there, and nothing happens twice', {}, async ({ scene, store }) => {
  const keys = [];
  await store.page.route(/\/accesses$/, async (route) => {
    const request = route.request();
    if (request.method() !== 'DELETE') return route.continue();
    keys.push(await request.headerValue('idempotency-key'));
    // It arrives, but what it is answered does not.
    if (keys.length <= 4) await route.fetch();
    return keys.length <= 4 ? route.abort() : route.continue();
  });
  await share(store, SHARED.instance);
  await person(store, BEN).locator('[data-action="take"]').click();
  await deed(store, 'unknown');
  await store.announcedOnce('live', /not clear/);
  await inspect(store, 'a deed in doubt');
  await store.dialog.locator('[data-check-now]').click({ timeout: 5000 }).catch(() => {});
  await deed(store, 'done');
  assert.equal(new Set(keys).size, 1);
  const { body } = await scene.api.get(ANNA, `/api/store/changes?mandateId=${PAID}`);
  assert.equal(body.changes.filter(({ instanceId }) => instanceId === SHARED.instance).length, 1);
});

sceneTest('lists that cannot be had can be asked for again', {}, async ({ store }) => {
  await store.page.route(/\/colleagues\?/, (route) => route.fulfill({ status: 500, body: '' }));
  await store.action(SHARED.feature, 'share').click();
  await store.dialog.locator('[data-unread]').waitFor();
  await inspect(store, 'lists that cannot be had');
  await store.page.unroute(/\/colleagues\?/);
  await store.dialog.locator('[data-retry]').click();
  await person(store, ANNA).waitFor();
});

sceneTest('a part that cannot be loaded is said to be missing', {}, async ({ store }) => {
  await store.page.route(/assets\/(sharing|instances)-/, (route) => route.abort());
  await store.action(SHARED.feature, 'share').click();
  await store.page.locator('[data-unloaded]').waitFor();
  await store.announcedOnce('alert', /could not be loaded/);
  await store.focusIsKept('where there is nothing to open');
  store.announcedNoMore();
  await store.page.locator('[data-view="instances"]').click();
  await inspect(store, 'a part that cannot be loaded');
});

/** Opens the dialog from the list of instances. */
async function share(store, instance) {
  await store.page.locator('[data-view="instances"]').click();
  await store.page.locator(`li[data-instance="${instance}"] [data-action="share"]`).click();
  await store.dialog.locator('[data-accesses]').waitFor();
}

function person(store, user) {
  return store.dialog.locator(`li[data-user="${user}"]`);
}

async function deed(store, phase, text = /./) {
  await store.dialog.locator(`[data-deed="${phase}"]`, { hasText: text }).waitFor();
}

/** The roles of whoever has access, as the service tells. */
async function accesses({ api }, instance) {
  const { body } = await api.get(ANNA, `/api/store/instances/${instance}/accesses?mandateId=${PAID}`);
  return Object.fromEntries(body.accesses.map(({ userId, roles }) => [userId, roles]));
}

/** In the page: keeps what the element tells of accesses. */
function listen() {
  window.heard = [];
  document.addEventListener('turnpike-shared', ({ type, detail }) => window.heard.push([type, detail.userId, detail.role]));
  document.addEventListener('turnpike-unshared', ({ type, detail }) => window.heard.push([type, detail.userId, detail.instanceDeleted]));
}
