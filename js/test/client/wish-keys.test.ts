// One key per wish: kept while the outcome is unknown, gone when it is known.
import { expect, test } from "vitest";
import { StoreClient, type ActivateWish } from "../../src/client/index.js";
import { broken, json, problem, ScriptedServer, silent, type Step } from "./scripted-server.js";
import { TestRuntime } from "./test-runtime.js";

async function scene() {
  const server = await ScriptedServer.start();
  const runtime = new TestRuntime();
  const client = new StoreClient({ apiBase: server.base, getToken: () => "t", runtime, retry: { attempts: 1 } });
  const keys = () => server.seen.filter(({ method }) => method === "POST").map(({ headers }) => headers["idempotency-key"]);
  return { server, runtime, client, keys };
}

const wish: ActivateWish = { featureCode: "a", mandateId: "m" };
const activated = json(200, { ...wish, instanceId: "i", activated: true });
const underWay = json(202, { ...wish, instanceId: "i", activated: false, change: "c-1", state: "billing" }, { "Retry-After": "3" });
const change = (state: string): Step => json(200, { id: "c-1", state });

const UNKNOWN: [string, Step][] = [
  ["a broken connection", broken],
  ["a commit without an answer", problem(504, "timeout")],
  ["a fault", problem(500, "internal")],
  ["a proxy's word", (response) => void response.writeHead(502).end()],
  ["the server is not there yet", problem(503, "service-unavailable")],
  ["too fast", problem(429, "rate-limited")],
  ["signed out", problem(401, "unauthorized")],
  ["the first one still runs", problem(409, "request-in-progress")],
];

test.each(UNKNOWN)("%s: the same wish again has the same key", async (_, step) => {
  const { server, client, keys } = await scene();
  server.script(step, activated);
  await expect(client.activate(wish)).rejects.toThrow();
  await client.activate({ mandateId: "m", featureCode: "a" });
  await client.activate(wish);
  expect(keys()).toEqual(["key-1", "key-1", "key-2"]);
});

test.each([
  ["refused", problem(402, "capacity-reached")],
  ["declined", problem(402, "payment-declined")],
  ["withdrawn", problem(409, "withdrawn")],
  ["done", activated],
] satisfies [string, Step][])("%s: the same wish again is a new one", async (_, step) => {
  const { server, client, keys } = await scene();
  server.script(step, activated);
  await client.activate(wish).catch(() => undefined);
  await client.activate(wish);
  expect(keys()).toEqual(["key-1", "key-2"]);
});

test("an access is given and taken away under keys of their own, where it is", async () => {
  const { server, client } = await scene();
  const given = { featureCode: "a", mandateId: "m", instanceId: "i/1", userId: "u", role: "a-user", shared: true, handedOver: false, change: "c-1" };
  const taken = { featureCode: "a", mandateId: "m", instanceId: "i/1", deactivated: true, instanceDeleted: false, billing: "done", change: "c-2" };
  server.script(broken, json(200, given), json(200, taken));
  const sharing = { instanceId: "i/1", mandateId: "m", userId: "u", role: "a-user" };
  await expect(client.share(sharing)).rejects.toThrow();
  expect(await client.share(sharing)).toEqual(given);
  expect(await client.unshare({ instanceId: "i/1", mandateId: "m", userId: "u" })).toEqual(taken);
  const seen = server.seen.map(({ method, url, headers, body }) => [method, url, headers["idempotency-key"], body]);
  const post = ["POST", "/api/store/instances/i%2F1/accesses", "key-1", { mandateId: "m", userId: "u", role: "a-user" }];
  expect(seen).toEqual([post, post, ["DELETE", "/api/store/instances/i%2F1/accesses", "key-2", { mandateId: "m", userId: "u" }]]);
});

test("another wish has another key, whatever became of the first", async () => {
  const { server, client, keys } = await scene();
  server.script(broken);
  for (const next of [wish, { ...wish, quoteId: "q" }, { ...wish, featureCode: "b" }]) {
    await client.activate(next).catch(() => undefined);
  }
  await client.restore({ mandateId: "m", instanceId: "i" }).catch(() => undefined);
  expect(new Set(keys()).size).toBe(4);
});

