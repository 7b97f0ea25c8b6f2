// Builds the store page into target/page, from where the host embeds it: hashed names, all addresses relative.
import { defineConfig } from "vite";

export default defineConfig({
  root: "store",
  base: "./",
  publicDir: false,
  build: {
    outDir: "../../target/page",
    emptyOutDir: true,
    target: "es2022",
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
});
