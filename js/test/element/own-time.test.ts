// The rules' own sentences, with their days and minutes in the page's zone.
import { expect, it } from "vitest";
import type { Reason } from "../../src/wasm/policy.js";
import { inOwnTime } from "../../src/element/own-time.js";
import { LOCALES, type Locale } from "../../src/format/index.js";
import { loadReasonTexts } from "../../src/preflight/load-texts.js";
import { sentencesOf } from "../../src/preflight/sentences.js";
import { loadTexts } from "../../src/texts/index.js";
import { Speaker } from "../../src/texts/speaker.js";

/** What the page says of a reason: its sentences. */
async function said(reason: Reason, locale: Locale, zone?: string): Promise<string> {
  const s = new Speaker(locale, await loadTexts(locale), {}, zone);
  const { detail, fix } = sentencesOf(await loadReasonTexts(locale), reason) ?? { detail: "", fix: "" };
  const told = { code: reason.code, params: reason.params, detail, fix };
  return `${inOwnTime(s, detail, told)} ${inOwnTime(s, fix, told)}`;
}

/** New Year in Zurich, where it is still the old year in UTC. */
const midnight = Date.parse("2025-12-31T23:00:00Z");
const day = 86_400_000;

it("a trial that ended with the day in Zurich ended on that day", async () => {
  const reason: Reason = { code: "no-subscription", params: { latest: "TRIALING", trialEndedAt: midnight } };
  expect(await said(reason, "de")).toContain("am 1.\u00a0Januar\u00a02026 abgelaufen");
  expect(await said(reason, "en", "UTC")).toContain("on 31\u00a0December\u00a02025");
});

it("each of two instants stands in its place, also where both are on one day in UTC", async () => {
  const week = await said({ code: "restore-expired", params: { endedAt: midnight, until: midnight + 7 * day } }, "de");
  expect(week).toMatch(/am 1\.\sJanuar\s2026 .*bis 8\.\sJanuar\s2026/);
  const hour = await said({ code: "restore-expired", params: { endedAt: midnight - 1, until: midnight } }, "de");
  expect(hour).toMatch(/am 31\.\sDezember\s2025 .*bis 1\.\sJanuar\s2026/);
});

it("a minute is never early, and no sentence in any language keeps one in UTC", async () => {
  const reasons: Reason[] = [
    { code: "invoice-budget-used", params: { limit: 3, retryAt: midnight - 59_999 } },
    { code: "restore-expired", params: { endedAt: midnight, until: midnight + day } },
    { code: "no-subscription", params: { latest: "TRIALING", trialEndedAt: midnight } },
  ];
  expect(await said(reasons[0]!, "de")).toContain("ab 1.\u00a0Januar\u00a02026, 00:00 noch einmal");
  for (const locale of LOCALES) for (const reason of reasons) expect(await said(reason, locale)).not.toMatch(/UTC|\d{4}-\d\d/);
});

it("what is no instant stays as it is told", async () => {
  const s = new Speaker("de", await loadTexts("de"));
  const reason = { code: "x", params: { limit: 5, huge: Number.MAX_VALUE, text: "2026-01-01", ids: ["2026-01-01"] }, detail: "", fix: null };
  expect(inOwnTime(s, "2026-01-01, 2026-01-01 10:00 UTC, 9999-99-99", reason)).toBe("2026-01-01, 2026-01-01 10:00 UTC, 9999-99-99");
});
