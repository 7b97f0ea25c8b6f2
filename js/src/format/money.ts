// Amounts of money as text: the one place. In: integers of hundredths; never a fraction, never a rounding.

import { MINUS, grouped } from "./number.js";
import type { Locale } from "./locale.js";

/** An amount in hundredths of a currency (ISO 4217). */
export interface Money {
  readonly minor: number;
  readonly currency: string;
}

/** Between amount and currency, so that no line breaks there. */
const NO_BREAK_SPACE = "\u00a0";

/** `CHF 1’234.50`; in French `1 234.50 CHF`. The spaces do not break. */
export function formatMoney(money: Money, locale: Locale): string {
  const digits = String(Math.abs(Math.trunc(money.minor))).padStart(3, "0");
  const sign = money.minor < 0 ? MINUS : "";
  const amount = `${sign}${grouped(digits.slice(0, -2), locale)}.${digits.slice(-2)}`;
  const currency = money.currency.toUpperCase();
  return locale === "fr" ? `${amount}${NO_BREAK_SPACE}${currency}` : `${currency}${NO_BREAK_SPACE}${amount}`;
}
