// JSON over HTTP to the programs of a scene: their steering and the service's API.

/** Sends a request with an optional JSON body: status, headers and body, the latter parsed where it is JSON. */
export async function request(method, url, body, headers = {}) {
  const json = body === undefined ? {} : { 'content-type': 'application/json' };
  const answer = await fetch(url, {
    method,
    headers: { ...json, ...headers },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  const text = await answer.text();
  const isJson = /json/.test(answer.headers.get('content-type') ?? '');
  return { status: answer.status, headers: answer.headers, body: isJson && text ? JSON.parse(text) : text };
}

/** As `request`, but anything except success is an error. */
export async function order(method, url, body) {
  const answer = await request(method, url, body);
  if (answer.status >= 300) throw new Error(`${method} ${url}: ${answer.status} ${JSON.stringify(answer.body)}`);
  return answer.body;
}
