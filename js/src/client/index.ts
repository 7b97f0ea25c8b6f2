// The typed HTTP client of the store.
export * from "./answers.js";
export type { ProblemCode, ReasonCode, RequestProblemCode } from "./codes.js";
export type { Credentials, GetToken } from "./credentials.js";
export {
  CredentialsError, NetworkError, ProblemError, StoreError, TimeoutError, UnexpectedAnswerError, type ProblemDocument,
} from "./errors.js";
export * from "./events/index.js";
export type * from "./feature-requests.js";
export type * from "./history.js";
export type * from "./preflight-answer.js";
export { defaultRetry, type RetrySettings } from "./retry.js";
export { systemRuntime, type Runtime } from "./runtime.js";
export { StoreCalls, type CallOptions, type KeyedOptions, type StoreClientOptions } from "./store-calls.js";
export { StoreClient, type WishOptions } from "./store-client.js";
export { isSettled, type WaitOptions } from "./waiting.js";
export type * from "./wishes.js";
