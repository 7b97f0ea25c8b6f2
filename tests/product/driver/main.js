// Does things to the product and its store at random, and shows that the product's mirror equals the store.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

import { artifacts } from '../../browser/harness/places.js';

import { act } from './actions/index.js';
import { signUp } from './actions/tenants.js';
import { checkPage } from './page_check.js';
import { startScene } from './scene.js';
import { settle } from './settle.js';

/** How many actions are shown of a run that failed. */
const SHOWN = 25;

const { values } = parseArgs({
  options: {
    actions: { type: 'string', default: '40' },
    seed: { type: 'string', default: '1' },
    'settle-every': { type: 'string', default: '100' },
    verbose: { type: 'boolean', default: false },
  },
});
const [actions, seed, settleEvery] = [values.actions, values.seed, values['settle-every']].map(Number);

const log = [];
let done = 0;
const begun = performance.now();
const took = () => `${Math.round((performance.now() - begun) / 1000)} s`;
const scene = await startScene(seed);
try {
  await run();
} catch (error) {
  process.exitCode = 1;
  const file = join(artifacts(), 'host.log');
  writeFileSync(file, scene.host.program?.printed ?? '');
  console.error(`\nseed ${seed}, after ${done} of ${actions} actions (${took()}); the last ones:\n${log.slice(-SHOWN).join('\n')}`);
  console.error(`\n${error.stack}\n\nthe store's log: ${file}\nthe product printed:\n${scene.product.program?.printed.slice(-2000)}`);
} finally {
  await scene.stop();
}

async function run() {
  // What the import brought is told by no event: the mirror was made from what the store says.
  await settle(scene);
  for (const isPaid of [true, false, true]) log.push(await signUp(scene, isPaid));
  await checkPage(scene, 't-0', 'payroll');
  for (let n = 1; n <= actions; n++) {
    log.push(`${n}: ${await act(scene)}`);
    done = n;
    if (values.verbose) console.log(log.at(-1));
    if (n % settleEvery === 0 && n < actions) {
      await settle(scene);
      console.log(`${n} actions, ${scene.progress.place} events, ${took()}: the mirror equals the store`);
    }
  }
  await settle(scene);
  // And whoever begins without a mirror comes to the same.
  await scene.product.forget();
  await settle(scene);
  const fates = Object.entries(scene.weather.counts).map(([fate, count]) => `${fate} ${count}`).join(', ');
  console.log(`${actions} actions of seed ${seed}, ${scene.progress.place} events, ${took()}: the mirror equals the store`);
  console.log(`deliveries: ${fates}`);
}
