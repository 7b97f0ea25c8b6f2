// The element without a framework, bundled.
import "turnpike-store/define";
import { place } from "./place.js";

const store = document.createElement("turnpike-store");
store.apiBase = place;
store.getToken = () => fetch("/token").then((answer) => answer.text());
document.body.append(store);
