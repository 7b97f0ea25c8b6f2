// The event stream's format, however the network cuts it.
import { describe, expect, test } from "vitest";
import { SseParser } from "../../src/client/events/sse-parser.js";

const CASES: [string, string, { event: string; data: string }[]][] = [
  ["an event with a name", "event: revision\ndata: {}\n\n", [{ event: "revision", data: "{}" }]],
  ["without a name it is a message", "data: x\n\n", [{ event: "message", data: "x" }]],
  ["several lines of data", "data: a\ndata: b\ndata\n\n", [{ event: "message", data: "a\nb\n" }]],
  ["only one space is left out", "data:  x\n\ndata:y\n\n", [{ event: "message", data: " x" }, { event: "message", data: "y" }]],
  ["comments and heartbeats", ": hello\n\n:\n\ndata: x\n:in between\n\n", [{ event: "message", data: "x" }]],
  ["an event without data is none, and its name is forgotten", "event: a\n\ndata: x\n\n", [{ event: "message", data: "x" }]],
  ["CRLF", "event: a\r\ndata: x\r\n\r\ndata: y\r\n\r\n", [{ event: "a", data: "x" }, { event: "message", data: "y" }]],
  ["CR", "event: a\rdata: x\r\rdata: y\r\r:", [{ event: "a", data: "x" }, { event: "message", data: "y" }]],
  ["a mark of byte order at the start only", "\uFEFFdata: x\n\ndata: \uFEFFy\n\n", [{ event: "message", data: "x" }, { event: "message", data: "\uFEFFy" }]],
  ["unknown fields", "id: 7\nretry: 10\nfoo: bar\nfoo\ndata: x\n\n", [{ event: "message", data: "x" }]],
  ["what is not complete is no event", "data: x\n\ndata: y\n", [{ event: "message", data: "x" }]],
];

describe.each(CASES)("%s", (_, text, events) => {
  test("in one piece", () => {
    expect(new SseParser().feed(text)).toEqual(events);
  });

  test("cut at every place, and into single letters", () => {
    for (let at = 0; at <= text.length; at += 1) {
      const parser = new SseParser();
      expect([...parser.feed(text.slice(0, at)), ...parser.feed(text.slice(at))]).toEqual(events);
    }
    const parser = new SseParser();
    expect([...text].flatMap((letter) => parser.feed(letter))).toEqual(events);
  });
});
