// Decisions before the click: right in every case of the rules, at the server's time, and the server's where it must be.
import { beforeAll, describe, expect, test } from "vitest";
import type { PreflightAnswer } from "../../src/client/index.js";
import { loadPreflight, Preflight, type PreflightQuestion } from "../../src/preflight/index.js";
import { readCases } from "./cases.js";
import { asked } from "./scene.js";

const RECEIVED = 5_000_000;
const clock = { at: RECEIVED, now: () => clock.at };
const LOCALES = ["de", "fr", "it", "en"] as const;
let preflight: Preflight;

beforeAll(async () => {
  preflight = await loadPreflight({ locales: LOCALES, runtime: clock });
  clock.at = RECEIVED;
  expect(preflight.unavailable).toBeNull();
});

test("the module in Node decides every case that a page can ask as the rules do", () => {
  let seen = 0;
  const kinds = new Set<string>();
  for (const { name, call, answer } of readCases()) {
    const scene = asked(call, preflight.policyDigest ?? "", RECEIVED);
    if (!scene) continue;
    const right =
      "activation" in answer ? answer.activation : "deactivation" in answer ? answer.deactivation : "sharing" in answer ? answer.sharing : null;
    if (!right) continue;
    const decision = preflight.decide(scene.answer, scene.question);
    const endsInstance = "deactivation" in answer ? (answer.deactivation.outcome?.endsInstance ?? null) : null;
    expect(decision, name).toMatchObject({ allowed: right.allowed, endsInstance, source: "browser", because: null, current: true });
    expect(decision?.reasons.map(({ code, params }) => ({ code, params })), name).toEqual(right.reasons);
    for (const { detail, fix } of decision?.reasons ?? []) expect(detail.length * fix.length, name).toBeGreaterThan(0);
    seen += 1;
    kinds.add(scene.question.kind);
  }
  expect(seen).toBeGreaterThan(150);
  expect([...kinds].sort()).toEqual(["activate", "deactivate", "restore", "share", "unshare"]);
});

test("a language may have a region", () => {
  const reason = { code: "no-access", params: {} } as const;
  expect(preflight.explain(reason, "fr-CH")).toEqual(preflight.explain(reason, "fr"));
  expect(preflight.explain(reason, "fr-CH")).not.toEqual(preflight.explain(reason, "en"));
});

test("in a language that is not loaded nothing is explained, and decisions are told in the first that is", async () => {
  const { answer } = base("capacity_left: one place left");
  const facts = { ...answer.facts!, mandate: { ...answer.facts!.mandate, counted: 5 } };
  const few = await loadPreflight({ locales: ["it-CH", "en"], runtime: clock });
  const reason = { code: "no-access", params: {} } as const;
  expect([few.explain(reason, "de"), few.explain(reason, "es")]).toEqual([null, null]);
  expect(few.explain(reason, "en")).toEqual(preflight.explain(reason, "en"));
  const told = (locale?: string) => few.decide({ ...answer, facts }, activate, locale ? { locale } : {})?.reasons;
  expect(told()).toEqual(preflight.decide({ ...answer, facts }, activate, { locale: "it" })?.reasons);
  expect([told("fr"), told("es")]).toEqual([told(), told()]);
  expect(told("en")).not.toEqual(told());
});

/** A base case: an admin may activate the chatbot; 2 of 5 instances are there. */
function base(name: string): { answer: PreflightAnswer; question: PreflightQuestion } {
  const found = readCases().find((one) => one.name === name);
  const scene = found && asked(found.call, preflight.policyDigest ?? "", RECEIVED);
  if (!scene) throw new Error(`no case \`${name}\``);
  return scene;
}

const reasons = [{ code: "not-admin", params: {}, detail: "the server's words", fix: "ask" }] as const;
const decisions = {
  activate: [{ featureCode: "chatbot", allowed: false, reasons }],
  deactivate: [{ instanceId: "i-1", featureCode: "chatbot", scope: "mine", allowed: true, reasons: [], endsInstance: true, pending: true }],
  restore: [{ instanceId: "i-2", featureCode: "chatbot", allowed: false, reasons, until: "2026-12-08T12:00:00.000Z" }],
} as const;
const activate = { kind: "activate", featureCode: "chatbot" } as const;

