// Random mandates as an import document: each is one situation, of which the same person asks everything.

import { Document } from '../world/document.js';
import { Random } from './random.js';

/** Who asks. */
export const ME = 'u-me';

const DAY = 24 * 60 * 60 * 1000;
const PRICES = [['NOTHING', null], ['ZERO', 0], ['NINETEEN', 1900], ['NINETY', 9000]];
const LIMITS = [null, 0, 1, 2, 4];
/** Offered, offered, offered without a role for admins, and not in the store. */
const FEATURES = ['chat', 'notes', 'roleless', 'internal'];
/** What the simulator calls our states; it knows no others. */
const AT_STRIPE = { ACTIVE: 'active', TRIALING: 'trialing', PAST_DUE: 'past_due', UNPAID: 'unpaid', PAUSED: 'paused', CANCELED: 'canceled' };

/** A document of so many situations, and the ids of its mandates. */
export function situations(seed, count) {
  const random = new Random(seed);
  const document = new Document();
  for (const [key, price] of PRICES) for (const limit of LIMITS) document.plan(`${key}-${limit}`, `${key} ${limit}`, price, limit);
  document
    .feature({ code: 'chat', label: { en: 'Chat' } })
    .feature({ code: 'notes', label: { en: 'Notes' } })
    .feature({ code: 'roleless', label: { en: 'Roleless' }, templateRoles: ['roleless-user'] })
    .feature({ code: 'internal', label: { en: 'Internal' }, category: 'system' })
    .user(ME).user('u-1').user('u-2');
  const mandates = Array.from({ length: count }, (_, index) => `m${index}`);
  const instances = mandates.flatMap((mandate) => situation(random, document, mandate));
  return { document: document.build(), mandates, instances };
}

function situation(random, document, mandate) {
  document.mandate(mandate, mandate, { enabled: random.chance(0.92), isSystem: random.chance(0.05) });
  if (random.chance(0.96)) document.member(ME, mandate, labels(random), { enabled: random.chance(0.95) });
  document.member('u-1', mandate, ['admin']);
  const instances = Array.from({ length: random.upTo(3) }, (_, index) => instance(random, document, mandate, index));
  const subscriptions = random.weighted([1, 80], [0, 8], [2, 12]);
  for (let index = 0; index < subscriptions; index += 1) subscription(random, document, mandate);
  return instances;
}

function labels(random) {
  return random.weighted([['admin'], 70], [['user'], 8], [[], 3], [[' ADMIN '], 5], [['noadmin'], 4], [['site admin'], 5], [['user', 'admin'], 5]);
}

function instance(random, document, mandate, index) {
  const id = `i-${mandate}-${index}`;
  const feature = random.weighted(['chat', 45], ['notes', 35], ['roleless', 10], ['internal', 5], ['forgotten', 5]);
  const users = [ME, 'u-1', 'u-2'].filter((user) => random.chance(user === ME ? 0.6 : 0.4));
  const accesses = users.map((user) => ({ user, enabled: random.chance(0.9) }));
  document.instance(id, mandate, feature, accesses, { enabled: random.chance(0.92) });
  return { mandate, instance: id, feature };
}

function subscription(random, document, mandate) {
  const status = random.weighted(['ACTIVE', 60], ['TRIALING', 12], ['PAST_DUE', 8], ['UNPAID', 4], ['PAUSED', 3], ['CANCELED', 4], ['EXPIRED', 3], ['PENDING', 3], ['SCHEDULED', 3]);
  const [key] = random.one(PRICES);
  const plan = random.chance(0.04) ? 'NO-SUCH-PLAN' : `${key}-${random.one(LIMITS)}`;
  const isBound = AT_STRIPE[status] !== undefined && random.chance(key === 'NINETEEN' || key === 'NINETY' ? 0.88 : 0.2);
  const stripe = isBound ? { status: AT_STRIPE[status], ...oddly(random) } : undefined;
  document.subscription(mandate, plan, {
    status,
    startsAt: instant(random, 0.1),
    endsAt: instant(random, 0.08),
    trialEndsAt: status === 'TRIALING' ? instant(random, 0.7) : null,
    stripe,
  });
}

/** Now and then Stripe's item is not as it should be: another price, another quantity. */
function oddly(random) {
  return random.weighted([{}, 90], [{ price_minor: 777 }, 4], [{ quantity: 9 }, 3], [{ quantity: 0 }, 3]);
}

/** Null, or some days ago or ahead. */
function instant(random, probability) {
  if (!random.chance(probability)) return null;
  return new Date(Date.now() + (random.upTo(40) - 20.5) * DAY).toISOString();
}

/** Everything that one may ask to be started in a mandate. */
export const ASKED_FEATURES = [...FEATURES, 'forgotten'];
