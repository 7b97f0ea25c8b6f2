// Starts the product: the mirror is there before the first person is let in.

import { anew } from './anew.js';
import { app } from './app.js';
import { config as read } from './config.js';
import { endpointSecret } from './endpoint.js';
import { Entitlements } from './entitlements.js';
import { Keeper } from './keeper.js';
import { KeptJson } from './kept_json.js';
import { Session } from './session.js';
import { Store } from './store.js';
import { Tenants } from './tenants.js';

/** Asks again until the store answers: product and store may be started together. */
async function whenStoreAnswers(ask) {
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      if (error.status !== 503) throw error;
      console.error(error.message);
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
  }
}

const config = read();
const checks = new Store(config, ['entitlements:read']);
const directory = new Store(config, ['directory:read', 'directory:write']);
const events = new Store(config, ['events:read', 'events:write']);

const secret = await whenStoreAnswers(() => endpointSecret(events, `${config.publicUrl}/webhooks/turnpike`, new KeptJson(config.endpointFile)));
const keeper = new Keeper(new KeptJson(config.mirrorFile), events, () => anew(events, directory, checks));
await whenStoreAnswers(() => keeper.catchUp());

// What no webhook brought is read, now and then.
const catchUp = () => keeper.catchUp().catch((error) => console.error(error.message)).finally(later);
const later = () => setTimeout(catchUp, config.catchUpEvery);
later();

const session = new Session(config.sessionSecret);
const parts = { config, session, tenants: new Tenants(directory), entitlements: new Entitlements(checks), keeper, secret };
app(parts).listen(config.port, '127.0.0.1', (error) => {
  if (error) throw error;
  console.log(`product listening on http://127.0.0.1:${config.port}`);
});
