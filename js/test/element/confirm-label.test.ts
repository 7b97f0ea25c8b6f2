// What the button says that commits: the cost of this wish, not of everything.
import { expect, it } from "vitest";
import type { TemplateResult } from "lit";
import type { QuoteLine } from "../../src/element/api.js";
import { START } from "../../src/element/state.js";
import { confirmLabel } from "../../src/element/views/confirm-label.js";
import type { ReadyView } from "../../src/element/view.js";
import { loadTexts } from "../../src/texts/index.js";
import { Speaker } from "../../src/texts/speaker.js";
import { quote, snapshot } from "./world.js";

const s = new Speaker("en", await loadTexts("en"));
const data = snapshot();
const view = { s, data, state: { ...START, data } } as unknown as ReadyView;

const words = (told: unknown): string =>
  told !== null && typeof told === "object" && "values" in told ? (told as TemplateResult).values.map(words).join(" ") : typeof told === "string" ? told : "";
const line = (kind: QuoteLine["kind"], amount: number): QuoteLine => ({ kind, amount, quantity: 1, from: null, until: null, invoice: "next" });

it.each([
  ["what is due now", quote({ dueNow: 419 }), "Activate for CHF 4.19 now"],
  [
    "the rest of the period, and everything from then on; not the next invoice with what others did",
    quote({ nextInvoice: { at: "2026-12-01T00:00:00Z", subtotal: 99_900, tax: 0, total: 99_900 }, perPeriod: { before: 9000, after: 18_000 }, lines: [line("unused", -3000), line("remaining", 6000), line("period", 18_000), line("other", 78_900)] }),
    "Activate CHF 30.00 for the rest of this period, then CHF 180.00 per month in total",
  ],
  ["from a price list, the period alone", quote({ source: "list", nextInvoice: null, perPeriod: { before: 0, after: 9000 } }), "Activate from now on CHF 90.00 per month"],
  ["nothing where it costs nothing", quote({ perPeriod: { before: 9000, after: 9000 } }), "Activate"],
])("says %s", (_, quoted, label) => {
  expect(words(confirmLabel(view, "activate", quoted)).replace(/\s+/g, " ").trim()).toBe(label);
});
