// Headless Chromium: the one of this machine, or the one that `CHROMIUM` names.
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { chromium } from "playwright-core";

const NAMES = ["chromium", "chromium-browser", "google-chrome"];

/** For how long a page is waited for: longer than the slowest machine that tests run on takes. */
export const PATIENCE_MS = 120_000;

function executable() {
  if (process.env.CHROMIUM) return process.env.CHROMIUM;
  const folders = (process.env.PATH ?? "").split(delimiter);
  const found = folders.flatMap((folder) => NAMES.map((name) => join(folder, name))).find((path) => existsSync(path));
  if (!found) throw new Error("there is no Chromium: install one, or name it with `CHROMIUM`");
  return found;
}

export const launch = () =>
  chromium.launch({ executablePath: executable(), args: ["--headless", "--no-sandbox", "--disable-gpu"], timeout: PATIENCE_MS });

/** Opens an address, on a screen if one is given; whatever goes wrong in the page is an error here. */
export async function open(browser, address, options = {}) {
  const page = await browser.newPage(options);
  page.setDefaultTimeout(PATIENCE_MS);
  const faults = [];
  page.on("pageerror", (error) => faults.push(error));
  page.on("requestfailed", (request) => faults.push(new Error(`${request.url()}: ${request.failure()?.errorText}`)));
  await page.goto(address);
  return { page, faults };
}
