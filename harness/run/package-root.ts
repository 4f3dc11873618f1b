import { readFileSync } from 'node:fs';

/** The package's folder: two rooms up from the source, one more from dist/. */
export const packageRoot = new URL(import.meta.url.includes('/dist/harness/') ? '../../../' : '../../', import.meta.url);

/** mywire's own version. */
export function packageVersion(): string {
  return (JSON.parse(readFileSync(new URL('package.json', packageRoot), 'utf8')) as { version: string }).version;
}
