// Holds a page in its present state against axe: light, dark and forced colours, in the four languages.

import assert from 'node:assert/strict';

import axe from 'axe-core';

const LOCALES = ['en', 'de', 'fr', 'it'];
const APPEARANCES = [
  { name: 'light', media: { colorScheme: 'light', forcedColors: 'none' } },
  { name: 'dark', media: { colorScheme: 'dark', forcedColors: 'none' } },
  { name: 'forced colours', media: { colorScheme: 'dark', forcedColors: 'active' } },
];

/** Every appearance in every language: no violation of WCAG 2.2 A and AA, nor of axe's best practices. */
export async function inspect(store, state) {
  await store.page.evaluate(axe.source);
  const found = [];
  for (const locale of LOCALES) {
    await speak(store.page, locale);
    for (const { name, media } of APPEARANCES) {
      await store.page.emulateMedia({ ...media, reducedMotion: 'reduce' });
      for (const violation of await violations(store.page)) found.push(`${state}, ${name}, ${locale}: ${violation}`);
    }
  }
  await store.page.emulateMedia({ colorScheme: 'light', forcedColors: 'none', reducedMotion: 'reduce' });
  await speak(store.page, LOCALES[0]);
  assert.deepEqual(found, [], found.join('\n'));
}

/** In the page's own way the language switch is out of reach while a dialog is open: the property always works. */
async function speak(page, locale) {
  await page.evaluate(async (locale) => {
    const element = document.querySelector('turnpike-store');
    element.locale = locale;
    await element.updateComplete;
  }, locale);
  await page.locator(`turnpike-store [lang^="${locale}"], turnpike-store[lang^="${locale}"], html[lang^="${locale}"]`).first().waitFor({ state: 'attached' });
}

async function violations(page) {
  const result = await page.evaluate(() =>
    window.axe.run(document, { resultTypes: ['violations'], runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] }),
  );
  return result.violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.target.flat().join(' ')}: ${node.failureSummary.replace(/\s+/g, ' ')}`));
}
