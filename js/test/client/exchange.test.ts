// One exchange: what goes over the wire, and what comes back as a value or as which error.
import { expect, test } from "vitest";
import { CredentialsError, NetworkError, ProblemError, StoreClient, TimeoutError, UnexpectedAnswerError, watch, type GetToken } from "../../src/client/index.js";
import { broken, json, problem, ScriptedServer, silent } from "./scripted-server.js";
import { TestRuntime } from "./test-runtime.js";

const once = { attempts: 1 };

/** What a promise rejects with. */
const failure = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(() => expect.fail("it did not fail"), (error: unknown) => error);

test("a read carries the token, the language and its query; never a token in the address", async () => {
  const server = await ScriptedServer.start();
  server.script(json(200, []));
  const client = new StoreClient({ apiBase: `${server.base}/base/`, getToken: () => "t-1", locale: "fr-CH" });
  expect(await client.features("m &1")).toEqual([]);
  const [seen] = server.seen;
  expect(seen?.url).toBe("/base/api/store/features?mandateId=m+%261");
  expect(seen?.headers).toMatchObject({ authorization: "Bearer t-1", "accept-language": "fr-CH" });
  expect(seen?.headers).not.toHaveProperty("x-turnpike");
  client.locale = "it-CH";
  await client.features();
  expect(server.seen[1]?.headers["accept-language"]).toBe("it-CH");
  expect(server.seen[1]?.url).toBe("/base/api/store/features");
});

test("an instance's accesses are read where they are, in its mandate", async () => {
  const server = await ScriptedServer.start();
  const told = {
    featureCode: "a", mandateId: "m &1", instanceId: "i/1", roles: ["a-admin", "a-user"],
    accesses: [{ userId: "u", name: "Una", roles: ["a-user"], enabled: true }],
  };
  server.script(json(200, told));
  const client = new StoreClient({ apiBase: server.base, getToken: () => "t" });
  expect(await client.accesses("i/1", "m &1")).toEqual(told);
  expect(server.seen[0]).toMatchObject({ method: "GET", url: "/api/store/instances/i%2F1/accesses?mandateId=m+%261" });
});

test("limits are read with their tag, and set where they are still those", async () => {
  const server = await ScriptedServer.start();
  const told = { mandateId: "m &1", instances: 3, monthly: { minor: 5000, currency: "CHF" } };
  server.script(json(200, told, { ETag: '"t-1"' }), json(200, told, { ETag: '"t-2"' }), json(200, told, { ETag: '"t-2"' }));
  const client = new StoreClient({ apiBase: server.base, getToken: () => "t" });
  const { mandateId, etag } = await client.caps("m &1");
  expect(etag).toBe('"t-1"');
  const { instances, monthly } = told;
  expect(await client.setCaps({ mandateId, etag, instances, monthly })).toEqual({ ...told, etag: '"t-2"' });
  await client.setCaps({ mandateId });
  const url = "/api/store/caps?mandateId=m+%261";
  expect(server.seen[0]).toMatchObject({ method: "GET", url });
  expect(server.seen[1]).toMatchObject({ method: "PUT", url, body: { instances, monthly }, headers: { "if-match": '"t-1"' } });
  expect(server.seen[2]).toMatchObject({ method: "PUT", url, body: {} });
  expect(server.seen[2]?.headers).not.toHaveProperty("if-match");
});

test("what members ask for is asked, listed, declined, taken back and approved where the store has it", async () => {
  const server = await ScriptedServer.start();
  const asked = { id: "r/1", state: "open" };
  const list = { items: [asked], next: "n&2" };
  server.script(json(200, asked), json(200, list), json(200, list), json(200, asked), json(200, asked), json(200, { activated: true }));
  const client = new StoreClient({ apiBase: server.base, credentials: "cookie", runtime: new TestRuntime() });
  expect(await client.requestFeature({ featureCode: "a", mandateId: "m", note: "please" })).toEqual(asked);
  expect(await client.requests("m &1")).toEqual(list);
  await client.requests("m", { after: "n&2" });
  expect(await client.declineRequest("r/1", { answer: "not now" })).toEqual(asked);
  expect(await client.withdrawRequest("r/1")).toEqual(asked);
  await client.activate({ featureCode: "a", mandateId: "m", requestId: "r/1" });
  expect(server.seen.map(({ method, url, body }) => [method, url, body])).toEqual([
    ["POST", "/api/store/requests", { featureCode: "a", mandateId: "m", note: "please" }],
    ["GET", "/api/store/requests?mandateId=m+%261", null],
    ["GET", "/api/store/requests?mandateId=m&after=n%262", null],
    ["POST", "/api/store/requests/r%2F1/decline", { answer: "not now" }],
    ["DELETE", "/api/store/requests/r%2F1", null],
    ["POST", "/api/store/activate", { featureCode: "a", mandateId: "m", requestId: "r/1" }],
  ]);
  expect(server.seen[4]?.headers).toMatchObject({ "x-turnpike": "1" });
});

