// Amounts in the four languages, character by character.
import { describe, expect, it } from "vitest";
import { LOCALES, formatInteger, formatMoney, type Locale } from "../../src/format/index.js";

/** `_` stands for U+00A0, `,` for U+202F, `'` for U+2019, `-` for U+2212. */
const golden: readonly [minor: number, chf: Readonly<Record<Locale, string>>][] = [
  [0, { de: "CHF_0.00", fr: "0.00_CHF", it: "CHF_0.00", en: "CHF_0.00" }],
  [5, { de: "CHF_0.05", fr: "0.05_CHF", it: "CHF_0.05", en: "CHF_0.05" }],
  [99, { de: "CHF_0.99", fr: "0.99_CHF", it: "CHF_0.99", en: "CHF_0.99" }],
  [9000, { de: "CHF_90.00", fr: "90.00_CHF", it: "CHF_90.00", en: "CHF_90.00" }],
  [99_999, { de: "CHF_999.99", fr: "999.99_CHF", it: "CHF_999.99", en: "CHF_999.99" }],
  [123_450, { de: "CHF_1'234.50", fr: "1,234.50_CHF", it: "CHF_1'234.50", en: "CHF_1'234.50" }],
  [123_456_789, { de: "CHF_1'234'567.89", fr: "1,234,567.89_CHF", it: "CHF_1'234'567.89", en: "CHF_1'234'567.89" }],
  [-2700, { de: "CHF_-27.00", fr: "-27.00_CHF", it: "CHF_-27.00", en: "CHF_-27.00" }],
  [-123_450, { de: "CHF_-1'234.50", fr: "-1,234.50_CHF", it: "CHF_-1'234.50", en: "CHF_-1'234.50" }],
  [9_007_199_254_740_991, { de: "CHF_90'071'992'547'409.91", fr: "90,071,992,547,409.91_CHF", it: "CHF_90'071'992'547'409.91", en: "CHF_90'071'992'547'409.91" }],
];
const written = (text: string) => text.replace(/[_,'-]/g, (sign) => ({ _: "\u00a0", ",": "\u202f", "'": "\u2019", "-": "\u2212" })[sign] ?? sign);

describe.each(LOCALES)("money in %s-CH", (locale) => {
  it.each(golden)("%i", (minor, texts) => {
    expect(formatMoney({ minor, currency: "CHF" }, locale)).toBe(written(texts[locale]));
  });
});

it("names other currencies by their code", () => {
  expect(formatMoney({ minor: 1990, currency: "eur" }, "de")).toBe("EUR\u00a019.90");
  expect(formatMoney({ minor: 1990, currency: "EUR" }, "fr")).toBe("19.90\u00a0EUR");
});

it("groups whole numbers", () => {
  expect(formatInteger(10_240, "de")).toBe("10\u2019240");
  expect(formatInteger(-1_000_000, "fr")).toBe("\u22121\u202f000\u202f000");
  expect(formatInteger(7, "it")).toBe("7");
});
