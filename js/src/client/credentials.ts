// How the client shows who is asking: a bearer token that the embedding page hands out, or a cookie of the same site.

import { CredentialsError } from "./errors.js";

/** Gives the present access token. An empty text says that nobody is signed in. It is asked again once when the server does not accept the one it gave. */
export type GetToken = () => string | Promise<string>;

/** Who is asking: a token, a cookie, or nobody. */
export type Credentials =
  | { readonly getToken: GetToken; readonly credentials?: never }
  | { readonly credentials: "cookie"; readonly getToken?: never }
  | { readonly getToken?: never; readonly credentials?: never };

/** The part of a request that depends on it. */
export interface Signed {
  readonly headers: Record<string, string>;
  readonly mode: RequestCredentials;
  /** The token that was used. */
  readonly token: string | null;
}

/** What a header can hold of a token. */
const TOKEN = /^[!-~]+$/;

async function tokenOf(getToken: GetToken): Promise<string> {
  let token: string | null | undefined;
  try {
    token = (await getToken())?.trim();
  } catch (cause) {
    throw new CredentialsError("`getToken` failed: it should give a token, or an empty text when nobody is signed in", { cause });
  }
  if (!token) throw new CredentialsError("nobody is signed in: asked for a token, `getToken` gave none");
  if (!TOKEN.test(token)) throw new CredentialsError("what `getToken` gave is no token but, say, a page: check the answer that it comes from");
  return token;
}

/** Signs one request. A token goes into the header only, never into an address. */
export async function sign(credentials: Credentials, method: string): Promise<Signed> {
  if (credentials.getToken) {
    const token = await tokenOf(credentials.getToken);
    return { headers: { Authorization: `Bearer ${token}` }, mode: "omit", token };
  }
  if (credentials.credentials === "cookie") {
    // The host takes a write with a cookie only with a header field that no form of another site can set.
    return { headers: method === "GET" ? {} : { "X-Turnpike": "1" }, mode: "include", token: null };
  }
  return { headers: {}, mode: "omit", token: null };
}

/** A text that is another one for another person and tells nobody who that is; empty for a cookie, of which a page knows nothing. */
export async function identityOf({ getToken }: Credentials): Promise<string> {
  if (!getToken) return "";
  const subject = new TextEncoder().encode(subjectOf(await tokenOf(getToken)));
  return [...new Uint8Array(await crypto.subtle.digest("SHA-256", subject))].join("");
}

/** Issuer and subject of a JWT; a token that is none stands for itself. */
function subjectOf(token: string): string {
  try {
    const { iss, sub } = JSON.parse(atob((token.split(".")[1] ?? "").replace(/-/g, "+").replace(/_/g, "/"))) as { iss?: string; sub: string };
    return `${iss} ${sub}`;
  } catch {
    return token;
  }
}
