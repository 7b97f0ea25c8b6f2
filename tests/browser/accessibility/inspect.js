// Holds a page in its present state against axe: in light, dark and forced colours, each in the four languages.

import assert from 'node:assert/strict';

import axe from 'axe-core';

/** The language that the tests read. */
const LOCALE = 'en';
const OTHER_LOCALES = ['de', 'fr', 'it'];
const LIGHT = { name: 'light', media: { colorScheme: 'light', forcedColors: 'none' } };
/** Forced colours come in two schemes, which the languages share among them. */
const appearances = (locale) => [
  LIGHT,
  { name: 'dark', media: { colorScheme: 'dark', forcedColors: 'none' } },
  { name: 'forced colours', media: { colorScheme: ['de', 'it'].includes(locale) ? 'light' : 'dark', forcedColors: 'active' } },
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
    for (const { name, media } of appearances(locale)) {
      await store.page.emulateMedia({ ...media, reducedMotion: 'reduce' });
      await settled(store.page);
      found.push(...(await violations(store.page)).map((violation) => `${state}, ${locale}, ${name}: ${violation}`));
    }
  }
  await store.page.emulateMedia({ ...LIGHT.media, reducedMotion: 'reduce' });
  await settled(store.page);
  assert.deepEqual(found, [], found.join('\n'));
}

/** At 320 px, in every language: nothing reaches beyond the page or has to be scrolled sideways; then what holds for every state. */
export async function inspectNarrow(store, state) {
  await store.page.setViewportSize({ width: 320, height: 640 });
  for (const locale of [...OTHER_LOCALES, LOCALE]) {
    await speakInStore(store.page, locale);
    assert.deepEqual(await store.page.evaluate(tooWide), [], `${state}, ${locale}: wider than the page`);
  }
  await inspect(store, `${state} at 320 px`);
}

/** In the page: what reaches beyond its width, or hides a part of what it holds. */
function tooWide() {
  const within = document.querySelector('turnpike-store').shadowRoot.querySelectorAll('*');
  const isHidden = (element) => element.closest('.sr') !== null || element.getClientRects().length === 0;
  const wide = [...within].filter((element) => {
    const { left, right } = element.getBoundingClientRect();
    return !isHidden(element) && (right > innerWidth + 0.5 || left < -0.5);
  });
  const scrolls = [document.scrollingElement, ...[...within].filter((element) => !isHidden(element) && getComputedStyle(element).overflowX !== 'visible')];
  return [...wide, ...scrolls.filter((element) => element.scrollWidth > element.clientWidth)].map((element) => element.outerHTML.slice(0, 160));
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
