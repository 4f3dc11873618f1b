import { z } from 'zod';
import type { Case } from '../case/case.ts';
import { type Delivery, deliveries } from '../case/delivery.ts';
import { declaredAccounts, serverMessages } from '../case/step.ts';
import { levels } from '../case/verdict.ts';
import { readYaml } from '../case/yaml.ts';
import { capability, mariadbCapability } from '../codec/capability.ts';
import { RunError } from './error.ts';

/** What is killed by no defect of the reference server: cases of a file are about something that somebody saw. */
const NO_DEFECT = ['(a case of a file)'] as const;

const hex = z.string().regex(/^(?:[0-9a-fA-F]{2}\s*)*$/, 'must be pairs of hex digits');
const byte = z.int().min(0).max(255);
const value = z.union([z.string(), z.number(), z.looseObject({}), z.array(z.unknown())]);
const keysOf = <K extends string>(table: Readonly<Record<K, unknown>>) => Object.keys(table) as [K, ...K[]];
const flags = z.array(z.enum(keysOf(capability)));
const stimulus = z.strictObject({
  message: z
    .string()
    .regex(/^(HandshakeResponse(41|320)|SSLRequest|AuthSwitchResponse|LocalInfileData|COM_[A-Z_]+)$/, 'is no message of a client')
    .optional(),
  with: z.record(z.string(), value).optional(),
  capabilities: z.strictObject({ only: flags.optional(), add: flags.optional(), drop: flags.optional() }).optional(),
  mariadb: z.array(z.enum(keysOf(mariadbCapability))).optional(),
  attributes: z.record(z.string(), z.string()).optional(),
  raw: z.record(z.string(), hex).optional(),
  payload: hex.optional(),
  wire: hex.optional(),
  account: z.enum([...declaredAccounts, 'unknown']).optional(),
  password: z.enum(['right', 'wrong', 'empty', 'with-more-behind', 'without-its-end', 'in-capitals']).optional(),
  userName: z.enum(['in-capitals', 'without-its-end', 'with-more-behind', 'with-a-blank-behind']).optional(),
  proof: z
    .strictObject({
      as: z.literal('clear').optional(),
      factor: z.literal(1).optional(),
      nonce: z.literal('greeting').optional(),
      keep: z.int().optional(),
      append: hex.optional(),
      flip: z.int().min(0).optional(),
    })
    .optional(),
  compressed: z
    .strictObject({
      body: z.enum(['plain', 'compressed']).optional(),
      sequenceId: byte.optional(),
      uncompressedLength: z.int().min(0).optional(),
      cutAt: z.array(z.int().min(0)).optional(),
    })
    .optional(),
  sequenceId: byte.optional(),
  length: z.int().min(0).optional(),
  cut: z.int().min(1).optional(),
  padTo: z.int().min(0).optional(),
  tail: z.string().optional(),
  answered: z.literal(false).optional(),
});
const scalar = z.union([z.string(), z.number()]);
const condition: z.ZodType = z.lazy(() => z.union([scalar, z.null(), conditionObject]));
/** A condition that nobody evaluates would pass everything. */
const conditionObject = z
  .strictObject({
    oneOf: z.array(scalar).min(1).optional(),
    not: scalar.optional(),
    pattern: z.string().refine(isPattern, 'is no regular expression').optional(),
    length: z.int().optional(),
    min: z.number().optional(),
    max: z.number().optional(),
    bits: z.int().optional(),
    noBits: z.int().optional(),
    absent: z.literal(true).optional(),
    all: z.array(condition).min(1).optional(),
    sameAs: z.string().optional(),
    differsFrom: z.string().optional(),
    set: flags.optional(),
    clear: flags.optional(),
    bytes: z.enum(['nonzero-7bit', 'nonzero', 'zero']).optional(),
  })
  .refine((one) => Object.values(one).filter((it) => it !== undefined).length === 1, 'must be one condition');
const plainNeeds = ['check-account', 'login-account', 'database', 'tls', 'proxy-protocol'] as const;
const needs = [
  z.enum(plainNeeds),
  z.strictObject({ offers: z.enum(keysOf(capability)) }),
  z.strictObject({ offersMariadb: z.enum(keysOf(mariadbCapability)) }),
  z.strictObject({ lacks: z.enum(keysOf(capability)) }),
  z.strictObject({ lacksMariadb: z.enum(keysOf(mariadbCapability)) }),
  z.strictObject({ account: z.enum(declaredAccounts) }),
  z.strictObject({ firstProof: z.enum(declaredAccounts) }),
  z.strictObject({ switched: z.enum(declaredAccounts) }),
  z.strictObject({ dialect: z.enum(['mysql', 'mariadb']) }),
] as const;
const need = z.union(needs, {
  error: `must be ${plainNeeds.join(', ')}, or one of { offers }, { offersMariadb }, { lacks }, { lacksMariadb } with a flag's name, { account }, { firstProof }, { switched } with an account's, { dialect }`,
});
const ending = z.enum(['open', 'fin', 'fin+rst', 'rst', 'timeout']);
const alternative = z
  .strictObject({
    packet: z.enum(serverMessages).optional(),
    where: z.record(z.string(), condition).optional(),
    sequenceId: z.union([byte, z.literal('any')]).optional(),
    as: z.string().optional(),
    closes: z.literal(true).optional(),
    waits: z.literal(true).optional(),
    get then() {
      return z.array(step).optional();
    },
  })
  .refine(
    (one) => [one.packet, one.closes, one.waits].filter((it) => it !== undefined).length === 1,
    'must have one of packet, closes, waits',
  );
