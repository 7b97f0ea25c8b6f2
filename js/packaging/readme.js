// The code blocks of the README that have a name: ```lang folder/file
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { packageRoot } from "./workspace.js";

/** The text of each block by its name, with the example's store replaced by another one. */
export async function readmeBlocks(store) {
  const text = await readFile(join(packageRoot, "README.md"), "utf8");
  const blocks = new Map();
  for (const [, name, code] of text.matchAll(/^```\w+ (\S+)\n(.*?)^```$/gms)) {
    if (blocks.has(name)) throw new Error(`two blocks of the README are called \`${name}\``);
    blocks.set(name, code.replaceAll("https://store.example.com", store));
  }
  return blocks;
}
