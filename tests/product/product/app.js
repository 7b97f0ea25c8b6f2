// The product's routes.

import express from 'express';

import { backOffice } from './back_office.js';
import { gate } from './gate.js';
import { usable } from './mirror.js';
import { ADD_ONS_SCRIPT, addOnsPage, pagePolicy } from './page.js';
import { StoreError } from './store.js';
import { tokenOfPerson } from './tokens.js';
import { webhook } from './webhook.js';

/** Puts the parts together. */
export function app({ config, session, tenants, entitlements, keeper, secret }) {
  const app = express();
  app.disable('x-powered-by');
  const signedIn = session.required();

  // The raw body: the signature is over its bytes.
  app.post('/webhooks/turnpike', express.raw({ type: 'application/json', limit: '64kb' }), webhook(secret, keeper));
  app.use('/back-office', express.json(), backOffice(tenants, keeper, config.backOfficeKey));
  app.use('/turnpike-store', express.static(config.elementFolder));

  // In place of a password: whoever says who they are is believed, on this machine.
  app.post('/sign-in', express.json(), (request, response) => {
    session.begin(response, request.body);
    response.status(204).end();
  });

  // A token for the store, in the name of who is signed in.
  app.get('/token', signedIn, (request, response) => {
    response.set('cache-control', 'no-store').type('text').send(tokenOfPerson(request.person, config.peopleSecret));
  });

  // The page with the store in it.
  app.get('/tenants/:tenant/add-ons', signedIn, (request, response) => {
    response.set('content-security-policy', pagePolicy(config.storeUrl)).send(addOnsPage(config.storeUrl, request.params.tenant));
  });
  app.get('/add-ons.js', (_request, response) => response.type('js').send(ADD_ONS_SCRIPT));

  // What a person sees in the menu comes from the mirror: no question to the store, and a moment old.
  app.get('/tenants/:tenant/menu', signedIn, (request, response) => {
    response.json(usable(keeper.mirror, request.person.id, request.params.tenant));
  });
  // What a person does is asked about at this moment.
  app.post('/tenants/:tenant/features/:feature', signedIn, gate(entitlements), (request, response) => {
    response.json({ used: request.instances.map((instance) => instance.instanceId) });
  });

  app.use((error, _request, response, _next) => {
    const status = error instanceof StoreError ? (error.status === 503 || error.status === 504 ? 503 : 502) : (error.status ?? 500);
    response.status(status).json({ error: error.message });
  });
  return app;
}
