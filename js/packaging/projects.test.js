// Installs the packed package in tiny projects, builds them, and runs what was built: each must decide one case right.
import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { before, test } from "node:test";
import { open, PATIENCE_MS } from "./browser.js";
import { scene } from "./scene.js";
import { serve, STRICT } from "./static-server.js";
import { readmeBlocks } from "./readme.js";
import { shows } from "./shows.js";
import { startStore } from "./store.js";
import { run } from "./workspace.js";

let workspace;
let browser;

before(async () => {
  ({ workspace, browser } = await scene());
});

/** Decided by the rules: there is no room, whatever the server's answer said. */
function assertDecided({ unavailable, decision }) {
  assert.equal(unavailable, null);
  const { source, because, allowed, reasons } = decision;
  assert.deepEqual({ source, because, allowed }, { source: "browser", because: null, allowed: false });
  assert.deepEqual(
    reasons.map(({ code, params }) => ({ code, params })),
    [{ code: "capacity-reached", params: { limit: 5, used: 5, adding: 1 } }],
  );
  assert.match(reasons[0].detail, /5/);
}

async function resultIn(folder, policy = STRICT) {
  const server = await serve(folder, policy);
  try {
    const { page, faults } = await open(browser, `${server.origin}/`);
    try {
      await page.waitForFunction(() => window.result !== undefined, null, { timeout: PATIENCE_MS });
      return await page.evaluate(() => window.result);
    } catch (error) {
      throw new AggregateError([error, ...faults], faults.map(String).join("\n"));
    } finally {
      await page.close();
    }
  } finally {
    await server.close();
  }
}

test("Node", async () => {
  const folder = await workspace.project("node");
  assertDecided(JSON.parse(await run(folder, process.execPath, "main.js")));
});

test("Vite", async () => {
  const folder = await workspace.project("vite");
  await workspace.tool(folder, "vite/bin/vite.js", "build", "--logLevel", "error");
  assertDecided(await resultIn(`${folder}/dist`));
});

test("webpack", async () => {
  const folder = await workspace.project("webpack");
  const args = ["build", "--mode", "production", "--entry", "./main.js"];
  await workspace.tool(folder, "webpack-cli/bin/cli.js", ...args, "--output-path", "dist");
  await run(folder, "cp", "index.html", "dist/index.html");
  assertDecided(await resultIn(`${folder}/dist`));
});

test("the element in webpack", async () => {
  const store = await startStore();
  try {
    const folder = await workspace.project("webpack-element");
    await writeFile(`${folder}/place.js`, `export const place = ${JSON.stringify(store.origin)};\n`);
    const args = ["build", "--mode", "production", "--entry", "./main.js"];
    await workspace.tool(folder, "webpack-cli/bin/cli.js", ...args, "--output-path", "dist");
    await run(folder, "cp", "index.html", "dist/index.html");
    await shows(browser, `${folder}/dist`, (await readmeBlocks(store.origin)).get("theme.css"));
  } finally {
    await store.close();
  }
});

test("script tag", async () => {
  assertDecided(await resultIn(await workspace.project("script-tag")));
});

test("where WebAssembly is refused, the server's decision is used, and it says so", async () => {
  const folder = await workspace.project("script-tag");
  const { unavailable, decision } = await resultIn(folder, STRICT.replace(" 'wasm-unsafe-eval'", ""));
  assert.notEqual(unavailable, null);
  const { source, because, allowed } = decision;
  assert.deepEqual({ source, because, allowed }, { source: "server", because: "no-webassembly", allowed: true });
});

for (const [resolution, module] of [["bundler", "esnext"], ["nodenext", "nodenext"]]) {
  test(`types, resolved as \`${resolution}\``, async () => {
    const folder = await workspace.project("types");
    const strict = ["--strict", "--exactOptionalPropertyTypes", "--noUncheckedIndexedAccess"];
    const how = ["--module", module, "--moduleResolution", resolution, "--target", "es2022", "--lib", "es2022,dom"];
    await workspace.tool(folder, "typescript/bin/tsc", "--noEmit", ...strict, ...how, "--types", "", "main.ts");
  });
}
