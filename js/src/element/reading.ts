// Reads everything the page shows of one mandate, in as few rounds as it takes.

import type { Decisions, Scope, StoreApi } from "./api.js";
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
  const instances = read && "value" in read ? ending(read.value, "mandate", decisions) : null;
  const shown = features.map((feature) => ({ ...feature, instances: ending(feature.instances, "mine", decisions) }));
  return { mandateId, subscription, features: shown, instances, changes, decisions, takenAt: now() };
}

/** What a change ends that waits for billing is on its way out already. */
function ending<Listed extends { instanceId: string; state: string }>(all: readonly Listed[], scope: Scope, decisions: Decisions): Listed[] {
  return all.map((one) => {
    const end = decisions.deactivate(one.instanceId, scope);
    return end?.pending && end.endsInstance ? { ...one, state: "leaving" } : one;
  });
}

/** A promise that never rejects: its failure may not matter in the end. */
function attempt<Value>(promise: Promise<Value>): Promise<{ value: Value } | { thrown: unknown }> {
  return promise.then(
    (value) => ({ value }),
    (thrown: unknown) => ({ thrown }),
  );
}
