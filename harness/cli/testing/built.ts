import { execFileSync } from 'node:child_process';
import { readdirSync, statSync, utimesSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const newestOf = (files: readonly string[]): number => Math.max(...files.map((file) => statSync(file).mtimeMs));

/** When `dist/` was last made; before everything where it was not. */
function builtAt(info: string): number {
  return statSync(info, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

/**
 * Builds `dist/` where a source is newer: tests that start mywire start what is shipped, and do not translate it once more each.
 * @throws where the sources do not compile
 */
export function setup(): void {
  const sources = ['harness', 'suites'].flatMap((folder) =>
    readdirSync(`${root}${folder}`, { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .map((name) => `${root}${folder}/${name}`),
  );
  const info = `${root}dist/.tsbuildinfo`;
  if (newestOf([...sources, `${root}tsconfig.build.json`]) < builtAt(info)) return;
  const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc');
  execFileSync(process.execPath, [tsc, '-p', `${root}tsconfig.build.json`], { stdio: 'inherit' });
  // tsc leaves it alone where nothing of what it compiles has changed.
  utimesSync(info, new Date(), new Date());
}
