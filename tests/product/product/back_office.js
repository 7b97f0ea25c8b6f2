// What the product's own people do: tenants and people come and go, and are written into the store.

import { Router } from 'express';

import { isSame } from './session.js';

/** Routes for whoever has the key. 503 means that it may be done in part: the same request again does the rest. */
export function backOffice(tenants, keeper, key) {
  const router = Router();
  router.use((request, response, next) => {
    if (isSame(request.headers.authorization ?? '', `Bearer ${key}`)) next();
    else response.status(401).json({ error: 'for the back office only' });
  });
  router.get('/mirror', (_request, response) => response.json(keeper.mirror));
  router.put('/tenants/:tenant', async (request, response) => {
    await tenants.signUp({ ...request.body, tenant: request.params.tenant });
    response.status(204).end();
  });
  router.delete('/tenants/:tenant', async (request, response) => {
    await tenants.close(request.params.tenant);
    response.status(204).end();
  });
  router.put('/tenants/:tenant/people/:user', async (request, response) => {
    await tenants.person(request.params.tenant, { ...request.body, user: request.params.user });
    response.status(204).end();
  });
  router.delete('/tenants/:tenant/people/:user', async (request, response) => {
    await tenants.leave(request.params.tenant, request.params.user);
    response.status(204).end();
  });
  router.delete('/people/:user', async (request, response) => {
    await tenants.forget(request.params.user);
    response.status(204).end();
  });
  return router;
}
