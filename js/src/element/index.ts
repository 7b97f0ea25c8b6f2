// The element's class. Registering it is up to whoever imports it; `turnpike-store/define` does.

export { TurnpikeStore } from "./turnpike-store.js";
