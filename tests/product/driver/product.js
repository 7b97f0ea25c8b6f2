// The product as a program of its own, and people in front of it.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { ROOT } from '../../browser/harness/places.js';
import { Program } from '../../browser/harness/program.js';
import { SECRET } from '../../browser/harness/token.js';
import { SERVICE } from './api.js';

const MAIN = join(dirname(fileURLToPath(import.meta.url)), '../product/main.js');
const BACK_OFFICE_KEY = 'a-key-of-the-back-office';

/** A product on a port, with its own folder; `start` begins it. */
export class Product {
  #cookies = new Map();

  constructor(port, hostUrl, publicUrl) {
    this.url = `http://127.0.0.1:${port}`;
    this.folder = mkdtempSync(join(tmpdir(), 'turnpike-product-'));
    this.environment = {
      PRODUCT_PORT: String(port),
      PRODUCT_URL: publicUrl,
      PRODUCT_FOLDER: this.folder,
      PRODUCT_SESSION_SECRET: 'a-secret-of-the-products-sessions',
      PRODUCT_BACK_OFFICE_KEY: BACK_OFFICE_KEY,
      PRODUCT_ELEMENT: join(ROOT, 'js/dist'),
      PRODUCT_CATCH_UP_EVERY: '2000',
      STORE_URL: hostUrl,
      STORE_PEOPLE_SECRET: SECRET,
      STORE_SERVICE_ISSUER: SERVICE.issuer,
      STORE_SERVICE_AUDIENCE: SERVICE.audience,
      STORE_SERVICE_SECRET: SERVICE.secret,
    };
  }

  async start() {
    this.program = new Program(process.execPath, [MAIN], this.environment);
    await this.program.prints(/product listening on/);
  }

  /** Ends it as a power cut would. */
  kill() {
    return this.program.kill();
  }

  async restart() {
    await this.kill();
    await this.start();
  }

  /** Its mirror is lost: it begins without one. */
  async forget() {
    await this.kill();
    rmSync(join(this.folder, 'mirror.json'));
    await this.start();
  }

  /** A request of the back office. */
  async office(method, path, body) {
    return this.#ask(method, `/back-office${path}`, body, { authorization: `Bearer ${BACK_OFFICE_KEY}` });
  }

  /** A request in the name of a person. */
  async as(user, method, path) {
    if (!this.#cookies.has(user)) {
      const signedIn = await this.#ask('POST', '/sign-in', { id: user, username: user });
      this.#cookies.set(user, signedIn.headers.get('set-cookie').split(';')[0]);
    }
    return this.#ask(method, path, undefined, { cookie: this.#cookies.get(user) });
  }

  /** The cookie of a person who signed in before, for a browser. */
  cookie(user) {
    const [name, value] = this.#cookies.get(user).split('=');
    return { name, value, url: this.url };
  }

  async mirror() {
    return (await this.office('GET', '/mirror')).body;
  }

  async #ask(method, path, body, headers = {}) {
    const json = body === undefined ? {} : { 'content-type': 'application/json' };
    const answer = await fetch(this.url + path, { method, headers: { ...json, ...headers }, body: body && JSON.stringify(body) });
    const text = await answer.text();
    const isJson = /json/.test(answer.headers.get('content-type') ?? '');
    return { status: answer.status, headers: answer.headers, body: isJson ? JSON.parse(text) : text };
  }

  async stop() {
    await this.kill();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
