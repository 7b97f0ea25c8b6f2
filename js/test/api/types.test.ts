// The client's types are those of the OpenAPI document that the service prints: `npm run check` fails where one differs.
import { expectTypeOf, test } from "vitest";
import type {
  Access, Accesses, ActivateDecision, ActivateWish, Activation, Amount, Batch, Change, ChangePage, ChangesWish, Colleague, ColleaguePage, DeactivateDecision, DeactivateWish, Deactivation, DeclineWish, DemoPerson,
  ExplainedReason, Feature, FeatureRequest, FeatureRequestPage, FeatureRequestWish, HistoryEntry, HistoryPage, Instance, InvoiceLine, Mandate, Money, PageSettings, PeriodPrice, PreflightDocument, ProblemDocument, Quote, QuoteLine, QuoteWish, RestoreDecision,
  RestoreWish, Revision, ShareWish, Sharing, SignIn, SubscriptionInfo, UnshareWish,
} from "../../src/client/index.js";
import type { Normal, Schemas, Told } from "./schema.js";

/** Each schema, and the client's type for it. */
interface Pairs {
  Access: Access;
  Accesses: Accesses;
  ActivateBody: ActivateWish;
  Amount: Amount;
  /** The client adds what to wait for and how long, from the first change and `Retry-After`. */
  Activated: WithoutWait<Activation>;
  Activation: ActivateDecision;
  Change: Change;
  Changed: WithoutWait<Batch, "change">;
  Changes: ChangePage;
  ChangesBody: ChangesWish;
  Colleague: Colleague;
  Colleagues: ColleaguePage;
  DeactivateBody: DeactivateWish;
  Deactivated: Deactivation;
  Deactivation: DeactivateDecision;
  DeclineBody: DeclineWish;
  Decisions: PreflightDocument["decisions"];
  Feature: Feature;
  FeatureRequest: FeatureRequest;
  FeatureRequestBody: FeatureRequestWish;
  FeatureRequests: FeatureRequestPage;
  History: HistoryPage;
  HistoryEntry: HistoryEntry;
  Info: SubscriptionInfo;
  Instance: Instance;
  InvoiceLine: InvoiceLine;
  LineAnswer: QuoteLine;
  Mandate: Mandate;
  NextInvoiceAnswer: NonNullable<Quote["nextInvoice"]>;
  Noun: NonNullable<PageSettings["vocabulary"]["de"]>;
  OwnInstance: Feature["instances"][number];
  PageAnswer: PageSettings;
  PerPeriod: Quote["perPeriod"];
  PeriodPrice: PeriodPrice;
  Person: DemoPerson;
  PreflightAnswer: Omit<PreflightDocument, "facts">;
  Price: Money;
  ProblemDocument: ProblemDocument;
  QuoteAnswer: Quote;
  QuoteBody: QuoteWish;
  ReasonAnswer: ExplainedReason;
  RestoreBody: RestoreWish;
  Restoring: RestoreDecision;
  RevisionEvent: Revision;
  /** The instance stands in the path. */
  ShareBody: Omit<ShareWish, "instanceId">;
  Shared: Sharing;
  SignIn: SignIn;
  UnshareBody: Omit<UnshareWish, "instanceId">;
}

type WithoutWait<T, Other = never> = T extends unknown ? Omit<T, "retryAfter" | (Other & string)> : never;
/** Facts are described by the types of the rules, not by the document. */
type Described<Name extends keyof Pairs> = Name extends "PreflightAnswer" ? Omit<Told<Schemas[Name]>, "facts"> : Told<Schemas[Name]>;
type Same<One, Other> = (<T>() => T extends One ? 1 : 2) extends <T>() => T extends Other ? 1 : 2 ? true : false;

test("each shape is the same", () => {
  expectTypeOf<{ [Name in keyof Pairs]: Same<Normal<Pairs[Name]>, Normal<Described<Name>>> }>().toEqualTypeOf<{ [Name in keyof Pairs]: true }>();
});
