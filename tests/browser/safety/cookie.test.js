// Signed in by a cookie: the host's own page, and the element in the page of a sister origin, from the first look to an activation.

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before } from 'node:test';

import { inspect } from '../accessibility/inspect.js';
import { pageTest, useChromium } from '../harness/chromium.js';
import { ROOT } from '../harness/places.js';
import { startScene } from '../harness/scene.js';
import { serveFolder } from '../harness/static_files.js';
import { StorePage } from '../harness/store_page.js';
import { tokenOf } from '../harness/token.js';
import { until } from '../harness/wait.js';
import { ANNA, BEN, CARLA, PAID, PRICE, storeDocument } from '../world/store.js';

useChromium();

const COOKIE = 'session';
let sister;

before(async () => (sister = await serveFolder(process.env.BROWSER_PACKAGE ?? join(ROOT, 'js/dist'))));
after(() => sister?.stop());

/** A scene whose people are signed in by an identity provider, which sets the cookie. */
async function withCookies(body) {
  const scene = await startScene(storeDocument(), {
    TURNPIKE_HOME_MANDATE: 'off',
    TURNPIKE_PAGE_PEOPLE: undefined,
    TURNPIKE_SESSION_COOKIE: COOKIE,
    TURNPIKE_SESSION_ORIGINS: sister.url,
    TURNPIKE_CORS_ORIGINS: sister.url,
  });
  try {
    await body(scene);
  } finally {
    await scene.stop();
  }
}

const signIn = (context, scene, user = ANNA) => context.addCookies([{ name: COOKIE, value: tokenOf(user), url: scene.host.url, httpOnly: true, sameSite: 'Lax' }]);

/** Of whom the token in a cookie is. */
function subjectOf(cookie) {
  const [, claims] = cookie.slice(`${COOKIE}=`.length).split('.');
  return JSON.parse(Buffer.from(claims, 'base64url')).sub;
}

/** No request carries a token, and each that wants something carries the mark. */
function watchRequests(page) {
  const wishes = [];
  page.on('request', (request) => {
    const { authorization, 'x-turnpike': mark } = request.headers();
    assert.equal(authorization, undefined, request.url());
    if (request.method() === 'POST') wishes.push([new URL(request.url()).pathname, mark]);
  });
  return wishes;
}

async function activate(store) {
  await store.cardIs('payroll', 'available');
  await store.begin('payroll', 'activate');
  await store.confirm();
  await store.phase('done');
  await store.close();
  await store.billIs(3 * PRICE);
}

const WISHES = [['/api/store/quote', '1'], ['/api/store/activate', '1']];

pageTest('the page of the host works with the cookie alone, and says when it is over', {}, async ({ context, page }) => {
  await withCookies(async (scene) => {
    await signIn(context, scene);
    const store = new StorePage(page, scene.host);
    const wishes = watchRequests(page);
    await store.goTo({ mandate: PAID });
    await store.is('ready');
    await activate(store);
    assert.deepEqual(wishes, WISHES);

    await context.clearCookies();
    await page.reload();
    await page.locator('[data-empty="signed-out"]').waitFor();
    assert.equal(await page.locator('li[data-feature]').count(), 0);
    await inspect(store, 'signed out, with a cookie');

    // The identity provider signed the person in again, in another tab.
    await signIn(context, scene);
    await page.locator('[data-retry]').click();
    await store.cardIs('payroll', 'active');
  });
});

pageTest('two people in one browser, one after the other: who comes second follows a stream of their own', {}, async ({ context, page }) => {
  await withCookies(async (scene) => {
    const streams = [];
    context.on('request', async (request) => {
      if (request.url().includes('/api/store/events')) streams.push(subjectOf((await request.allHeaders()).cookie));
    });
    await signIn(context, scene, BEN);
    const first = new StorePage(page, scene.host);
    await first.goTo({ mandate: PAID });
    await first.is('ready');
    await page.locator('[data-no-rights]').waitFor();
    await until("Ben's stream", () => streams.length === 1);

    // Ben signed out and left the tab open; Carla signed in.
    await signIn(context, scene, CARLA);
    const second = new StorePage(await context.newPage(), scene.host);
    await second.goTo({ mandate: PAID });
    await second.cardIs('payroll', 'available');
    await until("Carla's stream", () => streams.length === 2);
    assert.deepEqual(streams, [BEN, CARLA]);
    await scene.api.activate(ANNA, PAID, 'payroll');
    await second.cardIs('payroll', 'active-others');
    // The tab that stayed open is told as well, reads again, and so is Carla's by now.
    await first.cardIs('payroll', 'active-others');
    assert.equal(await page.locator('[data-no-rights]').count(), 0);
    assert.equal(streams.length, 2, 'one stream for both tabs');
  });
});

pageTest('the element in the page of a sister origin works with the cookie', {}, async ({ context, page }) => {
  await withCookies(async (scene) => {
    await signIn(context, scene);
    const store = new StorePage(page, scene.host);
    const wishes = watchRequests(page);
    await page.goto(sister.url);
    await page.evaluate(async ({ apiBase, mandateId }) => {
      await import('/turnpike-store.bundle.js');
      const store = Object.assign(document.createElement('turnpike-store'), { apiBase, mandateId, credentials: 'cookie', locale: 'en' });
      const main = document.createElement('main');
      main.append(Object.assign(document.createElement('h1'), { textContent: 'An application' }), store);
      document.body.append(main);
    }, { apiBase: scene.host.url, mandateId: PAID });
    await store.is('ready');
    await activate(store);
    assert.deepEqual(wishes, WISHES);

    await context.clearCookies();
    await page.evaluate(() => document.querySelector('turnpike-store').refresh());
    await page.locator('[data-empty="signed-out"]').waitFor();
    await inspect(store, 'embedded, signed out');
  });
});
