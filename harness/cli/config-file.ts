import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { createJiti } from 'jiti';
import { readYaml } from '../case/yaml.ts';
import { checkedConfig, type GateConfig } from '../gate/config.ts';
import { GateError } from '../gate/error.ts';
import { givenText } from './given-text.ts';

/** In this order; the first that is in the folder is taken. */
const usual = [
  'mywire.config.yaml',
  'mywire.config.yml',
  'mywire.config.ts',
  'mywire.config.mjs',
  'mywire.config.js',
  'mywire.config.json',
];

/**
 * The configuration that was named, or the one of this folder, or none.
 * @throws CliError CLI_NO_FILE, GateError GATE_BAD_CONFIG with file and line
 */
export async function configIn(named: string | undefined, env: NodeJS.ProcessEnv = process.env): Promise<GateConfig> {
  const file = named ?? usual.find((name) => existsSync(name));
  if (file === undefined) return {};
  const text = givenText(file, 'the configuration');
  return /\.[cm]?[jt]s$/.test(file) ? ofModule(file, text, env) : ofYaml(file, text, env);
}

/** JSON is YAML. */
function ofYaml(file: string, text: string, env: NodeJS.ProcessEnv): GateConfig {
  const yaml = readYaml(text, (line, why) => new GateError('GATE_BAD_CONFIG', `${file}:${line}: ${why}`));
  return checkedConfig(yaml.value, file, yaml.lineOf, env);
}

/** What a module exports as its default. Its values have no lines of their own: the one where the last key of the path stands is told. */
async function ofModule(file: string, text: string, env: NodeJS.ProcessEnv): Promise<GateConfig> {
  let value: unknown;
  try {
    value = await createJiti(import.meta.url, { moduleCache: false }).import(resolve(file), { default: true });
  } catch (error) {
    throw new GateError('GATE_BAD_CONFIG', `${file} cannot be read as a module: ${(error as Error).message.split('\n')[0]}`);
  }
  return checkedConfig(value, file, (path) => lineOfKey(text, path), env);
}

function lineOfKey(text: string, path: readonly PropertyKey[]): number | undefined {
  let at = 0;
  for (const key of path) {
    if (typeof key !== 'string') continue;
    const found = new RegExp(`['"]?${key.replaceAll(/[^\w]/g, '\\$&')}['"]?\\s*:`).exec(text.slice(at));
    if (!found) break;
    at += found.index;
  }
  return text.slice(0, at).split('\n').length;
}