test("the history is read page by page", async () => {
  const server = await ScriptedServer.start();
  server.script(json(200, { items: [], next: null }));
  const client = new StoreClient({ apiBase: server.base, getToken: () => "t" });
  expect(await client.history("m", { after: "x" })).toEqual({ items: [], next: null });
  expect(server.seen[0]).toMatchObject({ method: "GET", url: "/api/store/history?mandateId=m&after=x" });
});

test("a POST is JSON with a key", async () => {
  const server = await ScriptedServer.start();
  const body = { featureCode: "chatbot", mandateId: "m", instanceId: "i", activated: true };
  server.script(json(200, body));
  const client = new StoreClient({ apiBase: server.base, getToken: async () => "t", runtime: new TestRuntime() });
  expect(await client.activate({ featureCode: "chatbot", mandateId: "m", quoteId: "q" })).toEqual(body);
  expect(server.seen[0]).toMatchObject({
    method: "POST", url: "/api/store/activate", body: { featureCode: "chatbot", mandateId: "m", quoteId: "q" },
    headers: { "content-type": "application/json", "idempotency-key": "key-1" },
  });
});

test("with a cookie there is no token, and a POST has the header that no form can set", async () => {
  const server = await ScriptedServer.start();
  server.script(json(200, { id: "q" }));
  const client = new StoreClient({ apiBase: server.base, credentials: "cookie" });
  await client.quote({ mandateId: "m", activate: ["a"], deactivate: [] });
  await client.mandates();
  expect(server.seen[0]?.headers).toMatchObject({ "x-turnpike": "1", "content-type": "application/json" });
  expect(server.seen[1]?.headers).not.toHaveProperty("x-turnpike");
  for (const { headers } of server.seen) expect(headers).not.toHaveProperty("authorization");
});

test("the page's settings are asked for by nobody in particular", async () => {
  const server = await ScriptedServer.start();
  server.script(json(200, { defaultLocale: "de" }));
  const client = new StoreClient({ apiBase: server.base, getToken: () => expect.fail("asked for a token") });
  expect(await client.page()).toEqual({ defaultLocale: "de" });
  expect(server.seen[0]?.headers).not.toHaveProperty("authorization");
});

test("a token that is not accepted is asked for again, once", async () => {
  const server = await ScriptedServer.start();
  const tokens = ["old", "new", "newer"];
  server.script(problem(401, "unauthorized"), json(200, []), problem(401, "unauthorized"));
  const client = new StoreClient({ apiBase: server.base, getToken: () => tokens.shift() ?? "none", retry: once });
  expect(await client.mandates()).toEqual([]);
  expect(server.seen.map(({ headers }) => headers.authorization)).toEqual(["Bearer old", "Bearer new"]);
  const error = await failure(client.mandates());
  expect(error).toMatchObject({ name: "ProblemError", status: 401, code: "unauthorized" });
  expect(server.seen).toHaveLength(4);
});

test.each<[string, GetToken, RegExp]>([
  ["throws", () => { throw new TypeError("fetch failed"); }, /`getToken` failed/],
  ["rejects", () => Promise.reject(new TypeError("fetch failed")), /`getToken` failed/],
  ["gives an empty text", async () => "", /gave none/],
  ["gives nothing at all", (() => undefined) as unknown as GetToken, /gave none/],
  ["gives a sign-in page", async () => "<!doctype html>\n<title>Sign in</title>", /no token/],
  ["gives what no header can hold", () => "t\u2026", /no token/],
])("a getToken that %s: nobody is signed in, nothing was sent, and nothing is in doubt", async (_, getToken, words) => {
  const server = await ScriptedServer.start();
  const client = new StoreClient({ apiBase: server.base, getToken });
  const error = await failure(client.activate({ featureCode: "a", mandateId: "m" }));
  expect(error).toBeInstanceOf(CredentialsError);
  expect(error).toMatchObject({ name: "CredentialsError", status: 401, code: "unauthorized", outcomeUnknown: false, message: expect.stringMatching(words) });
  expect(server.seen).toEqual([]);
  const end = await new Promise((resolve) => void watch(client, "m", { onRevision: () => undefined, onEnd: resolve }));
  expect(end).toBe("unauthorized");
});

test("a getToken that does not answer is not waited for longer than for the store, or than the caller wants", async () => {
  const server = await ScriptedServer.start();
  const runtime = new TestRuntime();
  let asked = 0;
  const getToken = () => new Promise<string>(() => (asked += 1));
  const client = new StoreClient({ apiBase: server.base, getToken, runtime, timeoutMs: 1_234 });
  const late = failure(client.mandates());
  await expect.poll(() => asked).toBe(1);
  runtime.advance(1_234);
  expect(await late).toMatchObject({ name: "CredentialsError", outcomeUnknown: false });
  const wanted = new AbortController();
  const given = failure(client.mandates({ signal: wanted.signal }));
  await expect.poll(() => asked).toBe(2);
  wanted.abort("enough");
  expect(await given).toBe("enough");
  expect([server.seen.length, runtime.waiting]).toEqual([0, []]);
});

