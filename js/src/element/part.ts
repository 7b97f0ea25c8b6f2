// What few visits need, dialogs and views: each is a part of the element that is loaded when it is first opened.

import type { CSSResult, TemplateResult } from "lit";
import type { ConnectOptions } from "./connect.js";
import type { EventName } from "./outcome.js";
import type { State } from "./state.js";
import type { ReadyView } from "./view.js";

/** What a part is about. */
export interface Concern {
  readonly featureCode: string;
  /** Null where there is none yet. */
  readonly instanceId: string | null;
  /** Whether it begins with handing the instance over. */
  readonly isLeaving?: boolean;
}

/** What a part needs of the element. */
export interface PartHost {
  /** Where the store is, and who is asking. */
  readonly access: ConnectOptions;
  readonly root: ParentNode;
  state(): State;
  /** Draws what the part shows now; resolves when it is there. */
  draw(): Promise<unknown>;
  /** Says something aloud. */
  say(text: string, isFailure: boolean): void;
  emit(name: EventName, detail: Record<string, unknown>): void;
  refresh(): void;
  signedOut(): void;
}

/** A dialog that was loaded: one for the element's life with a store. */
export interface Part {
  /** Whether its dialog is open, in the mandate that is looked at. */
  readonly isShown: boolean;
  /** Opens the dialog; resolves when what it needs is loaded. */
  open(concern: Concern | null, view: Pick<ReadyView, "s">): Promise<void>;
  /** Closes the dialog. What was sent goes on. */
  close(): void;
  /** The element's state is another one. */
  follow(): void;
  dialog(view: ReadyView, said: { readonly polite: string; readonly alert: string }): TemplateResult;
  /** Nothing happens any more. */
  stop(): void;
}

export type PartName = "sharing" | "history" | "requests";

/** What every part has: a style sheet of its own. */
interface Styled {
  readonly styles: CSSResult;
}

/** Loads a dialog. */
export const loadDialog: Readonly<Record<PartName, () => Promise<Styled & { readonly begin: (host: PartHost) => Part }>>> = {
  sharing: () => import("./sharing/sharing.js"),
  history: () => import("./history/history.js"),
  requests: () => import("./requests/requests.js"),
};

/** Draws a view that was loaded. */
export type Show = (view: ReadyView) => TemplateResult;

/** Loads the admins' list of instances. */
export const loadInstances = (): Promise<Styled & { readonly show: Show }> => import("./instances/instances.js");
