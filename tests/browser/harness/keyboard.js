// A person who uses the keyboard alone: no click, no pointer, no focus set from outside.

import assert from 'node:assert/strict';

/** More stops than the page has. */
const MOST_STOPS = 120;

export class Keyboard {
  constructor(store) {
    this.store = store;
    this.page = store.page;
  }

  /** Presses a key, and holds that focus is not lost by it. */
  async press(key, when = `after ${key}`) {
    await this.page.keyboard.press(key);
    await this.store.focusIsKept(when);
  }

  /** Tabs on until something is focused that a selector names. */
  async tabTo(selector, key = 'Tab') {
    for (let stops = 0; stops < MOST_STOPS; stops += 1) {
      await this.page.keyboard.press(key);
      if (await this.isOn(selector)) return;
    }
    assert.fail(`${key} never reaches ${selector}; focus is on ${JSON.stringify(await this.store.focused())}`);
  }

  /** Whether the focused element is one that a selector names. */
  isOn(selector) {
    return this.page.evaluate((selector) => {
      let active = document.activeElement;
      while (active?.shadowRoot?.activeElement) active = active.shadowRoot.activeElement;
      return active?.matches(selector) ?? false;
    }, selector);
  }

  /** Whether the focused element is within one that a selector names. */
  isWithin(selector) {
    return this.page.evaluate((selector) => {
      let active = document.activeElement;
      while (active?.shadowRoot?.activeElement) active = active.shadowRoot.activeElement;
      return active?.closest(selector) != null;
    }, selector);
  }
}
