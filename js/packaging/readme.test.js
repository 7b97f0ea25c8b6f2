// Runs every example of the README as it stands there, against a store on this machine.
import assert from "node:assert/strict";
import { cp, writeFile } from "node:fs/promises";
import { after, before, test } from "node:test";
import { open } from "./browser.js";
import { readmeBlocks } from "./readme.js";
import { scene } from "./scene.js";
import { serve } from "./static-server.js";
import { startStore } from "./store.js";
import { run } from "./workspace.js";

let workspace;
let browser;
let store;
let blocks;
const ran = new Set(["theme.css"]);

before(async () => {
  store = await startStore();
  blocks = await readmeBlocks(store.origin);
  ({ workspace, browser } = await scene());
});
after(() => store?.close());

/** The block, which counts as run. */
function block(name) {
  ran.add(name);
  return blocks.get(name) ?? assert.fail(`the README has no block \`${name}\``);
}

/** Serves a folder with a token for the page to fetch, and waits until the element shows the store. */
async function shows(folder) {
  await writeFile(`${folder}/token`, "demo");
  const server = await serve(folder, null);
  const { page, faults } = await open(browser, `${server.origin}/`);
  try {
    await page.locator('turnpike-store[data-state="ready"]').waitFor();
    await page.getByRole("heading", { name: "Chatbot" }).waitFor();
    assert.equal(await page.locator('li[data-feature="chatbot"]').count(), 1);
    await page.getByText("Acme AG").first().waitFor({ state: "attached" });
    await page.addStyleTag({ content: blocks.get("theme.css") });
    const accent = () => getComputedStyle(document.querySelector("turnpike-store")).getPropertyValue("--turnpike-accent");
    assert.equal(await page.evaluate(accent), "#6b2fb3");
    const shadow = await page.locator('li[data-feature="chatbot"] [part~="card"], li[data-feature="chatbot"][part~="card"]').first()
      .evaluate((card) => getComputedStyle(card).boxShadow);
    assert.equal(shadow, "none");
    assert.deepEqual(faults.map(String), []);
  } catch (error) {
    throw new AggregateError([error, ...faults], [error, ...faults].map(String).join("\n"));
  } finally {
    await page.close();
    await server.close();
  }
}

test("plain HTML", async () => {
  assert.ok(block("html/index.html").trim().split("\n").length <= 11, "the example has ten lines");
  const folder = await workspace.project("html", { "index.html": block("html/index.html") });
  await cp(`${folder}/node_modules/turnpike-store/dist`, `${folder}/turnpike-store`, { recursive: true });
  await shows(folder);
});

const page = (script) =>
  `<!doctype html><meta charset="utf-8"><title>Add-ons</title><div id="app"></div><script type="module" src="./${script}"></script>`;

test("React", async () => {
  const files = { "index.html": page("main.jsx"), "main.jsx": block("react/main.jsx") };
  const folder = await workspace.project("react", files);
  await workspace.tool(folder, "vite/bin/vite.js", "build", "--logLevel", "error");
  await shows(`${folder}/dist`);
});

test("Vue", async () => {
  const folder = await workspace.project("vue", {
    "index.html": page("main.js"),
    "main.js": 'import { createApp } from "vue";\nimport AddOns from "./AddOns.vue";\n\ncreateApp(AddOns).mount("#app");\n',
    "AddOns.vue": block("vue/AddOns.vue"),
    "vite.config.js": block("vue/vite.config.js"),
  });
  await workspace.tool(folder, "vite/bin/vite.js", "build", "--logLevel", "error");
  await shows(`${folder}/dist`);
});

for (const [name, printed] of [
  ["client", /^done$/],
  ["watch", /^facts 1$/],
  ["preflight", /^true server other-policy$/],
]) {
  test(`${name}, in Node`, async () => {
    const folder = await workspace.project(name, { "main.js": block(`${name}/main.js`) });
    assert.match((await run(folder, process.execPath, "main.js")).trim(), printed);
  });
}

test("every block of the README was run", () => {
  assert.deepEqual([...blocks.keys()].filter((name) => !ran.has(name)), []);
});
