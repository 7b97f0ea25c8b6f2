// The history from its first page to the file, against a store in memory whose answers each test writes down.
import { expect, it } from "vitest";
import type { HistoryEntry, HistoryPage } from "../../src/client/index.js";
import { History, type HistoryApi } from "../../src/element/history/history.js";
import { START, chosen, loaded, type State } from "../../src/element/state.js";
import { loadTexts } from "../../src/texts/index.js";
import { Speaker } from "../../src/texts/speaker.js";
import { answers, refusal } from "./desk.js";
import { snapshot } from "./world.js";

const entry = (change: string): HistoryEntry => ({
  change, kind: "activate", state: "done", featureCode: "a", instanceId: "i", at: null, settledAt: null, byUserId: "u", by: "Ann",
  whoseUserId: null, whose: null, batchId: null, price: null, quoteId: null, quoted: null, invoiceLine: null,
});

async function opened(api: Partial<HistoryApi>) {
  let state: State = loaded(chosen(START, "m"), snapshot());
  const said: [string, boolean][] = [];
  const saved: [Blob, string][] = [];
  const seen = { signedOut: 0 };
  const part = new History(
    {
      access: { apiBase: "https://store.test", getToken: () => "t" },
      root: {} as ParentNode,
      state: () => state,
      draw: async () => {},
      say: (text, isFailure) => said.push([text, isFailure]),
      emit: () => expect.fail("nothing is done here"),
      refresh: () => expect.fail("nothing changed"),
      signedOut: () => (seen.signedOut += 1),
    },
    { history: answers<HistoryPage>({ items: [entry("2")], next: null }), file: answers(new Blob(["a,b"])), ...api },
    (file, name) => saved.push([file, name]),
  );
  await part.open(null, { s: new Speaker("en", await loadTexts("en")) });
  return { part, said, saved, seen, set: (next: (state: State) => State) => (state = next(state)) };
}

it("reads page after page, each once", async () => {
  const asked: unknown[] = [];
  const { part } = await opened({
    history: async (mandateId, options) => (asked.push([mandateId, options?.after]), options?.after ? { items: [entry("1")], next: null } : { items: [entry("2")], next: "n" }),
  });
  expect([part.isShown, part.shown?.entries?.length, part.shown?.next]).toEqual([true, 1, "n"]);
  await Promise.all([part.more(), part.more()]);
  expect(part.shown?.entries?.map(({ change }) => change)).toEqual(["2", "1"]);
  expect([part.shown?.next, asked]).toEqual([null, [["m", undefined], ["m", "n"]]]);
  part.close();
  expect(part.isShown).toBe(false);
});

it("what was read stays where the next page cannot be had, and it can be asked for again", async () => {
  const { part } = await opened({ history: answers<HistoryPage>({ items: [entry("2")], next: "n" }, new TypeError("network"), { items: [entry("1")], next: null }) });
  await part.more();
  expect([part.shown?.entries?.length, part.shown?.fault?.kind, part.shown?.isReading]).toEqual([1, "unreachable", false]);
  await part.more();
  expect([part.shown?.entries?.length, part.shown?.fault]).toEqual([2, null]);
});

it("the file is saved and told; one that cannot be had is told, too", async () => {
  const { part, said, saved } = await opened({});
  await part.download();
  expect([saved.map(([, name]) => name), part.shown?.file, said]).toEqual([["history.csv"], "saved", [["The file is loaded.", false]]]);
  const failing = await opened({ file: answers<Blob>(refusal(503, "service-unavailable")) });
  await failing.part.download();
  expect([failing.saved, failing.part.shown?.file, failing.said]).toEqual([[], "failed", [["The file cannot be loaded right now.", true]]]);
});

it("who is signed out, or looks at another mandate, sees none of it", async () => {
  const out = await opened({ history: answers<HistoryPage>(refusal(401, "unauthorized")) });
  expect(out.seen.signedOut).toBe(1);
  const of = await opened({});
  of.set((state) => chosen(state, "other"));
  expect(of.part.isShown).toBe(false);
});