describe("the server's decision is used", () => {
  const granted = () => ({ ...base("capacity_left: one place left").answer, decisions });

  test("not when digests agree and the facts are new", () => {
    expect(preflight.decide(granted(), activate)).toMatchObject({ allowed: true, source: "browser", because: null });
  });

  test("when the server runs other rules", () => {
    const told = { allowed: false, reasons, source: "server", because: "other-policy", current: true };
    expect(preflight.decide({ ...granted(), policyDigest: "other" }, activate)).toMatchObject(told);
    expect(preflight.decide(granted(), activate, { policyDigest: "newer" })).toMatchObject(told);
  });

  test("when the facts are old", () => {
    const told = { allowed: false, source: "server", because: "stale", current: false };
    expect(preflight.decide(granted(), activate, { stale: true })).toMatchObject(told);
  });

  test("when there are no facts, because the caller is no admin", () => {
    const { facts: _, ...member } = granted();
    const told = { source: "server", because: "no-facts", current: true };
    expect(preflight.decide(member, activate)).toMatchObject({ ...told, allowed: false, reasons, endsInstance: null });
    const mine = { kind: "deactivate", instanceId: "i-1", scope: "mine" } as const;
    expect(preflight.decide(member, mine)).toMatchObject({ ...told, allowed: true, endsInstance: true, pending: true });
    expect(preflight.decide(member, { ...mine, scope: "mandate" })).toBeNull();
    expect(preflight.decide(member, { kind: "restore", instanceId: "i-2" })).toMatchObject({ ...told, allowed: false });
  });

  test("when the rules could not be loaded", () => {
    const without = new Preflight(null, new Error("refused"), clock);
    expect(without.decide(granted(), activate)).toMatchObject({ source: "server", because: "no-webassembly", reasons });
    expect(without.explain({ code: "not-admin", params: { adminLabels: [] } }, "de")).toBeNull();
    expect(without.policyDigest).toBeNull();
  });

  test("when the rules do not understand the facts", () => {
    const answer = granted();
    const facts = { ...answer.facts, mandate: { unheard: "of" } } as unknown as NonNullable<PreflightAnswer["facts"]>;
    expect(preflight.decide({ ...answer, facts }, activate)).toMatchObject({ source: "server", because: "failure" });
  });

  test("and told to be out of date when its time is over", () => {
    const { facts: _, ...member } = granted();
    const validUntil = new Date(Date.parse(member.serverTime) + 1_000).toISOString();
    const at = (ms: number) => {
      clock.at = RECEIVED + ms;
      return preflight.decide({ ...member, validUntil }, activate)?.current;
    };
    expect([at(999), at(1_000)]).toEqual([true, false]);
    clock.at = RECEIVED;
  });
});

test("an end that is under way already is told beside what the rules say", () => {
  const { answer } = base("access_held: own access held");
  const mine = { kind: "deactivate", instanceId: "i-1", scope: "mine" } as const;
  expect(preflight.decide(answer, mine)).toMatchObject({ source: "browser", allowed: true, pending: false });
  expect(preflight.decide({ ...answer, decisions }, mine)).toMatchObject({ source: "browser", allowed: true, pending: true });
});

test("what the answer does not know is no decision", () => {
  const { answer } = base("capacity_left: one place left");
  expect(preflight.decide(answer, { kind: "activate", featureCode: "unknown" })).toBeNull();
  expect(preflight.decide(answer, { kind: "deactivate", instanceId: "unknown", scope: "mine" })).toBeNull();
  expect(preflight.decide(answer, { kind: "restore", instanceId: "unknown" })).toBeNull();
  expect(preflight.decide(answer, { kind: "unshare", instanceId: "unknown" })).toBeNull();
});

test("it decides at the server's time, whatever this machine's clock says", () => {
  const { answer, question } = base("restore_in_time: a millisecond before the window closes");
  const at = (ms: number) => {
    clock.at = RECEIVED + ms;
    return preflight.decide(answer, question)?.reasons.map(({ code }) => code);
  };
  expect([at(0), at(2), at(-100_000)]).toEqual([[], ["restore-expired"], []]);
  clock.at = RECEIVED;
});

test("reasons are explained in four languages", () => {
  const { answer } = base("capacity_left: one place left");
  const facts = { ...answer.facts!, mandate: { ...answer.facts!.mandate, counted: 5 } };
  const texts = LOCALES.map(
    (locale) => preflight.decide({ ...answer, facts }, activate, { locale })?.reasons[0]?.detail,
  );
  expect(new Set(texts).size).toBe(4);
  for (const text of texts) expect(text).toMatch(/5/);
  const told = preflight.explain({ code: "capacity-reached", params: { limit: 5, used: 5, adding: 1 } }, "fr");
  expect(told?.detail).toBe(texts[1]);
});
