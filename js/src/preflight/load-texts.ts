// The texts of reasons: one file per language, loaded when it is asked for. `cargo xtask js` makes them from core-wasm/texts.

import type { Locale } from "../format/locale.js";
import type { ReasonTexts } from "./sentences.js";

const loaders: Readonly<Record<Locale, () => Promise<{ default: ReasonTexts }>>> = {
  de: () => import("../wasm/texts/de.js"),
  fr: () => import("../wasm/texts/fr.js"),
  it: () => import("../wasm/texts/it.js"),
  en: () => import("../wasm/texts/en.js"),
};

/** Loads the texts of a language. */
export async function loadReasonTexts(locale: Locale): Promise<ReasonTexts> {
  return (await loaders[locale]()).default;
}
