// What the product knows of who may use what: a value, and how an event changes it. Pure.
//
// `place` is that of the last event in it. Places have no gaps, and nothing comes before what it followed from: whoever
// takes events by their places alone takes each once and in order, however often and in whatever order they come.

/** Nothing is known yet. */
export const nothing = () => ({ place: 0, instances: {}, subscriptions: {} });

/** Whether an event is in the mirror already, is the next one, or lies beyond a gap. */
export function standing(mirror, event) {
  if (event.sequence <= mirror.place) return 'known';
  return event.sequence === mirror.place + 1 && !event.data.truncated ? 'next' : 'beyond';
}

/** The mirror after the next event. */
export function after(mirror, event) {
  return { ...mirror, ...CHANGES[event.type]?.(mirror, event), place: event.sequence };
}

/** What a person can use in a tenant: the features' codes. */
export function usable(mirror, userId, mandateId) {
  const able = Object.values(mirror.instances).filter(
    (instance) => instance.mandateId === mandateId && instance.state === 'active' && Object.hasOwn(instance.users, userId),
  );
  return [...new Set(able.map((instance) => instance.featureCode))];
}

const instance = (mirror, event, change) => {
  const { instanceId, featureCode } = event.data;
  const known = mirror.instances[instanceId] ?? { mandateId: event.mandateId, featureCode, state: 'active', users: {} };
  return { instances: { ...mirror.instances, [instanceId]: change(known) } };
};

const begins = (mirror, event) => instance(mirror, event, (known) => ({ ...known, state: 'active' }));
const stands = (mirror, event) => instance(mirror, event, (known) => ({ ...known, state: event.data.state }));

/** Types that are not here change nothing: the store may get further ones. */
const CHANGES = {
  'instance.activated': begins,
  'instance.restored': begins,
  'instance.suspended': stands,
  'instance.resumed': stands,
  'instance.ended': (mirror, event) => {
    const { [event.data.instanceId]: _ended, ...instances } = mirror.instances;
    return { instances };
  },
  'access.granted': (mirror, event) =>
    instance(mirror, event, (known) => ({ ...known, users: { ...known.users, [event.data.userId]: event.data.roles } })),
  'access.revoked': (mirror, event) => {
    if (!mirror.instances[event.data.instanceId]) return {};
    return instance(mirror, event, (known) => {
      const { [event.data.userId]: _revoked, ...users } = known.users;
      return { ...known, users };
    });
  },
  'subscription.changed': (mirror, event) => {
    const { subscriptionId, planKey, status } = event.data;
    const { [subscriptionId]: _before, ...others } = mirror.subscriptions;
    const subscriptions = status === null ? others : { ...others, [subscriptionId]: { mandateId: event.mandateId, planKey, status } };
    return { subscriptions };
  },
};