test("a line end after the token is none of it", async () => {
  const server = await ScriptedServer.start();
  server.script(json(200, []));
  await new StoreClient({ apiBase: server.base, getToken: () => "t-1\n" }).mandates();
  expect(server.seen[0]?.headers.authorization).toBe("Bearer t-1");
});

test("the same token again is not sent again", async () => {
  const server = await ScriptedServer.start();
  server.script(problem(401, "unauthorized"));
  const client = new StoreClient({ apiBase: server.base, getToken: () => "same" });
  expect(await failure(client.mandates())).toBeInstanceOf(ProblemError);
  expect(server.seen).toHaveLength(1);
});

test("a problem is an error with everything that the store said", async () => {
  const server = await ScriptedServer.start();
  const quote = { id: "q-2", dueNow: 431 };
  server.script(problem(412, "quote-changed", { quote, pointer: "/quoteId" }, { "Retry-After": "7" }));
  const client = new StoreClient({ apiBase: server.base, getToken: () => "t" });
  const error = await failure(client.activate({ featureCode: "a", mandateId: "m", quoteId: "q-1" }));
  expect(error).toBeInstanceOf(ProblemError);
  expect(error).toMatchObject({
    message: "about quote-changed", status: 412, code: "quote-changed", traceId: "trace-1", retryAfter: 7, quote,
    pointer: "/quoteId", outcomeUnknown: false, reasons: [{ code: "quote-changed", fix: "a fix" }],
  });
  expect((error as ProblemError).has("quote-changed")).toBe(true);
  expect((error as ProblemError).has("not-admin")).toBe(false);
});

test.each([
  ["a proxy's page", 502, "<h1>Bad Gateway</h1>"],
  ["JSON that is no problem", 404, '{"message":"no route"}'],
  ["a success that is no JSON", 200, "<html>sign in</html>"],
])("what is not the store's answer is said to be none: %s", async (_, status, text) => {
  const server = await ScriptedServer.start();
  server.script((response) => void response.writeHead(status).end(text));
  const client = new StoreClient({ apiBase: server.base, getToken: () => "t", retry: once });
  const error = await failure(client.mandates());
  expect(error).toBeInstanceOf(UnexpectedAnswerError);
  expect(error).toMatchObject({ status, outcomeUnknown: true });
});

test("a broken connection, a closed port and a redirect are network errors", async () => {
  const server = await ScriptedServer.start();
  const client = new StoreClient({ apiBase: server.base, getToken: () => "t", retry: once });
  server.script(broken);
  expect(await failure(client.mandates())).toMatchObject({ name: "NetworkError", outcomeUnknown: true });
  server.script((response) => void response.writeHead(302, { Location: `${server.base}/elsewhere` }).end());
  expect(await failure(client.mandates())).toBeInstanceOf(NetworkError);
  expect(server.seen).toHaveLength(2);
  await server.stop();
  expect(await failure(client.mandates())).toBeInstanceOf(NetworkError);
});

test("an answer that breaks off is a network error", async () => {
  const server = await ScriptedServer.start();
  server.script((response) => {
    response.writeHead(200, { "Content-Type": "application/json", "Content-Length": "100" });
    response.write("[");
    setImmediate(() => response.socket?.destroy());
  });
  const client = new StoreClient({ apiBase: server.base, getToken: () => "t", retry: once });
  expect(await failure(client.mandates())).toBeInstanceOf(NetworkError);
});

test("no answer in time is a time-out", async () => {
  const server = await ScriptedServer.start();
  server.script(silent);
  const runtime = new TestRuntime();
  const client = new StoreClient({ apiBase: server.base, getToken: () => "t", retry: once, runtime, timeoutMs: 1_234 });
  const failed = failure(client.mandates());
  await expect.poll(() => server.seen.length).toBe(1);
  runtime.advance(1_234);
  expect(await failed).toBeInstanceOf(TimeoutError);
  expect(await failed).toMatchObject({ name: "TimeoutError", outcomeUnknown: true });
});

test("who gives up gets their own reason, before, while and between", async () => {
  const server = await ScriptedServer.start();
  const runtime = new TestRuntime();
  const client = new StoreClient({ apiBase: server.base, getToken: () => "t", runtime });
  server.script(silent);
  expect(await failure(client.mandates({ signal: AbortSignal.abort("before") }))).toBe("before");
  expect(server.seen).toHaveLength(0);
  const during = new AbortController();
  const asked = failure(client.mandates({ signal: during.signal }));
  await expect.poll(() => server.seen.length).toBe(1);
  during.abort("while");
  expect(await asked).toBe("while");
  server.script(broken);
  const between = new AbortController();
  const paused = failure(client.mandates({ signal: between.signal }));
  await expect.poll(() => runtime.slept.length).toBe(1);
  between.abort("between");
  expect(await paused).toBe("between");
  expect(runtime.waiting).toEqual([]);
});

test("there is no address by default, and a wrong one is told at once", () => {
  expect(() => new StoreClient({ apiBase: "", getToken: () => "t" })).toThrow("`apiBase` is missing");
  expect(() => new StoreClient({ apiBase: "not an address", getToken: () => "t" })).toThrow(TypeError);
});
