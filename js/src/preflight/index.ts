// The server's rules before the click: load them, decide, explain.
import type { PreflightAnswer } from "../client/preflight-answer.js";
import { systemRuntime, type Runtime } from "../client/runtime.js";
import { negotiate } from "../format/locale.js";
import type { Reason, Text } from "../wasm/policy.js";
import { decide, type DecideOptions, type PreflightDecision } from "./decision.js";
import { loadPolicy, type PolicyModule, type PolicySource } from "./policy-module.js";
import type { PreflightQuestion } from "./question.js";

export type { Locale } from "../client/index.js";
export type { Answer, Call, Reason, Settings, Text } from "../wasm/policy.js";
export type { DecideOptions, PreflightDecision, ServerBecause } from "./decision.js";
export { loadPolicy, type PolicyModule, type PolicySource } from "./policy-module.js";
export { callFor, serverTime, type PreflightQuestion } from "./question.js";

export interface LoadOptions {
  /** Another place or form of `policy_bg.wasm`. */
  readonly source?: PolicySource;
  readonly runtime?: Pick<Runtime, "now">;
}

/** Decides before the click; with the rules where they run, else with the server's decisions. */
export class Preflight {
  /** Why the rules do not run here; null when they do. */
  readonly unavailable: unknown;
  readonly #policy: PolicyModule | null;
  readonly #runtime: Pick<Runtime, "now">;

  constructor(policy: PolicyModule | null, unavailable: unknown, runtime: Pick<Runtime, "now">) {
    this.#policy = policy;
    this.unavailable = unavailable;
    this.#runtime = runtime;
  }

  /** SHA-256 of the rules in this page; null when they do not run. */
  get policyDigest(): string | null {
    return this.#policy?.policyDigest() ?? null;
  }

  /** What the server would say now; null for a feature or an instance that the answer does not know. */
  decide(answer: PreflightAnswer, question: PreflightQuestion, options: DecideOptions = {}): PreflightDecision | null {
    return decide(this.#policy, answer, question, this.#runtime.now(), options);
  }

  /** A reason in a language (`de`, `fr`, `it` or `en`; a region is ignored); null when the rules do not run here. */
  explain(reason: Reason, locale: string): Text | null {
    return this.#policy?.explain(reason, negotiate([locale])) ?? null;
  }
}

/** Loads the rules. Never rejects: where they cannot run, the server's decisions are used. */
export async function loadPreflight({ source, runtime = systemRuntime }: LoadOptions = {}): Promise<Preflight> {
  try {
    return new Preflight(await loadPolicy(source), null, runtime);
  } catch (unavailable) {
    return new Preflight(null, unavailable, runtime);
  }
}
