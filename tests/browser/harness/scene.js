// A whole scene: the Stripe simulator, the fault proxy before it, and a host on a database with the data set.

import { Api } from './api.js';
import { newDatabase } from './database.js';
import { FaultProxy } from './fault_proxy.js';
import { Host } from './host.js';
import { writePeople } from './people.js';
import { Stripe } from './stripe.js';

/** Starts one on an import document, whose `stripe` section is what the simulator begins with. */
export async function startScene(document, settings = {}) {
  const database = await newDatabase();
  const stripe = await Stripe.start(document.stripe?.items ?? []);
  const proxy = await FaultProxy.before(stripe.url);
  const people = writePeople(document);
  const host = await Host.on(database.url, {
    TURNPIKE_STRIPE_SECRET_KEY: 'sk_test_of_the_browser_tests',
    TURNPIKE_STRIPE_API_BASE: proxy.url,
    TURNPIKE_PAGE_PEOPLE: people.file,
    TURNPIKE_PAGE_LOCALE: 'en',
    TURNPIKE_RECONCILE_EVERY: '1d',
    ...settings,
  });
  await host.import(document);
  await host.start();
  const stop = async () => {
    await Promise.all([host.kill(), proxy.stop(), stripe.stop()]);
    people.remove();
    await database.drop();
  };
  return { host, stripe, proxy, api: new Api(host), stop };
}
