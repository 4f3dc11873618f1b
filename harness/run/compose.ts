import type { Stimulus } from '../case/step.ts';
import type { Span } from '../codec/bytes.ts';
import { commandByte, commandOf } from '../codec/command.ts';
import { frame, HEADER_BYTES, MAX_PAYLOAD } from '../codec/frame.ts';
import { cutPoints } from '../codec/message.ts';
import { hex } from './hex.ts';
import { type Built, payloadOf, speaksOfEarlier } from './payload.ts';
import type { Session } from './session.ts';
import { goesOnWith, travelling } from './travelling.ts';

/** A stimulus as bytes, with what the reading of the answer needs to know. */
export interface Composed {
  readonly bytes: Uint8Array;
  /** Where the `fields` delivery cuts. */
  readonly cuts: readonly number[];
  readonly label: string;
  /** False for COM_QUIT, which has no answer. */
  readonly answered: boolean;
  /** Sequence id that the first answer packet must carry; undefined where it cannot be foretold. */
  readonly answerSequenceId: number | undefined;
  /** Applies what was said to the session; called when the bytes go out, in script order. */
  said(session: Session): void;
}

const COM_QUIT = 0x01;

/** Puts a stimulus together. Throws RunError RUN_BAD_STIMULUS: the case is wrong, or asks for what early data cannot know. */
export function compose(stimulus: Stimulus, session: Session): Composed {
  // Only a password's proof and the id after a TLS upgrade differ from connection to connection.
  const varies = stimulus.account !== undefined && stimulus.account !== 'check' && stimulus.account !== 'unknown';
  if (varies || session.tls || session.compression || goesOnWith(stimulus) || speaksOfEarlier(stimulus))
    return composeAnew(stimulus, session);
  const known = session.composed?.get(stimulus);
  if (known) return known;
  const composed = composeAnew(stimulus, session);
  session.composed?.set(stimulus, composed);
  return composed;
}

function composeAnew(stimulus: Stimulus, session: Session): Composed {
  if (stimulus.wire !== undefined) {
    const bytes = hex(stimulus.wire);
    return {
      bytes,
      cuts: [],
      label: `${bytes.length} raw bytes`,
      answered: stimulus.answered !== false,
      answerSequenceId: undefined,
      said(to) {
        to.wellFormed = false;
        if (isCommand(stimulus)) {
          to.command = commandByte(stimulus.message);
          to.next = undefined;
        }
      },
    };
  }
  const usual = usualSequenceId(stimulus, session);
  const sequenceId = stimulus.sequenceId ?? usual;
  // Refused by its header, a handshake response has not told its flags.
  const unread = sequenceId !== usual && stimulus.message !== undefined && !stimulus.message.startsWith('COM_');
  const built = payloadOf(stimulus, session);
  let { payload } = built;
  if (stimulus.cut !== undefined) payload = payload.subarray(0, -stimulus.cut);
  if (stimulus.padTo !== undefined && stimulus.padTo > payload.length) payload = pad(payload, stimulus.padTo, stimulus.tail);
  const packet = frame(payload, stimulus.length === undefined ? { sequenceId } : { sequenceId, length: stimulus.length });
  const { bytes, cuts } = travelling(packet, stimulus, session);
  if (goesOnWith(stimulus)) session.next = (sequenceId + 1) & 0xff;
  return new Packed(stimulus, bytes, {
    answered: isAnswered(stimulus, payload),
    // Each packet that a payload of 16 MiB is cut into counts.
    answerSequenceId: (sequenceId + 1 + Math.floor(payload.length / MAX_PAYLOAD)) & 0xff,
    unread,
    command: payload[0],
    length: payload.length,
    spans: built.spans,
    cuts,
    said: built.said,
  });
}

