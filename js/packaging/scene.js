// What all packaging tests share: one packed and installed package, and one browser; gone when they are done.
import { after } from "node:test";
import { launch } from "./browser.js";
import { Workspace } from "./workspace.js";

let begun;

/** The workspace and the browser; made when they are first asked for. */
export function scene() {
  begun ??= begin();
  return begun;
}

async function begin() {
  const [workspace, browser] = await Promise.all([Workspace.pack(), launch()]);
  return { workspace, browser };
}

after(async () => {
  const made = await begun?.catch(() => null);
  await made?.browser.close();
  await made?.workspace.remove();
});
