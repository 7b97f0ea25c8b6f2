// The element's events: what each tells, and that listeners, selectors and JSX know it by its type.
import { describe, expect, expectTypeOf, test } from "vitest";
import type {
  DeactivatedDetail, ErrorDetail, Locale, TurnpikeStore, TurnpikeStoreEventMap, TurnpikeStoreProps, UnreadDetail, Vocabulary, WishDetail,
} from "../../src/element/index.js";
import type { Locale as ClientLocale } from "../../src/client/index.js";
import type { Locale as RulesLocale } from "../../src/preflight/index.js";
import { eventOf } from "../../src/element/outcome.js";
import { begin, type Task } from "../../src/element/task.js";

const about = { mandateId: "m-1", featureCode: "chatbot", instanceId: "i-1" } as const;
const over = (kind: Task["kind"], rest: Partial<Task>): Task => ({ ...begin(1, { ...about, kind, scope: "mine" }, false), phase: "done", ...rest });
const fault = {
  kind: "problem", status: 402, code: "capacity-reached", reasons: [], traceId: "t-1", retryAfter: null, quote: null, isOpen: false,
} as const;

describe("a wish that is over", () => {
  test.each([
    ["an activation", over("activate", {}), "turnpike-activated", about],
    ["a restore", over("restore", {}), "turnpike-restored", about],
    ["an end", over("deactivate", { ended: { instanceDeleted: true, billing: "done" } }), "turnpike-deactivated", { ...about, instanceDeleted: true }],
    ["an access given up", over("deactivate", { ended: { instanceDeleted: false, billing: "done" } }), "turnpike-deactivated", { ...about, instanceDeleted: false }],
    ["a refusal", over("activate", { phase: "failed", fault }), "turnpike-error", { ...about, code: "capacity-reached", status: 402, traceId: "t-1" }],
  ])("%s", (_, task, name, detail) => {
    expect(eventOf(task)).toEqual({ name, detail });
  });
});

test("the types of details", () => {
  expectTypeOf<TurnpikeStoreEventMap["turnpike-activated"]["detail"]>().toEqualTypeOf<WishDetail>();
  expectTypeOf<TurnpikeStoreEventMap["turnpike-deactivated"]["detail"]>().toEqualTypeOf<DeactivatedDetail>();
  expectTypeOf<TurnpikeStoreEventMap["turnpike-restored"]["detail"]>().toEqualTypeOf<WishDetail>();
  expectTypeOf<TurnpikeStoreEventMap["turnpike-error"]["detail"]>().toEqualTypeOf<ErrorDetail>();
  expectTypeOf<TurnpikeStoreEventMap["turnpike-unread"]["detail"]>().toEqualTypeOf<UnreadDetail>();
  expectTypeOf<TurnpikeStoreEventMap["turnpike-locale"]["detail"]["locale"]>().toEqualTypeOf<Locale>();
  expectTypeOf<DeactivatedDetail["instanceDeleted"]>().toEqualTypeOf<boolean>();
});

test("one set of languages for client, rules and element", () => {
  expectTypeOf<Locale>().toEqualTypeOf<ClientLocale>();
  expectTypeOf<Locale>().toEqualTypeOf<RulesLocale>();
});

test("whoever listens gets the detail's type: on the element, and on what it bubbles to", () => {
  const listening = (element: TurnpikeStore): void => {
    element.addEventListener("turnpike-activated", ({ detail }) => expectTypeOf(detail).toEqualTypeOf<WishDetail>());
    document.addEventListener("turnpike-error", ({ detail }) => expectTypeOf(detail.traceId).toEqualTypeOf<string | null>());
    element.addEventListener("turnpike-locale", ({ detail }) => {
      // @ts-expect-error it tells a language and nothing else
      return detail.mandateId;
    });
    // What the element inherits stays typed.
    element.addEventListener("keydown", (event) => expectTypeOf(event).toEqualTypeOf<KeyboardEvent>());
  };
  expectTypeOf(listening).parameter(0).toEqualTypeOf<TurnpikeStore>();
});

test("JSX takes each public property, and a listener for each event", () => {
  type Own = keyof TurnpikeStoreProps;
  expectTypeOf<Extract<Own, `on${string}`>>().toEqualTypeOf<`on${keyof TurnpikeStoreEventMap}`>();
  expectTypeOf<Exclude<Own, `on${string}`>>().toExtend<keyof TurnpikeStore>();
  expectTypeOf<NonNullable<TurnpikeStoreProps["vocabulary"]>>().toEqualTypeOf<Partial<Record<Locale, Vocabulary>>>();
  expectTypeOf<{ apiBase: string; "onturnpike-activated": (event: CustomEvent<WishDetail>) => void }>().toExtend<TurnpikeStoreProps>();
  expectTypeOf<{ theme: "pink" }>().not.toExtend<TurnpikeStoreProps>();
});
