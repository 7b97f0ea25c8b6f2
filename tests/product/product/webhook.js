// Where events are delivered: the signature first, then the mirror, then the answer.

import { Webhook, WebhookVerificationError } from 'standardwebhooks';

/** Express handler of raw bodies. Whatever fails is answered with an error, and the store sends the event again. */
export function webhook(secret, keeper) {
  const verifier = new Webhook(secret);
  return async (request, response) => {
    let event;
    try {
      event = verifier.verify(request.body, request.headers);
    } catch (error) {
      if (!(error instanceof WebhookVerificationError)) throw error;
      return response.status(400).json({ error: error.message });
    }
    await keeper.take(event);
    response.status(204).end();
  };
}
