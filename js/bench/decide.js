// Prints how long one decision takes in Node, with the way into the module and back. `npm run bench`
import { readFileSync } from "node:fs";
import * as rules from "../src/wasm/policy.js";

const module = readFileSync(new URL("../src/wasm/policy_bg.wasm", import.meta.url));
const read = (name) => JSON.parse(readFileSync(new URL(`../../tests/cases/base/${name}.json`, import.meta.url), "utf8"));

/** Decisions of one measurement: short, so that on a busy machine some are not interrupted. */
const ROUND = 50;
const SECONDS = 3;

const start = performance.now();
rules.initSync({ module });
const calls = { activation: read("activation"), deactivation: read("deactivation") };
rules.decide(calls.activation);
console.log(`first decision: ${(performance.now() - start).toFixed(1)} ms after the bytes were there`);

for (const [name, call] of Object.entries(calls)) {
  for (let warm = 0; warm < 5_000; warm += 1) rules.decide(call);
  const rounds = [];
  for (const end = performance.now() + SECONDS * 1_000; performance.now() < end; ) {
    const begin = performance.now();
    for (let round = 0; round < ROUND; round += 1) rules.decide(call);
    rounds.push(((performance.now() - begin) / ROUND) * 1_000);
  }
  rounds.sort((a, b) => a - b);
  const [fastest, median] = [rounds[0], rounds[rounds.length >> 1]].map((time) => time.toFixed(1));
  console.log(`${name}: one decision takes ${median} µs, ${fastest} at its fastest, of ${rounds.length * ROUND}`);
}
