// A whole scene: Stripe's simulator, the store on a database, the weather, and the product.

import { newDatabase } from '../../browser/harness/database.js';
import { freePort, Host } from '../../browser/harness/host.js';
import { order } from '../../browser/harness/json_http.js';
import { Stripe } from '../../browser/harness/stripe.js';

import { Api, SERVICE } from './api.js';
import { Dice } from './dice.js';
import { Product } from './product.js';
import { Roster } from './roster.js';
import { Weather } from './weather.js';
import { document } from './world.js';

const WEBHOOK_SECRET = 'whsec_of_the_product_tests';

/** Starts one; everything random comes from the seed. */
export async function startScene(seed) {
  const database = await newDatabase();
  const stripe = await Stripe.start([]);
  const productPort = await freePort();
  // Another stream of numbers: how many deliveries there are is not the driver's to say.
  const weather = await Weather.before(`http://127.0.0.1:${productPort}`, new Dice(seed + 1));
  const host = await Host.on(database.url, {
    TURNPIKE_STRIPE_SECRET_KEY: 'sk_test_of_the_product_tests',
    TURNPIKE_STRIPE_API_BASE: stripe.url,
    TURNPIKE_STRIPE_WEBHOOK_SECRET: WEBHOOK_SECRET,
    TURNPIKE_SERVICE_ISSUER: SERVICE.issuer,
    TURNPIKE_SERVICE_AUDIENCE: SERVICE.audience,
    TURNPIKE_SERVICE_JWT_SECRETS: SERVICE.secret,
    TURNPIKE_CORS_ORIGINS: `http://127.0.0.1:${productPort}`,
    TURNPIKE_EVENTS_PRIVATE_TARGETS: 'on',
    TURNPIKE_EVENTS_TICK: '100ms',
    TURNPIKE_EVENTS_STANDING_EVERY: '500ms',
    TURNPIKE_EVENTS_TIMEOUT: '1s',
    TURNPIKE_LEDGER_LEASE: '4s',
    TURNPIKE_BILLING_WAIT: '2s',
    TURNPIKE_RECONCILE_EVERY: '2s',
  });
  await host.import(document());
  await host.start();
  await order('POST', `${stripe.url}/_sim/webhooks`, {
    url: `${host.url}/api/billing/webhooks/stripe`, secret: WEBHOOK_SECRET, max_attempts: 8, retry_ms: 200,
  });
  const product = new Product(productPort, host.url, weather.url);
  await product.start();
  const stop = async () => {
    await Promise.all([product.stop(), host.kill(), stripe.stop(), weather.stop()]);
    await database.drop();
  };
  const scene = { host, stripe, weather, product, api: new Api(host), roster: new Roster(), dice: new Dice(seed), stop };
  // The place up to which events are known to have been compared.
  return Object.assign(scene, { progress: { place: 0 } });
}
