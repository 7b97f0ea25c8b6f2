// The product's page in Chromium: the store's element in it reads the store in the name of who is signed in, and activates.

import { chromium } from 'playwright-core';

import { CHROMIUM } from '../../browser/harness/places.js';
import { until } from '../../browser/harness/wait.js';

import { AUDITOR } from './world.js';

/** Activates a feature of a tenant on the page, as its admin, and waits until the product lets them use it. */
export async function checkPage({ product }, tenant, feature) {
  await product.as(AUDITOR, 'GET', '/token');
  const browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage'] });
  try {
    const context = await browser.newContext({ locale: 'en' });
    await context.addCookies([product.cookie(AUDITOR)]);
    const page = await context.newPage();
    const errors = [];
    page.on('console', (message) => message.type() === 'error' && errors.push(message.text()));
    page.on('pageerror', (error) => errors.push(error.message));
    await page.goto(`${product.url}/tenants/${tenant}/add-ons`);
    await page.locator('turnpike-store[data-state="ready"]').waitFor();
    await page.locator(`li[data-feature="${feature}"] [data-action="activate"]`).click();
    await page.locator('dialog[open] [data-confirm]:not([aria-disabled="true"])').click();
    await until(`${feature} can be used`, async () => (await product.as(AUDITOR, 'POST', `/tenants/${tenant}/features/${feature}`)).status === 200);
    if (errors.length > 0) throw new Error(`the page logged errors:\n${errors.join('\n')}`);
  } finally {
    await browser.close();
  }
}
