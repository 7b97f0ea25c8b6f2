// Asks the policy once: `node decide.mjs MODULE < CALL` writes the answer to the call, and not a byte more.

import { readFileSync } from 'node:fs';

import { Policy } from './policy.mjs';

const policy = await Policy.load(readFileSync(process.argv[2]));
process.stdout.write(policy.decide(readFileSync(0)));
