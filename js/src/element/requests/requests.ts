// The part in which members ask the admins for a feature, and admins see who asks for what and answer. All that is sent may be
// sent again: who asks twice has one request, and what was answered is told as it stands.

import type { FeatureRequest } from "../../client/index.js";
import { partSpeaker, type PartSpeaker } from "../../texts/part-speaker.js";
import type { Speaker } from "../../texts/speaker.js";
import { isSignedOut, toFault, type Fault } from "../fault.js";
import type { Concern, Part, PartHost } from "../part.js";
import { RequestCalls } from "./calls.js";
import { dialog } from "./dialog.js";
import { texts } from "./texts.js";

export { styles } from "./styles.js";

/** What the part asks of the store. */
export type RequestsApi = Pick<RequestCalls, "requests" | "requestFeature" | "decline" | "withdraw">;

/** What says its texts. */
export type Say = PartSpeaker<typeof import("../../texts/requests-de.json")>;

/** What was sent last. */
export interface Deed {
  readonly kind: "ask" | "decline" | "withdraw";
  /** What it is about: a feature's code, or a request's id. */
  readonly about: string;
  readonly phase: "sending" | "done" | "failed";
  readonly fault: Fault | null;
}

/** What the dialog shows. */
export interface Shown {
  readonly mandateId: string;
  /** The feature that is asked for; null where the list alone is looked at. */
  readonly featureCode: string | null;
  /** Null until they were read. */
  readonly items: readonly FeatureRequest[] | null;
  readonly next: string | null;
  readonly isReading: boolean;
  /** Why they could not be read, or not further. */
  readonly fault: Fault | null;
  /** The request that is about to be declined. */
  readonly declining: string | null;
  /** What is written: why it is asked for, or what is said with a no. */
  readonly words: string;
  readonly deed: Deed | null;
}

export function begin(host: PartHost): Requests {
  return new Requests(host, new RequestCalls(host.access));
}

export class Requests implements Part {
  shown: Shown | null = null;
  #say: Say | null = null;
  #speaker: Speaker | null = null;
  #isStopped = false;

  constructor(
    readonly host: PartHost,
    readonly api: RequestsApi & { locale?: string },
  ) {}

  get isShown(): boolean {
    const { mandateId, data } = this.host.state();
    return this.shown !== null && this.#say !== null && data !== null && this.shown.mandateId === mandateId;
  }

  async open(concern: Concern | null, { s }: Parameters<Part["open"]>[1]): Promise<void> {
    const { mandateId } = this.host.state();
    if (mandateId === null) return;
    await this.#speak(s);
    const featureCode = concern?.featureCode ?? null;
    this.shown = { mandateId, featureCode, items: null, next: null, isReading: false, fault: null, declining: null, words: "", deed: null };
    await this.more();
  }

  close(): void {
    this.shown = null;
    void this.host.draw();
  }

  /** It is what was asked when it was opened: whoever answers sees at once when somebody else was quicker. */
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
      const { items, next } = await this.api.requests(before.mandateId, before.next === null ? {} : { after: before.next });
      this.#set(before.mandateId, { items: [...(before.items ?? []), ...items], next, isReading: false });
    } catch (thrown) {
      const fault = this.#fault(thrown);
      if (fault) this.#set(before.mandateId, { fault, isReading: false });
    }
  }

  /** What the person writes or is about to decline; nothing is sent. */
  choose(change: Partial<Pick<Shown, "words" | "declining">>): void {
    if (this.shown) this.#set(this.shown.mandateId, change);
    if (change.declining !== undefined) void this.#focus(change.declining === null ? "#dialog-title" : "[data-words]");
  }

  ask(featureCode: string): Promise<void> {
    const { mandateId = "" } = this.shown ?? {};
    return this.#do("ask", featureCode, (words) => this.api.requestFeature({ mandateId, featureCode, ...(words ? { note: words } : {}) }));
  }

  decline(id: string): Promise<void> {
    return this.#do("decline", id, (words) => this.api.decline(id, words ? { answer: words } : {}));
  }

  withdraw(id: string): Promise<void> {
    return this.#do("withdraw", id, () => this.api.withdraw(id));
  }

  async #do(kind: Deed["kind"], about: string, send: (words: string) => Promise<FeatureRequest>): Promise<void> {
    const { shown } = this;
    if (!shown || shown.deed?.phase === "sending") return;
    const { mandateId } = shown;
    this.#set(mandateId, { deed: { kind, about, phase: "sending", fault: null } });
    try {
      const told = await send(shown.words.trim());
      const others = (this.shown?.items ?? []).filter(({ id }) => id !== told.id);
      const before = (this.shown?.items ?? []).findIndex(({ id }) => id === told.id);
      this.#set(mandateId, {
        items: [...others.slice(0, Math.max(before, 0)), told, ...others.slice(Math.max(before, 0))],
        words: "", declining: null, deed: { kind, about, phase: "done", fault: null },
      });
      if (this.#say) this.host.say(this.#say(`done.${kind}`), false);
    } catch (thrown) {
      const fault = this.#fault(thrown);
      if (!fault) return;
      this.#set(mandateId, { deed: { kind, about, phase: "failed", fault } });
      if (this.#say) this.host.say(this.#say("failed"), true);
    }
    await this.#focus("[data-deed] [data-focus]");
  }

  /** Null where nobody looks any more. */
  #fault(thrown: unknown): Fault | null {
    const fault = toFault(thrown);
    if (this.#isStopped) return null;
    if (!isSignedOut(fault)) return fault;
    this.host.signedOut();
    return null;
  }

  async #speak(speaker: Speaker): Promise<void> {
    this.#speaker = speaker;
    this.api.locale = speaker.locale;
    const say = await partSpeaker(texts, speaker);
    if (this.#speaker !== speaker) return;
    this.#say = say;
    void this.host.draw();
  }

  async #focus(selector: string): Promise<void> {
    await this.host.draw();
    this.host.root.querySelector<HTMLElement>(selector)?.focus();
  }

  #set(mandateId: string, change: Partial<Shown>): void {
    if (this.shown?.mandateId !== mandateId || this.#isStopped) return;
    this.shown = { ...this.shown, ...change };
    void this.host.draw();
  }
}
