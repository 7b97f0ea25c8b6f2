// A call as JSON; what it shares with other calls is written once.
import type { Call } from "../wasm/policy.js";

/** Facts of an answer are asked about again and again, and never change: writing them costs more than deciding. */
const written = new WeakMap<object, string>();

/** The call in JSON. */
export function callText({ settings, question }: Call): string {
  return `{"settings":${text(settings)},"question":${members(question, (facts) => members(facts, text))}}`;
}

/** Names of members need no escapes: they are those of the types. */
function members(object: object, write: (value: never) => string): string {
  let all = "";
  for (const name in object) all += `${all && ","}"${name}":${write(object[name as never])}`;
  return `{${all}}`;
}

function text(value: unknown): string {
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  let json = written.get(value);
  if (json === undefined) written.set(value, (json = JSON.stringify(value)));
  return json;
}
