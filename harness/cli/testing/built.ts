import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const project = fileURLToPath(new URL('../../../tsconfig.build.json', import.meta.url));

/**
 * Builds `dist/` where a source is newer: tests that start mywire start what is shipped, and do not translate it once more each.
 * @throws where the sources do not compile
 */
export function setup(): void {
  const host = ts.createSolutionBuilderHost(ts.sys);
  const status = ts.createSolutionBuilder(host, [project], {}).build();
  if (status !== ts.ExitStatus.Success) throw new Error('dist/ cannot be built: npm run build says why');
}
