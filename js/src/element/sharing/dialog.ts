// The dialog: who has access in which role, what became of the last deed, and whom to give access.

import { html, nothing, type TemplateResult } from "lit";
import type { Access } from "../../client/answers.js";
import type { Verdict } from "../api.js";
import { frame } from "../views/dialog.js";
import { copyTrace } from "../views/failure.js";
import { glyph } from "../views/glyph.js";
import { reasons, sentences } from "../views/reasons.js";
import { labelOf } from "../views/review.js";
import type { ReadyView } from "../view.js";
import { isRunning, roleOf, undone, type Deed, type Shown, type Wish } from "./deed.js";
import { doneSentence } from "./outcome.js";
import type { Say, Sharing } from "./sharing.js";

interface Sheet {
  readonly shown: Shown;
  readonly say: Say;
  readonly part: Sharing;
}

export function dialog(view: ReadyView, sheet: Sheet, said: { readonly polite: string; readonly alert: string }): TemplateResult {
  const { shown, say } = sheet;
  const title = say("title", { feature: labelOf(view, shown.featureCode) });
  const { body, foot } = shown.ending ? ending(view, sheet, shown.ending) : lists(view, sheet);
  return frame(view, { kind: "sharing", phase: shown.deed?.phase ?? "review", title, isOpen: !isRunning(shown.deed) }, body, foot, said);
}

interface Content {
  readonly body: TemplateResult;
  readonly foot: TemplateResult;
}

function lists(view: ReadyView, sheet: Sheet): Content {
  const { s, act } = view;
  const { shown, say } = sheet;
  const isOver = shown.deed?.ended != null || shown.accesses === null;
  return {
    body: html`
      ${shown.deed ? outcome(view, sheet, shown.deed) : nothing}
      ${shown.fault ? unread(view, sheet) : nothing}
      ${shown.accesses === null && !shown.fault ? html`<p class="asking" data-asking>${glyph("clock")}${s.say("loading")}</p>` : nothing}
      ${isOver ? nothing : html`${people(view, sheet)} ${giving(view, sheet)} <p class="muted">${say("same-bill")}</p>`}
    `,
    foot: html`<div class="sheet-foot">
      <button type="button" class="button outline" data-cancel @click=${() => act.close()}>${s.say("action.done")}</button>
      ${isOver || shown.colleagues.length === 0 ? nothing : giveButton(view, sheet)}
    </div>`,
  };
}

/** With the last access the instance ends: that is agreed to first. */
function ending({ s, data }: ReadyView, { say, part }: Sheet, access: Access): Content {
  const { restoreWindow, ahead } = data.decisions;
  const until = restoreWindow === null ? null : s.dayTime(part.clock.now() + ahead + restoreWindow);
  const take = () => part.do(takingOf(access));
  return {
    body: html`<div class="panel warn" data-ends="true">
      <h3 tabindex="-1" data-focus>${glyph("alert")}${say("ends", { name: access.name })}</h3>
      <p>${s.say("deactivate.ends-bill")}</p>
      <p data-restorable>${glyph("restore")}<span>${until === null ? s.say("deactivate.restorable") : s.say("deactivate.restorable-until", { until })}</span></p>
    </div>`,
    foot: html`<div class="sheet-foot">
      <button type="button" class="button outline" data-cancel @click=${() => part.choose({ ending: null })}>${s.say("action.cancel")}</button>
      <button type="button" class="button danger" part="confirm" data-confirm @click=${take}>${s.say("confirm.end")}</button>
    </div>`,
  };
}

