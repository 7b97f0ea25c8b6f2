// Makes the pictures of docs/screenshots: six states of the page, light and dark; only those named as arguments, if there are any.

import { join } from 'node:path';

import { chromium } from 'playwright-core';

import { CHROMIUM, ROOT } from '../harness/places.js';
import { startScene } from '../harness/scene.js';
import { StorePage } from '../harness/store_page.js';
import { ANNA, CARLA, FULL, PAID, SHARED, storeDocument } from '../world/store.js';
import { smaller } from './smaller.js';

const FOLDER = process.env.BROWSER_SCREENSHOTS ?? join(ROOT, 'docs/screenshots');
const SIZE = { width: 1120, height: 900 };

/** Name of the picture and how the page gets there; each begins on the ordinary view of `PAID`. */
const STATES = {
  store: async () => {},
  reasons: async ({ store }) => {
    await store.mandates.selectOption(FULL);
    await store.cardIs('payroll', 'blocked');
    await store.card('payroll').locator('[data-reasons]').scrollIntoViewIfNeeded();
  },
  quote: async ({ store }) => store.begin('payroll', 'activate'),
  waiting: async ({ scene, store }) => {
    await scene.proxy.onUpdates({ type: 'hold' }, 'forever');
    await store.begin('payroll', 'activate');
    await store.confirm();
    await store.phase('waiting');
  },
  'last-user': async ({ scene, store }) => {
    await scene.api.deactivate('u-ben', PAID, SHARED.feature, SHARED.instance);
    await store.card(SHARED.feature).getByText('Only you').waitFor();
    await store.begin(SHARED.feature, 'deactivate');
    await store.quote('period').waitFor();
    await store.dialog.locator('[data-ends="true"]').waitFor();
  },
  instances: async ({ scene, store }) => {
    await scene.api.activate(CARLA, PAID, 'payroll');
    await scene.api.deactivate(ANNA, PAID, SHARED.feature, SHARED.instance, { scope: 'mandate' });
    await store.page.locator('[data-view="instances"]').click();
    await store.page.locator('li[data-instance][data-state="ended"]').waitFor();
  },
};

const browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage'] });
try {
  const wanted = process.argv.slice(2);
  for (const [name, reach] of Object.entries(STATES)) if (wanted.length === 0 || wanted.includes(name)) await take(name, reach);
} finally {
  await browser.close();
}

async function take(name, reach) {
  const scene = await startScene(storeDocument(), { TURNPIKE_HOME_MANDATE: 'off', TURNPIKE_BILLING_WAIT: '1s' });
  try {
    // What every store has that runs for five minutes: both sides were compared.
    await scene.host.command('reconcile');
    const context = await browser.newContext({ locale: 'en-CH', timezoneId: 'Europe/Zurich', viewport: SIZE, reducedMotion: 'reduce' });
    const page = await context.newPage();
    const store = await StorePage.open(page, scene.host, ANNA, { mandate: PAID });
    await store.cardIs('payroll', 'available');
    await reach({ scene, store });
    await page.locator('[data-stale]').waitFor({ state: 'detached' });
    for (const colorScheme of ['light', 'dark']) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      const path = join(FOLDER, `${name}-${colorScheme}.png`);
      await page.screenshot({ path, animations: 'disabled', caret: 'hide' });
      smaller(path);
      console.log(path);
    }
    await context.close();
  } finally {
    await scene.stop();
  }
}
