// The element's class and its types. Registering it is up to whoever imports it; `turnpike-store/define` does.

export type { Locale } from "../client/index.js";
export type { Vocabulary } from "../texts/speaker.js";
export type * from "./events.js";
export type { TurnpikeStoreProps } from "./props.js";
export { TurnpikeStore } from "./turnpike-store.js";
