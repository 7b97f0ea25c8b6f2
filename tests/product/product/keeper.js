// Keeps the mirror: takes events one at a time, reads what is missing, and writes it down before anybody is told it is kept.

import { after, standing } from './mirror.js';

/** The mirror and where it is kept. `anew` makes it where there is none, or where events are gone. */
export class Keeper {
  #last = Promise.resolve();

  constructor(file, events, anew) {
    this.file = file;
    this.events = events;
    this.anew = anew;
    this.mirror = file.read();
  }

  /** Takes an event that was delivered. When this is done, the mirror has it, and is written. */
  take(event) {
    return this.#alone(async () => {
      if (!this.mirror) return this.#catchUp();
      const where = standing(this.mirror, event);
      if (where === 'next') this.#become(after(this.mirror, event));
      if (where === 'beyond') await this.#catchUp();
    });
  }

  /** Reads all events that did not come. */
  catchUp() {
    return this.#alone(() => this.#catchUp());
  }

  async #catchUp() {
    try {
      if (!this.mirror) this.#become(await this.anew());
      await this.#read();
    } catch (error) {
      if (error.code !== 'events-gone') throw error;
      this.#become(await this.anew());
    }
  }

  async #read() {
    for (;;) {
      const page = await this.events.events(this.mirror.place);
      if (page.items.length > 0) this.#become(page.items.reduce(after, this.mirror));
      if (!page.more) return;
    }
  }

  #become(mirror) {
    this.file.write(mirror);
    this.mirror = mirror;
  }

  /** One after the other: an event changes the mirror that the one before left. */
  #alone(work) {
    const done = this.#last.then(work);
    this.#last = done.catch(() => {});
    return done;
  }
}
