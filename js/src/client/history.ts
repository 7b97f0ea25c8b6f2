// What the store answers about what happened in a mandate. Instants are ISO 8601 in UTC.
import type { Change } from "./answers.js";

/** An amount of money in the currency's minor unit (hundredths), negative for a credit. */
export interface Amount {
  readonly minor: number;
  /** ISO 4217; null where it is not on record any more. */
  readonly currency: string | null;
  /** The same in words of money, such as `CHF 12.50`. */
  readonly text: string;
}

/** What one instance costs per period. */
export interface PeriodPrice extends Amount {
  /** Null for what is never charged. */
  readonly period: "monthly" | "yearly" | null;
}

/** What billing was told, and what it made of it. */
export interface InvoiceLine {
  /** The update of the quantity. Several changes may be in one: they have the same. */
  readonly operation: string;
  readonly state: "prepared" | "sent" | "in_doubt" | "applied" | "rejected" | "dissolved";
  /** Billed instances before. */
  readonly quantityBefore: number | null;
  /** Billed instances afterwards. */
  readonly quantityAfter: number;
  /** From when on it is charged or credited; null: from when billing executed it. */
  readonly from: string | null;
  /** When billing's answer was known. */
  readonly confirmedAt: string | null;
  /** What its lines come to, as they were read back, told once per update; null where they were not read. */
  readonly billed: Amount | null;
}

/** Something that happened. */
export interface HistoryEntry {
  /** Id of the change. */
  readonly change: string;
  readonly kind: Change["kind"];
  readonly state: Change["state"];
  readonly featureCode: string;
  readonly instanceId: string;
  /** When it was asked for. */
  readonly at: string | null;
  /** When it was done, failed or cancelled. */
  readonly settledAt: string | null;
  /** Id of the user who asked, or `service:` and the name of the product's service. */
  readonly byUserId: string;
  /** The name of that user, while on file. */
  readonly by: string | null;
  /** Id of the user whose access came or went, where it is somebody else's. */
  readonly whoseUserId: string | null;
  /** The name of that user, while on file. */
  readonly whose: string | null;
  /** The same for all changes of one request; null where it is the only one. */
  readonly batchId: string | null;
  /** What one instance cost per period when it was decided. */
  readonly price: PeriodPrice | null;
  /** The quote that it was held to. */
  readonly quoteId: string | null;
  /** What that quote said that the change comes to within the period, credits taken off. */
  readonly quoted: Amount | null;
  /** What billing was told; null while it was not, and for what is not billed. */
  readonly invoiceLine: InvoiceLine | null;
}

/** A page of the history, the newest first. */
export interface HistoryPage {
  readonly items: readonly HistoryEntry[];
  /** What to ask for next as `after`; null on the last page. */
  readonly next: string | null;
}
