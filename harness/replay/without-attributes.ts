import { Reader } from '../codec/bytes.ts';
import { CodecError } from '../codec/error.ts';
import { readLenenc } from '../codec/lenenc.ts';
import type { Context } from '../codec/message.ts';
import { comQuery } from '../codec/messages/com-query.ts';
import { executeFlag } from '../codec/messages/com-stmt-execute.ts';
import { packetOf, payloadOf } from './command-bytes.ts';

const [COM_QUERY, COM_STMT_EXECUTE] = [0x03, 0x17];
/** Of COM_STMT_EXECUTE: command, statement id, flags, iteration count. */
const [FLAGS, HEAD] = [5, 10];

/** A command's packet, laid out for a server without QUERY_ATTRIBUTES. */
export interface Bare {
  readonly packet: Uint8Array;
  /** It had attributes, which are gone. */
  readonly lost: boolean;
}

/**
 * The same command without the counts and names that QUERY_ATTRIBUTES brings. What cannot be read stays as it is.
 * @param context what the packet is laid out under
 * @param parameters of the statement, as the server has told
 */
export function withoutAttributes(packet: Uint8Array, context: Context, parameters: number): Bare {
  const payload = payloadOf(packet);
  try {
    if (payload[0] === COM_QUERY) return bareQuery(payload, context);
    if (payload[0] === COM_STMT_EXECUTE) return bareExecute(payload, parameters);
  } catch (error) {
    if (!(error instanceof CodecError)) throw error;
  }
  return { packet, lost: false };
}

function bareQuery(payload: Uint8Array, context: Context): Bare {
  const { query, parameterCount } = comQuery.decode(payload, context).value;
  return { packet: packetOf(Buffer.concat([payload.subarray(0, 1), Buffer.from(query)])), lost: Number(parameterCount) > 0 };
}

function bareExecute(payload: Uint8Array, parameters: number): Bare {
  const head = Buffer.from(payload.subarray(0, HEAD));
  const counted = ((head[FLAGS] as number) & executeFlag.PARAMETER_COUNT_AVAILABLE) !== 0 || parameters > 0;
  head[FLAGS] = (head[FLAGS] as number) & ~executeFlag.PARAMETER_COUNT_AVAILABLE;
  const r = new Reader(payload, HEAD);
  const count = counted ? Number(readLenenc(r)) : 0;
  const lost = count > parameters;
  if (parameters === 0) return { packet: packetOf(head), lost };
  // Attributes stand behind the parameters, and so do their values: a server reads none of what is left of these.
  const nulls = Buffer.from(r.take((count + 7) >> 3)).subarray(0, (parameters + 7) >> 3);
  if (lost && parameters % 8 > 0) nulls[nulls.length - 1] = (nulls.at(-1) as number) & ((1 << (parameters % 8)) - 1);
  const bound = r.take(1);
  const types: Uint8Array[] = [];
  for (let i = 0; bound[0] === 1 && i < count; i++) {
    const type = r.take(2);
    r.take(Number(readLenenc(r)));
    if (i < parameters) types.push(type);
  }
  return { packet: packetOf(Buffer.concat([head, nulls, bound, ...types, r.take(r.left)])), lost };
}
