// What is said aloud about an outcome: one sentence.

import type { Speaker } from "../texts/speaker.js";
import { inLanguage } from "./cards.js";
import { inOwnTime } from "./own-time.js";
import type { Outcome } from "./outcome.js";
import type { Snapshot } from "./state.js";
import type { TextKey } from "../texts/index.js";
import type { Task } from "./task.js";

export function sentence(s: Speaker, data: Snapshot | null, outcome: Outcome): string {
  const code = outcome.what === "change-failed" ? outcome.featureCode : outcome.task.featureCode;
  const labels = data?.features.find(({ featureCode }) => featureCode === code)?.label;
  const feature = (labels && inLanguage(labels, s.locale)?.text) ?? code;
  switch (outcome.what) {
    case "done":
      return s.say(doneKey(outcome.task), { feature });
    case "failed": {
      const [first] = outcome.fault.reasons;
      const title = s.say(`failed.${outcome.task.kind}`);
      const why = first ? [first.detail, first.fix ?? ""].map((told) => inOwnTime(s, told, first)) : [];
      return [`${feature}:`, title, ...why].filter(Boolean).join(" ");
    }
    case "waiting":
      return s.say("slow.title");
    case "in-doubt":
      return `${s.say("unknown.title")} ${s.say("unknown.text")}`;
    case "quote-renewed":
      return s.say("said.quote-renewed");
    case "quote-changed":
      return s.say("said.quote-changed");
    case "reconsidered":
      return s.say("said.reconsidered");
    case "quote-failed":
      return `${feature}: ${s.say("quote.failed.title")} ${s.say("quote.failed.nothing")}`;
    case "change-failed":
      return s.say("said.change-failed", { feature });
  }
}

/** What is said of a wish that came true. */
export function doneKey({ kind, ended }: Task): TextKey {
  if (kind === "activate") return "done.activate";
  if (kind === "restore") return "done.restore";
  return ended?.instanceDeleted ? "done.end" : "done.leave";
}
