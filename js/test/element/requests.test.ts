// Requests from asking to the answer, against a store in memory whose answers each test writes down.
import { expect, it } from "vitest";
import type { FeatureRequest, FeatureRequestPage } from "../../src/client/index.js";
import { Requests, type RequestsApi } from "../../src/element/requests/requests.js";
import { START, chosen, loaded, type State } from "../../src/element/state.js";
import { loadTexts } from "../../src/texts/index.js";
import { Speaker } from "../../src/texts/speaker.js";
import { answers, refusal } from "./desk.js";
import { snapshot } from "./world.js";

const request = (id: string, state: FeatureRequest["state"] = "open"): FeatureRequest => ({
  id, mandateId: "m", featureCode: "a", userId: "u", name: "Ben", note: null, state, askedAt: null, settledAt: null, settledBy: null, answer: null,
  change: null, price: null, priceNow: null, priceRose: false,
});
const page = (...items: FeatureRequest[]): FeatureRequestPage => ({ items, next: null });

async function opened(api: Partial<RequestsApi>, featureCode: string | null = null) {
  let state: State = loaded(chosen(START, "m"), snapshot());
  const said: [string, boolean][] = [];
  const seen = { signedOut: 0 };
  const unasked = () => expect.fail("that was not wished for");
  const part = new Requests(
    {
      access: { apiBase: "https://store.test", getToken: () => "t" },
      root: { querySelector: () => null } as unknown as ParentNode,
      state: () => state,
      draw: async () => {},
      say: (text, isFailure) => said.push([text, isFailure]),
      emit: unasked,
      refresh: unasked,
      signedOut: () => (seen.signedOut += 1),
    },
    { requests: answers<FeatureRequestPage>(page()), requestFeature: unasked, decline: unasked, withdraw: unasked, ...api },
  );
  await part.open(featureCode === null ? null : { featureCode, instanceId: null }, { s: new Speaker("en", await loadTexts("en")) });
  return { part, said, seen, set: (next: (state: State) => State) => (state = next(state)) };
}

it("is asked once, with what was written, and stands first in the list", async () => {
  const asked: unknown[] = [];
  const { part, said } = await opened({ requests: answers(page(request("1", "declined"))), requestFeature: async (wish) => (asked.push(wish), request("2")) }, "a");
  part.choose({ words: "  For the tax return " });
  await Promise.all([part.ask("a"), part.ask("a")]);
  expect(asked).toEqual([{ mandateId: "m", featureCode: "a", note: "For the tax return" }]);
  expect(part.shown?.items?.map(({ id }) => id)).toEqual(["2", "1"]);
  expect([part.shown?.deed?.phase, part.shown?.words, said]).toEqual(["done", "", [["The request is sent.", false]]]);
});

it("without words none are sent", async () => {
  const asked: unknown[] = [];
  const { part } = await opened({ requestFeature: async (wish) => (asked.push(wish), request("1")), decline: async (id, wish) => (asked.push([id, wish]), request("1", "declined")) }, "a");
  part.choose({ words: " " });
  await part.ask("a");
  await part.decline("1");
  expect(asked).toEqual([{ mandateId: "m", featureCode: "a" }, ["1", {}]]);
});

it("what is answered stays in its place, as it stands now", async () => {
  const told: unknown[] = [];
  const { part } = await opened({ requests: answers(page(request("3"), request("2"), request("1"))), decline: async (id, wish) => (told.push([id, wish]), request(id, "withdrawn")) });
  part.choose({ declining: "2", words: "Not this year" });
  await part.decline("2");
  expect(told).toEqual([["2", { answer: "Not this year" }]]);
  expect(part.shown?.items?.map(({ id, state }) => [id, state])).toEqual([["3", "open"], ["2", "withdrawn"], ["1", "open"]]);
  expect(part.shown?.declining).toBeNull();
});

it("what is refused or lost says so, keeps what was written, and can be sent again", async () => {
  const { part, said } = await opened({ requestFeature: answers<FeatureRequest>(new TypeError("network"), refusal(429, "too-many-requests"), request("1")) }, "a");
  part.choose({ words: "Why" });
  await part.ask("a");
  expect([part.shown?.deed?.phase, part.shown?.deed?.fault?.kind, part.shown?.words]).toEqual(["failed", "unreachable", "Why"]);
  await part.ask("a");
  expect([part.shown?.deed?.fault?.code, part.shown?.words]).toEqual(["too-many-requests", "Why"]);
  await part.ask("a");
  expect([part.shown?.deed?.phase, said.map(([, isFailure]) => isFailure)]).toEqual(["done", [true, true, false]]);
});

it("pages are read one after the other; one that cannot be had can be asked for again", async () => {
  const { part } = await opened({ requests: answers<FeatureRequestPage>({ items: [request("2")], next: "n" }, new TypeError("network"), page(request("1"))) });
  await part.more();
  expect([part.shown?.items?.length, part.shown?.fault?.kind]).toEqual([1, "unreachable"]);
  await part.more();
  expect([part.shown?.items?.map(({ id }) => id), part.shown?.fault, part.shown?.next]).toEqual([["2", "1"], null, null]);
});

it("who is signed out, or looks at another mandate, sees none of it", async () => {
  const out = await opened({ withdraw: answers<FeatureRequest>(refusal(401, "unauthorized")), requests: answers(page(request("1"))) });
  await out.part.withdraw("1");
  expect(out.seen.signedOut).toBe(1);
  out.set((state) => chosen(state, "other"));
  expect(out.part.isShown).toBe(false);
});
