// The page's texts: one file per language, loaded when it is first spoken; keys are typed by the German one.

import type { Locale } from "../format/index.js";
import type source from "./de.json";

/** The name of a text. A text with forms is named without `.one` and `.other`. */
export type TextKey = keyof typeof source;

/** The names of texts that have a form for one and one for others. */
export type CountedKey = { [Key in TextKey]: Key extends `${infer Stem}.one` ? Stem : never }[TextKey];

/** All texts of one language. */
export type Texts = Readonly<Record<TextKey, string>>;

const loaders: Readonly<Record<Locale, () => Promise<{ default: Texts }>>> = {
  de: () => import("./de.json", { with: { type: "json" } }),
  fr: () => import("./fr.json", { with: { type: "json" } }),
  it: () => import("./it.json", { with: { type: "json" } }),
  en: () => import("./en.json", { with: { type: "json" } }),
};

/** Loads the texts of a language. */
export async function loadTexts(locale: Locale): Promise<Texts> {
  return (await loaders[locale]()).default;
}
