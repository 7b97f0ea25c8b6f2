// A short history of one tenant, as the store tells it.

const told = [
  ['instance.activated', { instanceId: 'i-1', featureCode: 'chatbot' }],
  ['access.granted', { instanceId: 'i-1', featureCode: 'chatbot', userId: 'u-1', roles: ['chatbot-admin'] }],
  ['access.granted', { instanceId: 'i-1', featureCode: 'chatbot', userId: 'u-2', roles: ['chatbot-user'] }],
  ['subscription.changed', { subscriptionId: 's-1', planKey: 'FREE', status: 'PAUSED' }],
  ['instance.suspended', { instanceId: 'i-1', featureCode: 'chatbot', state: 'suspended' }],
  ['access.revoked', { instanceId: 'i-1', featureCode: 'chatbot', userId: 'u-2', roles: [] }],
  ['something.new', { instanceId: 'i-1' }],
  ['instance.resumed', { instanceId: 'i-1', featureCode: 'chatbot', state: 'active' }],
  ['access.granted', { instanceId: 'i-1', featureCode: 'chatbot', userId: 'u-1', roles: ['chatbot-viewer'] }],
  ['instance.activated', { instanceId: 'i-2', featureCode: 'payroll' }],
  ['access.granted', { instanceId: 'i-2', featureCode: 'payroll', userId: 'u-1', roles: ['payroll-admin'] }],
  ['access.revoked', { instanceId: 'i-2', featureCode: 'payroll', userId: 'u-1', roles: [] }],
  ['instance.ended', { instanceId: 'i-2', featureCode: 'payroll' }],
  ['subscription.changed', { subscriptionId: 's-2', planKey: 'FREE', status: null }],
];

/** The events, in order; the first has place 1. */
export const EVENTS = told.map(([type, data], n) => ({ id: `e-${n + 1}`, type, sequence: n + 1, mandateId: 'm-1', data }));

/** What a mirror has after all of them. */
export const MIRROR = {
  place: EVENTS.length,
  instances: { 'i-1': { mandateId: 'm-1', featureCode: 'chatbot', state: 'active', users: { 'u-1': ['chatbot-viewer'] } } },
  subscriptions: { 's-1': { mandateId: 'm-1', planKey: 'FREE', status: 'PAUSED' } },
};

/** The list of events, of which only those up to a place are there yet; those up to `gone` are deleted. */
export class Listed {
  constructor(upTo = EVENTS.length, gone = 0) {
    Object.assign(this, { upTo, gone, asked: 0 });
  }

  async events(after) {
    this.asked += 1;
    if (after > 0 && after < this.gone) throw Object.assign(new Error('gone'), { code: 'events-gone', status: 410 });
    // Pages are short, so that there are several.
    const items = EVENTS.filter(({ sequence }) => sequence > after && sequence <= this.upTo).slice(0, 3);
    const next = items.at(-1)?.sequence ?? after;
    return { items, next: String(next), more: next < this.upTo };
  }
}

/** A file that is none. */
export class Written {
  read() {
    return this.value;
  }

  write(value) {
    this.value = value;
  }
}
