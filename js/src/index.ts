// The package's main entry: the HTTP client and its types.
export * from "./client/index.js";
