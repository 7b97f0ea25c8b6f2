// Who is signed in: a signed cookie. It stands for whatever sign-in a product has.

import { createHmac, timingSafeEqual } from 'node:crypto';

const COOKIE = 'product_session';

/** Reads and writes the cookie. */
export class Session {
  constructor(secret) {
    this.secret = secret;
  }

  /** Signs a person in. */
  begin(response, person) {
    const content = Buffer.from(JSON.stringify(person)).toString('base64url');
    response.cookie(COOKIE, `${content}.${this.#signature(content)}`, { httpOnly: true, sameSite: 'lax' });
  }

  /** Lets only those pass who are signed in: `request.person`. */
  required() {
    return (request, response, next) => {
      request.person = this.#read(request.headers.cookie ?? '');
      if (request.person) next();
      else response.status(401).json({ error: 'sign in first' });
    };
  }

  #read(cookies) {
    const [, content, signature] = new RegExp(`(?:^|; )${COOKIE}=([^.;]+)\\.([^.;]+)`).exec(cookies) ?? [];
    return content && isSame(signature, this.#signature(content)) ? JSON.parse(Buffer.from(content, 'base64url')) : undefined;
  }

  #signature(content) {
    return createHmac('sha256', this.secret).update(content).digest('base64url');
  }
}

/** Compares in a time that does not depend on where the two differ. */
export function isSame(one, other) {
  return one.length === other.length && timingSafeEqual(Buffer.from(one), Buffer.from(other));
}
