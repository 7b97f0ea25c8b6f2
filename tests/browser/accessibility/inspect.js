// Holds a page in its present state against axe: in light, dark and forced colours, each in the four languages.

import assert from 'node:assert/strict';

import axe from 'axe-core';

/** The language that the tests read. */
const LOCALE = 'en';
const OTHER_LOCALES = ['de', 'fr', 'it'];
const APPEARANCES = [
  { name: 'light', media: { colorScheme: 'light', forcedColors: 'none' } },
  { name: 'dark', media: { colorScheme: 'dark', forcedColors: 'none' } },
  { name: 'forced colours', media: { colorScheme: 'dark', forcedColors: 'active' } },
];

/**
 * No violation of WCAG 2.2 A and AA, nor of axe's best practices, in any language and any colours. `speak` brings the page
 * to a language.
 */
export async function inspect(store, state, speak = speakInStore) {
  const found = [];
  // The language last that the tests read on.
  for (const locale of [...OTHER_LOCALES, LOCALE]) {
    await speak(store.page, locale);
    if (!(await store.page.evaluate(() => 'axe' in window))) await store.page.evaluate(axe.source);
    for (const { name, media } of APPEARANCES) {
      await store.page.emulateMedia({ ...media, reducedMotion: 'reduce' });
      await settled(store.page);
      found.push(...(await violations(store.page)).map((violation) => `${state}, ${locale}, ${name}: ${violation}`));
    }
  }
  await store.page.emulateMedia({ ...APPEARANCES[0].media, reducedMotion: 'reduce' });
  await settled(store.page);
  assert.deepEqual(found, [], found.join('\n'));
}

/** Fetches the words of every language, for states in which nothing can be fetched. */
export async function fetchWords(store) {
  for (const locale of [...OTHER_LOCALES, LOCALE]) await speakInStore(store.page, locale);
}

/** In the page's own way the language switch is out of reach while a dialog is open: the property always works. */
async function speakInStore(page, locale) {
  await page.evaluate((locale) => (document.querySelector('turnpike-store').locale = locale), locale);
  await page.locator(`turnpike-store .page[lang^="${locale}"]`).waitFor({ state: 'attached' });
}

/** Colours that fade are judged when they have. */
function settled(page) {
  return page.evaluate(async () => {
    const store = document.querySelector('turnpike-store');
    await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
    const running = [...document.getAnimations(), ...(store?.shadowRoot?.getAnimations() ?? [])];
    // What turns for ever, like a sign of waiting, has no end to wait for.
    const ending = running.filter((animation) => animation.effect?.getComputedTiming().endTime !== Infinity);
    await Promise.allSettled(ending.map((animation) => animation.finished));
  });
}

async function violations(page) {
  const result = await page.evaluate(() =>
    window.axe.run(document, { resultTypes: ['violations'], runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] }),
  );
  return result.violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.target.flat().join(' ')}: ${node.failureSummary.replace(/\s+/g, ' ')}`));
}
