// TypeScript: what the package exports, used as its types say.
import { NetworkError, ProblemError, StoreClient, watch, type Activation, type Change } from "turnpike-store";
import { loadPreflight, type PreflightDecision } from "turnpike-store/preflight";
import { TurnpikeStore, type DeactivatedDetail, type Locale, type Vocabulary } from "turnpike-store/element";
import "turnpike-store/define";

const client = new StoreClient({ apiBase: "https://store.example.com", getToken: () => "token" });

export async function activate(featureCode: string, mandateId: string): Promise<Change | Activation> {
  try {
    const activation = await client.activate({ featureCode, mandateId });
    return activation.activated ? activation : await client.waitForChange(activation.change);
  } catch (error) {
    if (error instanceof ProblemError && error.code === "quote-changed") console.log(error.quote?.dueNow);
    if (error instanceof NetworkError) console.log(error.outcomeUnknown);
    throw error;
  }
}

export async function before(mandateId: string): Promise<PreflightDecision | null> {
  watch(client, mandateId, { onRevision: ({ revision }) => console.log(revision) });
  const decision = (await loadPreflight()).decide(await client.preflight(mandateId), { kind: "restore", instanceId: "i" });
  const code = decision?.reasons[0]?.code;
  // @ts-expect-error: no reason has this code
  if (code === "no-such-code") return null;
  return decision;
}

export const element: TurnpikeStore = document.createElement("turnpike-store");
const words: Partial<Record<Locale, Vocabulary>> = { en: { one: "team", many: "teams" } };
element.vocabulary = words;
element.addEventListener("turnpike-activated", ({ detail }) => console.log(detail.featureCode.length));
document.querySelector("turnpike-store")?.addEventListener("turnpike-deactivated", ({ detail }) => {
  const { instanceDeleted }: DeactivatedDetail = detail;
  // @ts-expect-error: the detail of another event
  console.log(instanceDeleted, detail.traceId);
});
