import { readdirSync, readFileSync } from 'node:fs';
import { type Expectation, parseExpectations } from './expectations.ts';
import { packageRoot } from './package-root.ts';

/** The known deviations that mywire ships: every file of fixtures/expectations, or of a folder in it. Throws RUN_BAD_EXPECTATIONS. */
export function shippedExpectations(of: '' | 'fuzz/' = ''): Expectation[] {
  const folder = new URL(`fixtures/expectations/${of}`, packageRoot);
  return readdirSync(folder)
    .filter((name) => name.endsWith('.yaml'))
    .flatMap((name) => parseExpectations(readFileSync(new URL(name, folder), 'utf8'), `fixtures/expectations/${of}${name}`));
}
