// Lets everything come to rest, and holds the mirror and the product's answers against the store.

import { until } from '../../browser/harness/wait.js';

import { useFeature } from './actions/use.js';
import { differences } from './compare.js';
import { AUDITOR, FEATURES, PEOPLE } from './world.js';

/** So many uses are tried when all is at rest. */
const USES = 40;
const WITHIN_MS = 120_000;

/** Waits until the mirror is the store; when it does not become so, an error that tells what differs. */
export async function settle(scene) {
  const { api, product, stripe, weather, dice, progress, roster } = scene;
  await Promise.all([weather.calm(), stripe.calm()]);
  let found = ['nothing was compared'];
  const isSame = async () => {
    const place = await api.newestPlace(progress.place);
    const mirror = await product.mirror();
    if (mirror.place !== place) return (found = [`the mirror is at ${mirror.place} of ${place}`]) && false;
    progress.place = place;
    found = await differences(scene);
    return found.length === 0;
  };
  await until('the mirror equals the store', isSame, WITHIN_MS).catch((error) => {
    throw new Error(`${error.message}:\n${found.slice(0, 20).join('\n')}`);
  });
  for (let n = 0; n < USES; n++) {
    await useFeature(scene, dice.pick([AUDITOR, ...PEOPLE]), dice.pick(roster.ids), dice.pick(FEATURES));
  }
  await menus(scene);
  weather.storm();
}

/** At rest the menu, which is made from the mirror, shows what can be used. */
async function menus({ api, product, roster }) {
  for (const user of [AUDITOR, ...PEOPLE]) {
    for (const { mandateId, instances } of await api.entitlements(roster.ids.map((id) => ({ userId: user, mandateId: id })))) {
      const { body } = await product.as(user, 'GET', `/tenants/${mandateId}/menu`);
      const right = [...new Set(instances.filter((one) => one.usable).map((one) => one.featureCode))];
      if (`${body.sort()}` !== `${right.sort()}`) throw new Error(`the menu of ${user} in ${mandateId} shows ${body}, not ${right}`);
    }
  }
}
