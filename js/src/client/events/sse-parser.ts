// Reads `text/event-stream` bit by bit, however the network cut it (HTML Standard, 9.2.6).

/** One event. */
export interface ServerEvent {
  readonly event: string;
  readonly data: string;
}

/** Takes text as it comes and gives the events that are complete. */
export class SseParser {
  #rest = "";
  #event = "";
  #data: string[] = [];
  #first = true;

  /** Events that this text completes, in order. */
  feed(text: string): ServerEvent[] {
    let input = this.#rest + text;
    if (this.#first && input.length > 0) {
      this.#first = false;
      if (input.startsWith("\uFEFF")) input = input.slice(1);
    }
    const events: ServerEvent[] = [];
    let start = 0;
    for (;;) {
      const end = lineEnd(input, start);
      if (end === null) break;
      const event = this.#line(input.slice(start, end.at));
      if (event) events.push(event);
      start = end.next;
    }
    this.#rest = input.slice(start);
    return events;
  }

  #line(line: string): ServerEvent | null {
    if (line === "") return this.#complete();
    const colon = line.indexOf(":");
    if (colon === 0) return null;
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? "" : line.slice(line[colon + 1] === " " ? colon + 2 : colon + 1);
    if (field === "event") this.#event = value;
    if (field === "data") this.#data.push(value);
    return null;
  }

  #complete(): ServerEvent | null {
    const event = this.#data.length > 0 ? { event: this.#event || "message", data: this.#data.join("\n") } : null;
    this.#event = "";
    this.#data = [];
    return event;
  }
}

/** Where the line ends and the next begins; null while that cannot be told (a CR at the end may be half of CRLF). */
function lineEnd(input: string, start: number): { at: number; next: number } | null {
  for (let at = start; at < input.length; at += 1) {
    if (input[at] === "\n") return { at, next: at + 1 };
    if (input[at] === "\r") {
      if (at + 1 === input.length) return null;
      return { at, next: input[at + 1] === "\n" ? at + 2 : at + 1 };
    }
  }
  return null;
}
