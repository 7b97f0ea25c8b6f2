// The tabs of a real browser share one event stream, and the next one takes over when its holder stops or closes.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { PATIENCE_MS } from "./browser.js";
import { scene } from "./scene.js";
import { serve } from "./static-server.js";
import { startStore } from "./store.js";

let context;
let store;
let server;

before(async () => {
  store = await startStore();
  const { workspace, browser } = await scene();
  server = await serve(await workspace.project("tabs"));
  context = await browser.newContext();
  context.setDefaultTimeout(PATIENCE_MS);
});
after(async () => {
  await context?.close();
  await server?.close();
  await store?.close();
});

const tells = (page, word) => page.waitForFunction((word) => window.told.includes(word), word);

test("three tabs, one stream; two of them go, the third takes over", async () => {
  const tab = async () => {
    const page = await context.newPage();
    await page.goto(`${server.origin}/?store=${encodeURIComponent(store.origin)}`);
    await tells(page, "live");
    return page;
  };
  const [first, second, third] = [await tab(), await tab(), await tab()];
  store.tell("two");
  await Promise.all([first, second, third].map((page) => tells(page, "two")));
  assert.equal(store.opened, 1);

  await first.close();
  await store.untilOpened(2);
  await second.evaluate(() => window.stop());
  await store.untilOpened(3);
  await tells(third, "1");
  store.tell("three");
  await tells(third, "three");
  assert.equal(store.opened, 3);
  await store.untilOpen(1);
  assert.ok(!(await second.evaluate(() => window.told)).includes("three"));
});
