// What a service does to accesses and roles, past the store's page.

import { outcome } from './look.js';

async function access({ api, dice }) {
  return dice.pick(await api.list('accesses'));
}

async function switchAccess(scene) {
  const one = await access(scene);
  if (!one) return undefined;
  const enabled = scene.dice.chance(0.5);
  const answer = await scene.api.machine('PATCH', `/api/admin/accesses/${one.id}`, { enabled });
  return `access of ${one.userId} to ${one.featureInstanceId} is ${enabled ? 'on' : 'off'}: ${outcome(answer)}`;
}

async function takeAway(scene) {
  const one = await access(scene);
  if (!one) return undefined;
  const answer = await scene.api.machine('DELETE', `/api/admin/accesses/${one.id}`);
  return `access of ${one.userId} to ${one.featureInstanceId} goes: ${outcome(answer)}`;
}

async function give(scene) {
  const [one, member] = [await access(scene), scene.dice.pick(await scene.api.list('memberships'))];
  if (!one || !member) return undefined;
  const body = { userId: member.userId, featureInstanceId: one.featureInstanceId, roleIds: one.roleIds };
  const answer = await scene.api.machine('PUT', `/api/admin/accesses/given-${member.userId}-${one.featureInstanceId}`, body);
  return `${member.userId} gets access to ${one.featureInstanceId}: ${outcome(answer)}`;
}

/** Whoever has the role is told of again. */
async function callRoleOtherwise({ api, dice }) {
  const role = dice.pick((await api.list('roles')).filter((one) => one.featureInstanceId));
  if (!role) return undefined;
  const roleLabel = `${role.roleLabel.replace(/ \d+$/, '')} ${dice.below(10)}`;
  const answer = await api.machine('PATCH', `/api/admin/roles/${role.id}`, { roleLabel });
  return `role ${role.id} is called ${roleLabel}: ${outcome(answer)}`;
}

async function dropRole({ api, dice }) {
  const role = dice.pick((await api.list('roles')).filter((one) => one.featureInstanceId));
  if (!role) return undefined;
  return `role ${role.id} goes: ${outcome(await api.machine('DELETE', `/api/admin/roles/${role.id}`))}`;
}

export const ACCESS_ACTIONS = [[6, switchAccess], [3, takeAway], [4, give], [2, callRoleOtherwise], [1, dropRole]];
