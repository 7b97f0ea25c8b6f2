// Everything in one file, for pages that use a script tag: registers the element and exports client and preflight.
import "./define.js";

export * from "./client/index.js";
export * from "./element/index.js";
export * from "./preflight/index.js";
