// The texts about requests, one file for each language.

import type source from "../../texts/requests-de.json";
import type { PartTexts } from "../../texts/part-speaker.js";

export const texts: PartTexts<typeof source> = {
  de: () => import("../../texts/requests-de.json", { with: { type: "json" } }),
  fr: () => import("../../texts/requests-fr.json", { with: { type: "json" } }),
  it: () => import("../../texts/requests-it.json", { with: { type: "json" } }),
  en: () => import("../../texts/requests-en.json", { with: { type: "json" } }),
};
