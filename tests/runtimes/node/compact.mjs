// Asks the policy everything in a file in the compact form: `node compact.mjs MODULE CALLS ANSWERS`. Calls and answers are
// hexadecimal digits; calls end with a NUL byte, answers with a line feed. Prints how many nanoseconds the decisions took.

import { readFileSync, writeFileSync } from 'node:fs';

const [module, calls, answers] = process.argv.slice(2);
const { exports } = new WebAssembly.Instance(new WebAssembly.Module(readFileSync(module)));
const { memory, turnpike_alloc: alloc, turnpike_free: free, turnpike_decide_compact: decide } = exports;
const asked = readFileSync(calls, 'latin1').split('\0').slice(0, -1).map((digits) => Buffer.from(digits, 'hex'));

const start = process.hrtime.bigint();
const answered = asked.map((call) => {
  const callAt = alloc(call.length) >>> 0;
  new Uint8Array(memory.buffer, callAt, call.length).set(call);
  const packed = BigInt.asUintN(64, decide(callAt, call.length));
  const [answerAt, length] = [Number(packed >> 32n), Number(packed & 0xffffffffn)];
  const answer = Buffer.from(memory.buffer.slice(answerAt, answerAt + length));
  free(answerAt, length);
  free(callAt, call.length);
  return answer;
});
const nanoseconds = process.hrtime.bigint() - start;

writeFileSync(answers, answered.map((answer) => `${answer.toString('hex')}\n`).join(''));
console.log(String(nanoseconds));
