// What the button says that commits: the deed, the amount and when it is due, all from the server's quote.

import type { TextKey } from "../../texts/index.js";
import type { Quote } from "../api.js";
import type { TaskKind } from "../task.js";
import type { ReadyView } from "../view.js";

interface Words {
  readonly plain: TextKey;
  readonly now: TextKey;
  readonly next: TextKey;
  readonly undated: TextKey;
}

const WORDS: Readonly<Record<Exclude<TaskKind, "deactivate">, Words>> = {
  activate: { plain: "confirm.activate", now: "confirm.activate-now", next: "confirm.activate-next", undated: "confirm.activate-undated" },
  restore: { plain: "confirm.restore", now: "confirm.restore-now", next: "confirm.restore-next", undated: "confirm.restore-undated" },
};

export function confirmLabel({ s }: ReadyView, kind: Exclude<TaskKind, "deactivate">, quote: Quote | null): string {
  const words = WORDS[kind];
  if (!quote) return s.say(words.plain);
  const { currency, dueNow, nextInvoice: next, perPeriod } = quote;
  const amount = (minor: number) => s.money({ minor, currency });
  if (dueNow > 0) return s.say(words.now, { amount: amount(dueNow) });
  if (quote.source === "stripe" && next?.at) return s.say(words.next, { amount: amount(next.total), day: s.day(next.at) });
  if (perPeriod.after !== perPeriod.before) return s.say(words.undated, { amount: amount(perPeriod.after) });
  return s.say(words.plain);
}
