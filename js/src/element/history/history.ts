// The part that shows what happened in a mandate: page by page, and as a file to download.

import type { HistoryEntry } from "../../client/index.js";
import type { Speaker } from "../../texts/speaker.js";
import { partSpeaker, type PartSpeaker } from "../../texts/part-speaker.js";
import { isSignedOut, toFault, type Fault } from "../fault.js";
import type { Concern, Part, PartHost } from "../part.js";
import { HistoryCalls } from "./calls.js";
import { dialog } from "./dialog.js";
import { texts } from "./texts.js";

export { styles } from "./styles.js";

/** What the part asks of the store. */
export type HistoryApi = Pick<HistoryCalls, "history" | "file">;

/** What says its texts. */
export type Say = PartSpeaker<typeof import("../../texts/history-de.json")>;

/** What the dialog shows. */
export interface Shown {
  readonly mandateId: string;
  /** Null until it was read. */
  readonly entries: readonly HistoryEntry[] | null;
  readonly next: string | null;
  readonly isReading: boolean;
  /** Why it could not be read, or not further. */
  readonly fault: Fault | null;
  /** How far the file is; null before it was asked for. */
  readonly file: "loading" | "saved" | "failed" | null;
}

/** What the file is called. */
const FILE = "history.csv";

export function begin(host: PartHost): History {
  return new History(host, new HistoryCalls(host.access), save);
}

export class History implements Part {
  shown: Shown | null = null;
  #say: Say | null = null;
  #speaker: Speaker | null = null;
  #isStopped = false;

  constructor(
    readonly host: PartHost,
    readonly api: HistoryApi & { locale?: string },
    readonly save: (file: Blob, name: string) => void,
  ) {}

  get isShown(): boolean {
    const { mandateId, data } = this.host.state();
    return this.shown !== null && this.#say !== null && data !== null && this.shown.mandateId === mandateId;
  }

  async open(_: Concern | null, { s }: Parameters<Part["open"]>[1]): Promise<void> {
    const { mandateId } = this.host.state();
    if (mandateId === null) return;
    await this.#speak(s);
    this.shown = { mandateId, entries: null, next: null, isReading: false, fault: null, file: null };
    await this.more();
  }

  close(): void {
    this.shown = null;
    void this.host.draw();
  }

  /** It is what had happened when it was opened. */
  follow(): void {}

  stop(): void {
    this.#isStopped = true;
  }

  dialog(...[view, said]: Parameters<Part["dialog"]>): ReturnType<Part["dialog"]> {
    const [shown, say] = [this.shown, this.#say];
    if (!shown || !say) throw new Error("nothing is open");
    if (view.s !== this.#speaker) void this.#speak(view.s).catch(() => undefined);
    return dialog(view, { shown, say, part: this }, said);
  }

  /** Reads the first page, or the next. */
  async more(): Promise<void> {
    const before = this.shown;
    if (!before || before.isReading) return;
    this.#set(before.mandateId, { isReading: true, fault: null });
    try {
      const { items, next } = await this.api.history(before.mandateId, before.next === null ? {} : { after: before.next });
      this.#set(before.mandateId, { entries: [...(before.entries ?? []), ...items], next, isReading: false });
    } catch (thrown) {
      this.#failed(before.mandateId, thrown, (fault) => ({ fault, isReading: false }));
    }
  }

  /** Saves all of it as a file. */
  async download(): Promise<void> {
    const { shown } = this;
    if (!shown || shown.file === "loading") return;
    this.#set(shown.mandateId, { file: "loading" });
    try {
      const file = await this.api.file(shown.mandateId);
      if (this.#isStopped) return;
      this.save(file, FILE);
      this.#set(shown.mandateId, { file: "saved" });
      if (this.#say) this.host.say(this.#say("csv.saved"), false);
    } catch (thrown) {
      this.#failed(shown.mandateId, thrown, () => ({ file: "failed" }));
      if (this.#say) this.host.say(this.#say("csv.failed"), true);
    }
  }

  #failed(mandateId: string, thrown: unknown, change: (fault: Fault) => Partial<Shown>): void {
    const fault = toFault(thrown);
    if (this.#isStopped) return;
    if (isSignedOut(fault)) this.host.signedOut();
    else this.#set(mandateId, change(fault));
  }

  async #speak(speaker: Speaker): Promise<void> {
    this.#speaker = speaker;
    this.api.locale = speaker.locale;
    const say = await partSpeaker(texts, speaker);
    if (this.#speaker !== speaker) return;
    this.#say = say;
    void this.host.draw();
  }

  #set(mandateId: string, change: Partial<Shown>): void {
    if (this.shown?.mandateId !== mandateId || this.#isStopped) return;
    this.shown = { ...this.shown, ...change };
    void this.host.draw();
  }
}

/** Hands a file to the browser, which asks where to or puts it among the downloads. */
function save(file: Blob, name: string): void {
  const address = URL.createObjectURL(file);
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  // The browser takes it up after the click.
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}
