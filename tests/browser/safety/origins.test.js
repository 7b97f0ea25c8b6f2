// What the page may do, who may frame it, and what pages of other origins achieve with a visitor's cookie: in a real browser.
//
// Ports make origins, not sites: another port of 127.0.0.1 is a sister, whose requests carry the host's cookies. `localhost` is
// another site.

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before } from 'node:test';

import { pageTest, useChromium } from '../harness/chromium.js';
import { newDatabase } from '../harness/database.js';
import { Host } from '../harness/host.js';
import { serveFolder } from '../harness/static_files.js';
import { tokenOf } from '../harness/token.js';
import { ANNA, FREE, storeDocument } from '../world/store.js';

useChromium();

const COOKIE = 'session';
const empty = mkdtempSync(join(tmpdir(), 'turnpike-origins-'));
let database, host, trusted, listed, stranger;

before(async () => {
  [database, trusted, listed, stranger] = await Promise.all([newDatabase(), ...[1, 2, 3].map(() => serveFolder(empty))]);
  host = await Host.on(database.url, {
    TURNPIKE_CORS_ORIGINS: `${trusted.url},${listed.url}`,
    TURNPIKE_SESSION_COOKIE: COOKIE,
    TURNPIKE_SESSION_ORIGINS: trusted.url,
    TURNPIKE_FRAME_ANCESTORS: trusted.url,
  });
  await host.import(storeDocument());
  await host.start();
});

after(async () => {
  await host?.kill();
  await Promise.all([trusted, listed, stranger].map((server) => server?.stop()));
  rmSync(empty, { recursive: true });
  await database?.drop();
});

/** What is refused is logged by the browser. */
const REFUSALS = [/Content Security Policy|TrustedHTML|TrustedScript|violates|CORS|frame|ERR_/i];

const signedIn = (context) => context.addCookies([{ name: COOKIE, value: tokenOf(ANNA), url: host.url, httpOnly: true, sameSite: 'Lax' }]);

/** Asks the host from a page: the status and code, `opaque`, or that the browser refused. */
function ask(page, path, { method = 'GET', headers = {}, mode = 'cors', body } = {}) {
  const url = host.url + path;
  return page.evaluate(async ({ url, method, headers, mode, body }) => {
    try {
      const answer = await fetch(url, { method, headers, mode, body, credentials: 'include' });
      if (answer.type === 'opaque') return 'opaque';
      const { code } = await answer.json().catch(() => ({}));
      return code ? `${answer.status} ${code}` : `${answer.status}`;
    } catch {
      return 'refused by the browser';
    }
  }, { url, method, headers, mode, body });
}

/** An activation of nothing: whoever is let in is told that there is no such feature. */
const wish = { method: 'POST', body: JSON.stringify({ featureCode: 'none', mandateId: FREE }) };
const marked = { 'content-type': 'application/json', 'x-turnpike': '1' };
const LET_IN = '404 feature-not-found';
const REFUSED = 'refused by the browser';

pageTest('the page runs what it is made of, and nothing else', {}, async ({ page, expectErrors }) => {
  expectErrors(...REFUSALS);
  await page.goto(host.url);
  const tried = await page.evaluate(async () => {
    const tried = {};
    const attempt = async (name, work) => {
      try {
        tried[name] = (await work()) ?? 'done';
      } catch {
        tried[name] = 'refused';
      }
    };
    await attempt('WebAssembly', () => WebAssembly.instantiate(new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0])).then(() => 'done'));
    await attempt('own request', () => fetch('/livez').then((answer) => `${answer.status}`));
    await attempt('foreign request', () => fetch('http://localhost:1/').then(() => 'done'));
    await attempt('markup from text', () => void (document.createElement('div').innerHTML = '<b>x</b>'));
    // Later, so that it runs as the page and not as the test.
    await attempt('eval', () => new Promise((resolve, reject) => setTimeout(() => {
      try {
        resolve(`${(0, eval)('1 + 1')}`);
      } catch (error) {
        reject(error);
      }
    })));
    for (const [name, tag, set] of [
      ['script in the document', 'script', (element) => element.append('globalThis.wasRun = true')],
      ['foreign script', 'script', (element) => element.setAttribute('src', 'http://localhost:1/x.js')],
    ]) {
      await attempt(name, () => {
        const element = document.createElement(tag);
        set(element);
        document.head.append(element);
        if (!globalThis.wasRun) throw new Error();
      });
    }
    await attempt('style in the document', () => {
      const style = document.createElement('style');
      style.append('body { color: rgb(1, 2, 3) }');
      document.head.append(style);
      if (getComputedStyle(document.body).color !== 'rgb(1, 2, 3)') throw new Error();
    });
    return tried;
  });
  assert.deepEqual(tried, {
    WebAssembly: 'done',
    'own request': '200',
    'foreign request': 'refused',
    'markup from text': 'refused',
    eval: 'refused',
    'script in the document': 'refused',
    'foreign script': 'refused',
    'style in the document': 'refused',
  });
});