function outcome(view: ReadyView, { say, part }: Sheet, deed: Deed): TemplateResult {
  const { s } = view;
  const undo = undone(deed);
  switch (deed.phase) {
    case "sending":
      return html`<p class="asking" tabindex="-1" data-deed="sending">${glyph("clock")}${say("sending")}</p>`;
    case "unknown":
      return html`<div class="panel busy" tabindex="-1" data-deed="unknown" data-unknown>
        <h3>${glyph("clock")}${s.say("unknown.title")}</h3>
        <p>${s.say("unknown.text")}</p>
        <button type="button" class="button outline" data-check-now @click=${() => part.again(deed)}>${s.say("unknown.check")}</button>
      </div>`;
    case "failed":
      return html`<div class="panel bad" data-deed="failed" data-failure=${deed.fault?.code ?? ""}>
        <h3 tabindex="-1" data-focus>${glyph("alert")}${say("failed")}</h3>
        ${deed.fault?.reasons.map((reason) => html`<p data-reason=${reason.code}>${sentences(view, reason)}</p>`)}
        <p class="assure">${glyph("check")}${s.say("failed.nothing-changed")}</p>
        ${deed.fault ? copyTrace(view, deed.fault) : nothing}
      </div>`;
    case "done":
      return html`<div class="panel good" data-deed="done" data-result>
        <h3 tabindex="-1" data-focus>${glyph("check")}${doneSentence(say, deed)}</h3>
        ${deed.ended ? html`<p>${s.say(deed.ended.billing === "done" ? "done.bill-lower" : "done.bill-pending")}</p>` : nothing}
        ${undo ? html`<button type="button" class="button outline" data-undo @click=${() => part.do(undo)}>${say("undo")}</button>` : nothing}
      </div>`;
  }
}

function unread(view: ReadyView, { shown, say, part }: Sheet): TemplateResult {
  const { fault } = shown;
  return html`<div class="panel warn" data-unread>
    <h3>${glyph("alert")}${say("unread")}</h3>
    ${fault?.kind === "problem"
      ? fault.reasons.map((reason) => html`<p data-reason=${reason.code}>${sentences(view, reason)}</p>`)
      : html`<p>${view.s.say("error.unreachable.text")}</p>`}
    <button type="button" class="button outline" data-retry @click=${() => void part.read()}>${view.s.say("action.retry")}</button>
  </div>`;
}

function people(view: ReadyView, sheet: Sheet): TemplateResult {
  const { shown, say } = sheet;
  return html`<section aria-labelledby="who">
    <h3 id="who">${say("who")}</h3>
    <ul class="people" data-accesses>${shown.accesses?.accesses.map((access) => person(view, sheet, access))}</ul>
  </section>`;
}

function person(view: ReadyView, { shown, say, part }: Sheet, access: Access): TemplateResult {
  const { userId, name, enabled } = access;
  const roles = shown.accesses?.roles ?? [];
  const role = shown.picked[userId] ?? roleOf(access) ?? "";
  const isOther = role !== "" && role !== roleOf(access);
  const pick = (picked: string) => part.choose({ picked: { ...shown.picked, [userId]: picked } });
  const verdicts = view.data.decisions;
  const taking = verdicts.decide({ kind: "unshare", instanceId: shown.instanceId });
  const changing = isOther ? verdicts.decide({ kind: "share", instanceId: shown.instanceId, colleagueIsMember: true, hasRole: roles.includes(role), access: "other" }) : null;
  const take = () => (taking?.endsInstance ?? shown.accesses?.accesses.length === 1 ? part.choose({ ending: access }) : part.do(takingOf(access)));
  const change = () => part.do({ kind: "change", person: { userId, name }, role, before: roleOf(access) });
  return html`<li data-user=${userId}>
    <span class="who"><strong>${name}</strong>${enabled ? nothing : html` <small class="muted">${say("off")}</small>`}</span>
    ${picker(say, `role-${userId}`, roles, role, access.roles.join(", "), pick, name)}
    <span class="deeds">
      ${isOther ? button(view, shown, "change", say("change"), name, changing, `why-change-${userId}`, change) : nothing}
      ${button(view, shown, "take", say("take"), name, taking, `why-take-${userId}`, take)}
    </span>
  </li>`;
}

/** The roles to choose from; what is held and cannot be chosen stands first. */
function picker(say: Say, id: string, roles: readonly string[], role: string, held: string, pick: (role: string) => void, name: string | null): TemplateResult {
  const changed = (event: Event) => pick((event.target as HTMLSelectElement).value);
  return html`<label class="field">
    <span class=${name === null ? "label" : "sr"}>${say("role")}${name === null ? nothing : `: ${name}`}</span>
    <select id=${id} data-role @change=${changed}>
      ${roles.includes(role) ? nothing : html`<option value="" disabled .selected=${true}>${held || say("choose")}</option>`}
      ${roles.map((one) => html`<option value=${one} .selected=${one === role}>${one}</option>`)}
    </select>
  </label>`;
}

