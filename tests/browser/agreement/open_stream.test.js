// While its stream is open the element decides by the rules in the browser, and goes on doing so after somebody else's change.

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before } from 'node:test';

import { pageTest, useChromium } from '../harness/chromium.js';
import { ROOT } from '../harness/places.js';
import { startScene } from '../harness/scene.js';
import { serveFolder } from '../harness/static_files.js';
import { tokenOf } from '../harness/token.js';
import { until } from '../harness/wait.js';
import { ANNA, CARLA, FULL, PAID, storeDocument } from '../world/store.js';

/** What the server's own sentences begin with here, so that it is seen whose are shown. */
const SERVERS = 'By the server:';

useChromium();
let files;
before(async () => (files = await serveFolder(process.env.BROWSER_PACKAGE ?? join(ROOT, 'js/dist'))));
after(() => files.stop());

pageTest('the rules in the browser decide while the stream is open', {}, async ({ page }) => {
  const scene = await startScene(storeDocument(), { TURNPIKE_CORS_ORIGINS: files.url, TURNPIKE_HOME_MANDATE: 'off' });
  try {
    let streams = 0;
    page.on('response', (response) => response.url().includes('/api/store/events') && response.ok() && (streams += 1));
    let preflights = 0;
    await page.route('**/api/store/preflight?*', async (route) => {
      const response = await route.fetch();
      if (response.status() !== 200) return route.fulfill({ response });
      preflights += 1;
      const answer = await response.json();
      for (const reason of Object.values(answer.decisions).flat().flatMap(({ reasons }) => reasons)) reason.detail = `${SERVERS} ${reason.detail}`;
      return route.fulfill({ response, json: answer });
    });
    await page.goto(files.url);
    await page.evaluate(showStore, { base: scene.host.url, token: tokenOf(ANNA), mandateId: FULL });

    const rulesSay = (what, code) =>
      until(what, async () => {
        if (!streams || (await page.locator('[data-stale]').count()) > 0) return false;
        const sentences = await page.locator(`[data-reason="${code}"]`).allInnerTexts();
        return sentences.length > 0 && !sentences.some((text) => text.includes(SERVERS));
      });
    await rulesSay('the rules say why a full mandate takes no more', 'capacity-reached');

    streams = 0;
    await page.locator('[data-mandate-switch]').selectOption(PAID);
    await page.locator('li[data-feature="payroll"] [data-action="activate"]').waitFor();
    await until('the stream is open', () => streams > 0);
    assert.equal(await page.locator('[data-reason="capacity-reached"]').count(), 0);
    const read = preflights;
    // There is room for three more.
    for (const feature of ['payroll', 'signature', 'invoicing']) assert.equal((await scene.api.activate(CARLA, PAID, feature)).status, 200, feature);
    await rulesSay('the rules say the same once somebody else has filled the mandate', 'capacity-reached');
    assert.ok(preflights > read, 'the change was read');
    assert.equal(streams, 1, 'of one stream');
  } finally {
    await scene.stop();
  }
});

/** In the page: opens the element as an application does. */
async function showStore({ base, token, mandateId }) {
  await import('/turnpike-store.bundle.js');
  const store = document.createElement('turnpike-store');
  Object.assign(store, { apiBase: base, getToken: () => token, mandateId, locale: 'en' });
  document.body.append(store);
}
