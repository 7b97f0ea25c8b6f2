// Says the texts of a part that is loaded on demand: they are in files of their own, which come with the part.

import type { Locale } from "../format/index.js";
import { fill, type Params, type Speaker } from "./speaker.js";

/** What says the texts of a part. */
export type PartSpeaker<Texts> = (key: keyof Texts & string, params?: Params) => string;

/** What loads the texts of a part, by language. */
export type PartTexts<Texts> = Readonly<Record<Locale, () => Promise<{ default: Texts }>>>;

/** Loads the texts of a part in the language that is spoken. */
export async function partSpeaker<Texts extends Record<string, string>>(all: PartTexts<Texts>, { locale }: Speaker): Promise<PartSpeaker<Texts>> {
  const { default: texts } = await all[locale]();
  return (key, params = {}) => fill(texts[key] ?? key, params, locale);
}
