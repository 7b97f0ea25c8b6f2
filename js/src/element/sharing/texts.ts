// The texts about who has access, one file for each language.

import type source from "../../texts/sharing-de.json";
import type { PartTexts } from "../../texts/part-speaker.js";

export const texts: PartTexts<typeof source> = {
  de: () => import("../../texts/sharing-de.json", { with: { type: "json" } }),
  fr: () => import("../../texts/sharing-fr.json", { with: { type: "json" } }),
  it: () => import("../../texts/sharing-it.json", { with: { type: "json" } }),
  en: () => import("../../texts/sharing-en.json", { with: { type: "json" } }),
};
