// What happened in a mandate, for its admins: in words, with what it cost; the next page, the file, and what cannot be had.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';

import { inspect, inspectNarrow } from '../accessibility/inspect.js';
import { useChromium } from '../harness/chromium.js';
import { sceneTest } from '../harness/scene_test.js';
import { ANNA, BEN, PAID, SHARED } from '../world/store.js';

useChromium();

sceneTest('an admin reads what happened and what it cost, and takes it along as a file', {}, async ({ scene, store }) => {
  await history(store);
  await store.dialog.locator('[data-empty="history"]').waitFor();
  await inspect(store, 'a history of nothing');
  await store.close();

  await store.page.locator('[data-view="store"]').click();
  await store.begin('payroll', 'activate');
  await store.confirm();
  await store.phase('done');
  await store.close();
  await scene.api.post(ANNA, `/api/store/deactivate`, { mandateId: PAID, featureCode: SHARED.feature, instanceId: SHARED.instance, userId: BEN });

  await history(store);
  const entries = store.dialog.locator('[data-history] > li');
  await entries.nth(1).waitFor();
  assert.deepEqual(await entries.evaluateAll((all) => all.map((one) => one.dataset.kind)), ['leave', 'activate'], 'the newest first');
  assert.match(await entries.nth(0).innerText(), /anna: access of ben to “Documents” taken away/);
  assert.match(await entries.nth(1).innerText().then((text) => text.replace(/\s/g, ' ')), /anna: “Payroll” activated.*Price CHF 29\.50 per month.*Quote CHF/);
  await inspect(store, 'the history');
  await inspectNarrow(store, 'the history');

  const asked = [];
  store.page.on('request', (request) => request.url().includes('history.csv') && asked.push(request.url()));
  const [download] = await Promise.all([store.page.waitForEvent('download'), store.dialog.locator('[data-csv]').click()]);
  assert.equal(download.suggestedFilename(), 'history.csv');
  const lines = (await readFile(await download.path(), 'utf8')).trim().split(/\r?\n/);
  assert.equal(lines.length, 3, lines.join('\n'));
  await store.announcedOnce('live', /file is loaded/);
  assert.deepEqual(asked.map((url) => [...new URL(url).searchParams.keys()]), [['mandateId']], 'no token in an address');
  await store.close();
  await store.focusIsKept('after the history');
});

sceneTest('older entries are loaded when they are asked for; what cannot be had can be asked for again', {}, async ({ scene, store }) => {
  for (const kind of ['documents', 'payroll']) await scene.api.activate(ANNA, PAID, kind);
  // The service's own pages are longer than this history.
  await store.page.route(/\/api\/store\/history\?/, (route) => {
    const url = new URL(route.request().url());
    url.searchParams.set('limit', '1');
    return route.continue({ url: url.href });
  });
  await history(store);
  const entries = store.dialog.locator('[data-history] > li');
  await entries.first().waitFor();
  assert.equal(await entries.count(), 1);
  await store.page.route(/after=/, (route) => route.fulfill({ status: 403, contentType: 'application/problem+json', body: JSON.stringify({ status: 403, code: 'not-admin', detail: 'No.', reasons: [], traceId: 't' }) }));
  await store.dialog.locator('[data-more]').click();
  await store.dialog.locator('[data-unread]').waitFor();
  await inspect(store, 'a history that cannot be read on');
  await store.page.unroute(/after=/);
  await store.dialog.locator('[data-retry]').click();
  await entries.nth(1).waitFor();
});

/** Opens it from the list of instances. */
async function history(store) {
  await store.page.locator('[data-view="instances"]').click();
  await store.page.locator('[data-action="history"]').click();
  await store.dialog.waitFor();
}