test("a double click is one wish", async () => {
  const { server, client, keys } = await scene();
  server.script(activated);
  await Promise.all([client.activate(wish), client.activate(wish)]);
  expect(keys()).toEqual(["key-1", "key-1"]);
});

test("202 keeps the key until the change is seen settled", async () => {
  const { server, client, keys } = await scene();
  server.script(underWay, underWay, change("billing"), underWay, change("done"), activated);
  const first = await client.activate(wish);
  expect(first).toMatchObject({ activated: false, change: "c-1", state: "billing", retryAfter: 3 });
  await client.activate(wish);
  await client.changeById("c-1");
  await client.activate(wish);
  await client.changeById("c-1");
  await client.activate(wish);
  expect(keys()).toEqual(["key-1", "key-1", "key-1", "key-2"]);
});

test("a batch under way names the change to wait for; the list of changes settles it, too", async () => {
  const { server, client, keys } = await scene();
  const batch = { mandateId: "m", activate: ["a"], deactivate: ["i"] };
  server.script(
    json(202, { mandateId: "m", done: false, state: "queued", changes: [{ id: "c-1" }, { id: "c-2" }] }),
    json(200, { changes: [{ id: "c-1", state: "failed" }], next: null }),
    json(200, { mandateId: "m", done: true, state: "done", changes: [] }),
  );
  expect(await client.change(batch)).toMatchObject({ done: false, change: "c-1", retryAfter: 2 });
  expect((await client.changes("m")).next).toBeNull();
  expect(await client.change(batch)).toMatchObject({ done: true });
  expect(keys()).toEqual(["key-1", "key-2"]);
});

test("who gives up waiting for the answer does not know the outcome", async () => {
  const { server, client, keys } = await scene();
  server.script(silent, activated);
  const controller = new AbortController();
  const asked = client.activate(wish, { signal: controller.signal });
  await expect.poll(() => server.seen.length).toBe(1);
  controller.abort();
  await expect(asked).rejects.toMatchObject({ name: "AbortError" });
  await client.activate(wish);
  expect(keys()).toEqual(["key-1", "key-1"]);
});

test.each([
  ["signed out", problem(401, "unauthorized")],
  ["too fast", problem(429, "rate-limited")],
  ["not there", problem(503, "service-unavailable")],
  ["billing is away", problem(503, "billing-unavailable")],
  ["refused by the rules", problem(402, "capacity-reached")],
  ["the quote served already", problem(412, "quote-used")],
] satisfies [string, Step][])("%s: says nothing about an earlier try without an answer, and the key stays", async (_, step) => {
  const { server, client, keys } = await scene();
  server.script(broken, step, activated);
  await client.activate(wish).catch(() => undefined);
  await client.activate(wish).catch(() => undefined);
  await client.activate(wish);
  expect(keys()).toEqual(["key-1", "key-1", "key-1"]);
});

test("a decline on record ends the doubt: the same wish again is a new one", async () => {
  const { server, client, keys } = await scene();
  server.script(broken, problem(402, "payment-declined"), activated);
  await client.activate(wish).catch(() => undefined);
  await client.activate(wish).catch(() => undefined);
  await client.activate(wish);
  expect(keys()).toEqual(["key-1", "key-1", "key-2"]);
});

test("a key is kept as long as the store knows it, 7 days; one's own is never made or kept", async () => {
  const { server, runtime, client, keys } = await scene();
  server.script(broken);
  await client.activate(wish).catch(() => undefined);
  runtime.advance(7 * 86_400_000 - 1);
  await client.activate(wish).catch(() => undefined);
  runtime.advance(2);
  await client.activate(wish).catch(() => undefined);
  await client.activate(wish, { idempotencyKey: "mine" }).catch(() => undefined);
  expect(keys()).toEqual(["key-1", "key-1", "key-2", "mine"]);
});
