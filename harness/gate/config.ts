import { z } from 'zod';
import { levels } from '../case/verdict.ts';
import { checkModes } from '../target/check-states.ts';
import { withhold } from '../wire/child-environment.ts';
import { kinds } from './difference.ts';
import { GateError } from './error.ts';
import { type Policy, usualPolicy } from './policy.ts';

const level = z.enum(levels);
const names = z.array(z.string().min(1));
const fromEnvironment = `must come from the environment: write $\{NAME}, so that no password stands in this file`;

/** What a configuration may say; what it does not say has the default of the command line. */
const config = z.strictObject({
  /** As on the command line: targets, or for the baseline a file that --save wrote. */
  baseline: z.string().optional(),
  candidate: z.string().optional(),
  versions: z.string().optional(),
  gate: z
    .strictObject({
      /** Per kind of difference the levels that stop. */
      stop: z.partialRecord(z.enum(kinds), z.array(level)).optional(),
      /** Only these areas are asked. */
      areas: names.optional(),
      /** Cases (with `*`) or areas that are asked and told, and never stop. */
      ignore: names.optional(),
      /** Modes of HAProxy's check that matter here. */
      healthChecks: z.array(z.enum(checkModes)).optional(),
    })
    .optional(),
  /** Addresses (with `*`) that are yours: heavy work on them needs no --i-own-this-target. */
  owned: names.optional(),
  /** Files of deviations that were looked at and are taken, in the format of fixtures/expectations. */
  expectations: names.optional(),
  images: z.record(z.string(), z.string()).optional(),
  binaries: z.record(z.string(), z.string()).optional(),
  accounts: z
    .strictObject({
      checkUser: z.string().optional(),
      user: z.string().optional(),
      password: z.string().optional(),
      plugin: z.enum(['mysql_native_password', 'caching_sha2_password']).optional(),
      database: z.string().optional(),
      as: z.string().optional(),
    })
    .optional(),
});
export type GateConfig = z.infer<typeof config>;

/** Where in the file a value stands. */
type Line = (path: readonly PropertyKey[]) => number | undefined;

/** The policy that a configuration asks for, in place of the usual one where it says something. */
export function policyOf({ gate }: GateConfig, accept: Policy['accept']): Policy {
  return {
    stop: { ...usualPolicy.stop, ...gate?.stop },
    ignore: gate?.ignore ?? usualPolicy.ignore,
    ...(gate?.healthChecks ? { healthChecks: gate.healthChecks } : {}),
    accept,
  };
}

/**
 * Checks what a configuration file says, and puts the environment in the place of ${NAME}.
 * @param line of a value in the file; 1 for the first
 * @throws GateError GATE_BAD_CONFIG with file and line
 */
export function checkedConfig(value: unknown, file: string, line: Line, env: NodeJS.ProcessEnv): GateConfig {
  const fail = (path: readonly PropertyKey[], why: string): GateError => {
    const at = line(path);
    return new GateError('GATE_BAD_CONFIG', `${file}${at === undefined ? '' : `:${at}`}: ${path.join('.') || 'the file'}: ${why}`);
  };
  const password = (value as GateConfig | null)?.accounts?.password;
  if (typeof password === 'string' && !/^\$\{\w+\}$/.test(password)) throw fail(['accounts', 'password'], fromEnvironment);
  const filled = filledIn(value ?? {}, [], (path, name) => {
    if (path.at(-1) === 'password') withhold(name);
    const found = env[name];
    if (found === undefined) throw fail(path, `the environment has no ${name}; set it, or write the value here`);
    return found;
  });
  const parsed = config.safeParse(filled);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const path = issue?.path ?? [];
  const extra = issue?.code === 'unrecognized_keys' ? issue.keys[0] : undefined;
  throw fail(
    extra === undefined ? path : [...path, extra],
    extra === undefined ? `${issue?.message}` : `there is no such setting${known(path)}`,
  );
}

function known(path: readonly PropertyKey[]): string {
  const shape: Readonly<Record<string, readonly string[]>> = {
    '': Object.keys(config.shape),
    gate: Object.keys(config.shape.gate.unwrap().shape),
    accounts: Object.keys(config.shape.accounts.unwrap().shape),
  };
  const names = shape[path.join('.')];
  return names ? `; there are ${names.join(', ')}` : '';
}

function filledIn(value: unknown, path: readonly PropertyKey[], of: (path: readonly PropertyKey[], name: string) => string): unknown {
  if (typeof value === 'string') return value.replaceAll(/\$\{(\w+)\}/g, (_, name: string) => of(path, name));
  if (Array.isArray(value)) return value.map((one, i) => filledIn(one, [...path, i], of));
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, filledIn(one, [...path, key], of)]));
}
