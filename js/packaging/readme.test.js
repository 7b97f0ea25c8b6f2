// Runs every example of the README as it stands there, against a store on this machine.
import assert from "node:assert/strict";
import { cp } from "node:fs/promises";
import { after, before, test } from "node:test";
import { readmeBlocks } from "./readme.js";
import { scene } from "./scene.js";
import { fitsPhone, shows } from "./shows.js";
import { startStore } from "./store.js";
import { run } from "./workspace.js";

let workspace;
let browser;
let store;
let blocks;
const ran = new Set();

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

const theme = () => block("theme.css");

test("plain HTML", async () => {
  assert.ok(block("html/index.html").trim().split("\n").length <= 11, "the example has ten lines");
  const folder = await workspace.project("html", { "index.html": block("html/index.html") });
  await cp(`${folder}/node_modules/turnpike-store/dist`, `${folder}/turnpike-store`, { recursive: true });
  await shows(browser, folder, theme());
  await fitsPhone(browser, folder);
});

const page = (script) =>
  `<!doctype html><meta charset="utf-8"><title>Add-ons</title><div id="app"></div><script type="module" src="./${script}"></script>`;

test("React", async () => {
  const files = { "index.html": page("main.jsx"), "main.jsx": block("react/main.jsx") };
  const folder = await workspace.project("react", files);
  await workspace.tool(folder, "vite/bin/vite.js", "build", "--logLevel", "error");
  await shows(browser, `${folder}/dist`, theme());
});

/** As much of React's types as the block speaks of: the tests install none. */
const REACT_TYPES = `declare module "react" {
  export interface HTMLAttributes<T> { className?: string; onClick?: (event: { currentTarget: T }) => void }
  export type DetailedHTMLProps<E extends HTMLAttributes<T>, T> = { key?: string; ref?: (element: T | null) => void } & E;
  export namespace JSX { interface IntrinsicElements { div: HTMLAttributes<HTMLDivElement> } }
}
declare module "react/jsx-runtime" { export { JSX } from "react" }
`;

const TYPED = `import "turnpike-store/define";
export const right = <turnpike-store apiBase="/" getToken={() => "token"} theme="dark" className="store" ref={(store) => store?.refresh()}
  onturnpike-activated={({ detail }) => detail.featureCode.length} />;
// @ts-expect-error: there is no such theme
export const wrong = <turnpike-store theme="pink" />;
`;

test("React, in TypeScript", async () => {
  const declared = block("react/turnpike-store.d.ts");
  const folder = await workspace.project("react-types", { "react.d.ts": REACT_TYPES, "turnpike-store.d.ts": declared, "main.tsx": TYPED });
  const how = ["--strict", "--module", "esnext", "--moduleResolution", "bundler", "--target", "es2022", "--lib", "es2022,dom", "--jsx", "react-jsx"];
  await workspace.tool(folder, "typescript/bin/tsc", "--noEmit", ...how, "--types", "", "react.d.ts", "turnpike-store.d.ts", "main.tsx");
});

test("Vue", async () => {
  const folder = await workspace.project("vue", {
    "index.html": page("main.js"),
    "main.js": 'import { createApp } from "vue";\nimport AddOns from "./AddOns.vue";\n\ncreateApp(AddOns).mount("#app");\n',
    "AddOns.vue": block("vue/AddOns.vue"),
    "vite.config.js": block("vue/vite.config.js"),
  });
  await workspace.tool(folder, "vite/bin/vite.js", "build", "--logLevel", "error");
  await shows(browser, `${folder}/dist`, theme());
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
