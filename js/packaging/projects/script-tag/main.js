// A script tag: the bundle of the package, served as it is.
import * as store from "./node_modules/turnpike-store/dist/turnpike-store.bundle.js";
import { decided } from "./case.js";

if (!customElements.get("turnpike-store")) throw new Error("the element is not defined");
window.result = await decided(store);
