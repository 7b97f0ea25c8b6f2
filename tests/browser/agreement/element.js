// Holds the element's buttons against the server's own decisions: none too many, none too few, refused for the same reasons.

import assert from 'node:assert/strict';

/** What the element showed of a mandate, and what the server decided at that moment; answers how many buttons there were. */
export function heldOfElement(told, { buttons, isAdmin }, decisions) {
  const find = ({ kind, featureCode, instanceId, scope }) => {
    if (kind === 'activate') return decisions.activate.find((one) => one.featureCode === featureCode);
    if (kind === 'restore') return decisions.restore.find((one) => one.instanceId === instanceId);
    return decisions.deactivate.find((one) => one.instanceId === instanceId && one.scope === scope);
  };
  for (const button of buttons) {
    const what = `${told}: ${JSON.stringify(button)}`;
    const decided = find(button);
    assert.ok(decided, `the server knows nothing of it: ${what}`);
    assert.equal(button.offered, decided.allowed, `the server says otherwise: ${what}`);
    assert.deepEqual(button.codes, decided.allowed ? [] : decided.reasons.map(({ code }) => code), `other reasons: ${what}`);
    if (!decided.allowed) assert.deepEqual(button.sentences.map(undated), decided.reasons.map(sentencesOf).map(undated), `other words: ${what}`);
  }

  const isShown = (wanted) => buttons.some((button) => Object.entries(wanted).every(([name, value]) => button[name] === value));
  /** What is not in the store (any more) has no card (docs/store-page.md). */
  const hasCard = (code) => decisions.activate.some(({ featureCode }) => featureCode === code);
  const offered = [
    ...decisions.activate.map(({ allowed, featureCode }) => ({ allowed, is: { kind: 'activate', featureCode } })),
    ...decisions.restore.map(({ allowed, instanceId }) => ({ allowed, is: { kind: 'restore', instanceId, scope: 'mandate' } })),
    ...decisions.deactivate
      .filter(({ featureCode }) => isAdmin || hasCard(featureCode))
      // Without a card it is reached by way of the list, where the dialog asks for whom.
      .map(({ allowed, instanceId, scope, featureCode }) => ({ allowed, is: { kind: 'deactivate', instanceId, scope: hasCard(featureCode) ? scope : 'mandate' } })),
  ];
  for (const { allowed, is } of offered) assert.ok(!allowed || isShown({ ...is, offered: true }), `possible, and not offered: ${told}: ${JSON.stringify(is)}`);
  return buttons.length;
}

function sentencesOf({ detail, fix }) {
  return [detail, fix].filter(Boolean).join(' ').replace(/\s+/g, ' ').trim();
}

/** Instants stand in the page's own zone and form (js/test/element/own-time.test.ts holds it to that). */
function undated(sentence) {
  return sentence.replace(/\d{4}-\d\d-\d\d( \d\d:\d\d UTC)?|\d{1,2}\s\w+\s\d{4}(, \d\d:\d\d)?/g, 'then');
}
