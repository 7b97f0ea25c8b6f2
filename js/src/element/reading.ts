// Reads everything the page shows of one mandate, in as few rounds as it takes.

import type { StoreApi } from "./api.js";
import { toFault } from "./fault.js";
import type { Snapshot } from "./state.js";

/** Reads a mandate. `wasAdmin` saves a round where it was right last time. */
export async function readMandate(api: StoreApi, mandateId: string, wasAdmin: boolean, now: () => number): Promise<Snapshot> {
  const early = wasAdmin ? attempt(api.instances(mandateId)) : null;
  const [subscription, features, decisions, changes] = await Promise.all([
    api.subscription(mandateId),
    api.features(mandateId),
    api.decisions(mandateId),
    api.changes(mandateId),
  ]);
  const read = decisions.isAdmin ? await (early ?? attempt(api.instances(mandateId))) : null;
  if (read && "thrown" in read && toFault(read.thrown).status !== 403) throw read.thrown;
  const instances = read && "value" in read ? read.value : null;
  return { mandateId, subscription, features, instances, changes, decisions, takenAt: now() };
}

/** A promise that never rejects: its failure may not matter in the end. */
function attempt<Value>(promise: Promise<Value>): Promise<{ value: Value } | { thrown: unknown }> {
  return promise.then(
    (value) => ({ value }),
    (thrown: unknown) => ({ thrown }),
  );
}
