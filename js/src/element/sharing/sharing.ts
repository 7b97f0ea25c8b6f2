// The part that shows who has access to an instance: reads the lists, carries out what is done to an access, one deed at a time.

import { StoreClient, systemRuntime, type Colleague, type Deactivation, type Sharing as Shared } from "../../client/index.js";
import { partSpeaker, type PartSpeaker } from "../../texts/part-speaker.js";
import type { Speaker } from "../../texts/speaker.js";
import type { Clock } from "../agenda.js";
import { isSignedOut, toFault } from "../fault.js";
import type { Concern, Part, PartHost } from "../part.js";
import { begun, inDoubt, isOutcome, isRunning, opened, read, type Deed, type Shown, type Wish } from "./deed.js";
import { dialog } from "./dialog.js";
import { outcomeSentence } from "./outcome.js";
import { texts } from "./texts.js";

export { styles } from "./styles.js";

/** What the part asks of the store. */
export type SharingApi = Pick<StoreClient, "accesses" | "colleagues" | "share" | "unshare">;

/** What says its texts. */
export type Say = PartSpeaker<typeof import("../../texts/sharing-de.json")>;

/** Pauses before a deed without an answer is sent again, in milliseconds; the last one is repeated. */
const PAUSES = [3000, 6000, 12_000, 30_000];

export function begin(host: PartHost): Sharing {
  return new Sharing(host, new StoreClient(host.access), systemRuntime);
}

export class Sharing implements Part {
  shown: Shown | null = null;
  #say: Say | null = null;
  #speaker: Speaker | null = null;
  /** Which reading of the mandate the lists belong to. */
  #readAt: number | undefined;
  #isReading = false;
  #isStopped = false;
  readonly #again = new Map<string, () => void>();

  constructor(
    readonly host: PartHost,
    readonly api: SharingApi & { locale?: string },
    readonly clock: Clock,
  ) {}

  get isShown(): boolean {
    const { mandateId, data } = this.host.state();
    return this.shown?.isOpen === true && this.#say !== null && data !== null && this.shown.mandateId === mandateId;
  }

  async open(concern: Concern | null, { s }: Parameters<Part["open"]>[1]): Promise<void> {
    const { mandateId, data } = this.host.state();
    if (!concern?.instanceId || mandateId === null || !data) return;
    await this.#speak(s);
    const { featureCode, instanceId, isLeaving = false } = concern;
    const before = this.shown;
    // What is being done to it is shown again.
    this.shown = before?.instanceId === instanceId && isRunning(before.deed) ? { ...before, isOpen: true } : opened({ mandateId, featureCode, instanceId }, isLeaving);
    this.#readAt = data.takenAt;
    void this.host.draw();
    await this.read();
  }

  close(): void {
    this.#set({ isOpen: false });
  }

