// Takes away what the bundler adds to load a file's own imports ahead: those of what is loaded on demand need none but the page.

import type { Plugin } from "vite";

/** The module that vite puts around each `import()`. */
const HELPER = "\0vite/preload-helper.js";

/** What a call of it looks like in a minified file. */
const CALL = /\b\w+\(\(\)=>(import\("[^"]+"\)),\[\],import\.meta\)/g;

/** A plugin for vite: what is loaded on demand is just loaded. */
export function nothingToPreload(): Plugin {
  return {
    name: "nothing-to-preload",
    enforce: "pre",
    load: (id) => (id === HELPER ? "export const __vitePreload = (load) => load();" : null),
    generateBundle: {
      order: "post",
      handler(_, bundle) {
        for (const made of Object.values(bundle)) if (made.type === "chunk") made.code = made.code.replace(CALL, "$1");
      },
    },
  };
}
