// Vite: bundles the package and finds the module through its address.
import * as preflight from "turnpike-store/preflight";
import { decided } from "./case.js";

window.result = await decided(preflight);
