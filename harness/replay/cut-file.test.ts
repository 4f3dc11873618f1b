import { expect, test } from 'vitest';
import { flags } from '../codec/capability.ts';
import { Conversation } from '../codec/conversation.ts';
import { frame } from '../codec/frame.ts';
import type { Exchange } from '../scenario/wire.ts';
import type { Channel } from './channel.ts';
import { planOf } from './plan.ts';
import { replay } from './player.ts';

const capabilities = flags('PROTOCOL_41', 'LOCAL_FILES');
const packet = (name: string, payload: string, value = {}) => ({
  ...{ at: 0, from: 'server' as const, name, size: 4, value },
  payload: Buffer.from(payload, 'hex'),
});
const ok = packet('OK', '00000002000000', { affectedRows: 0, lastInsertId: 0, statusFlags: 2 });
const request = packet('LocalInfileRequest', 'fb78', { filename: 'x' });
const sql = "LOAD DATA LOCAL INFILE 'x' INTO TABLE t";

/** What goes out behind the login, where the captured client sent these pieces, and got that. */
async function played(pieces: readonly string[], answers: Exchange['answers']) {
  const file = pieces.map((text) => Buffer.from(text));
  const load = { at: 10, answeredAt: 11, command: 'COM_QUERY', sql, payload: Buffer.from(`\x03${sql}`), answers, file };
  const plan = planOf({
    connections: [
      {
        ...{ link: 'server', number: 1, openedAt: 0, opening: '', endings: [{ at: 20, from: 'client', kind: 'fin' }] },
        sent: { client: { bytes: 9, digest: '' }, server: { bytes: 9, digest: '' } },
        packets: [
          packet('HandshakeV10', '0a', { capabilitiesLow: capabilities, capabilitiesHigh: 0 }),
          packet('HandshakeResponse41', '00', { user: 'u', capabilities, characterSet: 45 }),
        ],
        exchanges: [{ at: 1, answeredAt: 2, command: 'login', payload: Uint8Array.of(0), answers: [ok] }, load],
      },
    ],
  });
  const out: string[] = [];
  let take: (bytes: Uint8Array | undefined) => void = () => undefined;
  const channel: Channel = {
    conversation: new Conversation({ agreed: { capabilities } }),
    compression: undefined,
    isAsIn: () => false,
    wrap: (bytes) => bytes,
    send(bytes) {
      out.push(Buffer.from(bytes.subarray(4)).toString());
      const answer = out.length === 1 ? request : bytes.length === 4 ? ok : undefined;
      if (answer) setImmediate(() => take(frame(answer.payload, { sequenceId: ((bytes[3] as number) + 1) & 0xff })));
    },
    onBytes: (taker) => {
      take = taker;
    },
    changeUser: () => new Uint8Array(0),
    authAnswer: () => undefined,
    end: async (how) => {
      out.push(how);
      return 'fin';
    },
    close: () => undefined,
  };
  const { differences, connections } = await replay(plan, async () => channel, { limitMs: 1000, stallMs: 50 });
  return { out: out.slice(1), differences, gaveUp: connections[0]?.gaveUp };
}

test.each([
  ['whole', ['one', 'two', ''], [request, ok], ['one', 'two', '', 'fin']],
  ['empty', [''], [request, ok], ['', 'fin']],
  ['cut, since the client went away', ['one'], [request], ['one', 'fin']],
  ['not sent, since the client went away', [], [request], ['fin']],
])("the client's file was %s: so it is now", async (_what, pieces, answers, out) => {
  expect(await played(pieces, answers)).toEqual({ out, differences: [], gaveUp: undefined });
});
