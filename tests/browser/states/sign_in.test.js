// Who signs in where, and what is shown until something was read; a language and a mandate are chosen, and stay chosen.

import assert from 'node:assert/strict';

import { inspect } from '../accessibility/inspect.js';
import { useChromium } from '../harness/chromium.js';
import { Keyboard } from '../harness/keyboard.js';
import { sceneTest } from '../harness/scene_test.js';
import { StorePage } from '../harness/store_page.js';
import { tokenOf } from '../harness/token.js';
import { ANNA, FULL, PAID } from '../world/store.js';

useChromium();

sceneTest('the demo asks as whom one would like to look round; what is read has a shape before it is there', { signIn: false }, async ({ page, scene, document }) => {
  const store = new StorePage(page, scene.host);
  await store.goTo({ mandate: PAID });
  await store.signInButton(ANNA).waitFor();
  assert.deepEqual(await page.locator('[data-person] .person-name').allTextContents(), document.users.map(({ username }) => username));
  await inspect(store, 'sign-in', speakAtSignIn);

  const keys = new Keyboard(store);
  await keys.tabTo('[data-person="anna"]');
  const goOn = await heldBack(page, '**/api/store/preflight*');
  await page.keyboard.press('Enter');
  await page.locator('turnpike-store .skeleton[aria-busy="true"]').waitFor();
  await store.is('loading');
  assert.equal(await page.locator('#who-name').innerText(), 'Signed in as anna');
  await inspect(store, 'skeleton');
  assert.equal(await page.locator('[data-feature], [data-bill], [data-empty]').count(), 0, 'nothing is guessed');
  goOn();
  await store.is('ready');
  assert.ok(await keys.isOn('h2#heading'), `who was kept waiting goes on at the heading: ${JSON.stringify(await store.focused())}`);
  assert.equal(await page.locator('.skeleton').count(), 0);

  await keys.tabTo('#leave', 'Shift+Tab');
  await keys.press('Enter', 'on signing out');
  assert.ok(await keys.isWithin('.sign-in'), 'who signed out goes on at the choice');
  assert.equal(await page.locator('turnpike-store').count(), 0, 'nothing of the mandate stays');
  const kept = await page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie, location.href]));
  assert.ok(!kept.includes(tokenOf(ANNA).slice(-20)), `the token is kept nowhere: ${kept}`);
});

sceneTest('a language and a mandate are chosen: texts, amounts and addresses follow, and both are kept', {}, async ({ page, scene, store }) => {
  const language = page.locator('[data-language]');
  assert.deepEqual(await language.locator('option').allInnerTexts(), ['Deutsch', 'Français', 'Italiano', 'English']);
  await language.focus();
  await language.selectOption('fr');
  await speaksFrench(store);
  assert.ok(await language.evaluate((one) => one === one.getRootNode().activeElement), 'focus stays on the choice');
  assert.equal(await page.evaluate(() => document.documentElement.lang), 'fr-CH');
  assert.equal(await page.locator('#leave').innerText(), 'Se déconnecter');

  await store.mandates.selectOption(FULL);
  const reason = store.card('payroll').locator('[data-reason="capacity-reached"]');
  await reason.waitFor();
  assert.match(await reason.innerText(), /Votre plan autorise 1 instance/, 'a reason of the rules');
  assert.equal(new URL(page.url()).searchParams.get('mandate'), FULL);
  await page.goBack();
  await store.cardIs('payroll', 'available');
  assert.equal(await store.mandates.inputValue(), PAID);
  await page.goForward();
  await store.cardIs('payroll', 'blocked');

  await page.reload();
  await page.getByRole('heading', { name: 'En tant que qui souhaitez-vous entrer ?' }).waitFor();
  await store.signIn(ANNA);
  await store.cardIs('payroll', 'blocked');
  assert.equal(await store.mandates.inputValue(), FULL, 'the mandate is in the address');
  await store.mandates.selectOption(PAID);
  await speaksFrench(store);
  const another = await StorePage.open(await page.context().newPage(), scene.host, ANNA, { mandate: PAID });
  await speaksFrench(another);
});

async function speaksFrench(store) {
  await store.page.locator('turnpike-store .page[lang="fr-CH"]').waitFor({ state: 'attached' });
  await store.card('payroll').getByRole('heading', { name: 'Salaires' }).waitFor();
  assert.match(await store.bill.innerText(), /59\.00\sCHF par mois/);
}

/** At the sign-in a language is that of the last visit. */
async function speakAtSignIn(page, locale) {
  await page.evaluate((locale) => localStorage.setItem('turnpike-locale', locale), locale);
  await page.reload();
  await page.locator(`html[lang^="${locale}"] [data-person]`).first().waitFor();
}

/** Holds requests back until the function that is returned is called. */
async function heldBack(page, address) {
  let open;
  const gate = new Promise((resolve) => (open = resolve));
  await page.route(address, async (route) => {
    await gate;
    await route.continue();
  });
  return open;
}
