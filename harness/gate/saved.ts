import { z } from 'zod';
import { deliveries } from '../case/delivery.ts';
import { endings, levels, verdicts } from '../case/verdict.ts';
import type { CheckResult, TargetReport } from '../run/result.ts';
import { isProduct } from '../target/target.ts';
import type { Transcript, TranscriptEvent } from '../wire/transcript.ts';
import { GateError } from './error.ts';
import type { Program } from './policy.ts';
import type { Side } from './side.ts';

const text = z.string();
const axis = z.enum(['pass', 'fail', 'unjudged']);
const hex = text.regex(/^(?:[0-9a-f]{2})*$/, 'must be pairs of hex digits');
const at = z.number();
const event = z.union([
  z.looseObject({ at, kind: z.enum(['sent', 'received']), hex }),
  z.looseObject({
    at,
    kind: z.enum(['connected', 'tls', 'half-closed', 'reset-sent', 'waited', 'fin', 'rst', 'refused', 'failed', 'closed-by-us']),
  }),
]);
const result = z.object({
  target: text,
  case: text.regex(/.\/./),
  area: text,
  title: text,
  level: z.enum(levels),
  delivery: z.enum(Object.keys(deliveries) as [CheckResult['delivery'], ...CheckResult['delivery'][]]),
  source: z.array(z.object({ manual: text, page: text, url: text, says: text })),
  link: text.nullable(),
  verdict: z.enum(verdicts),
  reason: text.nullable(),
  known: z.object({ reason: text, link: text }).nullable(),
  answer: axis,
  ending: axis,
  deviation: z
    .object({ axis: z.enum(['answer', 'ending', 'invariance', 'liveness']), step: z.number(), expected: text, got: text })
    .nullable(),
  observation: text,
  tries: z.number(),
  deviatingTries: z.number(),
  tally: z.record(text, z.number()).nullable(),
  ms: z.number(),
  transcript: z.object({ ending: z.enum(endings), events: z.array(event) }).nullable(),
});
const target = z.object({
  target: text,
  versions: text,
  dialect: z.enum(['mysql', 'mariadb']).nullable(),
  profile: z
    .object({
      serverVersion: text,
      capabilities: z.array(text),
      mariadbCapabilities: z.array(text),
      accounts: z.record(text, text),
      features: z.record(text, z.boolean()),
      refuses: z.array(text),
    })
    .nullable(),
  ms: z.number(),
  notes: z.array(text),
  expectationProblems: z.array(text),
  failure: z.object({ code: text, says: text }).nullable(),
  healthChecks: z.array(
    z.object({
      mode: text,
      by: text,
      status: text,
      check: text,
      code: z.number().nullable(),
      description: text,
      transitions: z.number(),
      seen: z.array(text),
    }),
  ),
  results: z.array(result),
});
const report = z.object({
  schema: z.literal('mywire.report/1'),
  targets: z.array(target).length(1, 'a baseline is a report on one target'),
  cases: z.record(text, text).optional(),
});

/**
 * What another run saved (`mywire gate --save`, or `mywire run --json`, which keeps no packets of what passed).
 * @param unasked cases that are there and were not selected: that the candidate lacks them says nothing
 * @throws GateError GATE_BAD_BASELINE
 */
export function savedSide(json: string, file: string, unasked: ReadonlySet<string> = new Set()): Side {
  const bad = (why: string): GateError =>
    new GateError('GATE_BAD_BASELINE', `${file} is no saved baseline: ${why}. Make one with mywire gate --baseline TARGET --save FILE.`);
  let data: unknown;
  try {
    data = JSON.parse(json);
  } catch (error) {
    throw bad(`it is no JSON (${(error as Error).message.slice(0, 100)})`);
  }
  const parsed = report.safeParse(data);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw bad(`${issue?.path.join('.') || 'the whole'}: ${issue?.message}`);
  }
  const { targets, cases } = parsed.data;
  const only = targets[0] as z.infer<typeof target>;
  const asked = Object.entries(cases ?? {}).filter(([id]) => !unasked.has(id));
  return {
    name: only.target,
    programs: programsIn(only.versions),
    runs: [targetOf(only)],
    ...(asked.length > 0 ? { cases: Object.fromEntries(asked) } : {}),
  };
}

/** 'haproxy 2.6.12 + mariadb 10.11.19' */
function programsIn(versions: string): Program[] {
  return versions.split(' + ').map((one): Program => {
    const [product = '', ...version] = one.split(' ');
    return { product: isProduct(product) ? product : 'unknown', version: version.join(' ') };
  });
}

/** Null in JSON is absent here. */
function targetOf({ dialect, profile, failure, healthChecks, results, ...rest }: z.infer<typeof target>): TargetReport {
  return {
    ...rest,
    ...(dialect && { dialect }),
    ...(profile && { profile }),
    ...(failure && { failure }),
    ...(healthChecks.length > 0 && { healthChecks: healthChecks.map((one) => ({ ...one, code: one.code ?? undefined })) }),
    results: results.map(resultOf),
  };
}

function resultOf({ link, reason, known, deviation, tally, transcript, ...rest }: z.infer<typeof result>): CheckResult {
  return {
    ...rest,
    ...(link !== null && { link }),
    ...(reason !== null && { reason }),
    ...(known && { known }),
    ...(deviation && { deviation }),
    ...(tally && { tally }),
    ...(transcript && { transcript: transcriptOf(transcript) }),
  };
}

function transcriptOf({
  ending,
  events,
}: {
  readonly ending: Transcript['ending'];
  readonly events: readonly z.infer<typeof event>[];
}): Transcript {
  return { startedAt: 0, ending, events: events.map(eventOf) };
}

/** The text of an event that is told only; its fields are shown, never acted on. */
function eventOf(one: z.infer<typeof event>): TranscriptEvent {
  if (one.kind !== 'sent' && one.kind !== 'received') return one as unknown as TranscriptEvent;
  const bytes = new Uint8Array(Buffer.from(one.hex as string, 'hex'));
  if (one.kind === 'received') return { at: one.at, kind: 'received', bytes };
  const segments = Array.isArray(one['segments']) ? one['segments'].filter((n): n is number => typeof n === 'number') : [];
  return { at: one.at, kind: 'sent', bytes, segments, label: typeof one['label'] === 'string' ? one['label'] : '' };
}
