// From what was read to the cards of the store: what each shows and offers. What is allowed, the rules alone say.

import type { Locale } from "../format/index.js";
import type { Feature, Instance, OwnInstance, Translations, Verdict } from "./api.js";
import { underWayOf, verdictOf, type Snapshot } from "./state.js";
import type { Filter } from "./url-state.js";

export type CardState =
  | "available" | "blocked" | "active" | "active-others" | "activating" | "deactivating" | "suspended" | "disabled";

/** A text and the language it is in, where that is not the page's. */
export interface Run {
  readonly text: string;
  readonly lang: Locale | null;
}

/** Something a card offers, with what the rules say of it. */
export interface Offer extends Verdict {
  readonly kind: "activate" | "deactivate" | "withdraw" | "restore";
  readonly instanceId: string | null;
}

export interface Card {
  readonly code: string;
  readonly label: Run;
  readonly description: Run | null;
  readonly icon: string;
  readonly state: CardState;
  /** How many people use it; null where the caller may not know. Of several instances only the accesses are known, and somebody may have two. */
  readonly users: { readonly count: number; readonly isPeople: boolean } | null;
  /** What is offered first. */
  readonly primary: Offer | null;
  /** What is offered besides; only what is allowed. */
  readonly others: readonly Offer[];
  /** The caller's instances, where there are several. */
  readonly own: readonly { readonly instance: OwnInstance; readonly offer: Offer | null }[];
  /** The one instance there is, for who can share it; of several each has its row among the instances. */
  readonly shared: Instance | null;
}

/** All cards of a mandate, in the store's order. */
export function cardsOf(data: Snapshot, locale: Locale): Card[] {
  return data.features.map((feature) => cardOf(feature, data, locale));
}

function cardOf(feature: Feature, data: Snapshot, locale: Locale): Card {
  const code = feature.featureCode;
  const own = feature.instances.filter((instance) => instance.mandateId === data.mandateId);
  const all = data.instances?.filter((instance) => instance.featureCode === code) ?? null;
  const activate = offer(data, "activate", code, null);
  const state = stateOf(own, all, activate, data, code);
  const ends = own.map((instance) => ({ instance, offer: endOffer(instance, data) }));
  const used = all?.filter(isInUse) ?? [];
  const primary = own.length === 1 ? (ends[0]?.offer ?? null) : own.length === 0 ? activate : null;
  return {
    code,
    label: inLanguage(feature.label, locale) ?? { text: code, lang: null },
    description: inLanguage(feature.description, locale),
    icon: feature.icon,
    state,
    users: all && usersOf(used),
    primary: state === "deactivating" && own.length === 1 ? null : primary,
    others: [own.length > 0 ? activate : null, ...(all ?? []).map((instance) => restoreOffer(instance, data))].filter(
      (candidate): candidate is Offer => candidate?.allowed === true,
    ),
    own: own.length > 1 ? ends : [],
    shared: (used.length === 1 && used[0]) || null,
  };
}

function stateOf(own: readonly OwnInstance[], all: readonly Instance[] | null, activate: Offer | null, data: Snapshot, code: string): CardState {
  const has = (state: string) => own.some((instance) => instance.state === state);
  if (has("active")) return "active";
  if (has("reserved") || isBeginning(data, code)) return "activating";
  if (has("suspended")) return "suspended";
  if (has("disabled")) return "disabled";
  if (has("leaving")) return "deactivating";
  if (all?.some((instance) => instance.state === "active")) return "active-others";
  return activate?.allowed === true ? "available" : "blocked";
}

function isBeginning(data: Snapshot, code: string): boolean {
  return underWayOf(data).some(({ kind, featureCode }) => featureCode === code && (kind === "activate" || kind === "restore"));
}

function endOffer(instance: OwnInstance, data: Snapshot): Offer | null {
  if (instance.state === "leaving") return null;
  const kind = instance.state === "reserved" ? "withdraw" : "deactivate";
  return offer(data, kind, "", instance.instanceId);
}

function restoreOffer(instance: Instance, data: Snapshot): Offer | null {
  if (instance.state !== "ended") return null;
  return offer(data, "restore", "", instance.instanceId);
}

function offer(data: Snapshot, kind: Offer["kind"], featureCode: string, instanceId: string | null): Offer | null {
  const verdict = verdictOf(data, { kind: kind === "withdraw" ? "deactivate" : kind, featureCode, instanceId, scope: "mine" });
  return verdict && { kind, instanceId, allowed: verdict.allowed, reasons: verdict.reasons };
}

function usersOf(used: readonly Instance[]): Card["users"] {
  return { count: used.reduce((sum, instance) => sum + instance.users, 0), isPeople: used.length === 1 };
}

/** Whether somebody's access to it is one: not before it is created, nor on its way out. */
export function isInUse({ state }: Instance): boolean {
  return state === "active" || state === "disabled" || state === "suspended";
}

/** Whether it is there, for whatever use. */
export function isLiving(instance: Instance): boolean {
  return instance.state !== "ended";
}

/** The text in the language, else in the next one there is, and then which. */
export function inLanguage(texts: Translations, locale: Locale): Run | null {
  const order: readonly Locale[] = [locale, "en", "de", "fr", "it"];
  const found = order.find((candidate) => texts[candidate]);
  const text = found && texts[found];
  return text ? { text, lang: found === locale ? null : found } : null;
}

/** The cards that a search and a filter leave. */
export function matching(cards: readonly Card[], q: string, filter: Filter): Card[] {
  const words = plain(q).split(/\s+/).filter(Boolean);
  return cards.filter((card) => passes(card, filter) && words.every((word) => searched(card).includes(word)));
}

function passes(card: Card, filter: Filter): boolean {
  const isHere = card.state === "active" || card.state === "active-others" || card.state === "suspended" || card.state === "disabled";
  switch (filter) {
    case "all":
      return true;
    case "active":
      return isHere || card.own.length > 0;
    case "available":
      return offersActivation(card, true);
    case "unavailable":
      return offersActivation(card, false) || card.state === "suspended" || card.state === "disabled";
  }
}

function offersActivation(card: Card, allowed: boolean): boolean {
  return card.primary?.kind === "activate" && card.primary.allowed === allowed;
}

function searched(card: Card): string {
  return plain(`${card.label.text} ${card.description?.text ?? ""} ${card.code}`);
}

/** Without case and accents: who types `lohne` finds `Löhne`. */
function plain(text: string): string {
  return text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
}
