// What a person looks at, in the page's address.
import { describe, expect, it } from "vitest";
import { FIRST_LOOK, isStep, readLook, writeLook, type Look } from "../../src/element/url-state.js";

const looks: readonly [search: string, look: Partial<Look>][] = [
  ["", {}],
  ["?view=instances", { view: "instances" }],
  ["?q=l%C3%B6hne&filter=active", { q: "löhne", filter: "active" }],
  ["?mandate=m-1&filter=unavailable&view=instances&q=a", { view: "instances", q: "a", filter: "unavailable", mandate: "m-1" }],
];

describe("reading and writing", () => {
  it.each(looks)("%s", (search, look) => {
    expect(readLook(search)).toEqual({ ...FIRST_LOOK, ...look });
    expect(readLook(new URL(writeLook("https://a.example/store", { ...FIRST_LOOK, ...look })).search)).toEqual({ ...FIRST_LOOK, ...look });
  });

  it("takes what is not known for not said", () => {
    expect(readLook("?view=nowhere&filter=dear&mandate=&q=")).toEqual(FIRST_LOOK);
    expect(readLook(`?q=${"x".repeat(500)}`).q).toHaveLength(200);
  });

  it("leaves the rest of the address alone, and says nothing about what is usual", () => {
    const address = "https://a.example/app/store?tab=3&filter=active&q=old#part";
    expect(writeLook(address, FIRST_LOOK)).toBe("https://a.example/app/store?tab=3#part");
    expect(writeLook(address, { ...FIRST_LOOK, mandate: "m&1" })).toBe("https://a.example/app/store?tab=3&mandate=m%261#part");
  });

  it("reads and writes nothing of the application's own under a prefix", () => {
    const own = "https://a.example/app?q=theirs&filter=active&view=instances&mandate=theirs";
    expect(readLook(new URL(own).search, "store-")).toEqual(FIRST_LOOK);
    expect(writeLook(own, FIRST_LOOK, "store-")).toBe(own);
    const look: Look = { view: "instances", q: "a", filter: "available", mandate: "m" };
    const written = writeLook(own, look, "store-");
    expect(written).toBe(`${own}&store-view=instances&store-q=a&store-filter=available&store-mandate=m`);
    expect(readLook(new URL(written).search, "store-")).toEqual(look);
  });

  it("makes a step for back of another view or mandate, not of typing", () => {
    expect(isStep(FIRST_LOOK, { ...FIRST_LOOK, q: "a" })).toBe(false);
    expect(isStep(FIRST_LOOK, { ...FIRST_LOOK, filter: "active" })).toBe(false);
    expect(isStep(FIRST_LOOK, { ...FIRST_LOOK, view: "instances" })).toBe(true);
    expect(isStep(FIRST_LOOK, { ...FIRST_LOOK, mandate: "m" })).toBe(true);
  });
});
