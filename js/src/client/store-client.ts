// The client: every endpoint of the store, with a key for each wish that is kept while its outcome is unknown.
import type { Accesses, Activation, Batch, Caps, Change, ColleaguePage, Deactivation, Sharing } from "./answers.js";
import type { FeatureRequest, FeatureRequestPage } from "./feature-requests.js";
import type { HistoryPage } from "./history.js";
import { StoreCalls, type CallOptions, type StoreClientOptions } from "./store-calls.js";
import { retryAfterOf, type Reply } from "./transport.js";
import { isSettled } from "./waiting.js";
import { WishKeys, wishText } from "./wish-keys.js";
import type {
  ActivateWish, CapsWish, ChangesWish, DeactivateWish, DeclineWish, FeatureRequestWish, RestoreWish, ShareWish, UnshareWish,
} from "./wishes.js";

export interface WishOptions extends CallOptions {
  /** A key of your own, when it has to outlive this client. Otherwise one is made per wish and kept for its repeats. */
  readonly idempotencyKey?: string;
}

/** Talks to one store for one person. */
export class StoreClient extends StoreCalls<WishOptions> {
  readonly #wishes: WishKeys;

  constructor(options: StoreClientOptions) {
    super(options);
    this.#wishes = new WishKeys(this.runtime);
  }

  override activate(wish: ActivateWish, options: WishOptions = {}): Promise<Activation> {
    return super.activate(wish, options);
  }

  override restore(wish: RestoreWish, options: WishOptions = {}): Promise<Activation> {
    return super.restore(wish, options);
  }

  override deactivate(wish: DeactivateWish, options: WishOptions = {}): Promise<Deactivation> {
    return super.deactivate(wish, options);
  }

  /** Makes several changes as one: all of it or nothing. With `done: false` billing has not answered yet. */
  async change(wish: ChangesWish, options: WishOptions = {}): Promise<Batch> {
    const { body, headers } = await this.send("/api/store/changes", wish, options);
    const batch = body as Batch;
    const first = batch.changes[0];
    return batch.done || !first ? batch : { ...batch, change: first.id, retryAfter: retryAfterOf(headers) ?? 2 };
  }

  /** Who has access to an instance, in which roles, and which roles can be given; for admins of its mandate. */
  accesses(instanceId: string, mandateId: string, options: CallOptions = {}): Promise<Accesses> {
    return this.read(accesses(instanceId), { mandateId }, options);
  }

  /** To whom access to an instance could be given: members who have none, page by page; for admins of its mandate. */
  colleagues(
    instanceId: string, mandateId: string, options: CallOptions & { readonly after?: string } = {},
  ): Promise<ColleaguePage> {
    const path = `/api/store/instances/${encodeURIComponent(instanceId)}/colleagues`;
    return this.read(path, { mandateId, after: options.after }, options);
  }

  /** Gives a colleague access to an instance, in one of its roles; or hands it over. */
  async share({ instanceId, ...wish }: ShareWish, options: WishOptions = {}): Promise<Sharing> {
    return (await this.send(accesses(instanceId), wish, options)).body as Sharing;
  }

  /** Takes an access away, a colleague's or one's own. With the last one the instance ends; the bill follows. */
  async unshare({ instanceId, ...wish }: UnshareWish, options: WishOptions = {}): Promise<Deactivation> {
    return (await this.send(accesses(instanceId), wish, options, "DELETE")).body as Deactivation;
  }

  /** What the admins of a mandate allow at most; for them. */
  async caps(mandateId: string, { signal }: CallOptions = {}): Promise<Caps> {
    return capsOf(await this.ask({ method: "GET", path: "/api/store/caps", query: { mandateId }, signal }));
  }

  /**
   * Sets what a mandate allows at most: what is left out is no limit. With the `etag` of limits that were seen it is
   * refused (412 `precondition-failed`) where they are others by now.
   */
  async setCaps({ mandateId, etag, ...body }: CapsWish, { signal }: CallOptions = {}): Promise<Caps> {
    const headers: Record<string, string> = etag === undefined ? {} : { "If-Match": etag };
    return capsOf(await this.ask({ method: "PUT", path: "/api/store/caps", query: { mandateId }, body, headers, signal }));
  }

  /** Asks the admins for a feature. Whoever asks again while nobody answered gets the first request. */
  requestFeature(wish: FeatureRequestWish, { signal }: CallOptions = {}): Promise<FeatureRequest> {
    return this.told({ method: "POST", path: "/api/store/requests", body: wish, signal });
  }

  /** What members asked for, page by page: all of the mandate for its admins, their own for others. */
  requests(mandateId: string, options: CallOptions & { readonly after?: string } = {}): Promise<FeatureRequestPage> {
    return this.read("/api/store/requests", { mandateId, after: options.after }, options);
  }

  /** Says no to a request, for admins; yes is `activate` with its id. One that was answered is told as it stands. */
  declineRequest(id: string, wish: DeclineWish = {}, { signal }: CallOptions = {}): Promise<FeatureRequest> {
    return this.told({ method: "POST", path: `${request(id)}/decline`, body: wish, signal });
  }

  /** Takes one's own request back. One that was answered is told as it stands. */
  withdrawRequest(id: string, { signal }: CallOptions = {}): Promise<FeatureRequest> {
    return this.told({ method: "DELETE", path: request(id), signal });
  }

  /** What happened in a mandate and what it came to, page by page, the newest first; for its admins. */
  history(mandateId: string, options: CallOptions & { readonly after?: string } = {}): Promise<HistoryPage> {
    return this.read("/api/store/history", { mandateId, after: options.after }, options);
  }

  /** How far a change is. */
  async changeById(id: string, options: CallOptions = {}): Promise<Change> {
    return (await this.look(id, options)).change;
  }

  protected override noted(change: Change): void {
    if (isSettled(change)) this.#wishes.settled(change.id);
  }

  /** 202 keeps the key until the change is seen settled. */
  protected override async send(
    path: string, body: object, options: WishOptions, method: "POST" | "DELETE" = "POST",
  ): Promise<Reply> {
    if (options.idempotencyKey !== undefined) return super.send(path, body, options, method);
    const wish = wishText(`${method} ${path}`, body);
    try {
      const reply = await super.send(path, body, { ...options, idempotencyKey: this.#wishes.keyOf(wish) }, method);
      const { change, changes } = reply.body as { change?: string; changes?: readonly Change[] };
      const id = change ?? changes?.[0]?.id;
      if (reply.status !== 202) this.#wishes.answered(wish);
      else if (id !== undefined) this.#wishes.waitsAs(wish, id);
      return reply;
    } catch (error) {
      this.#wishes.failed(wish, error);
      throw error;
    }
  }
}

function capsOf({ body, headers }: Reply): Caps {
  return { ...body as Omit<Caps, "etag">, etag: headers.get("ETag") ?? "*" };
}

/** Where the accesses of an instance are. */
function accesses(instanceId: string): string {
  return `/api/store/instances/${encodeURIComponent(instanceId)}/accesses`;
}

/** Where a request of a member is. */
function request(id: string): string {
  return `/api/store/requests/${encodeURIComponent(id)}`;
}
