// Waiting for billing: looks when the server wants to be asked, through failures, until the change is settled.
import { expect, test } from "vitest";
import { StoreClient, type Change } from "../../src/client/index.js";
import { broken, json, problem, ScriptedServer, type Step } from "./scripted-server.js";
import { TestRuntime } from "./test-runtime.js";

async function scene(...steps: Step[]) {
  const server = await ScriptedServer.start();
  server.script(...steps);
  const runtime = new TestRuntime();
  runtime.hurried = true;
  runtime.chance = 0;
  const client = new StoreClient({ apiBase: server.base, getToken: () => "t", runtime, retry: { attempts: 1 } });
  return { server, runtime, client };
}

const look = (state: string, seconds?: number): Step =>
  json(200, { id: "c", state, reasons: [] }, seconds === undefined ? {} : { "Retry-After": String(seconds) });

test("it looks after the time that the server names, and tells each state", async () => {
  const { server, runtime, client } = await scene(look("queued", 2), look("billing", 5), look("billing"), look("done"));
  const states: string[] = [];
  const change = await client.waitForChange("c /1", { after: 3, onChange: ({ state }: Change) => states.push(state) });
  expect(change.state).toBe("done");
  expect(states).toEqual(["queued", "billing", "billing", "done"]);
  expect(runtime.slept).toEqual([3_000, 2_000, 5_000, 2_000]);
  expect(server.seen[0]?.url).toBe("/api/store/changes/c%20%2F1");
});

test.each(["failed", "cancelled"])("%s is an outcome, no error", async (state) => {
  const { client } = await scene(look(state));
  expect(await client.waitForChange("c")).toMatchObject({ state });
});

test("a server that is away is waited for", async () => {
  const away: Step[] = [broken, broken, problem(503, "service-unavailable", {}, { "Retry-After": "5" }), look("done")];
  const { runtime, client } = await scene(...away);
  const failures: unknown[] = [];
  await client.waitForChange("c", { onFailure: (error) => failures.push(error) });
  expect(runtime.slept).toEqual([2_000, 4_000, 5_000]);
  expect(failures).toHaveLength(3);
});

test("a refusal ends the waiting", async () => {
  const { client } = await scene(look("billing"), problem(404, "not-found"));
  await expect(client.waitForChange("c")).rejects.toMatchObject({ code: "not-found" });
});

test("it gives up at its deadline, and the change goes on", async () => {
  const { client } = await scene(look("billing"));
  await expect(client.waitForChange("c", { deadlineMs: 7_000 })).rejects.toMatchObject({ name: "TimeoutError" });
});

test("who gives up gets their own reason", async () => {
  const { runtime, client } = await scene(look("billing"));
  runtime.hurried = false;
  const controller = new AbortController();
  const waiting = client.waitForChange("c", { signal: controller.signal });
  await expect.poll(() => runtime.slept.length).toBe(1);
  controller.abort("enough");
  await expect(waiting).rejects.toBe("enough");
});
