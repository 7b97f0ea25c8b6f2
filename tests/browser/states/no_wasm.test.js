// Without WebAssembly, missing or forbidden, the page uses the server's decisions and says so.

import assert from 'node:assert/strict';

import { inspect } from '../accessibility/inspect.js';
import { useChromium } from '../harness/chromium.js';
import { sceneTest } from '../harness/scene_test.js';
import { FULL, PAID } from '../world/store.js';

useChromium();

const WAYS = {
  'a browser without WebAssembly': ({ page }) => page.addInitScript(() => delete globalThis.WebAssembly),
  'a content security policy that forbids it': ({ page, scene, expectErrors }) => {
    expectErrors(/Content Security Policy|WebAssembly/);
    return page.route(`${scene.host.url}/*`, async (route) => {
      if (route.request().resourceType() !== 'document') return route.fallback();
      const response = await route.fetch();
      const policy = response.headers()['content-security-policy'];
      assert.match(policy, /'wasm-unsafe-eval'/);
      const headers = { ...response.headers(), 'content-security-policy': policy.replace("'wasm-unsafe-eval'", '') };
      return route.fulfill({ response, headers });
    });
  },
};

for (const [name, prepare] of Object.entries(WAYS)) {
  sceneTest(`${name}: the server decides`, { prepare }, async ({ store }) => {
    await store.page.locator('[data-no-wasm]').waitFor();
    await store.mandates.selectOption(FULL);
    await store.card('payroll').locator('[data-reason="capacity-reached"]').waitFor();
    await inspect(store, name);
    await store.mandates.selectOption(PAID);
    await store.begin('payroll', 'activate');
    await store.confirm();
    await store.phase('done');
    await store.close();
    await store.cardIs('payroll', 'active');
  });
}
