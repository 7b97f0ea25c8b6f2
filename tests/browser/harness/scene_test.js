// A test on a scene and a page of its own: somebody has signed in and looks at a mandate.

import { ANNA, PAID, storeDocument } from '../world/store.js';
import { pageTest } from './chromium.js';
import { startScene } from './scene.js';
import { StorePage } from './store_page.js';

/**
 * `options`: `document` and `settings` of the scene, `user` and `mandate` of the page (Anna at `PAID` unless given), `context` of
 * Chromium, `prepare` before the page is opened, `signIn: false` to open nothing.
 */
export function sceneTest(name, options, body) {
  const { document = storeDocument(), settings = {}, user = ANNA, mandate = PAID, prepare, signIn = true, ...pageOptions } = options;
  pageTest(name, pageOptions, async (given) => {
    const scene = await startScene(document, { TURNPIKE_HOME_MANDATE: 'off', ...settings });
    try {
      await prepare?.({ ...given, scene });
      const store = signIn ? await StorePage.open(given.page, scene.host, user, { mandate }) : undefined;
      await body({ ...given, scene, store, document });
      store?.announcedNoMore();
    } finally {
      await scene.stop();
    }
  });
}
