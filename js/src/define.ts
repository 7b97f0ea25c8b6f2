// Registers <turnpike-store>.

import { TurnpikeStore } from "./element/index.js";

if (!customElements.get("turnpike-store")) customElements.define("turnpike-store", TurnpikeStore);

declare global {
  interface HTMLElementTagNameMap {
    "turnpike-store": TurnpikeStore;
  }
}
