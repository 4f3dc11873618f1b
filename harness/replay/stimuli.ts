import type { PasswordForm, Step, Stimulus } from '../case/step.ts';
import { has } from '../codec/capability.ts';
import { commandOf } from '../codec/command.ts';
import type { LabelledPacket } from '../codec/labelled-packet.ts';
import { compose } from '../run/compose.ts';
import { Session } from '../run/session.ts';
import type { ByteScript, Turn } from './byte-script.ts';
import { covered, type MadeLogins, madeLogins } from './made-logins.ts';

/** What the case calls the i-th statement that was prepared, from 0. */
export const statementName = (i: number): string => `statement-${i + 1}`;
/** Of a command for a prepared statement: its byte and the id, int<4>. */
const ID_ENDS = 5;

type Rest = (bytes: Buffer) => readonly [Readonly<Record<string, string | number>>, Readonly<Record<string, string>>?];

/** What stands behind the id, as a case has it. */
const behindId: Readonly<Record<string, Rest>> = {
  COM_STMT_EXECUTE: (bytes) => [{ flags: bytes[0] ?? 0 }, { parameters: bytes.toString('hex', 5) }],
  COM_STMT_BULK_EXECUTE: (bytes) => [
    { flags: bytes.length < 2 ? 0 : bytes.readUInt16LE(0) },
    { types: '', rows: bytes.toString('hex', 2) },
  ],
  COM_STMT_SEND_LONG_DATA: (bytes) => [{ parameter: bytes.length < 2 ? 0 : bytes.readUInt16LE(0), data: bytes.toString('hex', 2) }],
  COM_STMT_FETCH: (bytes) => [{ rows: bytes.length < 4 ? 0 : bytes.readUInt32LE(0) }],
  COM_STMT_RESET: () => [{}],
  COM_STMT_CLOSE: () => [{}],
};

/** Client packets in the language of cases; what that cannot say byte for byte goes as bytes. */
export class Stimuli {
  readonly accounts = new Set<string>();
  readonly #script: ByteScript;
  readonly #session = new Session({});
  readonly #made: MadeLogins;
  /** Names that the case has for the ids of the statements prepared so far. */
  readonly #statements = new Map<number, string>();
  /** Answers, and packets of the client, that lie behind the turns so far. */
  #heard = 0;
  #prepared = 0;
  #said = 0;

  constructor(script: ByteScript) {
    this.#script = script;
    this.#made = madeLogins(script, (login) => this.#asItWas(login, bytesOf(script, login)) !== undefined);
  }

  /** Does the run's client go on with the login that this packet of the server belongs to? */
  isFollowed({ answers }: LabelledPacket): boolean {
    return answers !== undefined && this.#made.has(answers);
  }

  step({ does, after }: Turn): Step | undefined {
    if (does === 'fin') return { do: 'half-close' };
    if (does === 'rst') return { do: 'reset' };
    this.#hear(after);
    const { sent } = this.#script;
    while (this.#said < sent.length && endOf(sent[this.#said] as LabelledPacket) <= does.from) this.#said++;
    const stimuli: Stimulus[] = [];
    let at = does.from;
    let cut: LabelledPacket | undefined;
    for (let i = this.#said; i < sent.length && (sent[i] as LabelledPacket).offset < does.to; i++) {
      const label = sent[i] as LabelledPacket;
      cut ??= endOf(label) >= does.to ? label : undefined;
      if (label.offset !== at || endOf(label) > does.to) continue;
      const stimulus = this.#of(label, after);
      if (stimulus) stimuli.push(stimulus);
      at = endOf(label);
    }
    if (at < does.to) {
      const ends = cut !== undefined && endOf(cut) === does.to;
      const begun = cut?.sequenceId !== undefined && !ends;
      stimuli.push({ ...wireOf(this.#script.stream.subarray(at, does.to), ends ? cut : undefined), ...(begun && { answered: false }) });
    }
    return stimuli.length > 0 ? { send: stimuli.length === 1 ? (stimuli[0] as Stimulus) : stimuli } : undefined;
  }

  #hear(after: number): void {
    const { answers } = this.#script;
    for (; this.#heard < Math.min(after, answers.length); this.#heard++) {
      const { name, value } = answers[this.#heard] as LabelledPacket;
      if (name === 'StmtPrepareOK') this.#statements.set(Number(value?.['statementId']), statementName(this.#prepared++));
    }
  }

  #of(label: LabelledPacket, after: number): Stimulus | undefined {
    const bytes = bytesOf(this.#script, label);
    if (label.sequenceId === undefined) return wireOf(bytes);
    const password = this.#made.get(label);
    if (label.name === 'AuthSwitchResponse') return password === undefined ? this.#answer(label, after) : undefined;
    if (!isLogin(label)) return this.#command(label, bytes) ?? wireOf(bytes, label);
    return password === undefined ? (this.#asItWas(label, bytes) ?? wireOf(covered(label, bytes).bytes)) : this.#anew(label, password);
  }

  /** What a client says to a question of its login, where the run's does not say it by itself. */
  #answer(label: LabelledPacket, after: number): Stimulus {
    const asked = this.#script.answers[after - 1]?.sequenceId ?? 0;
    const { bytes } = covered(label, label.payload);
    const data = Buffer.from(bytes.subarray(0, label.length)).toString('hex');
    return { message: 'AuthSwitchResponse', with: { data }, ...numbered(label, (asked + 1) & 0xff) };
  }

  /** A login of the run's own account, whose proof it makes. */
  #anew(label: LabelledPacket, password: PasswordForm): Stimulus {
    this.accounts.add('login-account');
    const others = fieldsOf(label.value ?? {}, madeByRun);
    return { ...loginOf(label), account: 'login', ...(password !== 'right' && { password }), with: others };
  }

  #asItWas(label: LabelledPacket, raw: Uint8Array): Stimulus | undefined {
    const { bytes, value } = covered(label, raw);
    const form = (leftOut: ReadonlySet<string>): Stimulus => ({ ...loginOf(label), with: fieldsOf(value, leftOut) });
    return this.#ifSame(form(mostlyZero), label, bytes) ?? this.#ifSame(form(constant), label, bytes);
  }

  #command(label: LabelledPacket, bytes: Uint8Array): Stimulus | undefined {
    const { name, value, payload } = label;
    if (!name.startsWith('COM_')) return undefined;
    const ofStatement = this.#ofStatement(label);
    if (ofStatement) return this.#ifSame({ ...ofStatement, ...numbered(label, 0) }, label, bytes);
    const message = namedCommand(label) ?? 'COM_RAW';
    const query = value?.['query'] as Uint8Array | string | undefined;
    const text = query === undefined ? undefined : Buffer.from(query as Uint8Array).toString('latin1');
    return (
      this.#ifSame({ message, ...(text === undefined ? {} : { with: { query: text } }), ...numbered(label, 0) }, label, bytes) ??
      this.#ifSame({ message, payload: Buffer.from(payload).toString('hex'), ...numbered(label, 0) }, label, bytes)
    );
  }

  /** A command for a statement that was prepared here: the server of the run gives it another id. */
  #ofStatement({ name, value, payload }: LabelledPacket): Stimulus | undefined {
    const rest = behindId[name];
    const statement = this.#statements.get(Number(value?.['statementId']));
    if (!rest || statement === undefined || payload.length < ID_ENDS) return undefined;
    this.#session.fields.set(`${statement}.statementId`, Number(value?.['statementId']));
    const [fields, raw] = rest(Buffer.from(payload.buffer, payload.byteOffset + ID_ENDS, payload.length - ID_ENDS));
    return {
      message: name as NonNullable<Stimulus['message']>,
      with: { statementId: { from: `${statement}.statementId` }, ...fields },
      ...(raw && { raw }),
    };
  }

