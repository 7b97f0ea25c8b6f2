// What people read about every reason is, in all languages, what the service says: tests/sentences.json holds both to it.
import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { LOCALES, type Locale } from "../../src/format/index.js";
import { loadReasonTexts } from "../../src/preflight/load-texts.js";
import { sentencesOf } from "../../src/preflight/sentences.js";
import type { Reason } from "../../src/preflight/index.js";

type Held = { readonly reason: Reason } & Readonly<Record<Locale, readonly [detail: string, fix: string]>>;

const held = JSON.parse(readFileSync(new URL("../../../tests/sentences.json", import.meta.url), "utf8")) as Held[];

/** Told by servers alone, whose answers have the sentences with them. */
const OF_SERVERS = ["billing-refused", "payment-action-required", "payment-declined"];

it.each(LOCALES)("every reason that rules tell a page reads in %s as it is held", async (locale) => {
  const texts = await loadReasonTexts(locale);
  for (const { reason, [locale]: [detail, fix] } of held) {
    const right = OF_SERVERS.includes(reason.code) ? null : { detail, fix };
    expect(sentencesOf(texts, reason), JSON.stringify(reason)).toEqual(right);
  }
  expect(new Set(held.map(({ reason }) => reason.code)).size).toBe(23 + OF_SERVERS.length);
});

it("the members of a reason may stand in any order, and what is new in them is no matter", async () => {
  const texts = await loadReasonTexts("en");
  const params = { more: [], adding: 1, used: 5, limit: 5 };
  expect(sentencesOf(texts, { params, code: "capacity-reached" })?.detail).toBe("Your plan allows 5 instances: 5 in use, 1 to be added.");
});

it("a code that is not known has no sentences, and what is missing stays to be seen", async () => {
  const texts = await loadReasonTexts("en");
  for (const code of ["", "unheard-of", "unchanged", "custom"]) expect(sentencesOf(texts, { code, params: {} })).toBeNull();
  expect(sentencesOf(texts, { code: "too-many-waiting", params: {} })?.detail).toContain("{limit}");
});
