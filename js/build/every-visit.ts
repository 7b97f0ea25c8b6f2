// What every visit loads is one file, however much of it is used by what is loaded on demand as well.

/** Parts of the element, what they alone use, texts and rules have files of their own. */
const ON_DEMAND = /\/wasm\/|\/element\/(instances|sharing|history|requests)\/|\/texts\/.*\.json|\/client\/(store-client|wish-keys)|\/store\/people|^\0/;

/** For rolldown's `output.codeSplitting`: the file is named `page`. */
export const everyVisit = { groups: [{ name: "page", test: (id: string): boolean => !ON_DEMAND.test(id) }] };
