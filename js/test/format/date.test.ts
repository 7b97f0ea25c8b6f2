// Days and times in the four languages; what day it is agrees with the rules' own texts (core-wasm/src/texts/date.rs).
import { describe, expect, it } from "vitest";
import { LOCALES, formatDay, formatDayTime, formatMoment, formatTime, isoDay, negotiate, tagOf, type DateWords, type Locale } from "../../src/format/index.js";
import { loadTexts } from "../../src/texts/index.js";

const plain = (text: string) => text.replaceAll("\u00a0", " ");

const words = Object.fromEntries(
  await Promise.all(
    LOCALES.map(async (locale) => {
      const texts = await loadTexts(locale);
      return [locale, { months: texts["date.months"], day: texts["date.day"], first: texts["date.first"], at: texts["date.at"] }];
    }),
  ),
) as Record<Locale, DateWords>;

const days: readonly [instant: string, texts: Readonly<Record<Locale, string>>][] = [
  ["2026-12-01T00:00:00Z", { de: "1. Dezember 2026", fr: "1er décembre 2026", it: "1º dicembre 2026", en: "1 December 2026" }],
  ["2026-01-02T12:00:00Z", { de: "2. Januar 2026", fr: "2 janvier 2026", it: "2 gennaio 2026", en: "2 January 2026" }],
  ["2028-02-29T12:00:00Z", { de: "29. Februar 2028", fr: "29 février 2028", it: "29 febbraio 2028", en: "29 February 2028" }],
  ["2026-03-31T12:00:00Z", { de: "31. März 2026", fr: "31 mars 2026", it: "31 marzo 2026", en: "31 March 2026" }],
  ["2026-04-30T12:00:00Z", { de: "30. April 2026", fr: "30 avril 2026", it: "30 aprile 2026", en: "30 April 2026" }],
  ["2026-05-10T12:00:00Z", { de: "10. Mai 2026", fr: "10 mai 2026", it: "10 maggio 2026", en: "10 May 2026" }],
  ["2026-06-11T12:00:00Z", { de: "11. Juni 2026", fr: "11 juin 2026", it: "11 giugno 2026", en: "11 June 2026" }],
  ["2026-07-12T12:00:00Z", { de: "12. Juli 2026", fr: "12 juillet 2026", it: "12 luglio 2026", en: "12 July 2026" }],
  ["2026-08-01T12:00:00Z", { de: "1. August 2026", fr: "1er août 2026", it: "1º agosto 2026", en: "1 August 2026" }],
  ["2026-09-21T12:00:00Z", { de: "21. September 2026", fr: "21 septembre 2026", it: "21 settembre 2026", en: "21 September 2026" }],
  ["2026-10-22T12:00:00Z", { de: "22. Oktober 2026", fr: "22 octobre 2026", it: "22 ottobre 2026", en: "22 October 2026" }],
  ["2026-11-23T12:00:00Z", { de: "23. November 2026", fr: "23 novembre 2026", it: "23 novembre 2026", en: "23 November 2026" }],
];

describe.each(LOCALES)("days in %s-CH", (locale) => {
  it.each(days)("%s", (instant, texts) => {
    expect(plain(formatDay(instant, words[locale]))).toBe(texts[locale]);
  });
});

it("writes day and time", () => {
  const at = "2026-12-01T10:05:00Z";
  expect(plain(formatDayTime(at, words.de))).toBe("1. Dezember 2026, 11:05");
  expect(plain(formatDayTime(at, words.fr))).toBe("1er décembre 2026 à 11:05");
  expect(plain(formatDayTime(at, words.it))).toBe("1º dicembre 2026, ore 11:05");
  expect(plain(formatDayTime(at, words.en))).toBe("1 December 2026, 11:05");
});

it("goes by the clocks of Zurich, in summer and winter and on the days they change", () => {
  const times = [
    ["2026-01-15T23:30:00Z", "00:30", "2026-01-16"],
    ["2026-07-15T22:30:00Z", "00:30", "2026-07-16"],
    ["2026-03-29T00:59:59Z", "01:59", "2026-03-29"],
    ["2026-03-29T01:00:00Z", "03:00", "2026-03-29"],
    ["2026-10-25T00:59:59Z", "02:59", "2026-10-25"],
    ["2026-10-25T01:00:00Z", "02:00", "2026-10-25"],
    ["2026-12-31T23:00:00Z", "00:00", "2027-01-01"],
  ] as const;
  for (const [instant, time, day] of times) expect([formatTime(instant), isoDay(instant)]).toEqual([time, day]);
});

it("goes by another zone where it is named, and by UTC where the browser does not know it", () => {
  expect(formatTime("2026-07-15T12:00:00Z", "America/New_York")).toBe("08:00");
  expect(formatTime("2026-07-15T12:00:00Z", "Nowhere/Land")).toBe("12:00");
});

it("has the days of the rules' texts in UTC", () => {
  const cases = [
    [0, "1970-01-01"], [-1, "1969-12-31"], [951_782_400_000, "2000-02-29"], [951_868_800_000, "2000-03-01"],
    [1_709_164_799_999, "2024-02-28"], [1_709_164_800_000, "2024-02-29"], [1_767_225_599_999, "2025-12-31"],
    [1_767_225_600_000, "2026-01-01"], [4_107_542_400_000, "2100-03-01"],
  ] as const;
  for (const [instant, day] of cases) expect(isoDay(instant, "UTC"), String(instant)).toBe(day);
});

it("leaves the day out today", () => {
  expect(formatMoment("2026-11-23T12:05:00Z", "2026-11-23T20:00:00Z", words.de)).toBe("13:05");
  expect(plain(formatMoment("2026-11-22T12:05:00Z", "2026-11-23T20:00:00Z", words.de))).toBe("22. November 2026, 13:05");
});

it("shows a dash for what is no instant", () => {
  expect([formatDay("soon", words.de), formatTime(Number.NaN), isoDay(""), formatDayTime("", words.fr)]).toEqual(["–", "–", "–", "–"]);
});

it("takes the first language that is spoken", () => {
  expect(negotiate(["es", null, "fr-BE", "de"])).toBe("fr");
  expect(negotiate(["", undefined, "IT"])).toBe("it");
  expect(negotiate(["es"])).toBe("de");
  expect(negotiate([], "en")).toBe("en");
  expect(tagOf("it")).toBe("it-CH");
});