  /** The stimulus, if a run makes the same bytes of it where the packet's own client had agreed on the same. */
  #ifSame(stimulus: Stimulus, { context, carrier }: LabelledPacket, bytes: Uint8Array): Stimulus | undefined {
    this.#session.client = this.#session.offered = context?.capabilities;
    this.#session.compression = carrier && (has(context?.capabilities ?? 0, 'COMPRESS') ? 'zlib' : 'zstd');
    try {
      return Buffer.compare(compose(stimulus, this.#session).bytes, bytes) === 0 ? stimulus : undefined;
    } catch {
      return undefined;
    }
  }
}

/** Undefined for one that has no name. */
const namedCommand = ({ name }: LabelledPacket): Stimulus['message'] =>
  /^COM_[A-Z_]+$/.test(name) ? (name as NonNullable<Stimulus['message']>) : undefined;

const numbered = ({ sequenceId = 0 }: LabelledPacket, usual: number): Pick<Stimulus, 'sequenceId'> =>
  sequenceId === usual ? {} : { sequenceId };

/** A file is answered when it has come to its end, an empty packet. */
function isSilent(label: LabelledPacket): boolean {
  if (label.name === 'LocalInfileData') return label.length > 0;
  return namedCommand(label) !== undefined && commandOf(label.payload[0] ?? 0).answer === 'none';
}

/** Bytes as they were, and which command they end: it decides how the answer is read. */
function wireOf(bytes: Uint8Array, ended?: LabelledPacket): Stimulus {
  const message = ended && namedCommand(ended);
  return { wire: Buffer.from(bytes).toString('hex'), ...(message && { message }), ...(ended && isSilent(ended) && { answered: false }) };
}

const isLogin = ({ name, value }: LabelledPacket): boolean =>
  value !== undefined && (name.startsWith('HandshakeResponse') || name === 'COM_CHANGE_USER');

/** All of a login but its fields. */
function loginOf(label: LabelledPacket): Stimulus {
  const { name, value } = label;
  const attributes = value?.['attributes'];
  return {
    message: name as NonNullable<Stimulus['message']>,
    ...(Array.isArray(attributes) && { attributes: Object.fromEntries(attributes) }),
    ...numbered(label, name === 'COM_CHANGE_USER' ? 0 : 1),
  };
}

const endOf = ({ offset, size }: LabelledPacket): number => offset + size;
const bytesOf = ({ stream }: ByteScript, { offset, size }: LabelledPacket): Uint8Array => stream.subarray(offset, offset + size);

const constant: ReadonlySet<string> = new Set(['command']);
const mostlyZero: ReadonlySet<string> = new Set([...constant, 'filler', 'mariadbCapabilities']);
const madeByRun: ReadonlySet<string> = new Set([...constant, 'user', 'authResponse', 'authPluginName', 'filler']);

/** Fields as a case has them, without some: bytes as hex. */
function fieldsOf(value: Readonly<Record<string, unknown>>, leftOut: ReadonlySet<string>): Record<string, string | number> {
  const fields: Record<string, string | number> = {};
  for (const [field, one] of Object.entries(value)) {
    if (leftOut.has(field)) continue;
    if (one instanceof Uint8Array) fields[field] = Buffer.from(one).toString('hex');
    else if (typeof one === 'string' || typeof one === 'number') fields[field] = one;
  }
  return fields;
}
