// However deliveries come, the mirror becomes what the events say in their order.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Dice } from '../driver/dice.js';
import { Keeper } from '../product/keeper.js';
import { after, nothing, usable } from '../product/mirror.js';
import { EVENTS, Listed, MIRROR, Written } from './events.js';

const fresh = async () => nothing();

test('events in their order make the mirror', () => {
  assert.deepEqual(EVENTS.reduce(after, nothing()), MIRROR);
});

test('a menu shows what is active and whose access is on, of that tenant', () => {
  const upTo = (place) => EVENTS.slice(0, place).reduce(after, nothing());
  const cases = [
    [3, 'u-1', 'm-1', ['chatbot']], [3, 'u-2', 'm-1', ['chatbot']], [3, 'u-1', 'm-2', []], [3, 'toString', 'm-1', []],
    [5, 'u-1', 'm-1', []], [8, 'u-1', 'm-1', ['chatbot']], [8, 'u-2', 'm-1', []], [11, 'u-1', 'm-1', ['chatbot', 'payroll']],
  ];
  for (const [place, user, tenant, right] of cases) assert.deepEqual(usable(upTo(place), user, tenant), right, `${user} at ${place}`);
});

test('what comes in order needs no list', async () => {
  const [file, list] = [new Written(), new Listed(0)];
  const keeper = new Keeper(file, list, fresh);
  await keeper.catchUp();
  const before = list.asked;
  for (const event of EVENTS) await keeper.take(event);
  assert.deepEqual(file.value, MIRROR);
  assert.equal(list.asked, before);
});

test('deliveries lost, repeated and in any order', async () => {
  for (let seed = 0; seed < 300; seed++) {
    const dice = new Dice(seed);
    const [file, list] = [new Written(), new Listed(0)];
    let keeper = new Keeper(file, list, fresh);
    await keeper.catchUp();
    const waiting = [];
    while (list.upTo < EVENTS.length || waiting.length > 0) {
      if (list.upTo < EVENTS.length && dice.chance(0.6)) {
        const event = EVENTS[list.upTo++];
        for (let copies = dice.below(3); copies > 0; copies--) waiting.push(event);
      } else if (waiting.length > 0) {
        // At once, and not one after the other.
        const taken = waiting.splice(dice.below(waiting.length), 1 + dice.below(3));
        await Promise.all(taken.map((event) => keeper.take(event)));
      }
      if (dice.chance(0.1)) keeper = new Keeper(file, list, fresh);
      const right = EVENTS.slice(0, keeper.mirror.place).reduce(after, nothing());
      assert.deepEqual(keeper.mirror, right, `seed ${seed}`);
    }
    await keeper.catchUp();
    assert.deepEqual(file.value, MIRROR, `seed ${seed}`);
  }
});

test('an event that leaves something out is read in full', async () => {
  const file = new Written();
  file.write(nothing());
  const keeper = new Keeper(file, new Listed(), fresh);
  const { roles: _roles, ...data } = EVENTS[0].data;
  await keeper.take({ ...EVENTS[0], data: { ...data, truncated: true } });
  assert.deepEqual(keeper.mirror, MIRROR);
});

test('where events are gone the mirror is made anew', async () => {
  const file = new Written();
  file.write({ ...nothing(), place: 2 });
  const keeper = new Keeper(file, new Listed(EVENTS.length, 5), async () => ({ ...MIRROR, place: 5 }));
  await keeper.catchUp();
  assert.equal(keeper.mirror.place, 5, 'and goes on from there');
  await keeper.catchUp();
  assert.equal(keeper.mirror.place, EVENTS.length);
});

test('what cannot be written is not taken', async () => {
  const file = new Written();
  file.write(nothing());
  const keeper = new Keeper(file, new Listed(0), fresh);
  file.write = () => {
    throw new Error('the disk is full');
  };
  await assert.rejects(keeper.take(EVENTS[0]), /full/);
  assert.equal(keeper.mirror.place, 0);
  delete file.write;
  await keeper.take(EVENTS[0]);
  assert.equal(keeper.mirror.place, 1);
});
