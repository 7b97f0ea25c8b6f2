// What there is before the first action: plans, features, and tenants that an import brought with instances in use.

import { Document } from '../../browser/world/document.js';

export const FEATURES = ['chatbot', 'documents', 'payroll', 'signature', 'timesheet'];
export const FREE_PLANS = ['FREE', 'FREE3'];
export const PAID_PLAN = 'BASIC';
/** What an instance of it costs, in minor units. */
const PRICE = 2950;

/** Administers every tenant and uses nothing: who looks what there is. */
export const AUDITOR = 'u-auditor';
export const PEOPLE = Array.from({ length: 12 }, (_, n) => `u-${n}`);

/** Tenants that the import brings: the second one's instance is suspended, and one access of the first is switched off. */
export const IMPORTED = ['t-old', 't-lapsed'];

/** The import document. */
export function document() {
  const document = new Document()
    .plan('FREE', 'Free', null, null)
    .plan('FREE3', 'Free for three', null, 3)
    .plan(PAID_PLAN, 'Basic', PRICE, null)
    .plan('TRIAL_7D', 'Trial', 0, 3)
    .user(AUDITOR);
  for (const code of FEATURES) document.feature({ code, label: { en: code } });
  for (const user of PEOPLE) document.user(user);
  for (const tenant of IMPORTED) {
    document.mandate(tenant, tenant);
    document.instance(`i-${tenant}`, tenant, 'documents', ['u-0', { user: 'u-1', enabled: tenant === 't-lapsed' }]);
  }
  const built = document.subscription('t-old', 'FREE').subscription('t-lapsed', 'FREE', { status: 'PAUSED' }).build();
  // Under the ids that the product would have given them: it goes on with them.
  for (const tenant of IMPORTED) {
    for (const label of ['admin', 'user']) built.roles.push({ id: `${tenant}-${label}`, roleLabel: label, mandateId: tenant });
    for (const [user, label] of [[AUDITOR, 'admin'], ['u-0', 'admin'], ['u-1', 'user']]) {
      built.memberships.push({ id: `${tenant}-${user}`, userId: user, mandateId: tenant, roleIds: [`${tenant}-${label}`] });
    }
  }
  return built;
}

/** The item of a tenant at Stripe, as the simulator is given it. */
export function stripeItem(tenant) {
  const name = tenant.replaceAll('-', '_');
  const price = { id: `price_${name}`, unit_amount: PRICE, currency: 'chf', interval: 'month' };
  return { id: `si_${name}`, subscription: `sub_${name}`, quantity: 0, price };
}
