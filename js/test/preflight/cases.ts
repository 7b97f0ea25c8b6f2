// The rules' cases of tests/cases as calls with the answer that is right.
import { readdirSync, readFileSync } from "node:fs";
import type { Answer, Call } from "../../src/preflight/index.js";

export interface Case {
  readonly name: string;
  readonly call: Call;
  readonly answer: Answer;
}

interface CaseFile {
  readonly rule: string;
  readonly base?: string;
  readonly cases: readonly {
    readonly name: string;
    readonly base?: string;
    readonly change?: Readonly<Record<string, unknown>>;
    readonly answer: Answer;
  }[];
}

const folder = new URL("../../../tests/cases/", import.meta.url);
const read = <T>(path: string): T => JSON.parse(readFileSync(new URL(path, folder), "utf8")) as T;

/** All cases that are a call; texts that are none have no place here. */
export function readCases(): Case[] {
  const files = readdirSync(folder).filter((name) => name.endsWith(".json")).map((name) => read<CaseFile>(name));
  return files.flatMap(({ rule, base, cases }) =>
    cases.flatMap(({ name, base: own, change = {}, answer }) => {
      const named = own ?? base;
      if (!named) return [];
      const call = read<Call>(`base/${named}.json`);
      // In the order of their pointers, so that a whole comes before its parts.
      for (const pointer of Object.keys(change).sort()) set(call, pointer, change[pointer]);
      return [{ name: `${rule}: ${name}`, call, answer }];
    }),
  );
}

function set(call: Call, pointer: string, value: unknown): void {
  const path = pointer.slice(1).split("/");
  const last = path.pop() ?? "";
  let place = call as unknown as Record<string, unknown>;
  for (const part of path) place = place[part] as Record<string, unknown>;
  if (!(last in place)) throw new Error(`the base has no \`${pointer}\``);
  place[last] = value;
}
