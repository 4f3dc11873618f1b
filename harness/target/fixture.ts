import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Absolute path of a file in fixtures/, from the sources as from dist/. @throws Error when it is not there */
export function fixturePath(name: string): string {
  for (let folder = dirname(fileURLToPath(import.meta.url)); folder !== dirname(folder); folder = dirname(folder)) {
    const path = join(folder, 'fixtures', name);
    if (existsSync(path)) return path;
  }
  throw new Error(`fixtures/${name} is missing: this copy of mywire is not complete. Install it again.`);
}

type Values = Readonly<Record<string, string | number>>;

/**
 * A template of fixtures/ with each {{NAME}} filled in.
 * @param values all of them are needed
 * @param offered values that a template may leave unused
 * @throws Error for a name without a value, or a value without a name
 */
export function filledTemplate(name: string, values: Values, offered: Values = {}): string {
  const used = new Set<string>();
  const text = readFileSync(fixturePath(name), 'utf8').replace(/\{\{([A-Z0-9_]+)\}\}/g, (_, key: string) => {
    const value = values[key] ?? offered[key];
    if (value === undefined) throw new Error(`fixtures/${name}: no value for {{${key}}}`);
    used.add(key);
    return String(value);
  });
  const unused = Object.keys(values).filter((key) => !used.has(key));
  if (unused.length > 0) throw new Error(`fixtures/${name} has no {{${unused.join('}}, {{')}}}`);
  return text;
}
