// The rules as they were built for browsers, without the package around them, and what the rules answer natively.
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import * as policy from "../../src/wasm/policy.js";

const root = new URL("../../../", import.meta.url);

policy.initSync({ module: readFileSync(new URL("js/src/wasm/policy_bg.wasm", root)) });

/** The rules. */
export const rules = policy;

/** A case of tests/cases with the bytes that the native rules answer. */
export interface NativeCase {
  readonly case: string;
  readonly input: string;
  readonly answer: string;
  readonly right: unknown;
}

/** What `cargo xtask js --check` has written before it runs these tests. */
export function readNative(): NativeCase[] {
  const file = fileURLToPath(new URL("target/js/native-answers.jsonl", root));
  if (!existsSync(file)) throw new Error(`no ${file}: run \`cargo xtask js --check\`, which writes it`);
  return readFileSync(file, "utf8").trim().split("\n").map((line) => JSON.parse(line) as NativeCase);
}
