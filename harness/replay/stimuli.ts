import type { Step, Stimulus } from '../case/step.ts';
import { has } from '../codec/capability.ts';
import type { LabelledPacket } from '../codec/labelled-packet.ts';
import { compose } from '../run/compose.ts';
import { Session } from '../run/session.ts';
import type { ByteScript, Turn } from './byte-script.ts';

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
  /** Names that the case has for the ids of the statements prepared so far. */
  #statements: ReadonlyMap<number, string> = new Map();

  constructor(script: ByteScript) {
    this.#script = script;
  }

  step({ does, after }: Turn): Step | undefined {
    if (does === 'fin') return { do: 'half-close' };
    if (does === 'rst') return { do: 'reset' };
    const prepared = this.#script.answers.slice(0, after).filter(({ name }) => name === 'StmtPrepareOK');
    this.#statements = new Map(prepared.map(({ value }, i) => [Number(value?.['statementId']), statementName(i)]));
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
    if (label.sequenceId === undefined) return wire;
    this.#session.compression = label.carrier && (has(label.context?.capabilities ?? 0, 'COMPRESS') ? 'zlib' : 'zstd');
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
    const ofStatement = this.#ofStatement(label);
    if (ofStatement) return this.#ifSame({ ...ofStatement, ...numbered(0) }, bytes);
    const message = /^COM_[A-Z_]+$/.test(name) ? (name as NonNullable<Stimulus['message']>) : 'COM_RAW';
    const query = value?.['query'] as Uint8Array | string | undefined;
    const text = query === undefined ? undefined : Buffer.from(query as Uint8Array).toString('latin1');
    return (
      this.#ifSame({ message, ...(text === undefined ? {} : { with: { query: text } }), ...numbered(0) }, bytes) ??
      this.#ifSame({ message, payload: Buffer.from(payload).toString('hex'), ...numbered(0) }, bytes)
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
