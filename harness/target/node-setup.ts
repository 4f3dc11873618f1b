import { lstatSync, readFileSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import type { ContainerSetting } from './docker-container.ts';
import type { NodeSetup } from './target.ts';
import { withoutPasswords } from './without-passwords.ts';

/** Configurations; keys and the SQL that makes accounts are nobody's business. */
const CONFIG = /\.(cfg|cnf|conf|ini|ya?ml)$/;
const MOST_BYTES = 1 << 20;

/** Of a program of this machine: the files of its folder that its command line names. */
export function localSetup(command: readonly string[], folder: string): NodeSetup {
  const files: Record<string, string> = {};
  for (const word of command) {
    const path = word.replace(/^--[\w-]+=/, '');
    if (dirname(path) === folder && CONFIG.test(path)) Object.assign(files, textOf(path));
  }
  return { command: shown(command.join(' ')), files };
}

export function dockerSetup({ entrypoint = [], command, files }: Pick<ContainerSetting, 'entrypoint' | 'command' | 'files'>): NodeSetup {
  const configs = files.filter(({ target }) => CONFIG.test(target));
  return {
    command: shown([...entrypoint, ...command].join(' ')),
    files: Object.fromEntries(configs.map(({ target, content }) => [basename(target), shown(content.toString())])),
  };
}

const shown = (text: string): string => withoutPasswords(text, [process.env['MYWIRE_PASSWORD'] ?? '']);

/** Nothing where it cannot be read (any more). */
function textOf(path: string): Record<string, string> {
  try {
    const file = lstatSync(path);
    return file.isFile() && file.size <= MOST_BYTES ? { [basename(path)]: shown(readFileSync(path, 'utf8')) } : {};
  } catch {
    return {};
  }
}
