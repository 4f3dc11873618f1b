import type { AnswerPacket } from '../replay/outcome.ts';
import type { Difference, PlayedConnection, Replayed } from '../replay/replayed.ts';
import { endingInWords, printable } from '../run/describe.ts';
import type { colors } from './color.ts';
import { hexOf, valueInWords } from './field-value.ts';
import { count, cut, duration, oneLine } from './layout.ts';

/** What a replay is told about: the capture, the target, and how it went. */
export interface ReplayReport {
  readonly mywire: string;
  readonly file: string;
  readonly target: string;
  readonly versions: string;
  readonly replayed: Replayed;
  /** About the connections by their names: who the client was. */
  readonly clients: Readonly<Record<string, { readonly address: string; readonly user?: string; readonly as?: string }>>;
  /** What a reader must know to trust it. */
  readonly notes: readonly string[];
}

export const EXIT = { same: 0, differs: 1, unjudged: 3 } as const;

/** Has a connection shown a difference: in an answer, or in how it ended? */
const differs = ({ difference, endings }: PlayedConnection): boolean => difference !== undefined || endings?.same === false;

/** What came of it: in one word, and the sentence that says why. */
export function verdictOf({ replayed }: ReplayReport): { readonly is: keyof typeof EXIT; readonly says: string } {
  const { connections, stopped, same, leftOut } = replayed;
  const different = connections.filter(differs).length;
  if (different > 0)
    return { is: 'differs', says: `${count(different, 'connection differs', 'connections differ')}${perhapsFor(replayed)}` };
  const cutShort = connections.filter(({ gaveUp }) => gaveUp !== undefined).length;
  if (stopped !== undefined) return { is: 'unjudged', says: `it did not come to its end: ${stopped}` };
  if (cutShort > 0) return { is: 'unjudged', says: `${count(cutShort, 'connection was', 'connections were')} not played to the end` };
  if (connections.length === 0) return { is: 'unjudged', says: `nothing was played${leftOut[0] ? `: ${leftOut[0].why}` : ''}` };
  const missing = leftOut.filter(({ whole }) => whole);
  if (missing[0])
    return {
      is: 'unjudged',
      says: `what was played is as in the capture, but ${count(missing.length, 'connection was', 'connections were')} not played (${missing[0].connection}: ${missing[0].why})`,
    };
  const compared = same > 0 || connections.some(({ segments = 0 }) => segments > 0);
  return { is: 'same', says: compared ? `every answer was the captured one` : 'every login went as in the capture' };
}

/** What was not played may have written what others read, and locks that are taken in another order give other answers. */
function perhapsFor({ leftOut, connections, forced }: Replayed): string {
  const missing = new Set(leftOut.filter(({ whole }) => whole).map(({ connection }) => connection));
  for (const one of connections) if (one.gaveUp !== undefined && !differs(one)) missing.add(one.connection);
  const why = [
    ...(missing.size > 0
      ? [
          `for want of what ${count(missing.size, 'connection', 'connections')} wrote that ${missing.size === 1 ? 'was' : 'were'} not played`,
        ]
      : []),
    ...(forced > 0 ? [`for ${count(forced, 'step')} that went out of turn`] : []),
  ];
  return why.length > 0 ? `, perhaps ${why.join(' or ')}` : '';
}

/** The report for a person. */
export function replayedAsText(report: ReplayReport, c: ReturnType<typeof colors>, width = 120): string {
  const { replayed, file, target, versions, notes, clients } = report;
  const verdict = verdictOf(report);
  const { statements, ms, same, different, uncompared, answerless, forced, leftOut, connections } = replayed;
  const told = connections.filter((one) => differs(one) || one.gaveUp !== undefined);
  const shown = told.slice(0, MOST);
  const perSecond = ms > 0 ? Math.round(statements / (ms / 1000)) : 0;
  return [
    `${c.bold(oneLine(file))} on ${c.bold(oneLine(target))}${versions ? ` (${oneLine(versions)})` : ''}`,
    ...notes.map((note) => `  ${oneLine(note)}`),
    `  ${count(connections.length, 'connection')}, ${count(statements, 'statement')} in ${duration(ms)} (${perSecond} a second): ${same} same, ${different} different${uncompared ? `, ${uncompared} without a captured answer` : ''}${answerless ? `, ${answerless} that no server answers` : ''}${forced ? `, ${forced} out of turn` : ''}`,
    ...shown.flatMap((one) => ['', ...connectionLines(one, clients[one.connection], c, width)]),
    ...(told.length > shown.length ? ['', `  … and ${told.length - shown.length} connections more (--json has them all)`] : []),
    ...leftOutLines(leftOut),
    '',
    `${verdict.is === 'same' ? c.green(verdict.is) : verdict.is === 'differs' ? c.red(verdict.is) : c.yellow('could not be judged')}: ${oneLine(verdict.says)}`,
  ].join('\n');
}

