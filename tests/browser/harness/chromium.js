// Chromium: one per test file, a fresh context per test, and what a person needs to understand a failure.

import { after, before, test } from 'node:test';
import { join } from 'node:path';

import { chromium } from 'playwright-core';

import { artifacts, CHROMIUM } from './places.js';

let browser;

/** Starts Chromium before a file's tests and ends it after them. */
export function useChromium() {
  before(async () => {
    browser = await chromium.launch({
      executablePath: CHROMIUM,
      headless: true,
      args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage'],
    });
  });
  after(() => browser?.close());
}

/** A new context with what every test wants of it. */
export function newContext(options = {}) {
  return browser.newContext({ locale: 'en-CH', timezoneId: 'Europe/Zurich', viewport: { width: 1280, height: 900 }, ...options });
}

/**
 * A test with a page of its own. When it fails, a screenshot of every page and a trace are in the artifacts. What a page
 * logs as an error fails it, too: exceptions, violations of the content security policy. Answers of 4xx and 5xx are no
 * errors of the page.
 */
export function pageTest(name, options, body) {
  const { context: contextOptions, ...testOptions } = options;
  test(name, { timeout: 600_000, ...testOptions }, async (t) => {
    const context = await newContext(contextOptions);
    context.setDefaultTimeout(60_000);
    const errors = [];
    context.on('console', (message) => message.type() === 'error' && errors.push(`${message.text()} (${message.location().url})`));
    context.on('weberror', (error) => errors.push(`${error.error()?.name}: ${error.error()?.message}\n${error.error()?.stack}`));
    await context.tracing.start({ snapshots: true });
    try {
      // Chromium tells of an answer that broke off without words.
      const expected = [/^Failed to load resource/, /^ \(.*\/api\//];
      await body({ t, context, page: await context.newPage(), expectErrors: (...patterns) => expected.push(...patterns) });
      const unexpected = errors.filter((error) => !expected.some((pattern) => pattern.test(error)));
      if (unexpected.length > 0) throw new Error(`the page logged errors:\n${unexpected.join('\n')}`);
      await context.tracing.stop();
    } catch (error) {
      await keep(context, name, errors);
      throw error;
    } finally {
      await context.close();
    }
  });
}

async function keep(context, name, errors) {
  const folder = artifacts('failures', name.replace(/[^a-z0-9]+/gi, '-').slice(0, 80));
  for (const [index, page] of context.pages().entries()) {
    await page.screenshot({ path: join(folder, `page-${index}.png`), fullPage: true }).catch(() => {});
  }
  await context.tracing.stop({ path: join(folder, 'trace.zip') }).catch(() => {});
  console.error(`screenshots and trace: ${folder}${errors.length ? `\nlogged by the page:\n${errors.join('\n')}` : ''}`);
}
