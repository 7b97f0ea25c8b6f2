// Asks the policy everything in a file: `node answer.mjs MODULE CALLS ANSWERS`. Calls end with a NUL byte, answers with a
// line feed; prints how many nanoseconds the decisions took.

import { readFileSync, writeFileSync } from 'node:fs';

import { Policy } from './policy.mjs';

const [module, calls, answers] = process.argv.slice(2);
const policy = await Policy.load(readFileSync(module));
const asked = [];
const text = readFileSync(calls);
for (let at = 0, end; (end = text.indexOf(0, at)) >= 0; at = end + 1) asked.push(text.subarray(at, end));

const start = process.hrtime.bigint();
const answered = asked.map((call) => policy.decide(call));
const nanoseconds = process.hrtime.bigint() - start;

const lineFeed = Buffer.from('\n');
writeFileSync(answers, Buffer.concat(answered.flatMap((answer) => [answer, lineFeed])));
console.log(String(nanoseconds));
