// Tokens as an identity provider issues them: HS256.

import { createHmac } from 'node:crypto';

/** The secret that hosts under test accept. */
export const SECRET = 'a-secret-of-the-browser-tests-with-enough-bytes';

const base64url = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');

/** A token of a user, good for so many seconds. */
export function tokenOf(user, seconds = 3600) {
  const claims = { sub: user, username: user.replace(/^u-/, ''), exp: Math.floor(Date.now() / 1000) + seconds };
  const signed = `${base64url({ alg: 'HS256', typ: 'JWT' })}.${base64url(claims)}`;
  return `${signed}.${createHmac('sha256', SECRET).update(signed).digest('base64url')}`;
}