const oneOrMore = <T extends z.ZodType>(one: T) => z.union([z.array(one).min(1), one.transform((it) => [it])]);
const tlsChoice = z.strictObject({
  version: z.enum(['TLSv1.2', 'TLSv1.3']).optional(),
  behind: stimulus.optional(),
  pieces: z.array(z.int().min(1)).min(1).optional(),
  resume: z.literal(true).optional(),
});
const step: z.ZodType = z.lazy(() =>
  z.union([
    z.strictObject({ send: z.union([stimulus, z.array(stimulus).min(1)]) }),
    z.strictObject({ expect: oneOrMore(alternative) }),
    z.strictObject({ end: oneOrMore(ending) }),
    z.strictObject({ do: z.enum(['half-close', 'reset', 'stop-reading', 'read-on', 'pause']) }),
    z.strictObject({ do: z.literal('start-tls'), tls: tlsChoice.optional() }),
  ]),
);
/** One kind of step each, so that a mistake inside is told where it is. */
const steps = {
  send: z.strictObject({ send: z.union([stimulus, z.array(stimulus).min(1)]) }),
  expect: z.strictObject({ expect: oneOrMore(alternative) }),
};
/** What the right answers to a case of ours may have in all is known; here they are whatever the user asks for. */
const MOST_BYTES = 4_000_000;

const entry = z.strictObject({
  id: z
    .string()
    .regex(/^[a-z0-9.-]+\/[a-z0-9./-]+$/, "must be words with '-' between them, and one '/' behind the area: my-bug/early-quit"),
  title: z.string().min(1),
  level: z.enum(levels).default('MUST'),
  needs: z.array(need).optional(),
  deliveries: z
    .array(z.enum(Object.keys(deliveries) as [Delivery, ...Delivery[]]))
    .min(1)
    .optional(),
  tries: z.int().min(1).max(100_000).optional(),
  limitMs: z.int().min(50).max(600_000).optional(),
  mostBytes: z.int().min(1).default(MOST_BYTES),
  link: z.string().optional(),
  script: z.array(z.unknown()).min(1),
});

/**
 * Reads cases from a file (YAML or JSON): a list of them, in the language of harness/case. A case says nothing of manuals and
 * of defects here. Throws RunError RUN_BAD_CASES with file, line, and what is wrong.
 */
export function parseCases(text: string, file: string): Case[] {
  const bad = (line: number, why: string) => new RunError('RUN_BAD_CASES', `${file}:${line}: ${why}`);
  const { value: items, lineOf } = readYaml(text, bad);
  if (!Array.isArray(items) || items.length === 0) throw bad(1, 'must be a list of cases, each with id, title and script');
  const ids = new Set<string>();
  return items.map((item, i) => {
    const complain = (issue: z.core.$ZodIssue | undefined, under: readonly (string | number)[] = []) => {
      const path = [...under, ...((issue?.path ?? []) as (string | number)[])];
      return bad(lineOf([i, ...path]), `${path.join('.') || 'case'}: ${issue?.message ?? 'is no case'}`);
    };
    const parsed = entry.safeParse(item);
    if (!parsed.success) throw complain(parsed.error.issues[0]);
    const script = parsed.data.script.map((raw, at) => {
      const kind = Object.keys((raw ?? {}) as object)[0];
      const read = (kind === 'send' || kind === 'expect' ? steps[kind] : step).safeParse(raw);
      if (!read.success) {
        const issue = read.error.issues[0];
        throw complain(issue && deepest(issue), ['script', at]);
      }
      return read.data;
    });
    const { id } = parsed.data;
    if (ids.has(id)) throw bad(lineOf([i, 'id']), `id: ${id} is there twice`);
    ids.add(id);
    return { ...parsed.data, script, source: [], killedBy: NO_DEFECT } as unknown as Case;
  });
}

function isPattern(text: string): boolean {
  try {
    new RegExp(text);
    return true;
  } catch {
    return false;
  }
}

/** Of a union that nothing fits, the complaint that came furthest. */
function deepest(issue: z.core.$ZodIssue): z.core.$ZodIssue {
  if (issue.code !== 'invalid_union') return issue;
  const inner = issue.errors.flat().map(deepest);
  const best = inner.sort(
    (a, b) => b.path.length - a.path.length || Number(b.code !== 'invalid_type') - Number(a.code !== 'invalid_type'),
  )[0];
  return best ? { ...best, path: [...issue.path, ...best.path] } : { ...issue, message: 'must be a step: send, expect, end or do' };
}