pageTest('the page names an icon that is there', {}, async ({ page }) => {
  await page.goto(host.url);
  const icon = await page.locator('link[rel="icon"]').evaluate(({ href }) => fetch(href).then(({ status, headers }) => [status, headers.get('content-type')]));
  assert.deepEqual(icon, [200, 'image/svg+xml']);
});

pageTest('only a listed origin frames the page', {}, async ({ page, expectErrors }) => {
  expectErrors(...REFUSALS);
  for (const [frames, origin, path] of [
    [true, trusted, '/'],
    [false, stranger, '/'],
    [false, trusted, '/api/store/page'],
    [false, trusted, '/icons/mdi-puzzle.svg'],
  ]) {
    await page.goto(origin.url);
    const framed = page.waitForEvent('framenavigated', (frame) => frame !== page.mainFrame());
    await page.evaluate((url) => {
      const frame = document.createElement('iframe');
      frame.src = url;
      document.body.append(frame);
    }, host.url + path);
    assert.equal((await framed).url().startsWith(host.url), frames, `${path} in a page of ${origin.url}`);
  }
});

pageTest('a page of the host works with the cookie', {}, async ({ context, page }) => {
  await signedIn(context);
  await page.goto(host.url);
  assert.equal(await ask(page, '/api/store/mandates'), '200');
  assert.equal(await ask(page, '/api/store/activate', { ...wish, headers: marked }), LET_IN);
  assert.equal(await ask(page, '/api/store/activate', { ...wish, headers: { 'content-type': 'application/json' } }), '403 cross-site-request');
});

pageTest('a trusted sister works with the cookie', {}, async ({ context, page }) => {
  await signedIn(context);
  await page.goto(trusted.url);
  assert.equal(await ask(page, '/api/store/mandates'), '200');
  assert.equal(await ask(page, '/api/store/activate', { ...wish, headers: marked }), LET_IN);
});

pageTest('other sisters and other sites achieve nothing with the cookie', {}, async ({ context, page, expectErrors }) => {
  expectErrors(...REFUSALS);
  await signedIn(context);
  for (const origin of [listed.url, stranger.url, stranger.url.replace('127.0.0.1', 'localhost')]) {
    await page.goto(origin);
    assert.equal(await ask(page, '/api/store/mandates'), REFUSED, origin);
    assert.equal(await ask(page, '/api/store/mandates', { mode: 'no-cors' }), REFUSED, `${origin}: no answer for a foreign page`);
    assert.equal(await ask(page, '/api/store/activate', { ...wish, headers: marked }), REFUSED, origin);

    // A form needs nobody's leave, and shows what it was answered.
    await page.evaluate(({ url, mandate }) => {
      const form = Object.assign(document.createElement('form'), { action: url, method: 'post', enctype: 'text/plain' });
      const input = document.createElement('input');
      [input.name, input.value] = ['{"featureCode": "none", "mandateId": "' + mandate + '", "x": "', '"}'];
      form.append(input);
      document.body.append(form);
    }, { url: `${host.url}/api/store/activate`, mandate: FREE });
    const [answer] = await Promise.all([
      page.waitForResponse((answer) => answer.url().endsWith('/api/store/activate')),
      page.evaluate(() => document.querySelector('form').submit()),
    ]);
    // To another site the cookie does not even go.
    assert.equal(answer.status(), origin.includes('localhost') ? 401 : 403, origin);
    await page.waitForURL(answer.url());
  }
});
