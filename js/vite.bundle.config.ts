// Bundles the package into dist/turnpike-store.bundle.js, for pages that use a script tag and no bundler of their own.
import { defineConfig } from "vite";
import { everyVisit } from "./build/every-visit.js";
import { nothingToPreload } from "./build/nothing-to-preload.js";

export default defineConfig({
  base: "./",
  publicDir: false,
  plugins: [nothingToPreload()],
  build: {
    outDir: "dist",
    emptyOutDir: false,
    target: "es2022",
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // What is bundled is passed on, and its licenses go with it.
    license: { fileName: "bundle/licenses.md" },
    rolldownOptions: {
      input: "src/bundle.ts",
      preserveEntrySignatures: "strict",
      output: {
        format: "es",
        codeSplitting: everyVisit,
        entryFileNames: "turnpike-store.bundle.js",
        chunkFileNames: "bundle/[name]-[hash].js",
        assetFileNames: "bundle/[name]-[hash][extname]",
      },
    },
  },
});
