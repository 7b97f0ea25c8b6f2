// The element's style sheets, in the order in which they build on each other.

import { base } from "./base.js";
import { dialog } from "./dialog.js";
import { head } from "./head.js";
import { store } from "./store.js";
import { tokens } from "./tokens.js";

export const styles = [tokens, base, head, store, dialog];
