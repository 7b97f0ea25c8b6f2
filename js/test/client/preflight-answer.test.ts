// The preflight answer: asked for again with its ETag, the same object while nothing changed, one per language.
import { expect, test } from "vitest";
import { StoreClient } from "../../src/client/index.js";
import { json, ScriptedServer } from "./scripted-server.js";
import { TestRuntime } from "./test-runtime.js";

test("304 gives the answer that was received before", async () => {
  const server = await ScriptedServer.start();
  const runtime = new TestRuntime();
  const client = new StoreClient({ apiBase: server.base, getToken: () => "t", runtime });
  server.script(json(200, { factsVersion: "1" }, { ETag: '"e1"' }), (response, { headers }) => {
    response.writeHead(headers["if-none-match"] === '"e1"' ? 304 : 500).end();
  });
  const first = await client.preflight("m");
  expect(first).toEqual({ factsVersion: "1", receivedAt: runtime.now() });
  runtime.advance(5_000);
  expect(await client.preflight("m")).toBe(first);

  client.locale = "fr";
  server.script(json(200, { factsVersion: "1" }, { ETag: '"e1"' }));
  expect(await client.preflight("m")).not.toBe(first);
  expect(server.seen.at(-1)?.headers).not.toHaveProperty("if-none-match");
});