/** Connections that are told one by one. */
const MOST = 20;

function connectionLines(
  { connection, difference, endings, gaveUp, unplayed, notes = [], segments }: PlayedConnection,
  client: ReplayReport['clients'][string] | undefined,
  c: ReturnType<typeof colors>,
  width: number,
): string[] {
  const who = client
    ? ` ${client.address}${client.user === undefined ? '' : ` as ${client.user}${client.as === undefined ? '' : ` (now ${client.as})`}`}`
    : '';
  return [
    c.bold(oneLine(`${connection}${who}${segments === undefined ? '' : ', byte for byte'}`)),
    ...notes.map((note) => `  ${oneLine(note)}`),
    ...(difference ? differenceLines(difference, width) : []),
    ...(endings && !endings.same
      ? [`  the end of the connection: ${endingInWords(endings.captured)} in the capture, ${endingInWords(endings.replayed)} now`]
      : []),
    ...(gaveUp === undefined ? [] : [`  ${oneLine(gaveUp)}${unplayed > 0 ? `; ${count(unplayed, 'step')} behind it not played` : ''}`]),
  ];
}

function differenceLines({ step, command, sql, frame, captured, replayed, packets = {} }: Difference, width: number): string[] {
  const half = Math.max(30, Math.floor((width - 5) / 2));
  const [then, now] = [packetLines(packets.captured), packetLines(packets.replayed)];
  const at = packets.captured?.frame;
  const rows = Array.from({ length: Math.max(then.length, now.length) }, (_, i) => [then[i] ?? '', now[i] ?? ''] as const);
  const side = ([left, right]: readonly [string, string]): string => `  ${cut(left, half).padEnd(half)} | ${cut(right, half)}`.trimEnd();
  const places = packets.captured || packets.replayed;
  return [
    `  step ${step}${frame === undefined ? '' : `, frame ${frame}`}: ${command}${sql === undefined ? '' : ` ${cut(oneLine(sql), width - 30)}`}`,
    `  captured: ${oneLine(captured)}`,
    `  now:      ${oneLine(replayed)}`,
    ...(places
      ? [side([`captured${at === undefined ? '' : `, frame ${at}`}`, 'now']), ...rows.map(side)]
      : ['  the first packets, which are all that is kept of an answer, came to the same']),
  ];
}

/** A packet field by field, and its bytes. */
function packetLines(packet: AnswerPacket | undefined): string[] {
  if (!packet) return ['no packet'];
  const fields = Object.entries(packet.value ?? {}).filter(([, value]) => value !== undefined);
  return [
    `${packet.name}${packet.sequenceId === undefined ? '' : `, sequence id ${packet.sequenceId}`}`,
    ...fields.map(([field, value]) => `  ${field} ${printable(valueInWords(field, value, true))}`),
    `  bytes ${hexOf(packet.payload ?? new Uint8Array(0), 24)}`,
  ];
}

/** Reasons for which something was left out that are told one by one. */
const MOST_LEFT_OUT = 12;

function leftOutLines(leftOut: Replayed['leftOut']): string[] {
  const counts = new Map<string, number>();
  for (const { command, why } of leftOut) counts.set(`${command}: ${why}`, (counts.get(`${command}: ${why}`) ?? 0) + 1);
  if (counts.size === 0) return [];
  const all = [...counts];
  const more = all.slice(MOST_LEFT_OUT).reduce((sum, [, n]) => sum + n, 0);
  return [
    ...['', '  not played:', ...all.slice(0, MOST_LEFT_OUT).map(([what, n]) => `    ${n} × ${oneLine(what)}`)],
    ...(more > 0 ? [`    … and ${more} more (--json has them all)`] : []),
  ];
}

/** The report for a program. Bytes are hex. */
export function replayedAsJson(report: ReplayReport): string {
  const { is, says } = verdictOf(report);
  const { replayed, ...about } = report;
  const { differences: _, ...counts } = replayed;
  return JSON.stringify({ ...about, verdict: is, reason: says, ...counts }, plain, 2);
}

function plain(_: string, value: unknown): unknown {
  if (typeof value === 'bigint') return String(value);
  if (value instanceof Uint8Array) return Buffer.from(value).toString('hex');
  // Buffers come here as what their toJSON made of them.
  if (isBufferJson(value)) return Buffer.from(value.data).toString('hex');
  return value;
}

const isBufferJson = (value: unknown): value is { readonly data: number[] } =>
  typeof value === 'object' &&
  value !== null &&
  (value as { type?: unknown }).type === 'Buffer' &&
  Array.isArray((value as { data?: unknown }).data);
