// Where things are: the binaries under test and what the tests leave behind. Variables of the xtask come first.

import { existsSync, mkdirSync } from 'node:fs';
import { delimiter, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The root of the checkout. */
export const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), '../../..');

const target = process.env.CARGO_TARGET_DIR ?? join(ROOT, 'target');

/** A binary of the dev profile. */
export const binary = (name) => join(process.env.BROWSER_BINARIES ?? join(target, 'debug'), name);

/** The program of the browser. */
export const CHROMIUM = process.env.BROWSER_CHROMIUM ?? onPath('chromium');

function onPath(name) {
  const found = process.env.PATH.split(delimiter).map((folder) => join(folder, name)).find((file) => existsSync(file));
  return found ?? name;
}

/** A folder for what a person looks at after a run. */
export function artifacts(...path) {
  const folder = join(process.env.BROWSER_ARTIFACTS ?? join(target, 'browser'), ...path);
  mkdirSync(folder, { recursive: true });
  return folder;
}
