// In the page: what the element itself offers and refuses, read from its buttons as a person finds them.
//
// This function is sent to Chromium as source: it uses nothing of this file's surroundings.

/** Opens the element on a mandate: `[{kind, featureCode, instanceId, scope, offered, codes, sentences}]`, one for each button. */
export async function showStore({ base, token, mandateId }) {
  await import('/turnpike-store.bundle.js');
  const store = document.createElement('turnpike-store');
  Object.assign(store, { apiBase: base, getToken: () => token, mandateId, locale: 'en', noShortcuts: true });
  const ready = new Promise((resolve) => {
    const look = () => store.dataset.state === 'ready' && (observer.disconnect(), resolve());
    const observer = new MutationObserver(look);
    observer.observe(store, { attributeFilter: ['data-state'] });
  });
  document.body.append(store);
  await ready;
  const root = store.shadowRoot;

  // The list is a part of its own, which is loaded when it is first looked at.
  const found = (selector) =>
    new Promise((resolve) => {
      const look = () => root.querySelector(selector) && (observer.disconnect(), resolve(root.querySelector(selector)));
      const observer = new MutationObserver(look);
      observer.observe(root, { childList: true, subtree: true });
      look();
    });

  const told = (paragraph) => {
    const words = paragraph.querySelector('span').cloneNode(true);
    words.querySelector('small').remove();
    return words.textContent.replace(/\s+/g, ' ').trim();
  };
  const asked = '[data-action="activate"], [data-action="deactivate"], [data-action="restore"]';
  const buttonsWithin = (container, scope) =>
    [...container.querySelectorAll(asked)].map((button) => {
      const row = button.closest('[data-feature], [data-instance]');
      const reasons = [...(root.getElementById(button.getAttribute('aria-describedby'))?.querySelectorAll('[data-reason]') ?? [])];
      return {
        kind: button.dataset.action,
        featureCode: button.closest('[data-feature]')?.dataset.feature ?? null,
        instanceId: button.dataset.instance ?? row?.dataset.instance ?? null,
        scope,
        offered: button.getAttribute('aria-disabled') !== 'true',
        codes: reasons.map((reason) => reason.dataset.reason),
        sentences: reasons.map(told),
      };
    });

  try {
    const cards = buttonsWithin(root, 'mine');
    const tab = root.querySelector('[data-view="instances"]');
    if (!tab) return { buttons: cards, isAdmin: false };
    tab.click();
    return { buttons: [...cards, ...buttonsWithin(await found('[data-instances]'), 'mandate')], isAdmin: true };
  } finally {
    store.remove();
  }
}
