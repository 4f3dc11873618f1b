import type { Delivery } from '../case/delivery.ts';
import { type Alternative, type Step, serverMessages } from '../case/step.ts';
import type { LabelledPacket } from '../codec/labelled-packet.ts';
import type { ByteScript } from './byte-script.ts';
import type { Captured } from './captured.ts';
import { Stimuli, statementName } from './stimuli.ts';

/** A case as a file has it (harness/run/case-file.ts). */
export interface WrittenCase {
  readonly id: string;
  readonly title: string;
  readonly level: 'MUST';
  readonly needs?: readonly string[];
  readonly deliveries: readonly [Delivery, ...Delivery[]];
  readonly script: readonly Step[];
}

/** What a case is made of, and how far it goes. */
export interface CaseSource {
  /** The capture's name, for the id. */
  readonly name: string;
  readonly captured: Captured;
  readonly script: ByteScript;
  /** Only to the first packet of the server that was another (from 0); default: to the end. */
  readonly until?: number;
}

/** How long the captured server must have been silent for a case to ask for silence; ms (more than a run waits). */
const SILENCE_MS = 700;

/**
 * The smallest case that sends what a client of a capture sent, and expects the answers that it got: the kind of each, error
 * codes, counts of rows. What comes behind the first difference is left out. A proof of a password is made by the run.
 */
export function caseOf({ name, captured, script, until }: CaseSource): WrittenCase {
  const { answers, turns } = script;
  const last = until === undefined ? answers.length - 1 : wholeAnswer(answers, until);
  const needed = answers.slice(0, last + 1);
  const stimuli = new Stimuli(script);
  const units = unitsOf(needed, (packet) => stimuli.isFollowed(packet));
  const data = turns.filter(({ does }) => typeof does !== 'string');
  const early = data.length > 0 && data.every(({ after }) => after === 0);
  const steps: Step[] = [];
  let told = 0;
  const expectUpTo = (packets: number): void => {
    while (told < units.length && (units[told] as Unit).from < packets) {
      const { expects } = units[told++] as Unit;
      // Where it is no packet of the protocol (a TLS alert), the ending says the rest.
      if (expects && serverMessages.some((name) => name === expects.packet)) steps.push({ expect: [expects] });
    }
  };
  // Early, all goes out at once; the greeting is only read first.
  if (early) expectUpTo(1);
  const behind = until === undefined ? -1 : turns.findIndex(({ after }) => after > last);
  for (const turn of behind < 0 ? turns : turns.slice(0, behind)) {
    // Who ends behind the server's end does nothing to it.
    if (turn.does === 'fin' && captured.ending.first) continue;
    expectUpTo(turn.after);
    if (turn.does === 'fin' && turn.silentForMs >= SILENCE_MS && told === units.length) steps.push({ expect: [{ waits: true }] });
    const step = stimuli.step(turn);
    if (step) steps.push(step);
  }
  expectUpTo(needed.length);
  if (until === undefined || until >= answers.length) steps.push(...endOf(captured, script, units.length));
  const accounts = [...stimuli.accounts];
  return {
    id: `captured/${wordsOf(name)}-stream-${captured.tcp.id}`,
    title: titleOf(captured, units, name),
    level: 'MUST',
    ...(accounts.length > 0 ? { needs: accounts } : {}),
    deliveries: [early ? 'early' : 'whole'],
    script: steps,
  };
}

/** The last packet of the answer that a packet is part of: cut in its rows, a resultset would expect too few. */
function wholeAnswer(answers: readonly LabelledPacket[], at: number): number {
  const asked = answers[at]?.answers;
  const behind = asked === undefined ? -1 : answers.findIndex((one, i) => i > at && one.answers !== asked);
  return behind < 0 ? (asked === undefined ? at : answers.length - 1) : behind - 1;
}

/** One answer: several packets for a resultset. */
export interface Unit {
  /** Place of its first packet. */
  readonly from: number;
  /** undefined: a packet of the login that the run's client follows by itself. */
  readonly expects: Alternative | undefined;
  readonly says: string;
}

const questions = new Set(['AuthSwitchRequest', 'AuthMoreData', 'OldAuthSwitchRequest', 'AuthNextFactor']);
const isDefinition = (name: string | undefined): boolean => name === 'ColumnDefinition41' || name === 'ColumnDefinition320';
/** Of a list of definitions: under DEPRECATE_EOF an OK. */
const ends: ReadonlySet<string | undefined> = new Set(['EOF', 'OK']);
const isRow = (name: string | undefined): boolean => name === 'TextRow' || name === 'BinaryRow';

