// Only what the store signed is taken, and only what was taken is acknowledged.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';

import express from 'express';
import { Webhook } from 'standardwebhooks';

import { webhook } from '../product/webhook.js';
import { EVENTS } from './events.js';

const [SECRET, OTHER] = ['whsec_c2VjcmV0IG9mIHRoZSBlbmRwb2ludA==', 'whsec_YW5vdGhlciBzZWNyZXQgb2Ygbm9ib2R5'];

async function delivered({ secret = SECRET, at = new Date(), change = (body) => body, keeper }) {
  const body = JSON.stringify(EVENTS[0]);
  const headers = {
    'content-type': 'application/json',
    'webhook-id': EVENTS[0].id,
    'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
    'webhook-signature': new Webhook(secret).sign(EVENTS[0].id, at, body),
  };
  const app = express();
  app.post('/', express.raw({ type: 'application/json' }), webhook(SECRET, keeper));
  app.use((error, _request, response, _next) => response.status(500).json({ error: error.message }));
  const server = app.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const answer = await fetch(`http://127.0.0.1:${server.address().port}/`, { method: 'POST', headers, body: change(body) });
  await answer.text();
  server.close();
  return answer.status;
}

test('a delivery that the store signed is taken', async () => {
  const taken = [];
  const keeper = { take: async (event) => taken.push(event) };
  assert.equal(await delivered({ keeper }), 204);
  assert.deepEqual(taken, [EVENTS[0]]);
});

test('another secret, other bytes and an old signature are refused, and nothing is taken', async () => {
  const keeper = { take: () => assert.fail('it was taken') };
  const old = new Date(Date.now() - 3_600_000);
  for (const fault of [{ secret: OTHER }, { change: (body) => body.replace('u-1', 'u-9').replace('i-1', 'i-9') }, { at: old }]) {
    assert.equal(await delivered({ ...fault, keeper }), 400);
  }
});

test('what could not be taken is not acknowledged', async () => {
  assert.equal(await delivered({ keeper: { take: async () => Promise.reject(new Error('the store does not answer')) } }), 500);
});
