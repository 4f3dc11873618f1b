import type { Delivery } from '../case/delivery.ts';
import type { Alternative, Step, Stimulus } from '../case/step.ts';
import type { LabelledPacket } from '../codec/labelled-packet.ts';
import { compose } from '../run/compose.ts';
import { Session } from '../run/session.ts';
import type { ByteScript, Turn } from './byte-script.ts';
import type { Captured } from './captured.ts';

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
  const needed = until === undefined ? answers : answers.slice(0, until + 1);
  const units = unitsOf(needed);
  const data = turns.filter(({ does }) => typeof does !== 'string');
  const early = data.length > 0 && data.every(({ after }) => after === 0);
  const stimuli = new Stimuli(script);
  const steps: Step[] = [];
  let told = 0;
  const expectUpTo = (packets: number): void => {
    while (told < units.length && (units[told] as Unit).from < packets) {
      const { expects } = units[told++] as Unit;
      if (expects) steps.push({ expect: [expects] });
    }
  };
  // Early, all goes out at once; the greeting is only read first.
  if (early) expectUpTo(1);
  const behind = until === undefined ? -1 : turns.findIndex(({ after }) => after > until);
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

/** One answer: several packets for a resultset. */
export interface Unit {
  /** Place of its first packet. */
  readonly from: number;
  /** undefined: a packet of the login that the run's client follows by itself. */
  readonly expects: Alternative | undefined;
  readonly says: string;
}

const followed = new Set(['AuthSwitchRequest', 'AuthMoreData', 'OldAuthSwitchRequest', 'AuthNextFactor']);
const ofDefinitions = new Set(['ColumnDefinition41', 'ColumnDefinition320', 'TextRow', 'BinaryRow']);

export function unitsOf(answers: readonly LabelledPacket[]): Unit[] {
  const units: Unit[] = [];
  for (let i = 0; i < answers.length; i++) {
    const one = answers[i] as LabelledPacket;
    const whose = (at: number): boolean => answers[at] !== undefined && answers[at]?.answers === one.answers;
    if (one.name === 'ColumnCount') {
      let rows = 0;
      let at = i + 1;
      let definitions = true;
      for (; whose(at); at++) {
        const { name } = answers[at] as LabelledPacket;
        if (name === 'TextRow' || name === 'BinaryRow') rows++;
        if (name === 'EOF' && definitions && rows === 0 && ofRows(answers, at, one)) {
          definitions = false;
          continue;
        }
        if (!ofDefinitions.has(name)) break;
      }
      const end = answers[at]?.name;
      const columns = Number(one.value?.['count'] ?? 0);
      const packet = end === 'ERR' ? 'ResultsetThenERR' : one.answers?.name === 'COM_STMT_EXECUTE' ? 'BinaryResultset' : 'TextResultset';
      units.push({ from: i, expects: { packet, where: { columns, rows } }, says: `${rows} rows` });
      i = at;
      continue;
    }
    if (one.name === 'StmtPrepareOK' || one.name === 'ColumnDefinition41') {
      let at = i + 1;
      while (whose(at) && (answers[at]?.name === 'ColumnDefinition41' || answers[at]?.name === 'EOF')) at++;
      units.push({ from: i, expects: { packet: one.name === 'StmtPrepareOK' ? 'StmtPrepareOK' : 'FieldList' }, says: one.name });
      i = at - 1;
      continue;
    }
    units.push({
      from: i,
      expects: alternativeOf(one),
      says: one.name === 'ERR' ? `ERR ${one.value?.['errorCode']}` : one.name === 'HandshakeV10' ? 'a greeting' : one.name,
    });
  }
  return units;
}

/** An EOF behind definitions: another end follows. */
const ofRows = (answers: readonly LabelledPacket[], at: number, count: LabelledPacket): boolean =>
  answers.slice(at + 1).some(({ name, answers: to }) => to === count.answers && (name === 'EOF' || name === 'ERR' || name === 'OK'));

function alternativeOf({ name, value = {} }: LabelledPacket): Alternative | undefined {
  if (followed.has(name)) return undefined;
  if (name === 'ERR') return { packet: 'ERR', where: { errorCode: Number(value['errorCode']) }, sequenceId: 'any' };
  if (name === 'OK')
    return { packet: 'OK', ...(value['affectedRows'] === undefined ? {} : { where: { affectedRows: Number(value['affectedRows']) } }) };
  return { packet: name as NonNullable<Alternative['packet']> };
}

