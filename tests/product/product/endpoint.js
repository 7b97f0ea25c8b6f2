// The endpoint at which the store tells the product of events: made once, its secret kept.

/** The endpoint's secret; `file` keeps it. Where one was made and its secret never came, it gets another. */
export async function endpointSecret(events, url, file) {
  const kept = file.read();
  if (kept?.url === url) return kept.secret;
  const present = (await events.endpoints()).find((endpoint) => endpoint.url === url);
  const secret = present ? await events.newSecret(present.id) : (await events.addEndpoint(url)).secret;
  file.write({ url, secret });
  return secret;
}
