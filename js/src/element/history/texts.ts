// The texts about what happened, one file for each language.

import type source from "../../texts/history-de.json";
import type { PartTexts } from "../../texts/part-speaker.js";

export const texts: PartTexts<typeof source> = {
  de: () => import("../../texts/history-de.json", { with: { type: "json" } }),
  fr: () => import("../../texts/history-fr.json", { with: { type: "json" } }),
  it: () => import("../../texts/history-it.json", { with: { type: "json" } }),
  en: () => import("../../texts/history-en.json", { with: { type: "json" } }),
};
