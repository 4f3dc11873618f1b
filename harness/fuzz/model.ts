/**
 * The session as a state machine: what kind of answer each stimulus may get, and what the session is behind it. Precise for
 * honest clients with statements of the vocabulary; behind a lie anything well-formed may come, or the end.
 */
import type { Stimulus } from '../case/step.ts';
import type { LabelledPacket } from '../codec/labelled-packet.ts';
import { type Client, isLie, stimuliIn } from './exec.ts';
import { type Allowed, described, differs, type Expected, statusDiffers } from './model/expected.ts';
import { allowedIn, stateAfter } from './model/rules.ts';
import { fresh, type Server, type State, serverFrom } from './model/state.ts';
import { type Told, toldBy } from './model/told.ts';
import type { PlayedClient } from './play.ts';

export type { Allowed, Expected } from './model/expected.ts';
export type { Server, State } from './model/state.ts';
export type { Told } from './model/told.ts';

/** What one stimulus of a client may be answered with. */
export interface Prediction {
  /** Its place among the stimuli of the client. */
  readonly stimulus: number;
  readonly allowed: Allowed;
  /** The session before it. */
  readonly state: State;
}

/** What an honest server answers, where each answer is the first of those that are allowed. */
export function predict(client: Client, server: Server): Prediction[] {
  let state: State = fresh;
  return stimuliIn(client).map((stimulus, i) => {
    const allowed = allowedIn(state, stimulus, server);
    const prediction = { stimulus: i, allowed, state };
    state = stateAfter(state, stimulus, toldAs(allowed, state), server);
    return prediction;
  });
}

/** The first of the allowed answers, as if it had come. */
function toldAs(allowed: Allowed, state: State): readonly Told[] {
  if (typeof allowed === 'string') return [];
  return (allowed[0] ?? []).map((one): Told => {
    switch (one.kind) {
      case 'OK':
        return { kind: 'OK', affectedRows: one.affectedRows ?? 0, warnings: one.warnings ?? 0, info: '', status: 0 };
      case 'ERR':
        return { kind: 'ERR', code: one.codes?.[0] ?? 0, state: one.state ?? '' };
      case 'prepared':
        return { kind: 'prepared', columns: one.columns ?? 0, parameters: one.parameters };
      case 'definitions':
        return { kind: 'definitions', columns: one.columns, status: 0 };
      case 'resultset':
        return {
          kind: 'resultset',
          columns: one.columns ?? 0,
          rows: 0,
          cells: undefined,
          warnings: 0,
          status: state.autocommit === true ? 2 : 0,
        };
      default:
        return one;
    }
  });
}

/** What is wrong with an answer, and with which stimulus; undefined: the model allows it. */
export interface Surprise {
  readonly stimulus: number;
  /** Without values. */
  readonly kind: string;
}

/** Follows a client that was played through the state machine. */
export function surpriseIn(played: PlayedClient, database: string | undefined): Surprise | undefined {
  const { client, packets, unreachable } = played;
  const server = serverOf(packets, database);
  // Of a client that lies somewhere nobody says which packet answers which.
  if (!server || unreachable !== undefined || stimuliIn(client).some(isLie)) return undefined;
  const answers = answersOf(packets);
  const stimuli = stimuliIn(client);
  let state: State = fresh;
  let next = 0;
  for (const [i, stimulus] of stimuli.entries()) {
    if (state.phase === 'any' || state.phase === 'out') return undefined;
    if (isReply(stimulus)) continue;
    const answer = answers[next];
    // A stimulus that speaks of what never came was not sent; neither is what stands behind the end.
    if (!answer) return undefined;
    if (speaksOfEarlier(stimulus) && (!answer.prepared || answer.name !== nameOf(stimulus))) continue;
    next++;
    const told = toldBy(answer.packets, {
      deprecatesEof: state.phase === 'in' && state.flags.has('DEPRECATE_EOF') && server.offered.has('DEPRECATE_EOF'),
    });
    const allowed = allowedIn(state, stimulus, server);
    const before = state;
    state = stateAfter(state, stimulus, told, server);
    const isCut = told.length === 0 && leavesUnread(client);
    const wrong = isCut
      ? undefined
      : wrongIn(told, allowed, outParameters(stimulus, before, server) ? { ...state, phase: 'any' } : state, before, played);
    if (wrong !== undefined) return { stimulus: i, kind: `${nameOf(stimulus)} is answered with ${wrong}` };
  }
  return undefined;
}

