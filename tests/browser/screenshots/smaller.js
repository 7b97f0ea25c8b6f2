// Makes a picture small: 256 colours are enough for a page without photographs.

import { execFileSync } from 'node:child_process';

const PNGQUANT = process.env.BROWSER_PNGQUANT ?? 'pngquant';

/** Rewrites the file in place. */
export function smaller(file) {
  execFileSync(PNGQUANT, ['--force', '--ext', '.png', '--strip', '--speed', '1', '256', file]);
}
