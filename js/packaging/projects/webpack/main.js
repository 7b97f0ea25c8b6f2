// webpack: bundles the package and emits the module as an asset, with no setting of its own.
import * as preflight from "turnpike-store/preflight";
import { decided } from "./case.js";

decided(preflight).then((result) => {
  window.result = result;
});
