// What is read of a mandate, put together.
import { expect, it } from "vitest";
import type { EndVerdict, StoreApi } from "../../src/element/api.js";
import { cardsOf } from "../../src/element/cards.js";
import { readMandate } from "../../src/element/reading.js";
import { verdictOf } from "../../src/element/state.js";
import { decisions, ends, feature, instance, own, stays, subscription, yes } from "./world.js";

function read(deactivate: Record<string, EndVerdict>) {
  const api = {
    subscription: async () => subscription,
    features: async () => [feature("a", own("i", "active"))],
    instances: async () => [instance("i", "a", "active")],
    changes: async () => [],
    decisions: async () => decisions({ activate: { a: yes }, deactivate }),
  } as unknown as StoreApi;
  return readMandate(api, "m", true, () => 0);
}

const end = { kind: "deactivate", featureCode: "a", instanceId: "i", scope: "mandate" } as const;

it("shows as ending what a change ends that waits for billing, and offers no second end, which would be refused", async () => {
  const pending = { ...ends, pending: true };
  const data = await read({ "i mine": pending, "i mandate": pending });
  const [card] = cardsOf(data, "de");
  expect([card?.state, card?.primary, data.instances?.[0]?.state, verdictOf(data, end)]).toEqual(["deactivating", null, "leaving", null]);
});

it("offers to give up one's own access all the same, where others keep theirs until then", async () => {
  const data = await read({ "i mine": { ...stays, pending: true }, "i mandate": { ...ends, pending: true } });
  const [card] = cardsOf(data, "de");
  expect([card?.state, card?.primary?.allowed, data.instances?.[0]?.state]).toEqual(["active", true, "leaving"]);
});

it("says nothing of an end where there is none under way", async () => {
  const data = await read({ "i mine": ends, "i mandate": ends });
  expect([cardsOf(data, "de")[0]?.state, data.instances?.[0]?.state, verdictOf(data, end)]).toEqual(["active", "active", ends]);
});
