// The element in a page that somebody built: it shows the store.
import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { open } from "./browser.js";
import { serve } from "./static-server.js";

const PHONE = { viewport: { width: 360, height: 740 }, isMobile: true, hasTouch: true };

/** On a phone the page is as wide as the screen, and nothing of it is wider; it names its language. */
export async function fitsPhone(browser, folder) {
  const server = await serve(folder, null);
  const { page } = await open(browser, `${server.origin}/`, PHONE);
  try {
    await page.locator('turnpike-store[data-state="ready"]').waitFor();
    const { clientWidth, scrollWidth, lang } = await page.evaluate(() => {
      const { clientWidth, scrollWidth, lang } = document.documentElement;
      return { clientWidth, scrollWidth, lang };
    });
    assert.deepEqual({ clientWidth, scrollWidth }, { clientWidth: 360, scrollWidth: 360 });
    assert.notEqual(lang, "");
  } finally {
    await page.close();
    await server.close();
  }
}

/** What is loaded when it is opened is found where the build put it, with its texts and its styles. */
async function opensOnDemand(page) {
  await page.locator('[data-action="share"]').click();
  const dialog = page.locator("dialog[open]");
  await dialog.locator('li[data-user="u-bob"]').waitFor();
  assert.equal(await dialog.locator("[data-accesses] li").evaluate((row) => getComputedStyle(row).display), "grid");
  assert.match(await dialog.locator("h2").innerText(), /Chatbot/);
  await dialog.locator("[data-cancel]").click();
  await page.locator('[data-view="instances"]').click();
  await page.locator('li[data-instance="i-9"]').waitFor();
}

/**
 * Serves a folder, under a content security policy if there is one, with a token for the page to fetch; waits until the element
 * shows the store, and looks whether it takes the theme.
 */
export async function shows(browser, folder, theme, policy = null) {
  await writeFile(`${folder}/token`, "demo");
  const server = await serve(folder, policy);
  const { page, faults } = await open(browser, `${server.origin}/`);
  try {
    await page.locator('turnpike-store[data-state="ready"]').waitFor();
    await page.getByRole("heading", { name: "Chatbot" }).waitFor();
    assert.equal(await page.locator('li[data-feature="chatbot"]').count(), 1);
    await page.getByText("Acme AG").first().waitFor({ state: "attached" });
    await page.addStyleTag({ content: theme });
    const accent = () => getComputedStyle(document.querySelector("turnpike-store")).getPropertyValue("--turnpike-accent");
    assert.equal(await page.evaluate(accent), "#6b2fb3");
    const shadow = await page.locator('li[data-feature="chatbot"] [part~="card"], li[data-feature="chatbot"][part~="card"]').first()
      .evaluate((card) => getComputedStyle(card).boxShadow);
    assert.equal(shadow, "none");
    await opensOnDemand(page);
    assert.deepEqual(faults.map(String), []);
  } catch (error) {
    throw new AggregateError([error, ...faults], [error, ...faults].map(String).join("\n"));
  } finally {
    await page.close();
    await server.close();
  }
}
