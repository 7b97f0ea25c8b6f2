// One connection to the event stream, read until it ends.
import type { Runtime } from "../runtime.js";
import { SseParser, type ServerEvent } from "./sse-parser.js";
import { isRevision, type Revision } from "./types.js";

/** Why the stream ended: by the server's word, or without one (`closed`). */
export type StreamEnd = "token-expired" | "membership-ended" | "draining" | "closed";

/** The server sends something every 20 s: three of them missing mean that the connection is dead. */
const SILENCE_MS = 65_000;

/** Reads a stream to its end. Rejects only when the signal is aborted. */
export async function readStream(
  response: Response,
  onRevision: (revision: Revision) => void,
  runtime: Runtime,
  signal: AbortSignal,
): Promise<StreamEnd> {
  const reader = response.body?.pipeThrough(new TextDecoderStream() as TransformStream<Uint8Array, string>).getReader();
  if (!reader) return "closed";
  const parser = new SseParser();
  const stop = () => void reader.cancel().catch(() => undefined);
  signal.addEventListener("abort", stop, { once: true });
  try {
    for (;;) {
      const clear = runtime.after(SILENCE_MS, stop);
      const chunk = await reader.read().finally(clear);
      signal.throwIfAborted();
      if (chunk.done) return "closed";
      for (const event of parser.feed(chunk.value)) {
        const end = take(event, onRevision);
        if (end) return end;
      }
    }
  } catch {
    signal.throwIfAborted();
    // A connection that breaks is no news: it is opened again.
    return "closed";
  } finally {
    signal.removeEventListener("abort", stop);
    stop();
  }
}

function take({ event, data }: ServerEvent, onRevision: (revision: Revision) => void): StreamEnd | null {
  const value = parsed(data);
  if (event === "revision" && isRevision(value)) onRevision(value);
  if (event !== "end") return null;
  const reason = (value as { reason?: unknown } | null)?.reason;
  return reason === "token-expired" || reason === "membership-ended" || reason === "draining" ? reason : "closed";
}

function parsed(data: string): unknown {
  try {
    return JSON.parse(data);
  } catch {
    return null;
  }
}
