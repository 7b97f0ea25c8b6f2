// The file of people whom a visitor of the page may sign in as.

import { randomUUID } from 'node:crypto';
import { rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { tokenOf } from './token.js';

/** Writes a file with everybody of a document: where it is, and what removes it. */
export function writePeople(document) {
  const file = join(tmpdir(), `turnpike-people-${randomUUID()}.json`);
  const people = document.users.map(({ id, username }) => ({ username, part: id, token: tokenOf(id) }));
  writeFileSync(file, JSON.stringify(people), { mode: 0o600 });
  return { file, remove: () => rmSync(file, { force: true }) };
}
