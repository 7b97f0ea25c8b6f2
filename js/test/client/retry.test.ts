// What is tried again by itself, how often, and after how long.
import { expect, test } from "vitest";
import { StoreClient } from "../../src/client/index.js";
import { broken, json, problem, ScriptedServer, type Step } from "./scripted-server.js";
import { TestRuntime } from "./test-runtime.js";

async function scene(...steps: Step[]) {
  const server = await ScriptedServer.start();
  server.script(...steps);
  const runtime = new TestRuntime();
  runtime.hurried = true;
  const client = new StoreClient({ apiBase: server.base, getToken: () => "t", runtime });
  return { server, runtime, client };
}

const activated = json(200, { featureCode: "a", mandateId: "m", instanceId: "i", activated: true });
const wish = { featureCode: "a", mandateId: "m" };
const after = (seconds: number) => ({ "Retry-After": String(seconds) });

const PASSING: [string, Step, number][] = [
  ["a connection that breaks", broken, 200],
  ["503 without a time", problem(503, "service-unavailable"), 200],
  ["503 with a time", problem(503, "service-unavailable", {}, after(5)), 5_200],
  ["502 of a proxy", (response) => void response.writeHead(502).end("bad gateway"), 200],
  ["504", problem(504, "timeout"), 200],
  ["429", problem(429, "rate-limited", {}, after(3)), 3_200],
  ["409 of the same request", problem(409, "request-in-progress", {}, after(1)), 1_200],
];

test.each(PASSING)("%s is tried again, under the same key", async (_, step, pause) => {
  const { server, runtime, client } = await scene(step, activated);
  expect(await client.activate(wish)).toMatchObject({ activated: true });
  expect(runtime.slept).toEqual([pause]);
  expect(server.seen.map(({ headers }) => headers["idempotency-key"])).toEqual(["key-1", "key-1"]);
});

test.each([
  ["402 declined", problem(402, "payment-declined")],
  ["409 another change", problem(409, "change-pending", {}, after(1))],
  ["412", problem(412, "quote-expired")],
  ["500", problem(500, "internal")],
  ["503 for longer than anybody waits", problem(503, "billing-unavailable", {}, after(30))],
] satisfies [string, Step][])("%s is not tried again", async (_, step) => {
  const { server, runtime, client } = await scene(step, activated);
  await expect(client.activate(wish)).rejects.toMatchObject({ name: "ProblemError" });
  expect(runtime.slept).toEqual([]);
  expect(server.seen).toHaveLength(1);
});

test.each([
  ["a refusal", problem(402, "capacity-reached"), true],
  ["signed out", problem(401, "unauthorized"), true],
  ["not for a long time", problem(503, "billing-unavailable", {}, after(30)), true],
  ["a decline on record", problem(402, "payment-declined"), false],
] satisfies [string, Step, boolean][])("%s after a try without an answer: is the outcome unknown?", async (_, step, outcomeUnknown) => {
  const { client } = await scene(broken, step);
  await expect(client.activate(wish)).rejects.toMatchObject({ name: "ProblemError", outcomeUnknown });
});

test("a refusal at once is an outcome", async () => {
  const { client } = await scene(problem(402, "capacity-reached"));
  await expect(client.activate(wish)).rejects.toMatchObject({ name: "ProblemError", outcomeUnknown: false });
});

test("it gives up after four tries, with longer and longer pauses", async () => {
  const { server, runtime, client } = await scene(broken);
  await expect(client.mandates()).rejects.toMatchObject({ name: "NetworkError" });
  expect(server.seen).toHaveLength(4);
  expect(runtime.slept).toEqual([200, 400, 800]);
});

test("a quote is safe to ask for again, and has no key", async () => {
  const { server, client } = await scene(broken, json(200, { id: "q" }));
  expect(await client.quote({ mandateId: "m", activate: ["a"], deactivate: [] })).toEqual({ id: "q" });
  expect(server.seen).toHaveLength(2);
  expect(server.seen[0]?.headers).not.toHaveProperty("idempotency-key");
});
