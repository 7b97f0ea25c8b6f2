// Texts in four languages: loaded on demand, filled, and in the form that fits the number.
import { describe, expect, it } from "vitest";
import { LOCALES } from "../../src/format/index.js";
import { loadTexts } from "../../src/texts/index.js";
import { Speaker, fill } from "../../src/texts/speaker.js";

const speakers = Object.fromEntries(await Promise.all(LOCALES.map(async (locale) => [locale, new Speaker(locale, await loadTexts(locale))])));
const speaker = (locale: string): Speaker => {
  const found = speakers[locale];
  if (!found) throw new Error(`no speaker of ${locale}`);
  return found;
};

it("fills placeholders, and leaves visible what is not given", () => {
  expect(fill("{a} and {b}, {a}", { a: "x", b: 1234 }, "de")).toBe("x and 1\u2019234, x");
  expect(fill("{a} {c}", { a: 1 }, "de")).toBe("1 {c}");
  expect(fill("{toString}", {}, "de")).toBe("{toString}");
});

it("takes the form that fits the number; French counts none as one", () => {
  expect([0, 1, 2].map((count) => speaker("de").count("list.count", count))).toEqual(["0 Funktionen", "1 Funktion", "2 Funktionen"]);
  expect([0, 1, 2].map((count) => speaker("fr").count("list.count", count))).toEqual(["0 fonction", "1 fonction", "2 fonctions"]);
  expect(speaker("it").count("users.you-and", 1)).toBe("Lei e 1 altra persona");
  expect(speaker("en").count("users.you-and", 3)).toBe("You and 3 other people");
});

it("says the operator's word for a mandate", async () => {
  const own = new Speaker("de", await loadTexts("de"), { de: { one: "Kunde", many: "Kunden" } });
  const small = new Speaker("en", await loadTexts("en"), { en: { one: "team", many: "teams" } });
  expect([small.say("header.mandate"), small.say("empty.mandates.title")], "with a capital letter where a text begins").toEqual(["Team", "Teams: nothing to choose from yet"]);
  expect([own.say("header.mandate"), speaker("de").say("header.mandate"), speaker("fr").say("header.mandate")]).toEqual(["Kunde", "Mandant", "Mandat"]);
});

it("puts a text's own language around what it is filled with", () => {
  expect(speaker("de").say("done.activate", { feature: "Löhne" })).toBe("«Löhne» ist aktiv.");
  expect(speaker("fr").say("done.activate", { feature: "Salaires" })).toBe("«\u202fSalaires\u202f» est active.");
});

describe.each(LOCALES)("texts in %s", (locale) => {
  it("have no double spaces, no straight quotes and no space at an end", async () => {
    for (const [key, text] of Object.entries(await loadTexts(locale))) {
      expect(text, key).toBe(text.trim());
      expect(text, key).not.toMatch(/ {2}|"|'/);
    }
  });
});

it("French has a narrow no-break space before double signs", async () => {
  for (const [key, text] of Object.entries(await loadTexts("fr"))) expect(text, key).not.toMatch(/ [;:!?»]|« /);
});
