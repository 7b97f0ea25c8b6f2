// JSON Web Tokens as the product's identity provider issues them: HS256.

import { createHmac } from 'node:crypto';

const base64url = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');

/** The claims, signed; good for so many seconds from now. */
export function sign(claims, secret, seconds) {
  const now = Math.floor(Date.now() / 1000);
  const signed = `${base64url({ alg: 'HS256', typ: 'JWT' })}.${base64url({ iat: now, exp: now + seconds, ...claims })}`;
  return `${signed}.${createHmac('sha256', secret).update(signed).digest('base64url')}`;
}

/** What the store's page asks with in the name of a person. */
export function tokenOfPerson({ id, username }, secret) {
  return sign({ sub: id, username }, secret, 600);
}

/** What the product itself asks with: good for these scopes and no other. */
export function tokenOfService({ issuer, audience, secret }, scopes) {
  return sign({ sub: 'product', iss: issuer, aud: audience, scope: scopes.join(' ') }, secret, 300);
}
