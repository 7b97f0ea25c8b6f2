// What a dialog shows before something is sent, and the name of what it is about.

import type { TemplateResult } from "lit";
import { inLanguage } from "../cards.js";
import type { ReadyView } from "../view.js";

/** What one kind of dialog puts into the frame. */
export interface Review {
  readonly title: string;
  readonly body: TemplateResult;
  /** What the button says that commits; null while there is nothing to agree to. */
  readonly confirm: TemplateResult | string | null;
  readonly isDanger: boolean;
}

/** The label of a feature, else its code. */
export function labelOf({ s, data }: ReadyView, featureCode: string): string {
  const feature = data.features.find((candidate) => candidate.featureCode === featureCode);
  return (feature && inLanguage(feature.label, s.locale)?.text) ?? featureCode;
}