/** What is known of a packet that was put together. It is held on to, and may not hold the payload: that can have 64 MiB. */
interface Known extends Pick<Composed, 'answered' | 'answerSequenceId'> {
  readonly unread: boolean;
  readonly command: number | undefined;
  /** Of the payload, in bytes, and where its fields are. */
  readonly length: number;
  readonly spans: readonly Span[];
  /** Of compressed packets. */
  readonly cuts: readonly number[] | undefined;
  readonly said: Built['said'];
}

/** Few deliveries ask where to cut, and few transcripts what it is called. */
class Packed implements Composed {
  readonly bytes: Uint8Array;
  readonly #stimulus: Stimulus;
  readonly #known: Known;

  constructor(stimulus: Stimulus, bytes: Uint8Array, known: Known) {
    this.bytes = bytes;
    this.#stimulus = stimulus;
    this.#known = known;
  }
  get answered(): boolean {
    return this.#known.answered;
  }
  get answerSequenceId(): number | undefined {
    return this.#known.answerSequenceId;
  }
  get cuts(): readonly number[] {
    const { cuts, spans, length } = this.#known;
    return cuts ?? cutsOf(spans, length);
  }
  get label(): string {
    return label(this.#stimulus);
  }
  said(to: Session): void {
    const { cut, length, payload, raw } = this.#stimulus;
    const { unread, command, said } = this.#known;
    if (unread || raw || cut !== undefined || length !== undefined || payload !== undefined) to.wellFormed = false;
    if (isCommand(this.#stimulus)) {
      to.command = command;
      to.next = undefined;
    }
    said?.(to);
  }
}

/** Within the header, behind it, and where the fields of a payload of so many bytes begin. */
const cutsOf = (spans: readonly Span[], length: number): number[] => [
  2,
  HEADER_BYTES,
  ...cutPoints(spans).flatMap((at) => (at < length ? [at + HEADER_BYTES] : [])),
];

function usualSequenceId(stimulus: Stimulus, session: Session): number {
  if (stimulus.message === 'HandshakeResponse41' || stimulus.message === 'HandshakeResponse320') return session.tls ? 2 : 1;
  if (stimulus.message === 'SSLRequest') return 1;
  // Ahead of the request that it answers, where that stands in a first login.
  if (goesOnWith(stimulus)) return session.next ?? (stimulus.message === 'AuthSwitchResponse' ? 3 : 2);
  return 0;
}

/** Does a packet of its own answer this one? */
function isAnswered(stimulus: Stimulus, payload: Uint8Array): boolean {
  if (stimulus.answered === false || stimulus.message === 'SSLRequest') return false;
  // The server answers a file when it has come to its end, an empty packet.
  if (stimulus.message === 'LocalInfileData') return payload.length === 0;
  if (payload[0] === COM_QUIT && isCommand(stimulus)) return false;
  return !(stimulus.message?.startsWith('COM_') && commandOf(payload[0] ?? 0).answer === 'none');
}

const isCommand = (s: Stimulus): boolean => s.message?.startsWith('COM_') === true || s.payload !== undefined;

function label(s: Stimulus): string {
  const of = s.account ? ` as ${s.account}${s.password && s.password !== 'right' ? ` (${s.password} password)` : ''}` : '';
  const odd = [
    s.sequenceId === undefined ? '' : `sequence id ${s.sequenceId}`,
    s.length === undefined ? '' : `length field says ${s.length}`,
    s.cut === undefined ? '' : `without its last ${s.cut === 1 ? 'byte' : `${s.cut} bytes`}`,
    s.raw === undefined ? '' : `raw ${Object.keys(s.raw).join(', ')}`,
  ].filter((part) => part !== '');
  return `${s.message ?? 'payload'}${of}${odd.length > 0 ? ` [${odd.join('; ')}]` : ''}`;
}

function pad(payload: Uint8Array, length: number, tail = ''): Uint8Array {
  const out = new Uint8Array(length).fill(payload[payload.length - 1] ?? 0);
  out.set(payload);
  out.set(Buffer.from(tail, 'latin1'), length - tail.length);
  return out;
}
