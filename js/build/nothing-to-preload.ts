// Leaves out what the bundler adds to load a file's own imports ahead: the page's files that are loaded on demand need none but the page.

import type { Plugin } from "vite";

/** The module that vite puts around each `import()`. */
const HELPER = "\0vite/preload-helper.js";

/** A plugin for vite: what is loaded on demand is just loaded. */
export function nothingToPreload(): Plugin {
  return {
    name: "nothing-to-preload",
    enforce: "pre",
    load: (id) => (id === HELPER ? "export const __vitePreload = (load) => load();" : null),
  };
}
