// View, search, filter and mandate in the page's address, so that a look at the store can be linked and gone back to.

export type View = "store" | "instances";
export type Filter = "all" | "active" | "available" | "unavailable";

export const FILTERS: readonly Filter[] = ["all", "active", "available", "unavailable"];

/** What the person looks at. */
export interface Look {
  readonly view: View;
  readonly q: string;
  readonly filter: Filter;
  readonly mandate: string | null;
}

export const FIRST_LOOK: Look = { view: "store", q: "", filter: "all", mandate: null };

/** The longest search that is kept. */
const LONGEST = 200;

/** Reads the query of an address, of the parameters whose names begin with the prefix; what is not known counts as not said. */
export function readLook(search: string, prefix = ""): Look {
  const params = new URLSearchParams(search);
  const get = (name: string) => params.get(prefix + name);
  const filter = FILTERS.find((known) => known === get("filter")) ?? FIRST_LOOK.filter;
  return {
    view: get("view") === "instances" ? "instances" : "store",
    q: (get("q") ?? "").slice(0, LONGEST),
    filter,
    mandate: get("mandate") || null,
  };
}

/** The address with the look written into its query. Parameters of others and the fragment stay. */
export function writeLook(address: string, look: Look, prefix = ""): string {
  const url = new URL(address);
  const set = (name: string, value: string | null, usual: string | null) =>
    value === null || value === usual || value === "" ? url.searchParams.delete(prefix + name) : url.searchParams.set(prefix + name, value);
  set("view", look.view, FIRST_LOOK.view);
  set("q", look.q, FIRST_LOOK.q);
  set("filter", look.filter, FIRST_LOOK.filter);
  set("mandate", look.mandate, null);
  return url.href;
}

/** Whether going from one look to the other is a step that "back" undoes; typing a search is none. */
export function isStep(from: Look, to: Look): boolean {
  return from.view !== to.view || from.mandate !== to.mandate;
}
