// Serves files of this checkout to a page: for what the service does not serve, like the unbundled package.

import { createReadStream, existsSync } from 'node:fs';
import { createServer } from 'node:http';
import { extname, join, normalize } from 'node:path';

const TYPES = { '.html': 'text/html', '.js': 'text/javascript', '.json': 'application/json', '.wasm': 'application/wasm' };

/** Serves a folder, and `/` as an empty page: `{url, stop}`. */
export async function serveFolder(folder) {
  const server = createServer((request, response) => {
    const path = normalize(new URL(request.url, 'http://localhost').pathname);
    const file = join(folder, path);
    if (path === '/') return response.setHeader('content-type', 'text/html').end('<!doctype html><html lang="en"><title>empty</title><link rel="icon" href="data:,">');
    if (!existsSync(file) || !TYPES[extname(file)]) return response.writeHead(404).end();
    response.setHeader('content-type', TYPES[extname(file)]);
    createReadStream(file).pipe(response);
  });
  await new Promise((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve));
  const stop = () => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  };
  return { url: `http://127.0.0.1:${server.address().port}`, stop };
}
