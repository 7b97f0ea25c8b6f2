// The languages of the page, each as it is written in Switzerland.

/** A language that every text exists in. */
export type Locale = "de" | "fr" | "it" | "en";

/** All of them, in the order in which they are offered. */
export const LOCALES: readonly Locale[] = ["de", "fr", "it", "en"];

/** What each language calls itself. */
export const LANGUAGE_NAMES: Readonly<Record<Locale, string>> = {
  de: "Deutsch",
  fr: "Français",
  it: "Italiano",
  en: "English",
};

/** The language tag with its region, as `lang` attributes carry it. */
export function tagOf(locale: Locale): string {
  return `${locale}-CH`;
}

/** The first of the wishes (`de-CH`, `fr`, …) that is spoken here, else the fallback. */
export function negotiate(wishes: readonly (string | null | undefined)[], fallback: Locale = "de"): Locale {
  for (const wish of wishes) {
    const language = wish?.toLowerCase().split("-")[0];
    const locale = LOCALES.find((candidate) => candidate === language);
    if (locale) return locale;
  }
  return fallback;
}
