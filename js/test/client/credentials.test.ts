// Who is asking, as the tabs of a browser tell each other apart by, and what a request shows of it.
import { describe, expect, it } from "vitest";
import { identityOf, sign } from "../../src/client/credentials.js";

/** A JWT as an identity provider makes one; the signature is not read here. */
function token(claims: object, signature = "s"): string {
  const json = String.fromCharCode(...new TextEncoder().encode(JSON.stringify(claims)));
  return `e30.${btoa(json).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "")}.${signature}`;
}

const who = (text: string) => identityOf({ getToken: () => text });
const ADA = { iss: "https://id.example", sub: "ada", exp: 1 };

describe("the name under which tabs share", () => {
  it("is the same for a person whose token was renewed", async () => {
    expect(await who(token({ ...ADA, exp: 2 }, "other"))).toBe(await who(token(ADA)));
  });

  it.each([
    ["another subject", token({ ...ADA, sub: "ben" })],
    ["the same subject of another issuer", token({ ...ADA, iss: "https://other.example" })],
    ["a subject that base64url writes with - and _", token({ ...ADA, sub: "ÿ?>~" })],
    ["a token that is no JWT", "opaque"],
    ["another token that is no JWT", "opaque-2"],
  ])("is another one for %s", async (_, other) => {
    const names = await Promise.all([token(ADA), "x", other].map(who));
    expect(new Set(names).size).toBe(3);
  });

  it("tells nothing of the token or the person", async () => {
    expect(await who(token(ADA))).toMatch(/^\d+$/);
  });

  it("is empty for a cookie, which a page cannot read, and for nobody", async () => {
    expect([await identityOf({ credentials: "cookie" }), await identityOf({})]).toEqual(["", ""]);
  });

  it("waits for a token that takes its time", async () => {
    expect(await identityOf({ getToken: async () => token(ADA) })).toBe(await who(token(ADA)));
  });
});

it.each([
  ["a token", { getToken: () => "t" }, "POST", { headers: { Authorization: "Bearer t" }, mode: "omit", token: "t" }],
  ["a cookie that wants something", { credentials: "cookie" }, "POST", { headers: { "X-Turnpike": "1" }, mode: "include", token: null }],
  ["a cookie that reads", { credentials: "cookie" }, "GET", { headers: {}, mode: "include", token: null }],
  ["nobody", {}, "POST", { headers: {}, mode: "omit", token: null }],
] as const)("%s", async (_, credentials, method, signed) => {
  expect(await sign(credentials, method)).toEqual(signed);
});
