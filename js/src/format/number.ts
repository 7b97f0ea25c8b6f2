// Whole numbers with the separators of each language; own tables, because browsers ship different ones.

import type { Locale } from "./locale.js";

/** What stands between thousands: U+2019, in French U+202F. */
export const GROUP: Readonly<Record<Locale, string>> = { de: "\u2019", fr: "\u202f", it: "\u2019", en: "\u2019" };

/** A true minus sign, which screen readers read as such. */
export const MINUS = "\u2212";

/** Digits in groups of three, from the right. */
export function grouped(digits: string, locale: Locale): string {
  return digits.replace(/\B(?=(\d{3})+$)/g, GROUP[locale]);
}

/** A whole number: `10’240`. */
export function formatInteger(value: number, locale: Locale): string {
  const digits = grouped(String(Math.abs(Math.trunc(value))), locale);
  return value < 0 ? MINUS + digits : digits;
}