/** Client packets in the language of cases; what that cannot say byte for byte goes as bytes. */
class Stimuli {
  readonly accounts = new Set<string>();
  readonly #script: ByteScript;
  readonly #session = new Session({});

  constructor(script: ByteScript) {
    this.#script = script;
  }

  step({ does }: Turn): Step | undefined {
    if (does === 'fin') return { do: 'half-close' };
    if (does === 'rst') return { do: 'reset' };
    const stimuli: Stimulus[] = [];
    let at = does.from;
    for (const label of this.#script.sent) {
      const to = label.offset + label.size;
      if (label.offset < at || to > does.to || label.offset !== at) continue;
      const stimulus = this.#of(label);
      if (stimulus) stimuli.push(stimulus);
      at = to;
    }
    if (at < does.to) stimuli.push({ wire: Buffer.from(this.#script.stream.subarray(at, does.to)).toString('hex') });
    return stimuli.length > 0 ? { send: stimuli.length === 1 ? (stimuli[0] as Stimulus) : stimuli } : undefined;
  }

  #of(label: LabelledPacket): Stimulus | undefined {
    const bytes = this.#script.stream.subarray(label.offset, label.offset + label.size);
    const wire: Stimulus = { wire: Buffer.from(bytes).toString('hex') };
    if (label.sequenceId === undefined || label.carrier) return wire;
    if (label.name === 'AuthSwitchResponse') return undefined; // the run's client answers
    const named = this.#named(label, bytes);
    return named ?? wire;
  }

  #named(label: LabelledPacket, bytes: Uint8Array): Stimulus | undefined {
    const { name, value, payload, sequenceId = 0 } = label;
    const numbered = (usual: number) => (sequenceId === usual ? {} : { sequenceId });
    if (name.startsWith('HandshakeResponse') && value) {
      const proof = (value['authResponse'] as Uint8Array | undefined) ?? new Uint8Array(0);
      const given = fieldsOf(value);
      // With a password it is another one's: the run's own account, and its proof.
      if (name === 'HandshakeResponse41' && proof.length > 0) {
        this.accounts.add('login-account');
        const { user: _, authResponse: __, authPluginName: ___, filler: ____, ...others } = given;
        return { message: 'HandshakeResponse41', account: 'login', with: others, ...numbered(1) };
      }
      const message = name as NonNullable<Stimulus['message']>;
      const { filler: _, mariadbCapabilities: __, ...short } = given;
      return this.#ifSame({ message, with: short, ...numbered(1) }, bytes) ?? this.#ifSame({ message, with: given, ...numbered(1) }, bytes);
    }
    if (!name.startsWith('COM_')) return undefined;
    const message = /^COM_[A-Z_]+$/.test(name) ? (name as NonNullable<Stimulus['message']>) : 'COM_RAW';
    const query = value?.['query'] as Uint8Array | string | undefined;
    const text = query === undefined ? undefined : Buffer.from(query as Uint8Array).toString('latin1');
    return (
      this.#ifSame({ message, ...(text === undefined ? {} : { with: { query: text } }), ...numbered(0) }, bytes) ??
      this.#ifSame({ message, payload: Buffer.from(payload).toString('hex'), ...numbered(0) }, bytes)
    );
  }

  /** The stimulus, if a run makes the same bytes of it. */
  #ifSame(stimulus: Stimulus, bytes: Uint8Array): Stimulus | undefined {
    try {
      return Buffer.compare(compose(stimulus, this.#session).bytes, bytes) === 0 ? stimulus : undefined;
    } catch {
      return undefined;
    }
  }
}

/** Fields as a case has them: bytes as hex. */
function fieldsOf(value: Readonly<Record<string, unknown>>): Record<string, string | number> {
  const fields: Record<string, string | number> = {};
  for (const [field, one] of Object.entries(value)) {
    if (one instanceof Uint8Array) fields[field] = Buffer.from(one).toString('hex');
    else if (typeof one === 'string' || typeof one === 'number') fields[field] = one;
  }
  return fields;
}

/** How the server ended it, or that it stayed silent. */
function endOf({ ending, tcp }: Captured, { turns, answers }: ByteScript, told: number): Step[] {
  const { how, first } = ending;
  if (turns.some(({ does }) => does === 'rst')) return [];
  if (how === 'open' || how === 'timeout') {
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
