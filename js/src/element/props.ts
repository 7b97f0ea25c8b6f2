// What the element takes in JSX, for any framework's `IntrinsicElements`: its properties, and a listener for each event.

import type { TurnpikeStoreEventMap } from "./events.js";
import type { TurnpikeStore } from "./turnpike-store.js";

type Property =
  | "apiBase" | "getToken" | "credentials" | "mandateId" | "locale" | "theme" | "timeZone" | "vocabulary" | "urlState" | "noShortcuts";

/** All of them may be left out; without `apiBase`, and `getToken` or `credentials`, nothing is asked. */
export type TurnpikeStoreProps = { readonly [Name in Property]?: TurnpikeStore[Name] | undefined } & {
  readonly [Name in keyof TurnpikeStoreEventMap as `on${Name}`]?: ((event: TurnpikeStoreEventMap[Name]) => void) | undefined;
};
