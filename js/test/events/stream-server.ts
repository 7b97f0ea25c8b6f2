// The store's event stream and preflight on a real HTTP server: a test says what is streamed and when it ends.
import type { ServerResponse } from "node:http";
import { StoreClient } from "../../src/client/index.js";
import { json, ScriptedServer, type Seen, type Step } from "../client/scripted-server.js";
import type { TestRuntime } from "../client/test-runtime.js";

export class StreamServer {
  /** What the preflight answers. */
  factsVersion = "polled-1";
  /** Instead of a stream; null for a stream. */
  refusal: Step | null = null;
  readonly streams: ServerResponse[] = [];
  polls = 0;
  readonly #server: ScriptedServer;

  private constructor(server: ScriptedServer) {
    this.#server = server;
  }

  static async start(): Promise<StreamServer> {
    const server = await ScriptedServer.start();
    const stream = new StreamServer(server);
    server.script((response, seen) => stream.#answer(response, seen));
    return stream;
  }

  /** Signed in by a token, or by the browser's cookie where there is none. */
  client(runtime: TestRuntime, getToken: (() => string) | null = () => "t"): StoreClient {
    const who = getToken ? { getToken } : { credentials: "cookie" as const };
    return new StoreClient({ apiBase: this.#server.base, ...who, runtime, retry: { attempts: 1 } });
  }

  get seen(): readonly Seen[] {
    return this.#server.seen;
  }

  /** Streams that are open. */
  get open(): ServerResponse[] {
    return this.streams.filter((stream) => !stream.writableEnded && !stream.destroyed);
  }

  revision(revision: string): void {
    for (const stream of this.open) stream.write(`event: revision\ndata: {"revision":"${revision}","digest":"d"}\n\n`);
  }

  beat(): void {
    for (const stream of this.open) stream.write(":\n\n");
  }

  end(reason: string): void {
    for (const stream of this.open) stream.end(`event: end\ndata: {"reason":"${reason}"}\n\n`);
  }

  cut(): void {
    for (const stream of this.open) stream.destroy();
  }

  #answer(response: ServerResponse, seen: Seen): void {
    if (seen.url.startsWith("/api/store/preflight")) {
      this.polls += 1;
      return json(200, { factsVersion: this.factsVersion, policyDigest: "d" })(response, seen);
    }
    if (this.refusal) return this.refusal(response, seen);
    response.writeHead(200, { "Content-Type": "text/event-stream" });
    response.write(": welcome\n\n");
    this.streams.push(response);
  }
}