  follow(): void {
    const { data } = this.host.state();
    if (!this.isShown || !data || data.takenAt === this.#readAt || this.shown?.deed?.ended) return;
    this.#readAt = data.takenAt;
    void this.read();
  }

  stop(): void {
    this.#isStopped = true;
    for (const cancel of this.#again.values()) cancel();
  }

  dialog(...[view, said]: Parameters<Part["dialog"]>): ReturnType<Part["dialog"]> {
    const [shown, say] = [this.shown, this.#say];
    if (!shown || !say) throw new Error("nothing is open");
    if (view.s !== this.#speaker) void this.#speak(view.s).catch(() => undefined);
    return dialog(view, { shown, say, part: this }, said);
  }

  /** Another language is spoken; where its texts cannot be had, the one before stays. */
  async #speak(speaker: Speaker): Promise<void> {
    this.#speaker = speaker;
    this.api.locale = speaker.locale;
    const say = await partSpeaker(texts, speaker);
    if (this.#speaker !== speaker) return;
    this.#say = say;
    void this.host.draw();
  }

  /** Reads both lists; of colleagues as many pages as are shown already. */
  async read(): Promise<void> {
    const about = this.shown;
    if (!about || this.#isReading) return;
    this.#isReading = true;
    const { instanceId, mandateId } = about;
    const isSame = () => !this.#isStopped && this.shown?.instanceId === instanceId && this.shown.mandateId === mandateId;
    try {
      const [accesses, { items, next }] = await Promise.all([this.api.accesses(instanceId, mandateId), this.#colleagues(about)]);
      if (this.shown && isSame()) this.#set(read(this.shown, accesses, items, next));
    } catch (thrown) {
      const fault = toFault(thrown);
      if (isSignedOut(fault)) this.host.signedOut();
      else if (isSame()) this.#set({ fault });
    } finally {
      this.#isReading = false;
    }
    // Another instance was opened meanwhile.
    if (this.shown && !isSame() && !this.shown.accesses && !this.#isStopped) await this.read();
  }

  /** Shows the next colleagues as well. */
  async more(): Promise<void> {
    const { shown } = this;
    if (!shown?.next) return;
    try {
      const { items, next } = await this.api.colleagues(shown.instanceId, shown.mandateId, { after: shown.next });
      if (this.shown?.next === shown.next) this.#set({ colleagues: [...this.shown.colleagues, ...items], next });
    } catch (thrown) {
      this.#set({ fault: toFault(thrown) });
    }
  }

  choose(change: Partial<Pick<Shown, "userId" | "role" | "leaves" | "picked" | "ending">>): void {
    this.#set(change);
    // Where something is to be read first, it is read next.
    if ("ending" in change) void this.#focus(change.ending ? "[data-focus]" : "#dialog-title");
  }

  /** Does what the person wishes; one after the other. */
  do(wish: Wish): void {
    if (!this.shown || isRunning(this.shown.deed)) return;
    this.#set(begun(this.shown, wish, this.clock.uuid()));
    void this.#focus("[data-deed]");
    if (this.shown.deed) void this.#send(this.shown.deed, 0);
  }

  /** Sends a deed without an answer again, now. */
  again(deed: Deed): void {
    this.#again.get(deed.key)?.();
    void this.#send(deed, 0);
  }

  async #colleagues({ instanceId, mandateId, colleagues }: Shown): Promise<{ items: Colleague[]; next: string | null }> {
    const items: Colleague[] = [];
    let next: string | null = null;
    do {
      const page = await this.api.colleagues(instanceId, mandateId, next === null ? {} : { after: next });
      items.push(...page.items);
      next = page.next;
    } while (next !== null && items.length < colleagues.length);
    return { items, next };
  }

  async #send(deed: Deed, attempt: number): Promise<void> {
    try {
      const answer = await this.#post(deed);
      this.#finish({ ...deed, phase: "done", ended: "billing" in answer && answer.instanceDeleted ? { billing: answer.billing } : null });
    } catch (thrown) {
      if (this.#isStopped) return;
      const fault = toFault(thrown);
      if (isSignedOut(fault)) return this.host.signedOut();
      const now = this.clock.now();
      if (isOutcome(deed, fault, now)) return this.#finish({ ...deed, phase: "failed", fault });
      const doubted = inDoubt(deed, fault, now);
      this.#show(doubted);
      if (deed.phase !== "unknown") this.#tell(doubted);
      const pause = Math.max(PAUSES[Math.min(attempt, PAUSES.length - 1)] ?? 0, (fault.retryAfter ?? 0) * 1000);
      this.#again.set(deed.key, this.clock.after(pause, () => void this.#send(doubted, attempt + 1)));
    }
  }

  #post({ kind, person, role, mandateId, instanceId, key: idempotencyKey }: Deed): Promise<Shared | Deactivation> {
    const wish = { instanceId, mandateId, userId: person.userId };
    if (role === null) return this.api.unshare(wish, { idempotencyKey });
    return this.api.share({ ...wish, role, ...(kind === "hand-over" ? { ownAccess: "leave" } : {}) }, { idempotencyKey });
  }

  /** There is an outcome: told once, to the person and to the embedding page. */
  #finish(deed: Deed): void {
    if (this.#isStopped) return;
    this.#again.delete(deed.key);
    const { mandateId, featureCode, instanceId, kind, person, role, ended, fault } = deed;
    const about = { mandateId, featureCode, instanceId };
    if (fault) this.host.emit("turnpike-error", { ...about, code: fault.code, status: fault.status, traceId: fault.traceId });
    else if (role === null) this.host.emit("turnpike-unshared", { ...about, userId: person.userId, instanceDeleted: ended !== null });
    else this.host.emit("turnpike-shared", { ...about, userId: person.userId, role, handedOver: kind === "hand-over" });
    if (ended) this.host.emit("turnpike-deactivated", { ...about, instanceDeleted: true });
    this.#show(deed);
    this.#tell(deed);
    if (this.shown?.deed?.key === deed.key) void this.#focus("[data-deed] [data-focus]");
    this.host.refresh();
    if (this.isShown && !ended) void this.read();
  }

  #tell(deed: Deed): void {
    if (this.#speaker && this.#say) this.host.say(...outcomeSentence(this.#speaker, this.#say, deed));
  }

  #show(deed: Deed): void {
    if (this.shown?.deed?.key === deed.key) this.#set({ deed });
  }

  #set(change: Partial<Shown>): void {
    if (!this.shown || this.#isStopped) return;
    this.shown = { ...this.shown, ...change };
    void this.host.draw();
  }

  async #focus(selector: string): Promise<void> {
    await this.host.draw();
    if (this.isShown) this.host.root.querySelector<HTMLElement>(`dialog ${selector}`)?.focus();
  }
}
