// In the page: what the package offers before the click, and what the server does when it is really asked.
//
// These functions are sent to Chromium as source: they use nothing of this file's surroundings but each other.

/**
 * Everything about one mandate: `rows`, one for each question, with what was offered and what was answered. Where `show` is
 * given, also `shown`: what the element shows before anything is asked, and the server's decisions at that moment.
 */
export async function askAll({ base, token, mandateId, features, instances }, show) {
  const { StoreClient } = await import('/client/index.js');
  const { loadPreflight } = await import('/preflight/index.js');
  const client = new StoreClient({ apiBase: base, getToken: () => token, locale: 'en' });
  const rules = await loadPreflight({ locales: ['en'] });
  if (rules.unavailable) throw rules.unavailable;

  const look = () => client.preflight(mandateId).catch((error) => (error.status === 404 ? null : Promise.reject(error)));
  const decide = (answer, question) => (answer ? rules.decide(answer, question, { locale: 'en' }) : null);
  const key = (question) => JSON.stringify(question);

  const post = async (question) => {
    const [path, body] = bodyOf(question);
    const answer = await fetch(`${base}/api/store/${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}`, 'accept-language': 'en' },
      body: JSON.stringify({ mandateId, ...body }),
    });
    return { status: answer.status, body: await answer.json() };
  };

  const bodyOf = (question) => {
    if (question.kind === 'activate') return ['activate', { featureCode: question.featureCode }];
    if (question.kind === 'restore') return ['restore', { instanceId: question.instanceId }];
    const { instanceId, scope } = question;
    return ['deactivate', { instanceId, scope, featureCode: featureOf.get(instanceId) }];
  };

  const featureOf = new Map(instances.map(({ instance, feature }) => [instance, feature]));
  const questionsOf = (answer) => {
    const listed = answer ? answer.decisions : { activate: [], deactivate: [], restore: [] };
    for (const entry of [...listed.deactivate, ...listed.restore]) featureOf.set(entry.instanceId, entry.featureCode);
    return [
      ...[...new Set([...features, ...listed.activate.map((entry) => entry.featureCode)])].map((featureCode) => ({ kind: 'activate', featureCode })),
      ...[...featureOf.keys()].flatMap((instanceId) => ['mine', 'mandate'].map((scope) => ({ kind: 'deactivate', instanceId, scope }))),
      ...listed.restore.map(({ instanceId }) => ({ kind: 'restore', instanceId })),
    ];
  };

  let shown = null;
  const before = show ? await look() : null;
  if (before) shown = { ...(await show({ base, token, mandateId })), decisions: before.decisions };

  const asked = new Set();
  const rows = [];
  const ask = async (question, decision) => {
    const { status, body } = await post(question);
    rows.push({
      question,
      source: decision?.source ?? 'none',
      offered: decision?.allowed ?? false,
      codes: decision?.reasons.map(({ code }) => code) ?? null,
      sentences: decision?.reasons.map(({ detail, fix }) => [detail, fix]) ?? null,
      status,
      answered: body.reasons?.map(({ code }) => code) ?? [],
      answeredSentences: body.reasons?.map(({ detail, fix }) => [detail, fix]) ?? [],
      body,
    });
    asked.add(key(question));
  };

  // Twice: what the first round ended can be restored, what it activated can be given up.
  for (let round = 0; round < 2; round += 1) {
    let answer = await look();
    const open = questionsOf(answer).filter((question) => !asked.has(key(question)));
    // Refusals change nothing: they are asked on one look.
    const offered = [];
    for (const question of open) {
      const decision = decide(answer, question);
      if (decision?.allowed) offered.push(question);
      else await ask(question, decision);
    }
    for (const question of offered) {
      answer = await look();
      await ask(question, decide(answer, question));
    }
  }
  return { rows, shown };
}
