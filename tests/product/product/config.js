// The product's settings, from variables. One that is missing is an error that names it.

import { join } from 'node:path';

function required(name) {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set`);
  return value;
}

/** Everything that differs between machines. Spans are milliseconds. */
export function config() {
  const folder = required('PRODUCT_FOLDER');
  return {
    port: Number(required('PRODUCT_PORT')),
    /** Where the store reaches the product. */
    publicUrl: required('PRODUCT_URL'),
    storeUrl: required('STORE_URL'),
    /** What people's tokens are signed with: the store's `TURNPIKE_JWT_SECRET`. */
    peopleSecret: required('STORE_PEOPLE_SECRET'),
    /** What the product's own tokens are signed with: one of the store's `TURNPIKE_SERVICE_JWT_SECRETS`. */
    service: { issuer: required('STORE_SERVICE_ISSUER'), audience: required('STORE_SERVICE_AUDIENCE'), secret: required('STORE_SERVICE_SECRET') },
    sessionSecret: required('PRODUCT_SESSION_SECRET'),
    backOfficeKey: required('PRODUCT_BACK_OFFICE_KEY'),
    /** The `dist` folder of the npm package turnpike-store. */
    elementFolder: required('PRODUCT_ELEMENT'),
    catchUpEvery: Number(process.env.PRODUCT_CATCH_UP_EVERY ?? 60_000),
    mirrorFile: join(folder, 'mirror.json'),
    endpointFile: join(folder, 'endpoint.json'),
  };
}
