// What is said about a deed: the sentence for its outcome, on the page and aloud.

import type { Speaker } from "../../texts/speaker.js";
import { inOwnTime } from "../own-time.js";
import type { Deed } from "./deed.js";
import type { Say } from "./sharing.js";

/** What a deed that is done came to. */
export function doneSentence(say: Say, { kind, person: { name }, role }: Deed): string {
  return say(`done.${kind}`, { name, role: role ?? "" });
}

/** What is said aloud of a deed that is over or in doubt, and whether it is a failure. */
export function outcomeSentence(s: Speaker, say: Say, deed: Deed): [text: string, isFailure: boolean] {
  if (deed.phase === "done") return [doneSentence(say, deed), false];
  if (deed.phase === "unknown") return [`${s.say("unknown.title")} ${s.say("unknown.text")}`, false];
  const [reason] = deed.fault?.reasons ?? [];
  const why = reason ? [reason.detail, reason.fix ?? ""].map((told) => inOwnTime(s, told, reason)) : [];
  return [[say("failed"), ...why].filter(Boolean).join(" "), true];
}
