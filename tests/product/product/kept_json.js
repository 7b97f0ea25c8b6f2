// A JSON value in a file that is always whole: written beside it and renamed. It stands for the product's database.

import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';

/** The file. Only its owner reads it: the endpoint's secret is in one. */
export class KeptJson {
  constructor(path) {
    this.path = path;
  }

  /** The value, or undefined where nothing was written yet. */
  read() {
    return existsSync(this.path) ? JSON.parse(readFileSync(this.path, 'utf8')) : undefined;
  }

  write(value) {
    writeFileSync(`${this.path}.new`, JSON.stringify(value), { mode: 0o600, flush: true });
    renameSync(`${this.path}.new`, this.path);
  }
}
