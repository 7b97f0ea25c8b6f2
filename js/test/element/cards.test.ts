// Cards: how a feature stands, what is offered, and that this is what the rules say and nothing else.
import { describe, expect, it } from "vitest";
import { cardsOf, inLanguage, matching, type Card } from "../../src/element/cards.js";
import { decisions, ends, feature, instance, no, own, snapshot, yes } from "./world.js";

const only = (change: Parameters<typeof snapshot>[0]): Card => {
  const [card] = cardsOf(snapshot(change), "de");
  if (!card) throw new Error("no card");
  return card;
};

describe("state and first action", () => {
  it("can be activated", () => {
    const card = only({ features: [feature("a")], decisions: decisions({ activate: { a: yes } }) });
    expect([card.state, card.primary?.kind, card.primary?.allowed]).toEqual(["available", "activate", true]);
  });

  it("cannot, with every reason", () => {
    const card = only({ features: [feature("a")], decisions: decisions({ activate: { a: no("not-admin", "x") } }) });
    expect([card.state, card.primary?.allowed, card.primary?.reasons.map(({ code }) => code)]).toEqual(["blocked", false, ["not-admin", "x"]]);
  });

  it("is offered nothing that the rules say nothing about", () => {
    expect(only({ features: [feature("a")] }).primary).toBeNull();
    expect(only({ features: [feature("a", own("i", "active"))] }).primary).toBeNull();
  });

  it.each([
    ["active", "active", "deactivate"],
    ["reserved", "activating", "withdraw"],
    ["suspended", "suspended", "deactivate"],
    ["disabled", "disabled", "deactivate"],
  ] as const)("an own instance that is %s", (state, shown, kind) => {
    const card = only({ features: [feature("a", own("i", state))], decisions: decisions({ activate: { a: no("full") }, deactivate: { "i mine": ends } }) });
    expect([card.state, card.primary?.kind, card.primary?.instanceId]).toEqual([shown, kind, "i"]);
    expect(card.others, "what is refused is no second offer").toEqual([]);
  });

  it("is ending: nothing to do", () => {
    const card = only({ features: [feature("a", own("i", "leaving"))], decisions: decisions({ deactivate: { "i mine": ends } }) });
    expect([card.state, card.primary]).toEqual(["deactivating", null]);
  });

  it("is used by others", () => {
    const card = only({ features: [feature("a")], instances: [instance("i", "a", "active", 3)], decisions: decisions({ activate: { a: yes } }) });
    expect([card.state, card.users, card.primary?.kind]).toEqual(["active-others", { count: 3, isPeople: true }, "activate"]);
  });

  it("of several instances the accesses are known, not the people: somebody may have two", () => {
    const card = only({
      features: [feature("a", own("i", "active"), own("j", "active"))],
      instances: [instance("i", "a", "active", 1), instance("j", "a", "active", 2)],
    });
    expect(card.users).toEqual({ count: 3, isPeople: false });
  });

  it.each(["reserved", "leaving", "ended"] as const)("an instance that is %s is used by nobody", (state) => {
    const card = only({ features: [feature("a")], instances: [instance("i", "a", "active", 1), instance("j", "a", state, 2)] });
    expect(card.users).toEqual({ count: 1, isPeople: true });
  });

  it("is being activated by somebody else", () => {
    const change = { id: "c", kind: "activate", state: "queued", featureCode: "a", instanceId: "i", createdAt: null, quoteId: null, reasons: [] } as const;
    expect(only({ features: [feature("a")], changes: [change], decisions: decisions({ activate: { a: yes } }) }).state).toBe("activating");
    expect(only({ features: [feature("a")], changes: [{ ...change, state: "done" }], decisions: decisions({ activate: { a: yes } }) }).state).toBe("available");
  });

  it("an instance of another mandate is none here", () => {
    expect(only({ features: [feature("a", own("i", "active", "elsewhere"))], decisions: decisions({ activate: { a: yes } }) }).state).toBe("available");
  });
});

it("offers another one and a restore where the rules allow them", () => {
  const card = only({
    features: [feature("a", own("i", "active"))],
    instances: [instance("i", "a", "active"), instance("old", "a", "ended", 0), instance("older", "a", "ended", 0)],
    decisions: decisions({ activate: { a: yes }, deactivate: { "i mine": ends }, restore: { old: yes, older: no("restore-expired") } }),
  });
  expect(card.others.map(({ kind, instanceId }) => [kind, instanceId])).toEqual([["activate", null], ["restore", "old"]]);
});

it("offers no restore of what is being restored", () => {
  const change = { id: "c", kind: "restore", state: "billing", featureCode: "a", instanceId: "old", createdAt: null, quoteId: null, reasons: [] } as const;
  const ended = { features: [feature("a")], instances: [instance("old", "a", "ended", 0)], decisions: decisions({ restore: { old: yes } }) };
  expect(only(ended).others.map(({ kind }) => kind)).toEqual(["restore"]);
  expect(only({ ...ended, changes: [change] }).others).toEqual([]);
});

it("lists several own instances, each with its own action", () => {
  const card = only({ features: [feature("a", own("i", "active"), own("j", "suspended"))], decisions: decisions({ deactivate: { "i mine": ends, "j mine": { ...no("no-access"), endsInstance: null, pending: false } } }) });
  expect([card.primary, card.own.map(({ offer }) => offer?.allowed)]).toEqual([null, [true, false]]);
});

describe("search and filters", () => {
  const all = cardsOf(
    snapshot({ features: [feature("a", own("i", "active")), feature("b"), feature("c")], decisions: decisions({ activate: { a: yes, b: yes, c: no("full") }, deactivate: { "i mine": ends } }) }),
    "de",
  );
  const codes = (q: string, filter: Parameters<typeof matching>[2]) => matching(all, q, filter).map(({ code }) => code);

  it("filters", () => {
    expect([codes("", "all"), codes("", "active"), codes("", "available"), codes("", "unavailable")]).toEqual([["a", "b", "c"], ["a"], ["b"], ["c"]]);
  });

  it("finds without case and accents, and by every word", () => {
    expect([codes("LOHNE", "all"), codes("löhne b", "all"), codes("pays people", "all"), codes("zebra", "all")]).toEqual([["a", "b", "c"], ["b"], ["a", "b", "c"], []]);
  });
});

it("takes another language where one is missing, and says which", () => {
  expect(inLanguage({ de: "Löhne", en: "Payroll" }, "de")).toEqual({ text: "Löhne", lang: null });
  expect(inLanguage({ de: "Löhne", en: "Payroll" }, "fr")).toEqual({ text: "Payroll", lang: "en" });
  expect(inLanguage({ it: "Stipendi" }, "de")).toEqual({ text: "Stipendi", lang: "it" });
  expect(inLanguage({ de: "" }, "de")).toBeNull();
});
