// A real HTTP server on this machine that answers by script and remembers what it was asked.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { onTestFinished } from "vitest";

export interface Seen {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage["headers"];
  readonly body: unknown;
}

export type Step = (response: ServerResponse, seen: Seen) => void;

export class ScriptedServer {
  readonly seen: Seen[] = [];
  readonly #server: Server;
  #steps: Step[] = [];

  private constructor(server: Server) {
    this.#server = server;
  }

  /** Starts on a free port and stops with the test. */
  static async start(): Promise<ScriptedServer> {
    const server = createServer();
    const scripted = new ScriptedServer(server);
    server.on("request", (request, response) => void scripted.#answer(request, response));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    onTestFinished(() => scripted.stop());
    return scripted;
  }

  get base(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** The next answers, in order; the last one serves for all that follow. */
  script(...steps: Step[]): void {
    this.#steps = steps;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const text = Buffer.concat(chunks).toString();
    const seen = {
      method: request.method ?? "", url: request.url ?? "", headers: request.headers,
      body: text === "" ? null : (JSON.parse(text) as unknown),
    };
    this.seen.push(seen);
    const step = this.#steps.length > 1 ? this.#steps.shift() : this.#steps[0];
    if (!step) throw new Error(`nothing is scripted for \`${seen.method} ${seen.url}\``);
    step(response, seen);
  }
}

/** A JSON answer. */
export const json = (status: number, body: unknown, headers: Record<string, string> = {}): Step => (response) => {
  response.writeHead(status, { "Content-Type": "application/json", ...headers }).end(JSON.stringify(body));
};

/** A problem as the store sends it. */
export const problem = (status: number, code: string, more: object = {}, headers: Record<string, string> = {}): Step =>
  json(
    status,
    {
      type: `urn:turnpike:problem:${code}`, title: "Problem", status, detail: `about ${code}`, code,
      reasons: [{ code, params: {}, detail: `about ${code}`, fix: "a fix" }], traceId: "trace-1", ...more,
    },
    { "Content-Type": "application/problem+json", ...headers },
  );

/** The connection breaks before an answer. */
export const broken: Step = (response) => {
  response.socket?.destroy();
};

/** Nothing, ever. */
export const silent: Step = () => undefined;
