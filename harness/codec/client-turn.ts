/** What a client sends when it is its turn: a PROXY header, a command, the bytes of a file, data for the authentication. */
import { has } from './capability.ts';
import { commandMessage } from './client-packet.ts';
import { SEMI_SYNC_ACK } from './command.ts';
import { decodeAs } from './identified.ts';
import type { Labelled } from './labelled-packet.ts';
import type { Context } from './message.ts';
import { authSwitchResponse } from './messages/auth-switch-response.ts';
import { comQuery } from './messages/com-query.ts';
import { comStmtExecute } from './messages/com-stmt-execute.ts';
import { localInfileData } from './messages/local-infile-data.ts';
import { proxyHeaderV1, proxyHeaderV2 } from './proxy-header.ts';
import { idOf, type Statements } from './statements.ts';
import { expected, following, followingFrames, sequenceProblem, type Taken } from './stream.ts';
import type { Pending } from './unanswered.ts';

/** 'P' of "PROXY "; version 2 begins with CR. */
const PROXY_V1 = 0x50;
const QUERY = 0x03;
const EXECUTE = 0x17;

/** The fields of the PROXY header that this label stands for. */
export function nameProxyHeader(label: Labelled, bytes: Uint8Array): Labelled {
  const found = decodeAs(bytes[0] === PROXY_V1 ? proxyHeaderV1 : proxyHeaderV2, bytes, { capabilities: 0 });
  if (found.decoded) label.isAs({ ...found, name: label.name });
  else label.problem = found.problem;
  return label;
}

/** Names a command; the id of the statement that it is about. */
export function nameCommand(
  byte: number,
  name: string,
  label: Labelled,
  { bytes, start, end }: Taken,
  context: Context,
  statements: Statements,
): number | undefined {
  // The two that most connections are made of.
  const attributes = has(context.capabilities, 'QUERY_ATTRIBUTES');
  if (byte === QUERY && (!attributes || (bytes[start + 1] === 0 && bytes[start + 2] === 1 && start + 2 < end))) {
    label.isSurely(comQuery, context);
    return undefined;
  }
  const under = byte === EXECUTE && !attributes ? statements.glance(label, bytes, start, end, context) : undefined;
  if (under) {
    label.isSurely(comStmtExecute, under);
    return idOf(label);
  }
  const seen = label.is(commandMessage(byte), statements.context(label, context));
  label.name = name;
  statements.sent(label, seen);
  return name.startsWith('COM_STMT_') ? (seen['statementId'] as number | undefined) : undefined;
}

/** A piece of the file that the server has asked for; the empty packet ends it. */
export function takeFileData(front: Pending, label: Labelled, packet: Taken, context: Context): Labelled {
  if (label.length === 0) front.answer.wants = undefined;
  label.is(localInfileData, context);
  return goOn(front, label, packet, sequenceProblem(packet, front.sequenceId, front.framesDue));
}

/** An ACK of a replica. Servers count on from it (MySQL 9.7.4, MariaDB 10.5.29), or from their own last packet. */
export function takeSemiSyncAck(front: Pending, label: Labelled, context: Context): Labelled {
  label.is(commandMessage(SEMI_SYNC_ACK), context);
  label.name = 'semi-sync ACK';
  loseCount(front);
  return label;
}

export function takeAuthData(front: Pending, label: Labelled, packet: Taken, context: Context): Labelled {
  label.is(authSwitchResponse, context);
  const problem =
    front.answer.wants === undefined && front.answer.last !== undefined
      ? 'the server has not asked for more data'
      : front.sequenceId === undefined || front.sequenceId === packet.sequenceId
        ? undefined
        : expected(packet.sequenceId, front.sequenceId);
  front.answer.wants = undefined;
  goOn(front, label, packet, problem);
  // What the server sends by itself crosses this packet, and counts on from its own last one.
  if (front.answer.goesOn) loseCount(front);
  return label;
}

/** What the server counts on from is its own affair. */
function loseCount(front: Pending): void {
  front.sequenceId = undefined;
  front.framesDue = [];
}

/** How a server counts behind the client's fault is its own affair. */
function goOn(front: Pending, label: Labelled, packet: Taken, problem: string | undefined): Labelled {
  front.sequenceId = problem ? undefined : following(packet);
  front.framesDue = problem ? [] : followingFrames(packet);
  label.problem = problem ?? label.problem;
  return label;
}
