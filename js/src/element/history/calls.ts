// What the history asks of the store: pages of what happened, and all of it as a file.

import { StoreCalls, systemRuntime, type CallOptions } from "../../client/index.js";
import { Transport } from "../../client/transport.js";
import type { ConnectOptions } from "../connect.js";

/** Money as the history tells it; the currency is null where it is not on record any more. */
export interface Amount {
  readonly minor: number;
  readonly currency: string | null;
}

/** Something that happened. Instants are ISO 8601 in UTC. */
export interface Entry {
  /** Id of the change. */
  readonly change: string;
  readonly kind: "activate" | "restore" | "end" | "leave" | "share" | "withdraw";
  readonly state: "queued" | "billing" | "done" | "failed" | "cancelled";
  readonly featureCode: string;
  readonly at: string | null;
  readonly byUserId: string;
  readonly by: string | null;
  readonly whoseUserId: string | null;
  readonly whose: string | null;
  readonly price: (Amount & { readonly period: "monthly" | "yearly" | null }) | null;
  readonly quoted: Amount | null;
  readonly invoiceLine: { readonly billed: Amount | null } | null;
}

/** A page of the history, the newest first. */
export interface EntryPage {
  readonly items: readonly Entry[];
  /** What to ask for next as `after`; null on the last page. */
  readonly next: string | null;
}

/** The longest time until the file begins to come, in milliseconds. */
const LONGEST_WAIT = 30_000;

export class HistoryCalls extends StoreCalls {
  readonly #options: ConnectOptions;

  constructor(options: ConnectOptions) {
    super(options);
    this.#options = options;
  }

  /** What happened in a mandate. */
  history(mandateId: string, options: CallOptions & { readonly after?: string } = {}): Promise<EntryPage> {
    return this.read("/api/store/history", { mandateId, after: options.after }, options);
  }

  /** All of it as CSV. The token goes where it always goes: an address of the file would have to carry it. */
  async file(mandateId: string): Promise<Blob> {
    const transport = new Transport({
      apiBase: new URL(this.apiBase), credentials: this.#options, locale: () => this.locale, timeoutMs: LONGEST_WAIT, runtime: systemRuntime,
      fetch: (input, init) => fetch(input, init),
    });
    const headers = { Accept: "text/csv" };
    return (await transport.open({ method: "GET", path: "/api/store/history.csv", query: { mandateId }, headers })).blob();
  }
}
