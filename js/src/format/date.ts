// Days and times as text: the one place. Own tables of words, because browsers ship different ones.

import { civil, millis, ZONE, type Civil, type Instant } from "./calendar.js";
import type { Locale } from "./locale.js";

const MONTHS: Readonly<Record<Locale, readonly string[]>> = {
  de: ["Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September", "Oktober", "November", "Dezember"],
  fr: ["janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre", "décembre"],
  it: ["gennaio", "febbraio", "marzo", "aprile", "maggio", "giugno", "luglio", "agosto", "settembre", "ottobre", "novembre", "dicembre"],
  en: ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"],
};

/** What stands between day and time. */
const AT: Readonly<Record<Locale, string>> = { de: ", ", fr: " à ", it: ", ore ", en: ", " };

/** Shown for an instant that is none. */
const NONE = "–";

/** `1. Dezember 2026`, `1er décembre 2026`, `1º dicembre 2026`, `1 December 2026`. */
export function formatDay(instant: Instant, locale: Locale, zone: string = ZONE): string {
  return Number.isNaN(millis(instant)) ? NONE : dayOf(civil(instant, zone), locale);
}

/** `14:05`. */
export function formatTime(instant: Instant, zone: string = ZONE): string {
  return Number.isNaN(millis(instant)) ? NONE : timeOf(civil(instant, zone));
}

/** `1. Dezember 2026, 14:05`. */
export function formatDayTime(instant: Instant, locale: Locale, zone: string = ZONE): string {
  if (Number.isNaN(millis(instant))) return NONE;
  const at = civil(instant, zone);
  return `${dayOf(at, locale)}${AT[locale]}${timeOf(at)}`;
}

/** The time alone when it is today, else the day too. */
export function formatMoment(instant: Instant, now: Instant, locale: Locale, zone: string = ZONE): string {
  return isoDay(instant, zone) === isoDay(now, zone) ? formatTime(instant, zone) : formatDayTime(instant, locale, zone);
}

/** `2026-12-01`: what the texts of reasons write, there in UTC. */
export function isoDay(instant: Instant, zone: string = ZONE): string {
  if (Number.isNaN(millis(instant))) return NONE;
  const { year, month, day } = civil(instant, zone);
  return `${String(year).padStart(4, "0")}-${two(month)}-${two(day)}`;
}

function dayOf({ year, month, day }: Civil, locale: Locale): string {
  return `${ordinal(day, locale)}\u00a0${MONTHS[locale][month - 1]}\u00a0${year}`;
}

/** Only the first of a month is an ordinal in French and Italian. */
function ordinal(day: number, locale: Locale): string {
  if (locale === "de") return `${day}.`;
  if (day === 1 && locale === "fr") return "1er";
  if (day === 1 && locale === "it") return "1º";
  return String(day);
}

function timeOf({ hour, minute }: Civil): string {
  return `${two(hour)}:${two(minute)}`;
}

function two(value: number): string {
  return String(value).padStart(2, "0");
}
