// Which day and minute an instant is in a time zone. Intl is asked for the zone's offset only, never for words.

/** Year, month (1–12), day, hour and minute. */
export interface Civil {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
}

/** An instant: ISO 8601, or milliseconds since 1970 in UTC. */
export type Instant = string | number;

/** The time zone unless another is named. */
export const ZONE = "Europe/Zurich";

const readers = new Map<string, Intl.DateTimeFormat | null>();

/** Milliseconds of an instant; `NaN` where it is none. */
export function millis(instant: Instant): number {
  return typeof instant === "number" ? instant : Date.parse(instant);
}

/** The instant as clocks in the zone show it; in UTC where the browser does not know the zone. */
export function civil(instant: Instant, zone: string = ZONE): Civil {
  const reader = readerOf(zone);
  const time = millis(instant);
  if (!reader) {
    const date = new Date(time);
    return {
      year: date.getUTCFullYear(),
      month: date.getUTCMonth() + 1,
      day: date.getUTCDate(),
      hour: date.getUTCHours(),
      minute: date.getUTCMinutes(),
    };
  }
  const parts = new Map(reader.formatToParts(time).map((part) => [part.type, Number(part.value)]));
  const part = (type: Intl.DateTimeFormatPartTypes) => parts.get(type) ?? 0;
  return { year: part("year"), month: part("month"), day: part("day"), hour: part("hour"), minute: part("minute") };
}

function readerOf(zone: string): Intl.DateTimeFormat | null {
  const known = readers.get(zone);
  if (known !== undefined || zone === "UTC") return known ?? null;
  let reader: Intl.DateTimeFormat | null = null;
  try {
    reader = new Intl.DateTimeFormat("en-US-u-ca-gregory-nu-latn", {
      timeZone: zone,
      hourCycle: "h23",
      year: "numeric",
      month: "numeric",
      day: "numeric",
      hour: "numeric",
      minute: "numeric",
    });
  } catch {
    // A zone this browser does not know.
  }
  readers.set(zone, reader);
  return reader;
}
