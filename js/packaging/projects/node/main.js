// Node: the package as it is, no bundler.
import * as preflight from "turnpike-store/preflight";
import { StoreClient } from "turnpike-store";
import { decided } from "./case.js";

if (typeof StoreClient !== "function") throw new Error("the client is missing");
console.log(JSON.stringify(await decided(preflight)));
