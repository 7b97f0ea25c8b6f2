// The data set of the page's tests: people, mandates and instances from which every state of the page can be reached.

import { Document } from './document.js';
import { FEATURES } from './features.js';

/** Administers every mandate. */
export const ANNA = 'u-anna';
/** Administers `PAID`, too. */
export const CARLA = 'u-carla';
/** A member of `PAID` without rights. */
export const BEN = 'u-ben';
/** On file, member of nothing. */
export const SAM = 'u-sam';

/** Paid, room for five, two instances: one that Anna and Ben use, one that Ben uses alone. */
export const PAID = 'm-paid';
/** Free of charge, room for three, none. */
export const FREE = 'm-free';
/** Paid and full: one of one. */
export const FULL = 'm-full';
/** Its subscription has ended. */
export const LAPSED = 'm-lapsed';
/** A bill is open: nothing that costs money. */
export const PAST_DUE = 'm-past-due';
/** Its subscription is unpaid: what it has is suspended. */
export const SUSPENDED = 'm-suspended';
/** The instances of `PAID` at the start. */
export const SHARED = { instance: 'i-documents', feature: 'documents' };
export const BENS = { instance: 'i-bookkeeping', feature: 'bookkeeping' };

/** The labels of the mandates, as the page shows them. */
export const LABELS = {
  [PAID]: 'Alpenblick Treuhand AG',
  [FREE]: 'Sonnenhof Genossenschaft',
  [FULL]: 'Seeland Garten GmbH',
  [LAPSED]: 'Verein Jura-Höhenwege',
  [PAST_DUE]: 'Bergbahn Test AG',
  [SUSPENDED]: 'Lindenapotheke',
};

/** The price of one instance of `PAID` per month, in minor units. */
export const PRICE = 2950;

/** The document; `paidItem` are further fields of the simulator's item of `PAID`, `features` another catalogue. */
export function storeDocument({ paidItem = {}, features = FEATURES } = {}) {
  const document = new Document()
    .plan('FREE3', 'Gratis', null, 3)
    .plan('BASIC', 'Basic', PRICE, 5)
    .plan('SINGLE', 'Single', 1900, 1)
    .plan('TRIAL_7D', 'Trial', 0, 3)
    .user(ANNA).user(CARLA).user(BEN).user(SAM);
  features.forEach((feature) => document.feature(feature));
  for (const [mandate, label] of Object.entries(LABELS)) document.mandate(mandate, label).member(ANNA, mandate, ['admin']);
  const codes = new Set(features.map((feature) => feature.code));
  const instance = (id, mandate, code, users) => codes.has(code) && document.instance(id, mandate, code, users);
  instance(SHARED.instance, PAID, SHARED.feature, [ANNA, BEN]);
  instance(BENS.instance, PAID, BENS.feature, [BEN]);
  instance('i-full', FULL, 'documents', [ANNA]);
  instance('i-suspended', SUSPENDED, 'documents', [ANNA]);
  return document
    .member(CARLA, PAID, ['admin'])
    .member(BEN, PAID, ['user'])
    .subscription(PAID, 'BASIC', { stripe: paidItem })
    .subscription(FREE, 'FREE3')
    .subscription(FULL, 'SINGLE', { stripe: {} })
    .subscription(LAPSED, 'BASIC', { status: 'CANCELED' })
    .subscription(PAST_DUE, 'BASIC', { status: 'PAST_DUE', stripe: { status: 'past_due' } })
    .subscription(SUSPENDED, 'BASIC', { status: 'UNPAID', stripe: { status: 'unpaid' } })
    .build();
}
