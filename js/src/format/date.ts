// Days and times as text: the one place. The words are the page's own texts, because browsers ship different ones.

import { civil, millis, ZONE, type Civil, type Instant } from "./calendar.js";

/** How a language writes days: its months with spaces between them, and patterns with `{day}`, `{month}`, `{year}`, `{time}`. */
export interface DateWords {
  readonly months: string;
  readonly day: string;
  /** For the first of a month, which is an ordinal in French and Italian. */
  readonly first: string;
  /** A day with a time of it. */
  readonly at: string;
}

/** Shown for an instant that is none. */
const NONE = "–";

/** `1. Dezember 2026`, `1er décembre 2026`, `1º dicembre 2026`, `1 December 2026`. */
export function formatDay(instant: Instant, words: DateWords, zone: string = ZONE): string {
  return Number.isNaN(millis(instant)) ? NONE : dayOf(civil(instant, zone), words);
}

/** `14:05`. */
export function formatTime(instant: Instant, zone: string = ZONE): string {
  return Number.isNaN(millis(instant)) ? NONE : timeOf(civil(instant, zone));
}

/** `1. Dezember 2026, 14:05`. */
export function formatDayTime(instant: Instant, words: DateWords, zone: string = ZONE): string {
  if (Number.isNaN(millis(instant))) return NONE;
  const at = civil(instant, zone);
  return words.at.replace("{day}", dayOf(at, words)).replace("{time}", timeOf(at));
}

/** The time alone when it is today, else the day too. */
export function formatMoment(instant: Instant, now: Instant, words: DateWords, zone: string = ZONE): string {
  return isoDay(instant, zone) === isoDay(now, zone) ? formatTime(instant, zone) : formatDayTime(instant, words, zone);
}

/** `2026-12-01`: what the texts of reasons write, there in UTC. */
export function isoDay(instant: Instant, zone: string = ZONE): string {
  if (Number.isNaN(millis(instant))) return NONE;
  const { year, month, day } = civil(instant, zone);
  return `${String(year).padStart(4, "0")}-${two(month)}-${two(day)}`;
}

function dayOf({ year, month, day }: Civil, { months, day: usual, first }: DateWords): string {
  const pattern = day === 1 ? first : usual;
  return pattern.replace("{day}", `${day}`).replace("{month}", months.split(" ")[month - 1] ?? "").replace("{year}", `${year}`);
}

function timeOf({ hour, minute }: Civil): string {
  return `${two(hour)}:${two(minute)}`;
}

function two(value: number): string {
  return String(value).padStart(2, "0");
}
