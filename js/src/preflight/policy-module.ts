// The rules as a module: loaded once, when they are first asked for, in browsers, bundles and Node.
import type { Answer, Call } from "../wasm/policy.js";

/** The rules, ready to be asked. */
export interface PolicyModule {
  /** Decides; a text is a call in JSON. A call that is malformed gets a `failure` answer. */
  decide(call: Call | string): Answer;
  /** SHA-256 of the module that the server runs from the same source. */
  policyDigest(): string;
}

/** Another place or form of `policy_bg.wasm`, where the one beside this file cannot be used. */
export type PolicySource = URL | string | Response | BufferSource | WebAssembly.Module;

let loaded: Promise<PolicyModule> | null = null;

/** The module. Rejects where WebAssembly is missing or refused, or the file cannot be read. */
export function loadPolicy(source?: PolicySource): Promise<PolicyModule> {
  // What failed may succeed later, as when the network was down.
  loaded ??= load(source).catch((error: unknown) => {
    loaded = null;
    throw error;
  });
  return loaded;
}

async function load(source: PolicySource | undefined): Promise<PolicyModule> {
  if (typeof WebAssembly === "undefined") throw new Error("this runtime has no WebAssembly");
  // Both are asked for at once: neither has to be there for the other. What is not named here bundlers leave out.
  const glue = import("../wasm/policy.js").then(({ default: start, decide, policyDigest }) => ({ start, decide, policyDigest }));
  const [{ start, decide, policyDigest }, module_or_path] = await Promise.all([glue, fetched(source ?? (await beside()))]);
  await start({ module_or_path });
  // Asked before every decision, and always the same.
  const digest = policyDigest();
  return { decide, policyDigest: () => digest };
}

function fetched(source: PolicySource): PolicySource | Promise<Response> {
  return typeof source === "string" || source instanceof URL ? fetch(source) : source;
}

/** Bundlers know this form, and copy the file to where the address will point. */
async function beside(): Promise<URL | BufferSource> {
  const url = new URL("../wasm/policy_bg.wasm", import.meta.url);
  if (url.protocol !== "file:") return url;
  // Node's fetch reads no files. The name is a value, so that bundlers for browsers do not look for the module.
  const files = "node:fs/promises";
  const { readFile } = (await import(/* @vite-ignore */ /* webpackIgnore: true */ files)) as typeof import("node:fs/promises");
  return (await readFile(url)) as Uint8Array<ArrayBuffer>;
}
