// The store page as a person meets it: signing in, cards, dialogs, what is announced.

import assert from 'node:assert/strict';

import { until } from './wait.js';

/** The page of one person. */
export class StorePage {
  constructor(page, host) {
    this.page = page;
    this.host = host;
    this.store = page.locator('turnpike-store');
    this.dialog = page.locator('dialog[open]');
    this.bill = page.locator('[data-bill]');
    this.mandates = page.locator('[data-mandate-switch]');
    this.confirmButton = this.dialog.locator('[data-confirm]');
    this.cancelButton = this.dialog.locator('[data-cancel]');
  }

  /** Opens the page at a mandate and signs in as somebody; more of the page's address may be given. */
  static async open(page, host, user, { mandate, ...query } = {}) {
    const store = new StorePage(page, host);
    await store.listen();
    await store.goTo({ ...(mandate ? { mandate } : {}), ...query });
    await store.signIn(user);
    return store;
  }

  /** From now on every text that a live region gets is kept, with its region. */
  async listen() {
    await this.page.exposeFunction('announced', (region, text) => this.announced.push({ region, text }));
    await this.page.addInitScript(watchRegions);
  }

  /** Since the last wish was confirmed. */
  announced = [];
  #onlyOnce = [];

  async goTo(query = {}) {
    const url = new URL(this.host.url);
    for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
    await this.page.goto(url.href);
  }

  /** The button of somebody to sign in as. */
  signInButton(user) {
    return this.page.getByRole('button', { name: new RegExp(user.replace(/^u-/, ''), 'i') });
  }

  async signIn(user) {
    await this.signInButton(user).click();
    await this.is('ready');
  }

  /** Waits for a state of the whole page. */
  async is(state) {
    await this.page.locator(`turnpike-store[data-state="${state}"]`).waitFor({ state: 'attached' });
  }

  card(feature) {
    return this.page.locator(`li[data-feature="${feature}"]`);
  }

  /** The button of a card that begins something. */
  action(feature, kind) {
    return this.card(feature).locator(`[data-action="${kind}"]`);
  }

  /** Waits until a card is in a state. */
  async cardIs(feature, state) {
    await this.page.locator(`li[data-feature="${feature}"][data-state="${state}"]`).waitFor();
  }

  /** The codes of the reasons under a card's button. */
  reasons(feature) {
    return this.card(feature).locator('[data-reason]').evaluateAll((all) => all.map((one) => one.dataset.reason));
  }

  /** The running bill in minor units. */
  async billed() {
    const text = await this.bill.first().innerText();
    const [, francs, rappen] = /CHF[^0-9-]*([0-9’'   ]+)[.,]?(\d\d)?/.exec(text) ?? assert.fail(`no amount in ${text}`);
    return Number(francs.replace(/\D/g, '')) * 100 + Number(rappen ?? 0);
  }

  async billIs(minor) {
    await until(`the bill is ${minor}`, async () => (await this.bill.count()) > 0 && (await this.billed()) === minor);
  }

  /** A row of the quote in the dialog. */
  quote(row) {
    return this.dialog.locator(`[data-quote="${row}"]`);
  }

  /** Opens the dialog of an action and waits until it can be confirmed. */
  async begin(feature, kind) {
    await this.action(feature, kind).click();
    await this.confirmable();
  }

  /** Waits until the open dialog can be confirmed. */
  async confirmable() {
    await this.page.locator('dialog[open] [data-confirm]:not([aria-disabled="true"])').waitFor();
  }

  async confirm() {
    await this.confirmable();
    this.announcedNoMore();
    await this.confirmButton.click();
  }

  /** Waits until the dialog tells of an outcome. */
  async phase(phase) {
    await this.page.locator(`dialog[open][data-phase="${phase}"]`).waitFor();
  }

  /** Closes the dialog and waits until it is gone. */
  async close() {
    await this.cancelButton.click();
    await this.dialog.waitFor({ state: 'detached' });
  }

  /** The focused element's tag, through shadow roots. */
  focused() {
    return this.page.evaluate(() => {
      let active = document.activeElement;
      while (active?.shadowRoot?.activeElement) active = active.shadowRoot.activeElement;
      return active ? { tag: active.localName, text: active.textContent.trim().slice(0, 80), html: active.outerHTML.slice(0, 200) } : null;
    });
  }

  /** Focus is somewhere a person can go on from. */
  async focusIsKept(when) {
    const { tag, html } = await this.focused();
    assert.ok(!['body', 'html', 'turnpike-store'].includes(tag), `focus is lost ${when}: it is on ${html}`);
  }

  /** Waits until something was announced, and checks that it was announced once. */
  async announcedOnce(region, pattern, within) {
    const matching = () => this.announced.filter((one) => one.region === region && pattern.test(one.text));
    await until(`${region} says ${pattern}`, () => matching().length > 0, within).catch((error) => {
      throw new Error(`${error.message}: it said ${JSON.stringify(this.announced)}`);
    });
    this.#onlyOnce.push(matching);
    this.announcedNoMore(false);
  }

  /** Checks that what was to be announced once was not announced again since; then another wish begins. */
  announcedNoMore(isOver = true) {
    for (const matching of this.#onlyOnce) assert.equal(matching().length, 1, `said once: ${JSON.stringify(this.announced)}`);
    if (!isOver) return;
    this.#onlyOnce = [];
    this.announced = [];
  }
}

/** In the page: tells every text that appears in a live region, also in shadow roots and dialogs. */
function watchRegions() {
  const last = new WeakMap();
  const look = (root) => {
    for (const region of root.querySelectorAll('[data-live], [data-alert]')) {
      const text = region.textContent.trim();
      if (text !== '' && last.get(region) !== text) window.announced(region.matches('[data-alert]') ? 'alert' : 'live', text);
      last.set(region, text);
    }
  };
  const watched = new WeakSet();
  const watch = (root) => {
    if (watched.has(root)) return;
    watched.add(root);
    new MutationObserver(() => (look(root), visit(root))).observe(root, { subtree: true, childList: true, characterData: true });
    look(root);
  };
  const visit = (root) => {
    for (const element of root.querySelectorAll('turnpike-store')) if (element.shadowRoot) watch(element.shadowRoot);
  };
  const begin = () => {
    new MutationObserver(() => visit(document)).observe(document, { subtree: true, childList: true });
    // A shadow root that is attached later changes nothing that an observer sees.
    const attach = Element.prototype.attachShadow;
    Element.prototype.attachShadow = function (init) {
      const root = attach.call(this, init);
      if (root.mode === 'open') watch(root);
      return root;
    };
    visit(document);
  };
  begin();
}