/** `isFollowed`: what the server asks of a login that the run's client goes on with by itself. */
export function unitsOf(answers: readonly LabelledPacket[], isFollowed: (packet: LabelledPacket) => boolean = () => true): Unit[] {
  const units: Unit[] = [];
  let statements = 0;
  for (let i = 0; i < answers.length; i++) {
    const one = answers[i] as LabelledPacket;
    const id = answers[i - 1]?.answers === one.answers ? {} : oddId(one);
    const whose = (at: number): boolean => answers[at] !== undefined && answers[at]?.answers === one.answers;
    if (one.name === 'ColumnCount') {
      let rows = 0;
      let at = i + 1;
      let definitions = true;
      for (; whose(at); at++) {
        const { name } = answers[at] as LabelledPacket;
        if (isRow(name)) rows++;
        if (name === 'EOF' && definitions && rows === 0 && ofRows(answers, at, one)) {
          definitions = false;
          continue;
        }
        if (!isRow(name) && !isDefinition(name)) break;
      }
      const end = answers[at]?.name;
      const columns = Number(one.value?.['count'] ?? 0);
      const packet = end === 'ERR' ? 'ResultsetThenERR' : one.answers?.name === 'COM_STMT_EXECUTE' ? 'BinaryResultset' : 'TextResultset';
      units.push({ from: i, expects: { packet, where: { columns, rows }, ...id }, says: `${rows} rows` });
      i = at;
      continue;
    }
    if (one.answers?.name === 'COM_STMT_FETCH' && one.name !== 'ERR') {
      let at = i;
      while (isRow(answers[at]?.name) && whose(at + 1)) at++;
      const rows = at - i + (isRow(answers[at]?.name) ? 1 : 0);
      units.push({ from: i, expects: { packet: 'FetchedRows', where: { rows }, ...id }, says: `${rows} fetched rows` });
      i = at;
      continue;
    }
    if (one.name === 'StmtPrepareOK' || isDefinition(one.name)) {
      let at = i + 1;
      while (whose(at) && (isDefinition(answers[at]?.name) || ends.has(answers[at]?.name))) at++;
      const prepared = one.name === 'StmtPrepareOK';
      units.push({
        from: i,
        expects: { ...(prepared ? { packet: 'StmtPrepareOK', as: statementName(statements++) } : { packet: 'FieldList' }), ...id },
        says: one.name,
      });
      i = at - 1;
      continue;
    }
    units.push({
      from: i,
      expects: questions.has(one.name) && isFollowed(one) ? undefined : { ...id, ...alternativeOf(one) },
      says: one.name === 'ERR' ? `ERR ${one.value?.['errorCode']}` : one.name === 'HandshakeV10' ? 'a greeting' : one.name,
    });
  }
  return units;
}

/** An EOF behind definitions: another end follows. */
const ofRows = (answers: readonly LabelledPacket[], at: number, count: LabelledPacket): boolean =>
  answers.slice(at + 1).some(({ name, answers: to }) => to === count.answers && (name === 'EOF' || name === 'ERR' || name === 'OK'));

/** The first packet that answers another is numbered after it; where the captured one was not, the case says how it was. */
function oddId({ sequenceId, answers, carrier }: LabelledPacket): Pick<Alternative, 'sequenceId'> {
  // Under compression it is the frames that count.
  if (carrier || sequenceId === undefined || answers?.sequenceId === undefined) return {};
  return sequenceId === ((answers.sequenceId + 1) & 0xff) ? {} : { sequenceId };
}

function alternativeOf({ name, value = {} }: LabelledPacket): Alternative {
  if (name === 'ERR') return { packet: 'ERR', where: { errorCode: Number(value['errorCode']) }, sequenceId: 'any' };
  if (name === 'OK')
    return { packet: 'OK', ...(value['affectedRows'] === undefined ? {} : { where: { affectedRows: Number(value['affectedRows']) } }) };
  return { packet: name as NonNullable<Alternative['packet']> };
}

/** How the server ended it, or that it stayed silent. */
function endOf({ ending, tcp }: Captured, { turns, answers }: ByteScript, told: number): Step[] {
  const { how, first } = ending;
  if (turns.some(({ does }) => does === 'rst')) return [];
  if (how === 'open' || how === 'timeout') {
    if (answers.at(-1)?.sequenceId === undefined) return [];
    const [start, last] = [tcp.events[0]?.timeNs ?? 0n, tcp.events.at(-1)?.timeNs ?? 0n];
    const since = answers.at(-1)?.at;
    const spoke = tcp.events.find(({ frame: at }) => at === since)?.timeNs ?? start;
    return Number(last - spoke) / 1e6 >= SILENCE_MS ? [{ expect: [{ waits: true }] }] : [];
  }
  // Which of the two a RST comes from when the client was first, nobody chose.
  const ends = first ? ([how] as const) : (['fin', 'fin+rst', 'rst'] as const);
  return [...(told === 0 ? [{ expect: [{ closes: true }] } as const] : []), { end: ends }];
}

function titleOf({ ending, firstPacket, odd }: Captured, units: readonly Unit[], name: string): string {
  const got = units.map(({ says }) => says).join(', ') || 'no byte';
  return `${odd ? odd.replace(/ \(frame \d+\)$/, '') : `what begins with ${firstPacket ?? 'nothing'}`} gets ${got}, and the connection is ${ending.how === 'open' ? 'left open' : `ended by ${ending.how.toUpperCase()}`}, as in ${name}`;
}

const wordsOf = (name: string): string =>
  name
    .toLowerCase()
    .replace(/\.(pcapng|pcap|gz|zst)/g, '')
    .replaceAll(/[^a-z0-9.]+/g, '-')
    .replaceAll(/^-+|-+$/g, '') || 'capture';
