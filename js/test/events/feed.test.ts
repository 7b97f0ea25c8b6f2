// Watching a mandate alone: the stream, its ends, new connections, and polling meanwhile.
import { expect, onTestFinished, test } from "vitest";
import { watch, type WatchOptions } from "../../src/client/index.js";
import { problem } from "../client/scripted-server.js";
import { TestRuntime } from "../client/test-runtime.js";
import { until } from "../until.js";
import { StreamServer } from "./stream-server.js";

async function scene(getToken?: () => string) {
  const server = await StreamServer.start();
  const runtime = new TestRuntime();
  const told: string[] = [];
  const options: WatchOptions = {
    onRevision: ({ revision, digest }) => told.push(`${revision} ${digest}`),
    onState: (state) => told.push(state),
    onEnd: (reason) => told.push(`end ${reason}`),
    runtime,
    sharing: null,
  };
  const stop = watch(server.client(runtime, getToken), "m 1", options);
  onTestFinished(stop);
  const expectTold = (...expected: string[]) => expect.poll(() => told, { interval: 2 }).toEqual(expected);
  return { server, runtime, told, stop, expectTold };
}

test("each revision is told, with the token in the header", async () => {
  const { server, expectTold } = await scene();
  await until("a stream", () => server.open.length === 1);
  server.revision("r1");
  server.beat();
  server.revision("r2");
  await expectTold("connecting", "live", "r1 d", "r2 d");
  expect(server.seen[0]).toMatchObject({
    url: "/api/store/events?mandateId=m+1", headers: { accept: "text/event-stream", authorization: "Bearer t" },
  });
});

test("who stops hears nothing more, and leaves neither stream nor timer", async () => {
  const { server, runtime, told, stop } = await scene();
  await until("a stream", () => server.open.length === 1);
  await until("live", () => told.includes("live"));
  stop();
  await until("no stream", () => server.open.length === 0);
  await until("no timer", () => runtime.waiting.length === 0);
  expect(told).toEqual(["connecting", "live"]);
});

test("a stream that breaks is opened again, after longer and longer pauses", async () => {
  const { server, runtime, told } = await scene();
  for (const [index, pause] of [1_000, 3_000, 6_000, 12_000].entries()) {
    await until("a stream", () => server.streams.length === index + 1);
    await until("live", () => told.at(-1) === "live");
    server.cut();
    await until("a pause", () => runtime.slept.filter((ms) => ms !== 60_000).length === index + 1);
    expect(runtime.slept.filter((ms) => ms !== 60_000).at(-1)).toBe(pause);
    runtime.advance(pause);
  }
});

test("after a good connection the pause is short again", async () => {
  const { server, runtime } = await scene();
  const pauses = () => runtime.slept.filter((ms) => ms !== 60_000);
  await until("the first stream", () => server.streams.length === 1);
  server.refusal = problem(503, "service-unavailable");
  server.cut();
  await until("a pause", () => pauses().length === 1);
  runtime.advance(1_000);
  await until("a refusal", () => pauses().length === 2);
  server.refusal = null;
  runtime.advance(3_000);
  await until("a stream that is read", () => server.streams.length === 2 && runtime.waiting.includes(65_000));
  runtime.advance(10_000);
  server.cut();
  await until("a pause", () => pauses().length === 3);
  expect(pauses()).toEqual([1_000, 3_000, 1_000]);
});

test("silence for more than a minute is a dead connection", async () => {
  const { server, runtime, told } = await scene();
  await until("live", () => told.includes("live"));
  server.beat();
  await until("the beat is read", () => runtime.waiting.includes(65_000));
  runtime.advance(65_000);
  await until("it is closed", () => server.open.length === 0);
  expect(runtime.slept).toContain(1_000);
});

test("a token that ran out is replaced at once", async () => {
  const tokens = ["one", "two"];
  const { server, runtime } = await scene(() => tokens.shift() ?? "none");
  await until("a stream", () => server.open.length === 1);
  server.end("token-expired");
  await until("a pause", () => runtime.slept.includes(0));
  runtime.advance(0);
  await until("a second stream", () => server.streams.length === 2);
  expect(server.seen.at(-1)?.headers.authorization).toBe("Bearer two");
});

test("a host that drains is left for another soon", async () => {
  const { server, runtime } = await scene();
  await until("a stream", () => server.open.length === 1);
  server.end("draining");
  await until("a pause", () => runtime.slept.includes(1_000));
});

test.each([
  ["the server says so", [], (server: StreamServer) => server.end("membership-ended")],
  ["it is found out on the way back", ["connecting"], (server: StreamServer) => {
    server.refusal = problem(404, "mandate-not-found");
    server.cut();
  }],
])("it is over with the membership: %s", async (_, between, bring) => {
  const { server, runtime, told, expectTold } = await scene();
  await until("live", () => told.includes("live"));
  bring(server);
  await until("a pause or an end", () => told.length > 2 || runtime.slept.includes(1_000));
  runtime.advance(1_000);
  await expectTold("connecting", "live", ...between, "ended", "end membership-ended");
  expect(runtime.waiting).toEqual([]);
});

test("it is over when nobody is signed in any more", async () => {
  const { server, runtime, told, expectTold } = await scene();
  await until("live", () => told.includes("live"));
  server.refusal = problem(401, "unauthorized");
  server.end("token-expired");
  await until("a pause", () => runtime.slept.includes(0));
  runtime.advance(0);
  await expectTold("connecting", "live", "connecting", "ended", "end unauthorized");
});

test("without a stream it asks once a minute, and tells what is new", async () => {
  const { server, runtime, told } = await scene();
  await until("live", () => told.includes("live"));
  server.refusal = problem(429, "too-many-streams", {}, { "Retry-After": "600" });
  server.cut();
  await until("a pause", () => runtime.slept.includes(1_000));
  runtime.advance(1_000);
  await until("the pause that it is told", () => runtime.slept.includes(600_000));
  for (const [minute, version] of ["polled-1", "polled-1", "polled-2"].entries()) {
    server.factsVersion = version;
    await until("asleep", () => runtime.slept.filter((ms) => ms === 60_000).length === minute + 1);
    runtime.advance(60_000);
    await until("asked", () => server.polls === minute + 1);
  }
  await until("all is told", () => told.length === 6);
  expect(told).toEqual(["connecting", "live", "connecting", "polling", "polled-1 d", "polled-2 d"]);
  server.refusal = null;
  runtime.advance(600_000);
  await until("a stream again", () => server.open.length === 1);
  await until("live again", () => told.at(-1) === "live");
  expect(runtime.waiting.filter((ms) => ms === 60_000)).toEqual([]);
});
