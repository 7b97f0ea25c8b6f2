// What the history asks of the store: pages of what happened, and all of it as a file.

import { StoreCalls, systemRuntime, type CallOptions, type HistoryPage } from "../../client/index.js";
import { Transport } from "../../client/transport.js";
import type { ConnectOptions } from "../connect.js";

/** The longest time until the file begins to come, in milliseconds. */
const LONGEST_WAIT = 30_000;

export class HistoryCalls extends StoreCalls {
  readonly #options: ConnectOptions;

  constructor(options: ConnectOptions) {
    super(options);
    this.#options = options;
  }

  /** What happened in a mandate. */
  history(mandateId: string, options: CallOptions & { readonly after?: string } = {}): Promise<HistoryPage> {
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
