// A dialog is open while others change something: it shows what follows from the present facts, and offers nothing else.

import assert from 'node:assert/strict';

import { inspect } from '../accessibility/inspect.js';
import { useChromium } from '../harness/chromium.js';
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
