// The texts of a part that is loaded on demand: files of their own, in the language that the page speaks.

import type { Locale } from "../format/index.js";
import type sharing from "./sharing-de.json";
import { fill, type Params, type Speaker } from "./speaker.js";

/** What says the texts of a part. */
export type PartSpeaker<Texts> = (key: keyof Texts & string, params?: Params) => string;

type Loaders<Texts> = Readonly<Record<Locale, () => Promise<{ default: Texts }>>>;

/** Who has access to an instance. */
export const sharingTexts: Loaders<typeof sharing> = {
  de: () => import("./sharing-de.json", { with: { type: "json" } }),
  fr: () => import("./sharing-fr.json", { with: { type: "json" } }),
  it: () => import("./sharing-it.json", { with: { type: "json" } }),
  en: () => import("./sharing-en.json", { with: { type: "json" } }),
};

/** Loads the texts of a part in the language that is spoken. */
export async function speakerOf<Texts extends Record<string, string>>(loaders: Loaders<Texts>, { locale }: Pick<Speaker, "locale">): Promise<PartSpeaker<Texts>> {
  const { default: texts } = await loaders[locale]();
  return (key, params = {}) => fill(texts[key] ?? key, params, locale);
}
