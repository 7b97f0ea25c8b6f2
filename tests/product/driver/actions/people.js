// People come and go: through the product, which writes it into the store.

import { PEOPLE } from '../world.js';
import { outcome } from './look.js';

async function join({ product, roster, dice }) {
  const [tenant, user] = [dice.pick(roster.present), dice.pick(PEOPLE)];
  const person = { username: user, admin: dice.chance(0.5), enabled: true };
  const answer = await product.office('PUT', `/tenants/${tenant.id}/people/${user}`, person);
  return `${user} joins ${tenant.id} ${person.admin ? 'as its admin' : ''}: ${outcome(answer)}`;
}

async function shutOut({ product, roster, dice }) {
  const [tenant, user] = [dice.pick(roster.present), dice.pick(PEOPLE)];
  const answer = await product.office('PUT', `/tenants/${tenant.id}/people/${user}`, { username: user, enabled: false });
  return `${user} is shut out of ${tenant.id}: ${outcome(answer)}`;
}

async function leave({ product, roster, dice }) {
  const [tenant, user] = [dice.pick(roster.present), dice.pick(PEOPLE)];
  return `${user} leaves ${tenant.id}: ${outcome(await product.office('DELETE', `/tenants/${tenant.id}/people/${user}`))}`;
}

async function forget({ product, dice }) {
  const user = dice.pick(PEOPLE);
  return `${user} leaves the product: ${outcome(await product.office('DELETE', `/people/${user}`))}`;
}

export const PEOPLE_ACTIONS = [[12, join], [4, shutOut], [4, leave], [1, forget]];
