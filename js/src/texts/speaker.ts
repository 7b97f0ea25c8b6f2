// Says texts in one language: fills placeholders, takes the form that fits a number, writes money and dates.

import {
  fillPlaceholders, formatDay, formatDayTime, formatInteger, formatMoment, formatMoney, formatTime,
  type DateWords, type Instant, type Locale, type Money,
} from "../format/index.js";
import type { CountedKey, TextKey, Texts } from "./index.js";

/** The operator's word for a mandate. */
export interface Vocabulary {
  readonly one: string;
  readonly many: string;
}

/** What is filled in for `{name}`. */
export type Params = Readonly<Record<string, string | number>>;

export class Speaker {
  readonly #texts: Texts;
  readonly #vocabulary: Vocabulary;
  readonly #dates: DateWords;

  constructor(readonly locale: Locale, texts: Texts, vocabulary: Partial<Record<Locale, Vocabulary>> = {}, readonly zone?: string) {
    this.#texts = texts;
    this.#vocabulary = vocabulary[locale] ?? { one: texts["mandate.singular"], many: texts["mandate.plural"] };
    this.#dates = { months: texts["date.months"], day: texts["date.day"], first: texts["date.first"], at: texts["date.at"] };
  }

  /** The text with its placeholders filled. */
  say(key: TextKey, params: Params = {}): string {
    const known: Params = { mandate: this.#vocabulary.one, mandates: this.#vocabulary.many, ...params };
    const text = this.#texts[key];
    // A text that begins with the operator's word begins with a capital letter.
    return text.startsWith("{mandate") ? capital(fill(text, known, this.locale)) : fill(text, known, this.locale);
  }

  /** The form of the text that fits the number, which fills `{count}`. */
  count(key: CountedKey, count: number, params: Params = {}): string {
    return this.say(`${key}.${form(count, this.locale)}` as TextKey, { ...params, count });
  }

  money(money: Money): string {
    return formatMoney(money, this.locale);
  }

  day(instant: Instant): string {
    return formatDay(instant, this.#dates, this.zone);
  }

  dayTime(instant: Instant): string {
    return formatDayTime(instant, this.#dates, this.zone);
  }

  time(instant: Instant): string {
    return formatTime(instant, this.zone);
  }

  moment(instant: Instant): string {
    return formatMoment(instant, Date.now(), this.#dates, this.zone);
  }
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** Fills `{name}` with the parameter of that name; one that is not given stays visible. */
export function fill(text: string, params: Params, locale: Locale): string {
  return fillPlaceholders(text, (name) => {
    const value = Object.hasOwn(params, name) ? params[name] : undefined;
    return typeof value === "number" ? formatInteger(value, locale) : value;
  });
}

/** French counts 0 as one; the others do not. */
function form(count: number, locale: Locale): "one" | "other" {
  return count === 1 || (locale === "fr" && count === 0) ? "one" : "other";
}
