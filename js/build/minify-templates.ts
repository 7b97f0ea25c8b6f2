// Takes the white space out of Lit's css and html templates, which minifiers leave alone.

import type { Plugin } from "vite";

/** A plugin for vite: nothing but runs of white space is touched, and in html templates only those that hold a line break. */
export function minifyTemplates(): Plugin {
  return {
    name: "minify-templates",
    transform(code, id) {
      if (!/\/src\/element\/.*\.ts$/.test(id)) return null;
      const minified = code.replace(/\bcss`([^`]*)`/g, (_, sheet: string) => `css\`${css(sheet)}\``);
      return { code: /\/(views|instances|sharing|history)\//.test(id) ? html(minified) : minified, map: null };
    },
    generateBundle(_, bundle) {
      // A minified file breaks lines with indentation in templates alone.
      for (const made of Object.values(bundle)) if (made.type === "chunk") made.code = made.code.replace(/\n\s+/g, " ");
    },
  };
}

function css(sheet: string): string {
  return sheet
    .replace(/\/\*[^]*?\*\//g, "")
    .replace(/\s+/g, " ")
    .replace(/\s*([{};])\s*/g, "$1")
    .replace(/([:,]) /g, "$1")
    .replace(/ > /g, ">")
    .replace(/(?<![\w.])0\./g, ".")
    .replace(/;}/g, "}")
    .replace(/#(\w)\1(\w)\2(\w)\3\b/g, "#$1$2$3")
    .trim();
}

/** Line breaks with their indentation between tags, in lines that belong to a template: one space does the same. */
function html(code: string): string {
  return code.replace(/>\s*\n\s*(?=<|\$\{)/g, "> ").replace(/\}\s*\n\s*(?=<\/?[a-z])/g, "} ");
}
