import type { ToldNode } from '../run/result.ts';
import { FolderNames } from './folder-name.ts';

/** What a folder of evidence holds: contents by path inside of it. */
export type Files = Record<string, string | Uint8Array>;

/** nodes.json: each program with version and command line; nodes/<name>/<file>: its configuration. Passwords were removed before. */
export function nodeFiles(nodes: readonly ToldNode[]): Files {
  if (nodes.length === 0) return {};
  const names = new FolderNames();
  const files: Files = {};
  const told = nodes.map(({ name, product, version, setup }) => {
    const configs = Object.entries(setup?.files ?? {}).map(([file, text]) => {
      const path = `nodes/${names.same(name)}/${names.same(file)}`;
      files[path] = text;
      return path;
    });
    return { name, product, version, ...(setup && { command: setup.command }), ...(configs.length > 0 && { configs }) };
  });
  return { 'nodes.json': `${JSON.stringify(told, null, 2)}\n`, ...files };
}

/** 'haproxy 3.0.11 + mariadb 11.8.6', front to back. */
export const versionsOf = (nodes: readonly Pick<ToldNode, 'product' | 'version'>[]): string =>
  nodes.map(({ product, version }) => `${product} ${version}`.trim()).join(' + ');
