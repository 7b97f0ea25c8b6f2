// Lets only those through to a feature who may use it, as the store says at this moment.

/** Express middleware for routes with `:tenant` and `:feature`. A store that does not answer is no yes: 503. */
export function gate(entitlements) {
  return async (request, response, next) => {
    const { tenant, feature } = request.params;
    const { entitled, instances } = await entitlements.of(request.person.id, tenant, feature);
    if (!entitled) return response.status(403).json({ error: `${feature} is not yours to use` });
    request.instances = instances.filter((instance) => instance.usable);
    next();
  };
}
