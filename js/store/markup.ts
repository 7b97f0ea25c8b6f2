// Elements of the page around the store.

/** A heading that can have the focus, so that whoever signed out goes on reading there. */
export function heading(text: string): HTMLElement {
  const made = make("h2", "", text);
  made.tabIndex = -1;
  return made;
}

export function make<Name extends keyof HTMLElementTagNameMap>(name: Name, className: string, text = ""): HTMLElementTagNameMap[Name] {
  const made = document.createElement(name);
  if (className) made.className = className;
  made.textContent = text;
  return made;
}
