// The rules' sentences name days and minutes in UTC: here they are written in the page's own zone and form.

import type { Speaker } from "../texts/speaker.js";
import type { Reason } from "./api.js";

const MINUTE = 60_000;
/** The last instant that has a date. */
const LAST = 8.64e15;

/** The sentence with the instants of the reason's parameters, each where it stands. */
export function inOwnTime(s: Speaker, sentence: string, { params }: Reason): string {
  const instants = Object.values(params).filter((value): value is number => typeof value === "number" && Math.abs(value) < LAST - MINUTE);
  return sentence.replace(/\d{4}-\d\d-\d\d( \d\d:\d\d UTC)?/g, (told, time?: string) => {
    // A minute is told as the first that does not begin before the instant.
    const exact = time ? instants.map((instant) => Math.ceil(instant / MINUTE) * MINUTE) : instants;
    const at = exact.findIndex((instant) => told.startsWith(new Date(instant).toISOString().slice(0, time ? 16 : 10).replace("T", " ")));
    const found = exact[at];
    if (found === undefined) return told;
    instants.splice(at, 1);
    return time ? s.dayTime(found) : s.day(found);
  });
}
