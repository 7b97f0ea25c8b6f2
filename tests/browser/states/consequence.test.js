// A dialog is open while others change something: it shows what follows from the present facts, and offers nothing else.

import assert from 'node:assert/strict';

import { inspect } from '../accessibility/inspect.js';
import { useChromium } from '../harness/chromium.js';
import { Keyboard } from '../harness/keyboard.js';
import { sceneTest } from '../harness/scene_test.js';
import { ANNA, BEN, CARLA, PAID, PRICE, SHARED } from '../world/store.js';

useChromium();

sceneTest('who becomes the last user while the dialog is open is told what ends, and what the bill becomes', {}, async ({ scene, store }) => {
  await store.begin(SHARED.feature, 'deactivate');
  await store.dialog.locator('[data-ends="false"]').waitFor();
  assert.equal(await store.quote('period').count(), 0);

  assert.equal((await scene.api.deactivate(BEN, PAID, SHARED.feature, SHARED.instance)).status, 200);
  await store.dialog.locator('[data-ends="true"]').waitFor();
  await store.quote('period').waitFor();
  await store.announcedOnce('live', /changed meanwhile/);
  await store.focusIsKept('when the consequence changed');
  await inspect(store, 'the last user by now');

  await store.confirm();
  await store.phase('done');
  await store.close();
  await store.billIs(PRICE);
});

sceneTest('for oneself or for everyone: a choice by keyboard, and what follows from each', {}, async ({ scene, store }) => {
  const keys = new Keyboard(store);
  await store.begin(SHARED.feature, 'deactivate');
  await keys.tabTo('[data-scopes] input');
  assert.ok(await keys.isOn('[value="mine"]:checked'), 'the smaller consequence is chosen');
  await store.dialog.locator('[data-ends="false"]').waitFor();
  assert.equal(await store.confirmButton.innerText(), 'Give up access');

  await keys.press('ArrowDown', 'on a choice');
  await store.dialog.locator('[data-ends="true"]').waitFor();
  assert.ok(await keys.isOn('[value="mandate"]:checked'));
  await store.confirmable();
  assert.match(await store.dialog.innerText(), /ends for 1 other person as well/);
  assert.match(await store.quote('period').innerText(), /59\.00[^]*29\.50/);
  await inspect(store, 'an end for everyone was chosen');

  await keys.press('ArrowUp', 'on a choice');
  await store.dialog.locator('[data-ends="false"]').waitFor();
  assert.equal(await store.quote('period').count(), 0, 'no bill changes');
  await keys.press('ArrowDown', 'on a choice');
  await store.confirmable();
  assert.equal(await store.confirmButton.innerText(), 'End the instance');
  await store.confirm();
  await store.phase('done');
  await store.close();
  await store.cardIs(SHARED.feature, 'available');
  await store.billIs(PRICE);
  const ended = (await scene.api.instances(ANNA, PAID)).find(({ instanceId }) => instanceId === SHARED.instance);
  assert.equal(ended.state, 'ended', 'for Ben, too');
});

sceneTest('what somebody else ends while the dialog is open cannot be agreed to any more', {}, async ({ scene, store }) => {
  await store.begin(SHARED.feature, 'deactivate');
  assert.equal((await scene.api.deactivate(CARLA, PAID, SHARED.feature, SHARED.instance, { scope: 'mandate' })).status, 200);
  await store.dialog.locator('[data-gone]').waitFor();
  assert.equal(await store.confirmButton.count(), 0);
  await store.focusIsKept('when there was nothing left to agree to');
  await inspect(store, 'gone meanwhile');
  await store.close();
  await store.focusIsKept('after the dialog');
  await store.cardIs(SHARED.feature, 'available');
});

sceneTest('what becomes impossible while the dialog is open says why, and is offered again when it is possible', {}, async ({ scene, store }) => {
  await store.begin('payroll', 'activate');
  for (const feature of ['invoicing', 'signature', 'documents']) assert.equal((await scene.api.activate(CARLA, PAID, feature)).status, 200);
  await store.dialog.locator('[data-reason="capacity-reached"]').waitFor();
  assert.equal(await store.confirmButton.count(), 0);
  await inspect(store, 'impossible by now');

  assert.equal((await scene.api.deactivate(ANNA, PAID, SHARED.feature, SHARED.instance, { scope: 'mandate' })).status, 200);
  await store.confirm();
  await store.phase('done');
});
