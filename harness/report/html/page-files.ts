import { readFileSync } from 'node:fs';
import { packageRoot } from '../../run/package-root.ts';

/** The page's modules, each behind those that it imports: joined, they are its one script. */
const MODULES = [
  'dom',
  'data',
  'marks',
  'theme',
  'filter',
  'deviation-list',
  'stops',
  'summary',
  'rows',
  'matrix',
  'packet',
  'timeline',
  'align',
  'compare',
  'story',
  'main',
];
/** In this order: what stands later goes before. */
const STYLES = ['base', 'summary', 'matrix', 'story', 'compare', 'narrow', 'print'];
const FOLDER = 'harness/report/html/page/';

/** The style of the page. */
export function pageStyle(): string {
  return STYLES.map((name) => read(`${name}.css`)).join('\n');
}

/** The script of the page: the modules behind one another, without the lines that bring them together in an editor. */
export function pageScript(): string {
  const joined = MODULES.map((name) =>
    read(`${name}.js`)
      .replaceAll(/^import [^;]*;\n/gm, '')
      .replaceAll(/^export /gm, ''),
  );
  return `'use strict';\n${joined.join('\n')}`;
}

/** They stand in the package as they are: dist/ has no copy. */
function read(name: string): string {
  return readFileSync(new URL(FOLDER + name, packageRoot), 'utf8');
}
