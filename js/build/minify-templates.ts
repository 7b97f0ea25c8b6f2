// Takes the white space out of Lit's css and html templates, which minifiers leave alone.

import type { Plugin } from "vite";

/** The custom properties that are the element's own, the most used first: pages cannot name them, so any name will do. */
const OWN = "line muted size-s accent surface radius-s control text radius warn sunken good busy bad shadow level warn-soft size-xl size-m size-l on-accent mono good-soft busy-soft shadow-high on-bad font focus bad-soft".split(" ");

/** A plugin for vite: nothing but runs of white space is touched, in html templates only those that hold a line break, and the names of own properties. */
export function minifyTemplates(): Plugin {
  return {
    name: "minify-templates",
    transform(code, id) {
      if (!/\/src\/element\/.*\.ts$/.test(id)) return null;
      const named = code.replace(/--_([a-z][\w-]*)/g, (_, name: string) => `--_${shortOf(name)}`);
      const minified = named.replace(/\bcss`([^`]*)`/g, (_, sheet: string) => `css\`${css(sheet)}\``);
      return { code: /\/(views|instances|sharing|history|requests)\//.test(id) ? html(minified) : minified, map: null };
    },
    generateBundle(_, bundle) {
      // A minified file breaks lines with indentation in templates alone.
      for (const made of Object.values(bundle)) if (made.type === "chunk") made.code = made.code.replace(/\n\s+/g, " ");
    },
  };
}

/** One letter each. */
function shortOf(name: string): string {
  const at = OWN.indexOf(name);
  if (at < 0) throw new Error(`build/minify-templates.ts does not know the property \`--_${name}\``);
  return "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"[at] ?? name;
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
