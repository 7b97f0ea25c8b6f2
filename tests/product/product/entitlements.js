// Asks the store who may use what, on each request. An answer is kept for its tag alone: the store says whether it still holds.

/** How many answers are kept; the one asked for longest ago goes. */
const MOST_KEPT = 10_000;

/** Entitlements as the store has them now. */
export class Entitlements {
  #kept = new Map();

  constructor(store) {
    this.store = store;
  }

  /** What a person may use of a feature in a tenant. Throws when the store cannot say. */
  async of(userId, mandateId, featureCode) {
    const key = JSON.stringify([userId, mandateId, featureCode]);
    const kept = this.#kept.get(key);
    const { status, tag, body } = await this.store.entitlement(userId, mandateId, featureCode, kept?.tag);
    const answer = status === 304 ? kept.answer : body;
    this.#keep(key, { tag, answer });
    return answer;
  }

  #keep(key, entry) {
    this.#kept.delete(key);
    this.#kept.set(key, entry);
    if (this.#kept.size > MOST_KEPT) this.#kept.delete(this.#kept.keys().next().value);
  }
}
