// Builds the store page into target/page, from where the host embeds it: hashed names, all addresses relative.
import { defineConfig } from "vite";
import { everyVisit } from "./build/every-visit.js";
import { minifyTemplates } from "./build/minify-templates.js";
import { nothingToPreload } from "./build/nothing-to-preload.js";

export default defineConfig({
  root: "store",
  base: "./",
  publicDir: false,
  plugins: [minifyTemplates(), nothingToPreload()],
  build: {
    outDir: "../../target/page",
    emptyOutDir: true,
    target: "es2022",
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // Smaller than the bundler's own pass, and the page has a budget.
    minify: "terser",
    terserOptions: { ecma: 2020, module: true, compress: { passes: 5, unsafe_arrows: true, unsafe_methods: true, pure_getters: true, keep_fargs: false, inline: 1, sequences: false }, format: { comments: false } },
    rolldownOptions: { output: { codeSplitting: everyVisit } },
    // What is bundled is passed on, and its licenses go with it.
    license: { fileName: "assets/licenses.txt" },
  },
});
