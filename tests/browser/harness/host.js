// The service as a program: imports, serves, is killed and started again on the same port.

import { randomUUID } from 'node:crypto';
import { rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { binary } from './places.js';
import { Program, run } from './program.js';
import { SECRET } from './token.js';

/** A port that is free now. A host that is started again must come back where its pages expect it. */
export function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

/** A service on a database; `start` begins it. */
export class Host {
  /** With further settings, `{TURNPIKE_…: 'value'}`. */
  static async on(databaseUrl, settings = {}) {
    const port = await freePort();
    return new Host(port, {
      TURNPIKE_DATABASE_URL: databaseUrl,
      TURNPIKE_LISTEN: `127.0.0.1:${port}`,
      TURNPIKE_PUBLIC_URL: `http://127.0.0.1:${port}`,
      TURNPIKE_JWT_SECRET: SECRET,
      TURNPIKE_RATE_LIMIT: 'off',
      TURNPIKE_LEDGER_TICK: '200ms',
      TURNPIKE_LOG_FORMAT: 'json',
      ...settings,
    });
  }

  constructor(port, settings) {
    this.url = `http://127.0.0.1:${port}`;
    this.settings = settings;
  }

  /** Imports a document. */
  async import(document) {
    const file = join(tmpdir(), `turnpike-import-${randomUUID()}.json`);
    writeFileSync(file, JSON.stringify(document), { mode: 0o600 });
    try {
      await this.command('import', file);
    } finally {
      rmSync(file);
    }
  }

  /** Runs a subcommand to its end. */
  command(...args) {
    return run(binary('turnpike'), args, this.settings);
  }

  /** Starts it and waits until it listens. */
  async start() {
    this.program = new Program(binary('turnpike'), ['serve'], this.settings);
    await this.program.prints(/"message":"listening"/);
  }

  /** Ends it as a power cut would. */
  async kill() {
    await this.program?.kill();
    this.program = undefined;
  }

  /** Ends it as a power cut would and starts it again, with further settings if there are any. */
  async restart(settings = {}) {
    await this.kill();
    this.settings = { ...this.settings, ...settings };
    await this.start();
  }
}
