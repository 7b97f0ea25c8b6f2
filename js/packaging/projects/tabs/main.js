// A tab that watches a mandate of the store that its address names.
import { StoreClient, watch } from "./node_modules/turnpike-store/dist/turnpike-store.bundle.js";

const client = new StoreClient({ apiBase: new URLSearchParams(location.search).get("store"), getToken: () => "demo" });
window.told = [];
window.stop = watch(client, "m-1", {
  onRevision: ({ revision }) => window.told.push(revision),
  onState: (state) => window.told.push(state),
});
