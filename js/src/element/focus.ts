// Where the focus is: into a dialog onto its heading, back to what opened it, and `/` to the search.

import type { Subject, Task } from "./task.js";

/** A dialog that is open: another one has another id, and what is to be read next in it another phase. */
export type Shown = Pick<Task, "phase"> & { readonly id: number | string; readonly previous?: { readonly id: string } | null };

/** What a list consists of, with a heading each. */
const ROW = "[data-feature], .row";

type Opener = Pick<Subject, "featureCode" | "instanceId">;

export class Focus {
  readonly #host: { readonly renderRoot: HTMLElement | DocumentFragment };
  #opener: Opener | null = null;
  #button: HTMLElement | null = null;
  #shown: Shown["id"] | null = null;
  #mark = "";
  #isHeadingWanted = false;
  #before: { readonly element: HTMLElement | null; readonly heading: HTMLElement | null } | null = null;

  constructor(host: { readonly renderRoot: HTMLElement | DocumentFragment }) {
    this.#host = host;
  }

  /** Onto the first heading, as soon as there is one. */
  wantHeading(): void {
    this.#isHeadingWanted = true;
  }

  /** What is about to open a dialog. */
  remember(opener: Opener | null): void {
    this.#opener = opener;
    const active = this.#find<HTMLElement>(":focus");
    this.#button = active;
  }

  /** Before the page is drawn: what has the focus, and under which heading. */
  note(): void {
    const element = this.#find<HTMLElement>(":focus");
    this.#before = { element, heading: element?.closest(ROW)?.querySelector("h3") ?? null };
  }

  /** After the page was drawn: opens or closes the dialog, and moves the focus where something new is to be read. */
  follow(task: Shown | null): void {
    const heading = this.#isHeadingWanted ? this.#find<HTMLElement>("#heading") : null;
    if (heading) {
      this.#isHeadingWanted = false;
      heading.focus();
    }
    const dialog = this.#find<HTMLDialogElement>("dialog");
    if (dialog && task) {
      if (!dialog.open) dialog.showModal();
      const mark = `${task.id} ${task.phase} ${task.previous?.id ?? ""}`;
      if (this.#shown !== task.id) this.#find<HTMLElement>("#dialog-title")?.focus();
      else if (mark !== this.#mark) this.#moveInside(task, dialog);
      this.#mark = mark;
      this.#shown = task.id;
      return;
    }
    if (this.#shown !== null) {
      this.#shown = null;
      this.#comeBack();
    } else if (this.#before?.element?.isConnected === false) {
      // Something else took the place of what had the focus, because somebody changed something.
      const { element, heading } = this.#before;
      const again = heading && this.#find<HTMLElement>(`#${CSS.escape(heading.id)}`);
      const { action, instance = "" } = element.dataset;
      // The same button where the row is now, else what the row is about.
      const same = action && again?.closest(ROW)?.querySelector<HTMLElement>(`[data-action=${action}]${instance && `[data-instance="${CSS.escape(instance)}"]`}`);
      (same || again || this.#find<HTMLElement>("#heading"))?.focus();
    }
  }

  /** `/` leads to the search, unless somebody is writing or something else is meant. */
  onKey(event: KeyboardEvent): void {
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    const target = event.composedPath()[0];
    if (target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA)$/.test(target.tagName))) return;
    const search = this.#find<HTMLInputElement>("input[type=search]");
    if (!search || this.#find("dialog[open]") || document.querySelector("dialog[open]")) return;
    event.preventDefault();
    search.focus();
    search.select();
  }

  /** A difference or a result is to be read next; else the focus stays unless what had it is gone. */
  #moveInside(task: Shown, dialog: HTMLDialogElement): void {
    const target =
      task.previous && task.phase === "review" ? "[data-quote-difference]" : task.phase === "done" || task.phase === "failed" ? "[data-focus]" : null;
    const found = target === null ? null : dialog.querySelector<HTMLElement>(target);
    if (found) found.focus();
    else if (!dialog.querySelector(":focus")) this.#find<HTMLElement>("#dialog-title")?.focus();
  }

  /** To the button that opened the dialog, else to the heading of what it was about, else to that of the page. */
  #comeBack(): void {
    const { featureCode = "", instanceId = "" } = this.#opener ?? {};
    const ids = [instanceId ? `title-${instanceId}` : "", `title-${featureCode}`, "heading"].filter(Boolean);
    const isThere = this.#button?.isConnected === true && this.#button.getAttribute("aria-disabled") !== "true";
    const target = isThere ? this.#button : ids.map((id) => this.#find<HTMLElement>(`#${CSS.escape(id)}`)).find((found) => found !== null);
    target?.focus();
    this.#opener = null;
    this.#button = null;
  }

  #find<Found extends Element>(selector: string): Found | null {
    return this.#host.renderRoot.querySelector<Found>(selector);
  }
}
