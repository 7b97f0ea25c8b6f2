// Says what a reason means: takes the lines that fit its parameters, and fills their placeholders.
//
// How the texts are written, core-wasm/texts/README.md says; the service fills the same ones (core-wasm/src/texts).

import { formatTime, isoDay } from "../format/date.js";
import { fillPlaceholders } from "../format/placeholders.js";

/** The texts of a language: a name, with a condition behind a blank, and the text. */
export type ReasonTexts = readonly (readonly [name: string, text: string])[];

/** What a person reads about a reason. */
export interface Text {
  /** The fact, and what follows from it. */
  readonly detail: string;
  /** What the person can do, or whom to ask. */
  readonly fix: string;
}

type Params = Readonly<Record<string, unknown>>;

const MINUTE = 60_000;

/** The sentences about a reason; null for one that these texts do not know. */
export function sentencesOf(texts: ReasonTexts, { code, params }: { readonly code: string; readonly params: Params }): Text | null {
  const text = (wanted: string) =>
    texts.find(([key]) => {
      const [name, condition] = key.split(" ");
      return name === wanted && (!condition || holds(condition, params));
    })?.[1];
  const say = (part: string) => {
    const found = text(`${code}.${part}`);
    return found && fillPlaceholders(found, (name, form) => (name in params ? written(params[name], form, (of) => text(`${name}.${of}`)) : text(name)));
  };
  const [detail, fix] = [say("detail"), say("fix")];
  return detail && fix ? { detail, fix } : null;
}

/** `system=true`, `latest=CANCELED,EXPIRED`, `since`. */
function holds(condition: string, params: Params): boolean {
  const [name = "", words] = condition.split("=");
  const value = params[name] ?? null;
  return words ? words.split(",").includes(String(value)) : value !== null;
}

function written(value: unknown, form: string, text: (of: string) => string | undefined): string {
  if (Array.isArray(value)) return list(value.map(String), text);
  const number = Number(value);
  const [one = "", many] = form.split("|");
  if (many !== undefined) return number === 1 ? one : many;
  if (form === "day") return isoDay(number, "UTC");
  // The first that does not begin before the instant.
  const minute = Math.ceil(number / MINUTE) * MINUTE;
  return form === "minute" ? `${isoDay(minute, "UTC")} ${formatTime(minute, "UTC")} UTC` : String(value);
}

/** Labels, as `each` writes them, or words, each with a text of its own. */
function list(items: readonly string[], text: (of: string) => string | undefined): string {
  const each = text("each");
  const named = items.map((item) => item.trim()).filter(Boolean);
  const said = named.length > 0 ? named : [text("none") ?? ""];
  return said.map((item) => (each ? each.replace("{each}", () => item) : (text(item) ?? item))).join(text("join"));
}
