// Inside an application: its address is its own, the mandate that it names wins, and it is told when the person switches.

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before } from 'node:test';

import { pageTest, useChromium } from '../harness/chromium.js';
import { ROOT } from '../harness/places.js';
import { startScene } from '../harness/scene.js';
import { serveFolder } from '../harness/static_files.js';
import { tokenOf } from '../harness/token.js';
import { until } from '../harness/wait.js';
import { ANNA, FREE, FULL, PAID, storeDocument } from '../world/store.js';

useChromium();
let files;
let scene;
before(async () => {
  files = await serveFolder(process.env.BROWSER_PACKAGE ?? join(ROOT, 'js/dist'));
  scene = await startScene(storeDocument(), { TURNPIKE_CORS_ORIGINS: files.url, TURNPIKE_HOME_MANDATE: 'off' });
});
after(() => Promise.all([scene?.stop(), files?.stop()]));

const OWN = `?q=theirs&filter=active&view=instances&mandate=${FREE}`;

pageTest("the application's own parameters are neither read nor written, and it hears of another mandate", {}, async ({ page }) => {
  await page.goto(`${files.url}/${OWN}`);
  await page.evaluate(embed, { base: scene.host.url, token: tokenOf(ANNA), mandateId: PAID });
  const mandates = page.locator('[data-mandate-switch]');
  await page.locator('li[data-feature="payroll"]').waitFor();
  assert.equal(await mandates.inputValue(), PAID);
  await page.locator('[data-view="instances"]').click();
  await mandates.selectOption(FULL);
  await until('the application is told', async () => (await page.evaluate(() => globalThis.told)).length > 0);
  assert.deepEqual(await page.evaluate(() => globalThis.told), [FULL]);
  assert.equal(new URL(page.url()).search, OWN);
});

pageTest('with a prefix the look is in the address, and the mandate that the application names wins over it', {}, async ({ page }) => {
  await page.goto(`${files.url}/${OWN}&store-mandate=${FREE}&store-view=instances`);
  await page.evaluate(embed, { base: scene.host.url, token: tokenOf(ANNA), mandateId: PAID, urlState: 'store-' });
  const mandates = page.locator('[data-mandate-switch]');
  await page.locator('[data-view="instances"][aria-current="page"]').waitFor();
  assert.equal(await mandates.inputValue(), PAID);
  await mandates.selectOption(FULL);
  await until('the address names it', () => new URL(page.url()).search === `${OWN}&store-mandate=${FULL}&store-view=instances`);
});

/** In the page: opens the element as an application does, and keeps what it is told. */
async function embed({ base, token, ...properties }) {
  await import('/turnpike-store.bundle.js');
  const store = document.createElement('turnpike-store');
  globalThis.told = [];
  store.addEventListener('turnpike-mandate', ({ detail }) => globalThis.told.push(detail.mandateId));
  Object.assign(store, { apiBase: base, getToken: () => token, locale: 'en', ...properties });
  document.body.append(store);
}
