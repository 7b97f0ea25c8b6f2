// What every view gets: the state, the language, and what a person can do. Views are functions and hold nothing.

import type { Locale } from "../format/index.js";
import type { Speaker } from "../texts/speaker.js";
import type { Icons } from "./icons.js";
import type { Snapshot, State } from "./state.js";
import type { Scope } from "./api.js";
import type { Concern, PartName, Show } from "./part.js";
import type { Subject } from "./task.js";
import type { Look } from "./url-state.js";

/** What a person can do. */
export interface Actions {
  open(subject: Omit<Subject, "mandateId">): void;
  close(): void;
  confirm(id: number): void;
  requote(id: number): void;
  rescope(id: number, scope: Scope): void;
  again(id: number): void;
  look(change: Partial<Look>): void;
  speak(locale: Locale): void;
  retry(): void;
  copy(text: string): void;
  /** Opens what is loaded on demand. */
  part(name: PartName, concern: Concern | null): void;
  shortcuts(on: boolean): void;
}

export interface View {
  readonly s: Speaker;
  readonly state: State;
  readonly look: Look;
  readonly icons: Icons;
  readonly act: Actions;
  /** What was copied last, so that its button can say so. */
  readonly copied: string | null;
  /** Whether `/` leads to the search; null where the page author decided. */
  readonly shortcuts: boolean | null;
  /** The list of instances, once it is loaded. */
  readonly instances: Show | null;
  /** Whether something that was opened could not be loaded. */
  readonly unloaded: boolean;
}

/** The same, once a mandate was read. */
export interface ReadyView extends View {
  readonly data: Snapshot;
}