/** What cannot be done says why, as buttons of cards do. Where the rules do not decide here, the server does when it is asked. */
function button(view: ReadyView, { deed }: Shown, action: string, label: string, name: string, verdict: Verdict | null, why: string, act: () => void): TemplateResult {
  const isAllowed = verdict?.allowed !== false;
  const isReady = isAllowed && !isRunning(deed);
  return html`<button type="button" class="button quiet" data-action=${action} aria-disabled=${isReady ? nothing : "true"} aria-describedby=${isAllowed ? nothing : why}
      @click=${() => isReady && act()}>${label}<span class="sr">: ${name}</span></button>
    ${verdict && !isAllowed ? reasons(view, why, verdict.reasons) : nothing}`;
}

function giving(view: ReadyView, { shown, say, part }: Sheet): TemplateResult {
  const { colleagues, userId, role, leaves, next, instanceId } = shown;
  if (colleagues.length === 0) return html`<p class="muted" data-nobody-else>${say("nobody-else")}</p>`;
  const owns = view.data.features.some(({ instances }) => instances.some((own) => own.instanceId === instanceId));
  const chosen = (event: Event) => part.choose({ userId: (event.target as HTMLSelectElement).value });
  const verdict = mayGive(view, shown, role || (shown.accesses?.roles[0] ?? ""));
  return html`<fieldset class="give" data-give>
    <legend>${say(leaves ? "hand-over" : "give")}</legend>
    <label class="field">
      <span class="label">${say("person")}</span>
      <select id="colleague" data-colleague @change=${chosen}>
        ${userId ? nothing : html`<option value="" disabled .selected=${true}>${say("choose")}</option>`}
        ${colleagues.map((one) => html`<option value=${one.userId} .selected=${one.userId === userId}>${one.name}</option>`)}
      </select>
    </label>
    ${picker(say, "role-new", shown.accesses?.roles ?? [], role, "", (picked) => part.choose({ role: picked }), null)}
    ${next === null ? nothing : html`<button type="button" class="button quiet" data-more @click=${() => void part.more()}>${say("more")}</button>`}
    ${owns
      ? html`<label class="check"><input type="checkbox" data-leave .checked=${leaves} @change=${() => part.choose({ leaves: !leaves })} /><span>${say("leave")}</span></label>`
      : nothing}
    ${verdict?.allowed === false ? reasons(view, "why-give", verdict.reasons) : html`<p class="muted" id="why-give" ?hidden=${userId !== "" && role !== ""}>${say("choose-both")}</p>`}
  </fieldset>`;
}

function giveButton(view: ReadyView, { shown, say, part }: Sheet): TemplateResult {
  const { colleagues, userId, role, leaves, deed } = shown;
  const person = colleagues.find((one) => one.userId === userId);
  const isReady = person !== undefined && role !== "" && mayGive(view, shown, role)?.allowed !== false && !isRunning(deed);
  const give = () => isReady && part.do({ kind: leaves ? "hand-over" : "give", person, role, before: null });
  return html`<button type="button" class="button solid" part="confirm" data-confirm aria-disabled=${isReady ? nothing : "true"}
    aria-describedby=${isReady ? nothing : "why-give"} @click=${give}>${say(leaves ? "hand-over" : "give")}</button>`;
}

/** What the rules say of giving a colleague access. */
function mayGive({ data }: ReadyView, { accesses, instanceId }: Shown, role: string): Verdict | null {
  return data.decisions.decide({ kind: "share", instanceId, colleagueIsMember: true, hasRole: accesses?.roles.includes(role) === true, access: "none" });
}

function takingOf(access: Access): Wish {
  const { userId, name } = access;
  return { kind: "take", person: { userId, name }, role: null, before: roleOf(access) };
}
