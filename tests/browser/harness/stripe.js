// The Stripe simulator as a program, and orders to it (tests/stripe-sim/README.md).

import { order, request } from './json_http.js';
import { binary } from './places.js';
import { Program } from './program.js';

/** A running simulator. */
export class Stripe {
  /** Starts one that has these items: `[{id, subscription, quantity, price, period_start…}]`. */
  static async start(items) {
    const program = new Program(binary('stripe-sim'), ['--listen', '127.0.0.1:0']);
    const [, url] = await program.prints(/stripe-sim listening on (\S+)/);
    const stripe = new Stripe(program, url);
    await stripe.seed(items);
    return stripe;
  }

  constructor(program, url) {
    this.program = program;
    this.url = url;
  }

  /** Adds items; one that is there gets the quantity. */
  seed(items) {
    return order('POST', `${this.url}/_sim/seed`, { items });
  }

  /** Plans a fault: `{match: {method, path}, times, action: {type, …}}`. */
  plan(fault) {
    return order('POST', `${this.url}/_sim/faults`, fault);
  }

  /** Forgets planned faults. */
  calm() {
    return order('DELETE', `${this.url}/_sim/faults`);
  }

  /** Lets held requests go on. */
  release() {
    return order('POST', `${this.url}/_sim/release`);
  }

  /** How payments go from now on: `ok`, `declined` or `requires_action`. */
  card(outcome) {
    return order('POST', `${this.url}/_sim/card`, { outcome });
  }

  /** Edits a subscription as a person does in the Dashboard. */
  edit(subscription, fields) {
    return order('POST', `${this.url}/_sim/subscriptions/${subscription}`, fields);
  }

  /** Everything changed and billed so far. */
  ledger() {
    return order('GET', `${this.url}/_sim/ledger`);
  }

  /** The requests it got so far. */
  requests() {
    return order('GET', `${this.url}/_sim/requests`);
  }

  /** The quantity billed for an item now. */
  async quantity(item) {
    const { body } = await this.#read(`/v1/subscription_items/${item}`);
    return body.quantity;
  }

  #read(path) {
    return request('GET', this.url + path, undefined, { authorization: 'Bearer sk_test_of_the_browser_tests' });
  }

  stop() {
    return this.program.kill();
  }
}
