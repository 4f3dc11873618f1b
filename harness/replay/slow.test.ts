import { expect, test } from 'vitest';
import { flags } from '../codec/capability.ts';
import { Conversation } from '../codec/conversation.ts';
import { frame } from '../codec/frame.ts';
import type { Exchange, WireConnection } from '../scenario/wire.ts';
import type { Channel } from './channel.ts';
import { planOf } from './plan.ts';
import { replay } from './player.ts';

const capabilities = flags('PROTOCOL_41');
const packet = (name: string, value = {}) => ({ at: 0, from: 'server' as const, name, size: 4, value });
const payload = Uint8Array.of(0, 0, 0, 2, 0, 0, 0);
const ok = { ...packet('OK', { affectedRows: 0, lastInsertId: 0, statusFlags: 2 }), payload };
const said = (at: number, answeredAt: number, sql: string): Exchange => ({
  ...{ at, answeredAt, sql, command: 'COM_QUERY', answers: [ok] },
  payload: Buffer.from(`\x03${sql}`),
});
const connection = (number: number, exchanges: readonly Exchange[]): WireConnection => ({
  ...{ link: 'server', number, openedAt: 0, opening: '', endings: [] },
  sent: { client: { bytes: 9, digest: '' }, server: { bytes: 9, digest: '' } },
  packets: [
    packet('HandshakeV10', { capabilitiesLow: capabilities & 0xffff, capabilitiesHigh: 0 }),
    packet('HandshakeResponse41', { user: 'u', capabilities, characterSet: 45 }),
  ],
  exchanges: [{ at: number, answeredAt: number + 0.5, command: 'login', payload: Uint8Array.of(0), answers: [ok] }, ...exchanges],
});

/** A server that says when it answers a statement; what it was asked and what it answered, in order. */
function server(answersAt: (sql: string, asked: readonly string[]) => Promise<void>) {
  const log: string[] = [];
  const open = async (): Promise<Channel> => {
    let take: (bytes: Uint8Array | undefined) => void = () => undefined;
    return {
      conversation: new Conversation({ agreed: { capabilities } }),
      compression: undefined,
      isAsIn: () => false,
      wrap: (bytes) => bytes,
      send(bytes) {
        const sql = Buffer.from(bytes.subarray(5)).toString();
        log.push(`asked ${sql}`);
        void answersAt(sql, log).then(() => {
          log.push(`answered ${sql}`);
          take(frame(payload, { sequenceId: 1 }));
        });
      },
      onBytes: (taker) => {
        take = taker;
      },
      changeUser: () => new Uint8Array(0),
      authAnswer: () => undefined,
      end: async () => 'fin',
      close: () => undefined,
    };
  };
  return { log, open };
}
const [slow, next] = ['UPDATE t SET a = 1', 'UPDATE t SET a = 2'];
const after = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));
/** In the capture the first took so many ms, and was answered before the second was sent. */
const planTaking = (ms: number) =>
  planOf({ connections: [connection(1, [said(10, 10 + ms, slow)]), connection(2, [said(20 + ms, 21 + ms, next)])] });
const options = { stallMs: 50, limitMs: 5000 };

test('a statement that was slow in the capture may be slow: what came behind it waits', async () => {
  const { log, open } = server((sql) => after(sql === slow ? 300 : 0));
  const { forced, same } = await replay(planTaking(200), open, options);
  expect({ forced, same, log }).toEqual({
    forced: 0,
    same: 2,
    log: [`asked ${slow}`, `answered ${slow}`, `asked ${next}`, `answered ${next}`],
  });
});

test('one that was quick is not waited for any longer: it may wait for what comes behind it', async () => {
  let ask: () => void = () => undefined;
  const asked = new Promise<void>((resolve) => {
    ask = resolve;
  });
  const { log, open } = server((sql) => {
    if (sql === next) ask();
    return sql === slow ? asked : after(0);
  });
  const { forced } = await replay(planTaking(1), open, options);
  expect({ forced, log: log.slice(0, 2) }).toEqual({ forced: 1, log: [`asked ${slow}`, `asked ${next}`] });
});
