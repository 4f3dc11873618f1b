import { z } from 'zod';
import { levels } from '../case/verdict.ts';
import { checkModes } from '../target/check-states.ts';
import { isImageName, isProgramName, startedProducts } from '../target/products.ts';
import { withhold } from '../wire/child-environment.ts';
import { kinds } from './difference.ts';
import { GateError } from './error.ts';
import { type Policy, usualPolicy } from './policy.ts';

const level = z.enum(levels);
const names = z.array(z.string().min(1));
const fromEnvironment = `must come from the environment: write $\{NAME}, so that no password stands in this file`;

const text = (says: string) => z.string().optional().describe(says);

const keys = (isName: (name: string) => boolean, form: string) =>
  z.string().refine(isName, `it must be ${form}; the products are ${startedProducts.join(', ')}`);

/** What a configuration may say; what it does not say has the default of the command line. */
export const gateConfig = z.strictObject({
  baseline: text('What is in production: a target, or a file that --save wrote'),
  candidate: text('What is to take its place'),
  versions: text('Instead of the two: each version against the one before, as --versions takes it'),
  gate: z
    .strictObject({
      stop: z.partialRecord(z.enum(kinds), z.array(level)).optional().describe('Per kind of difference the levels of the cases that stop'),
      areas: names.optional().describe('Only these areas are asked'),
      ignore: names.optional().describe('Cases (with `*`) or areas that are asked and told, and never stop'),
      healthChecks: z.array(z.enum(checkModes)).optional().describe("Modes of HAProxy's check that matter here; without it all do"),
    })
    .optional(),
  owned: names.optional().describe('Addresses (with `*`) that are yours: heavy work on them needs no --i-own-this-target'),
  expectations: names.optional().describe('Files of deviations that were looked at and are taken, in the format of fixtures/expectations'),
  images: z
    .record(keys(isImageName, 'product:version'), z.string())
    .optional()
    .describe('Images for Docker products, as --image takes them'),
  binaries: z
    .record(keys(isProgramName, 'product or product:version'), z.string())
    .optional()
    .describe('Programs for local products, as --binary takes them'),
  accounts: z
    .strictObject({
      checkUser: text('A user with an empty password at an address'),
      user: text('A user with a password'),
      password: text(`Its password: $\{NAME}, from the environment`),
      plugin: z.enum(['mysql_native_password', 'caching_sha2_password']).optional().describe('Authentication plugin of these users'),
      database: text('A database that exists'),
      as: text('What stands at an address: proxysql:2.7.1'),
    })
    .optional(),
});
export type GateConfig = z.infer<typeof gateConfig>;

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
  const parsed = gateConfig.safeParse(filled);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const path = issue?.path ?? [];
  const extra = issue?.code === 'unrecognized_keys' ? issue.keys[0] : undefined;
  throw fail(
    extra === undefined ? path : [...path, extra],
    extra === undefined
      ? `${issue?.code === 'invalid_key' ? issue.issues[0]?.message : issue?.message}`
      : `there is no such setting${known(path)}`,
  );
}

function known(path: readonly PropertyKey[]): string {
  const shape: Readonly<Record<string, readonly string[]>> = {
    '': Object.keys(gateConfig.shape),
    gate: Object.keys(gateConfig.shape.gate.unwrap().shape),
    accounts: Object.keys(gateConfig.shape.accounts.unwrap().shape),
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
