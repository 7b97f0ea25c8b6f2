// All actions, and how often each is taken.

import { ACCESS_ACTIONS } from './accesses.js';
import { FEATURE_ACTIONS } from './features.js';
import { OUTAGE_ACTIONS } from './outages.js';
import { PEOPLE_ACTIONS } from './people.js';
import { SUBSCRIPTION_ACTIONS } from './subscriptions.js';
import { TENANT_ACTIONS } from './tenants.js';
import { USE_ACTIONS } from './use.js';

const ACTIONS = [
  ...PEOPLE_ACTIONS, ...TENANT_ACTIONS, ...SUBSCRIPTION_ACTIONS, ...FEATURE_ACTIONS, ...ACCESS_ACTIONS, ...USE_ACTIONS, ...OUTAGE_ACTIONS,
];

/** Does one: what was done, and what came of it. An action that finds nothing to be done is no action. */
export async function act(scene) {
  for (;;) {
    const told = await scene.dice.weighted(ACTIONS)(scene);
    if (told) return told;
  }
}
