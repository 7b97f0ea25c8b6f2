// What is said of taxes beside a price: what the dialog says of a quote from the same plan, and no more than is known.
import { expect, it } from "vitest";
import { loadTexts } from "../../src/texts/index.js";
import { Speaker } from "../../src/texts/speaker.js";
import { taxNote } from "../../src/element/views/price.js";
import { subscription } from "./world.js";

it.each([
  [true, "tax.inclusive"],
  [false, "tax.unknown"],
] as const)("a plan whose prices include taxes: %s", async (priceIncludesTax, key) => {
  const s = new Speaker("en", await loadTexts("en"));
  expect(taxNote(s, { ...subscription, priceIncludesTax })).toBe(s.say(key));
});
