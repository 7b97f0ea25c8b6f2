// The server's rules before the click: load them, decide, explain.
import type { PreflightAnswer } from "../client/preflight-answer.js";
import { systemRuntime, type Runtime } from "../client/runtime.js";
import { negotiate } from "../format/locale.js";
import type { Reason } from "../wasm/policy.js";
import { decide, type DecideOptions, type PreflightDecision, type Rules } from "./decision.js";
import { loadReasonTexts } from "./load-texts.js";
import { loadPolicy, type PolicySource } from "./policy-module.js";
import type { PreflightQuestion } from "./question.js";
import { sentencesOf, type Text } from "./sentences.js";

export type { Locale } from "../client/index.js";
export type { Answer, Call, Reason, Settings } from "../wasm/policy.js";
export type { DecideOptions, PreflightDecision, Rules, ServerBecause } from "./decision.js";
export { loadPolicy, type PolicyModule, type PolicySource } from "./policy-module.js";
export { callFor, serverTime, type PreflightQuestion, type ShareQuestion } from "./question.js";
export type { ReasonTexts, Text } from "./sentences.js";

export interface LoadOptions {
  /** The languages that reasons are told in (`de`, `fr`, `it` or `en`; a region is ignored), the first by default; `de` unless others are named. */
  readonly locales?: readonly string[];
  /** Another place or form of `policy_bg.wasm`. */
  readonly source?: PolicySource;
  readonly runtime?: Pick<Runtime, "now">;
}

/** Decides before the click; with the rules where they run, else with the server's decisions. */
export class Preflight {
  /** Why the rules do not run here; null when they do. */
  readonly unavailable: unknown;
  readonly #rules: Rules | null;
  readonly #runtime: Pick<Runtime, "now">;

  constructor(rules: Rules | null, unavailable: unknown, runtime: Pick<Runtime, "now">) {
    this.#rules = rules;
    this.unavailable = unavailable;
    this.#runtime = runtime;
  }

  /** SHA-256 of the rules in this page; null when they do not run. */
  get policyDigest(): string | null {
    return this.#rules?.module.policyDigest() ?? null;
  }

  /** What the server would say now; null for a feature or an instance that the answer does not know, and about accesses of others where the rules do not decide here. */
  decide(answer: PreflightAnswer, question: PreflightQuestion, options: DecideOptions = {}): PreflightDecision | null {
    return decide(this.#rules, answer, question, this.#runtime.now(), options);
  }

  /** A reason in a language (`de`, `fr`, `it` or `en`; a region is ignored); null when that is not loaded, the rules do not run here, or only the server tells such a reason. */
  explain(reason: Reason, locale: string): Text | null {
    const texts = this.#rules?.texts.get(negotiate([locale]));
    return texts ? sentencesOf(texts, reason) : null;
  }
}

/**
 * Loads the rules, once, and the texts of the languages. Never rejects: where the rules cannot run or have no texts, the
 * server's decisions are used.
 */
export async function loadPreflight({ locales = ["de"], source, runtime = systemRuntime }: LoadOptions = {}): Promise<Preflight> {
  const texts = locales.map((wish) => negotiate([wish])).map(async (locale) => [locale, await loadReasonTexts(locale)] as const);
  try {
    const [module, ...loaded] = await Promise.all([loadPolicy(source), ...texts]);
    return new Preflight({ module, texts: new Map(loaded) }, null, runtime);
  } catch (unavailable) {
    return new Preflight(null, unavailable, runtime);
  }
}
