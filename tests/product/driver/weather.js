// The network between store and product: it loses deliveries, repeats them, brings them late and in another order.

import { createServer } from 'node:http';

/** What becomes of a delivery, and how often in a hundred. */
const FATES = [
  [60, 'passed'],
  [6, 'refused'], // 500, and the product never saw it
  [5, 'cut'], // no answer, and the product never saw it
  [6, 'answer lost'], // no answer, though the product took it
  [3, 'silent'], // nothing at all, until the store gives up waiting
  [6, 'swallowed'], // acknowledged, and the product never sees it
  [7, 'late'], // acknowledged, and the product sees it after others
  [7, 'repeated'],
];
/** After how many further deliveries a late one arrives, at most. */
const LATEST = 12;

/** A proxy before the product. */
export class Weather {
  #server;
  #late = [];
  #isCalm = false;

  static async before(productUrl, dice) {
    const weather = new Weather(productUrl, dice);
    await new Promise((resolve, reject) => weather.#server.once('error', reject).listen(0, '127.0.0.1', resolve));
    weather.url = `http://127.0.0.1:${weather.#server.address().port}`;
    return weather;
  }

  constructor(productUrl, dice) {
    this.productUrl = productUrl;
    this.dice = dice;
    /** How many deliveries had which fate. */
    this.counts = Object.fromEntries(FATES.map(([, fate]) => [fate, 0]));
    this.#server = createServer((request, response) => this.#deliver(request, response).catch(() => response.destroy()));
  }

  /** From now on everything passes, and what was late arrives. */
  async calm() {
    this.#isCalm = true;
    for (const { delivery } of this.#late.splice(0)) await this.#forward(delivery).catch(() => {});
  }

  storm() {
    this.#isCalm = false;
  }

  async #deliver(request, response) {
    const pieces = [];
    for await (const piece of request) pieces.push(piece);
    const delivery = { path: request.url, headers: request.headers, body: Buffer.concat(pieces) };
    const fate = this.#isCalm ? 'passed' : this.dice.weighted(FATES);
    this.counts[fate] += 1;
    if (fate === 'refused') response.writeHead(500).end();
    else if (fate === 'cut') response.destroy();
    else if (fate === 'swallowed') response.writeHead(204).end();
    else if (fate === 'late') {
      this.#late.push({ delivery, in: 1 + this.dice.below(LATEST) });
      response.writeHead(204).end();
    } else if (fate !== 'silent') {
      const status = await this.#forward(delivery).catch(() => 502);
      if (fate === 'repeated') await this.#forward(delivery).catch(() => {});
      if (fate === 'answer lost') response.destroy();
      else response.writeHead(status).end();
    }
    await this.#bringLate();
  }

  async #bringLate() {
    for (const one of this.#late) one.in -= 1;
    const due = this.#late.filter((one) => one.in <= 0);
    this.#late = this.#late.filter((one) => one.in > 0);
    for (const { delivery } of due) await this.#forward(delivery).catch(() => {});
  }

  async #forward({ path, headers, body }) {
    const { host: _host, connection: _connection, 'content-length': _length, 'transfer-encoding': _encoding, ...others } = headers;
    const answer = await fetch(this.productUrl + path, { method: 'POST', headers: others, body });
    await answer.arrayBuffer();
    return answer.status;
  }

  stop() {
    this.#server.closeAllConnections();
    return new Promise((resolve) => this.#server.close(resolve));
  }
}
