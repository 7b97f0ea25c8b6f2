// Whose decisions the page shows: its own while its facts are the server's, else the server's.
import { afterEach, expect, it, vi } from "vitest";
import { connect } from "../../src/element/connect.js";
import { loadPreflight } from "../../src/preflight/index.js";
import { readCases } from "../preflight/cases.js";
import { asked } from "../preflight/scene.js";

afterEach(() => vi.unstubAllGlobals());

it("facts that the stream says are over decide nothing, until there are new ones", async () => {
  const { policyDigest } = await loadPreflight();
  const found = readCases().map(({ call }) => asked(call, policyDigest ?? "", Date.now())).find((scene) => scene?.question.kind === "activate");
  if (found?.question.kind !== "activate") throw new Error("no case is an activation");
  const { featureCode } = found.question;
  const reasons = [{ code: "custom", params: {}, detail: "the server's own", fix: "" }];
  const decisions = { ...found.answer.decisions, activate: [{ featureCode, allowed: false, reasons }] };
  let factsVersion = "facts-1";
  let say: (revision: string) => void = () => expect.fail("the stream is not open");
  vi.stubGlobal("fetch", async (address: string) => {
    if (!address.includes("/events")) return Response.json({ ...found.answer, decisions, factsVersion });
    const body = new ReadableStream<Uint8Array>({
      start: (stream) => {
        say = (revision) => stream.enqueue(new TextEncoder().encode(`event: revision\ndata: ${JSON.stringify({ revision, digest: policyDigest })}\n\n`));
      },
    });
    return new Response(body);
  });
  const store = connect({ apiBase: "http://store.test", getToken: () => "t" }, "en");
  const heard: string[] = [];
  const stop = store.watch("m-1", (version) => heard.push(version), () => undefined);
  await vi.waitFor(() => say("rows-1"));
  await vi.waitFor(() => expect(heard).toHaveLength(1));
  const before = await store.decisions("m-1");
  const own = before.activate(featureCode);
  expect(own?.reasons).not.toMatchObject([{ detail: "the server's own" }]);
  expect(before.source).toBe("browser");
  say("rows-1");
  await vi.waitFor(() => expect(heard).toHaveLength(2));
  expect(before.activate(featureCode), "the same as when it was read").toEqual(own);
  say("rows-2");
  await vi.waitFor(() => expect(heard).toHaveLength(3));
  expect(before.activate(featureCode)?.reasons).toMatchObject([{ detail: "the server's own" }]);
  expect(before.source).toBe("server");
  factsVersion = "facts-2";
  const after = await store.decisions("m-1");
  expect([after.activate(featureCode)?.reasons, after.source]).toEqual([own?.reasons, "browser"]);
  stop();
});
