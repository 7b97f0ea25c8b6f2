// One stream per browser: the others listen, and take over.
import { expect, onTestFinished, test } from "vitest";
import type { SharingTools } from "../../src/client/events/shared.js";
import { watch } from "../../src/client/index.js";
import { problem } from "../client/scripted-server.js";
import { TestRuntime } from "../client/test-runtime.js";
import { until } from "../until.js";
import { LockTable } from "./lock-table.js";
import { StreamServer } from "./stream-server.js";

interface Tab {
  readonly told: string[];
  readonly runtime: TestRuntime;
  readonly stop: () => void;
}

async function scene() {
  const server = await StreamServer.start();
  const table = new LockTable();
  const open = (getToken?: (() => string) | null, other: Partial<SharingTools> = {}): Tab => {
    const runtime = new TestRuntime();
    const told: string[] = [];
    const stop = watch(server.client(runtime, getToken), "m", {
      onRevision: ({ revision }) => told.push(revision),
      onState: (state) => told.push(state),
      onEnd: (reason) => told.push(`end ${reason}`),
      runtime,
      sharing: { ...table.tools(), ...other },
    });
    onTestFinished(stop);
    return { told, runtime, stop };
  };
  return { server, open };
}

test("three tabs share one stream, and whoever comes late is told the last revision", async () => {
  const { server, open } = await scene();
  const first = open();
  const second = open();
  await until("a stream", () => server.open.length === 1);
  server.revision("r1");
  await until("both know", () => [first, second].every(({ told }) => told.includes("r1")));
  const third = open();
  await until("the third knows", () => third.told.includes("r1"));
  server.revision("r2");
  await until("all know", () => [first, second, third].every(({ told }) => told.includes("r2")));
  expect(server.streams).toHaveLength(1);
  expect(third.told).toEqual(["connecting", "live", "r1", "r2"]);
});

test("when the leader closes, the next tab takes over", async () => {
  const { server, open } = await scene();
  const first = open();
  await until("a stream", () => server.open.length === 1);
  const second = open();
  await until("it listens", () => second.told.includes("live"));
  first.stop();
  await until("another stream", () => server.streams.length === 2 && server.open.length === 1);
  server.revision("r2");
  await until("it is told", () => second.told.includes("r2"));
  expect(first.told).not.toContain("r2");
});

/** A token of this person, signed in this session. */
const token = (sub: string, session: string) => `e30.${btoa(JSON.stringify({ iss: "https://id", sub }))}.${session}`;

test("two people in one browser do not share a stream", async () => {
  const { server, open } = await scene();
  const first = open(() => token("ada", "s"));
  await until("a stream", () => server.open.length === 1);
  const second = open(() => token("ben", "s"));
  await until("another stream", () => server.open.length === 2);
  expect(server.seen.map(({ headers }) => headers.authorization)).toEqual([`Bearer ${token("ada", "s")}`, `Bearer ${token("ben", "s")}`]);
  first.stop();
  await until("the first is closed", () => server.open.length === 1);
  expect(second.told).not.toContain("ended");
});

test("of a cookie nobody knows whose it is: for whoever joins the stream is opened anew, and what another was told is not told on", async () => {
  const { server, open } = await scene();
  const ada = open(null);
  await until("a stream", () => server.open.length === 1);
  server.revision("ada's");
  await until("she is told", () => ada.told.includes("ada's"));
  // She signed out since, and he signed in.
  const ben = open(null);
  await until("her stream is closed, and another one waits to be opened", () => server.open.length === 0 && ada.runtime.slept.length > 0);
  ada.runtime.advance(2_000);
  await until("a stream of his", () => server.open.length === 1);
  expect(server.streams).toHaveLength(2);
  server.revision("ben's");
  await until("both are told", () => [ada, ben].every(({ told }) => told.includes("ben's")));
  expect(ben.told).not.toContain("ada's");
});

test("an end is the leader's own: the next tab asks with its own token", async () => {
  const { server, open } = await scene();
  const first = open(() => token("ada", "old"));
  await until("a stream", () => server.open.length === 1);
  const second = open(() => token("ada", "new"));
  await until("it listens", () => second.told.includes("live"));
  server.end("membership-ended");
  await until("the first is told", () => first.told.includes("end membership-ended"));
  await until("another stream", () => server.streams.length === 2);
  expect(server.seen.at(-1)?.headers.authorization).toBe(`Bearer ${token("ada", "new")}`);
  expect(second.told).not.toContain("ended");
});

test("a leader that is not heard of is done without", async () => {
  const { server, open } = await scene();
  const first = open();
  await until("a stream", () => server.open.length === 1);
  const second = open();
  await until("it listens", () => second.told.includes("live"));
  second.runtime.advance(75_000);
  await until("asleep until the first question", () => second.runtime.slept.includes(60_000));
  second.runtime.advance(60_000);
  await until("it asked", () => second.told.includes("polled-1"));
  first.runtime.advance(20_000);
  await until("the leader is heard again", () => second.told.at(-1) === "live");
  await until("it asks no more", () => !second.runtime.waiting.includes(60_000));
});

test("where locks are refused, as in a sandboxed frame, the tab has a stream of its own", async () => {
  const { server, open } = await scene();
  const refused = () => Promise.reject(new DOMException("no locks here", "SecurityError"));
  const tab = open(undefined, { locks: { request: refused as LockManager["request"] } });
  await until("a stream", () => server.open.length === 1);
  server.revision("r1");
  await until("it is told", () => tab.told.includes("r1"));
});

test("a tab that closes while it waits leaves nothing behind", async () => {
  const { server, open } = await scene();
  open();
  await until("a stream", () => server.open.length === 1);
  const second = open();
  await until("it listens", () => second.told.includes("live"));
  second.stop();
  await until("no timer", () => second.runtime.waiting.length === 0);
  server.refusal = problem(503, "service-unavailable");
  server.revision("r9");
  expect(server.streams).toHaveLength(1);
  expect(second.told).not.toContain("r9");
});