/** MySQL leaves out MORE_RESULTS_EXISTS behind a row of OUT parameters (MySQL 9.7.4, clients without DEPRECATE_EOF). */
const outParameters = ({ message }: Stimulus, { prepared }: State, { dialect }: Server): boolean =>
  dialect === 'mysql' && message === 'COM_STMT_EXECUTE' && prepared?.sql.startsWith('CALL mywire.one_out') === true;

/** It ends its side in the middle: what was under way then need not be answered. */
const leavesUnread = ({ acts }: Client): boolean => acts.some((act) => 'do' in act && (act.do === 'half-close' || act.do === 'reset'));

function wrongIn(
  told: readonly Told[],
  allowed: Allowed,
  after: State,
  before: State,
  { overdue }: Pick<PlayedClient, 'overdue'>,
): string | undefined {
  if (allowed === 'anything') return undefined;
  if (allowed === 'nothing') return told.length === 0 ? undefined : `${described(told[0] as Told)}, and should not be answered`;
  if (told.length === 0) return overdue === undefined ? 'the end of the connection' : 'nothing';
  const wrongs = allowed.map((sequence) => wrongIn1(told, sequence));
  if (wrongs.some((wrong) => wrong === undefined)) return statusWrong(told, after, before);
  return wrongs[0];
}

function wrongIn1(told: readonly Told[], sequence: readonly Expected[]): string | undefined {
  for (const [i, expected] of sequence.entries()) {
    const one = told[i];
    if (!one) return `${told.length} results instead of ${sequence.length}`;
    const wrong = differs(one, expected);
    if (wrong !== undefined) return wrong;
  }
  return told.length > sequence.length ? `${told.length} results instead of ${sequence.length}` : undefined;
}

function statusWrong(told: readonly Told[], after: State, before: State): string | undefined {
  if (after.phase !== 'in') return undefined;
  // A file's request and its OK are one exchange, a login has no results.
  const results = told.filter(({ kind }) => kind !== 'file');
  for (const [i, one] of results.entries()) {
    const state = before.phase === 'in' ? after : { ...after };
    const wrong = statusDiffers(one, state, i === results.length - 1);
    if (wrong !== undefined) return wrong;
  }
  return undefined;
}

const nameOf = ({ message }: Stimulus): string => (message === undefined ? 'bytes' : message);
/** They go on with an exchange, and are answered by its end. */
const isReply = ({ message }: Stimulus): boolean => message === 'AuthSwitchResponse' || message === 'LocalInfileData';
const speaksOfEarlier = ({ with: fields }: Stimulus): boolean =>
  Object.values(fields ?? {}).some((value) => typeof value === 'object' && value !== null && 'from' in value);

interface Answer {
  readonly name: string;
  /** A statement had been prepared by then. */
  readonly prepared: boolean;
  readonly packets: LabelledPacket[];
}

/** The server's packets by the packet of the client that they answer, in the order in which that was sent. */
function answersOf(packets: readonly LabelledPacket[]): readonly Answer[] {
  const answers: Answer[] = [];
  const by = new Map<LabelledPacket, Answer>();
  let prepared = false;
  for (const packet of packets) {
    if (packet.from === 'client') {
      if (packet.message === undefined || packet.name === 'AuthSwitchResponse' || packet.name === 'LocalInfileData') continue;
      const answer: Answer = { name: packet.name, prepared, packets: [] };
      answers.push(answer);
      by.set(packet, answer);
    } else {
      prepared ||= packet.name === 'StmtPrepareOK';
      if (packet.answers) by.get(packet.answers)?.packets.push(packet);
    }
  }
  return answers;
}

/** What the greeting says of the server; undefined without one. */
export function serverOf(packets: readonly LabelledPacket[], database: string | undefined): Server | undefined {
  const value = packets.find(({ name }) => name === 'HandshakeV10')?.value;
  if (!value) return undefined;
  return serverFrom(value, database);
}
