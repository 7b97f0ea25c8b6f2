// A page that looks at a mandate, and a store in memory whose answers each test writes down.
import { vi } from "vitest";
import type { Activated, Change, StoreApi } from "../../src/element/api.js";
import { Errands } from "../../src/element/errands.js";
import type { Outcome } from "../../src/element/outcome.js";
import { START, chosen, loaded, shownTask, type State } from "../../src/element/state.js";
import type { Subject } from "../../src/element/task.js";
import { activation, decisions, ends, quote, snapshot, stays, yes } from "./world.js";

/** Answers in order; the last one for ever. What is no answer is thrown. */
export const answers = <Answer>(...list: (Answer | Error | { status: number })[]) => {
  let at = 0;
  return async (): Promise<Answer> => {
    const answer = list[Math.min(at, list.length - 1)];
    at += 1;
    if (answer instanceof Error || (answer && typeof answer === "object" && "status" in answer)) throw answer;
    return answer as Answer;
  };
};
export const refusal = (status: number, code: string, more = {}) => ({ status, code, detail: code, reasons: [{ code, params: {}, detail: code, fix: null }], traceId: "t", ...more });
/** Another one uses the instance, too. */
const USUAL = { activate: { a: yes }, deactivate: { "i mine": stays, "i mandate": ends }, restore: { i: yes } };

/** A page that looks at a mandate, and what it heard. */
export function page(api: Partial<StoreApi>) {
  let state: State = loaded(chosen(START, "m"), snapshot({ decisions: decisions(USUAL) }));
  const told: Outcome["what"][] = [];
  const events: string[] = [];
  let refreshes = 0;
  const store = { changes: answers<readonly Change[]>([]), quote: answers(quote({ id: "q" })), ...api } as StoreApi;
  const errands = new Errands(store, {
    state: () => state,
    update: (step) => (state = step(state)),
    told: ({ what }) => told.push(what),
    emit: (name) => events.push(name),
    refresh: () => (refreshes += 1),
    signedOut: () => told.push("failed"),
  });
  /** The page read the mandate again. */
  const reads = async (change: Parameters<typeof snapshot>[0]) => {
    state = loaded(state, snapshot({ decisions: decisions(USUAL), ...change }));
    errands.reconsider();
    await vi.advanceTimersByTimeAsync(0);
  };
  return { errands, told, events, reads, shown: () => shownTask(state), tasks: () => state.tasks, refreshes: () => refreshes };
}

export async function opened(api: Partial<StoreApi>, subject: Subject = activation) {
  const shown = page(api);
  shown.errands.open(subject);
  await vi.advanceTimersByTimeAsync(0);
  return shown;
}

export async function confirmed(api: Partial<StoreApi>, subject: Subject = activation) {
  const shown = await opened(api, subject);
  shown.errands.confirm(1);
  await vi.advanceTimersByTimeAsync(0);
  return shown;
}

export const active: Activated = { instanceId: "new", activated: true, change: null };
export const pending: Activated = { instanceId: "new", activated: false, change: "c" };
