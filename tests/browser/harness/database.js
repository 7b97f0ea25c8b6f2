// A database of one scene: a SQLite file, or a PostgreSQL database where BROWSER_POSTGRES names an administrator's URL.

import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { run } from './program.js';

const POSTGRES = process.env.BROWSER_POSTGRES;
const PSQL = process.env.BROWSER_PSQL ?? 'psql';

/** An empty database: its URL, and `drop` that takes it away. */
export async function newDatabase() {
  return POSTGRES ? onPostgres() : onSqlite();
}

async function onPostgres() {
  const name = `turnpike_browser_${randomUUID().replaceAll('-', '')}`;
  const sql = (statement) => run(PSQL, ['--no-psqlrc', '--quiet', '--dbname', POSTGRES, '--command', statement]);
  await sql(`CREATE DATABASE ${name}`);
  const url = POSTGRES.replace(/\/[^/]*$/, `/${name}`);
  return { url, drop: () => sql(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`) };
}

async function onSqlite() {
  const folder = mkdtempSync(join(tmpdir(), 'turnpike-browser-'));
  const drop = async () => rmSync(folder, { recursive: true, force: true });
  return { url: `sqlite:${join(folder, 'turnpike.db')}`, drop };
}
