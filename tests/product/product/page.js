// The product's page of add-ons: the store's element in it, asking with the token of whoever is signed in.

const escaped = (text) => text.replace(/[&<>"']/g, (letter) => `&#${letter.charCodeAt(0)};`);

/** The page for one tenant. Its policy lets nothing load but the product's own files, and nothing be asked but the store. */
export function addOnsPage(storeUrl, tenant) {
  return `<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Add-ons</title>
<link rel="icon" href="data:,">
<turnpike-store api-base="${escaped(storeUrl)}" mandate-id="${escaped(tenant)}"></turnpike-store>
<script type="module" src="/add-ons.js"></script>
`;
}

/** Sets what is no attribute: who gives the token. */
export const ADD_ONS_SCRIPT = `import "/turnpike-store/turnpike-store.bundle.js";
document.querySelector("turnpike-store").getToken = () => fetch("/token").then((answer) => (answer.ok ? answer.text() : ""));
`;

export const pagePolicy = (storeUrl) =>
  `default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self' ${storeUrl}; img-src 'self' data: ${storeUrl}`;
