import { expect, test } from 'vitest';
import type { Ending } from '../case/verdict.ts';
import type { LabelledPacket } from '../codec/labelled-packet.ts';
import type { Client } from './exec.ts';
import type { PlayedClient } from './play.ts';
import { tokensOf } from './tokens.ts';

/** A client that was greeted with this id, and asked for one row. */
function greetedAs(threadId: number, row: string): PlayedClient {
  const payload = Buffer.concat([Buffer.of(row.length), Buffer.from(row)]);
  const packets = [
    { from: 'server', name: 'HandshakeV10', payload: new Uint8Array(8), length: 8, value: { threadId } },
    { from: 'server', name: 'TextRow', payload, length: payload.length, value: {}, answers: { name: 'COM_QUERY' } },
  ] as unknown as LabelledPacket[];
  return { client: { acts: [], delivery: 'whole', leaves: 'quit' }, packets, ending: 'fin' } as unknown as PlayedClient;
}
const rowOf = (threadId: number, row: string): string | undefined => tokensOf(greetedAs(threadId, row), 'through a proxy')[1]?.text;

test('a row that is the id of its connection is the same whatever the id', () => {
  expect(rowOf(41, '41')).toBe(rowOf(42, '42'));
  expect(rowOf(41, '41')).not.toBe(rowOf(42, '41'));
});

test("0 is nobody's id, though MySQL Router greets with it: what SELECT SLEEP(0.01) gives is no difference to the server behind it", () => {
  expect(rowOf(0, '0')).toBe(rowOf(42, '0'));
});

test.each([
  ['haproxy_check@172.19.0.3', 'haproxy_check@172.20.0.1', true],
  ['haproxy_check@127.0.0.1', 'mywire@127.0.0.1', false],
  ['haproxy_check@%', 'haproxy_check@127.0.0.1', false],
  ['172.19.0.3', '172.20.0.1', false],
  ['haproxy_check@172.19.0.3 x', 'haproxy_check@172.20.0.1 x', false],
])('a row of %s, and one of %s, are the same: %s', (one, other, same) => {
  expect(rowOf(41, one) === rowOf(42, other)).toBe(same);
});

/** An OK that tells of these entries of session state. */
function tracking(...entries: readonly string[]): string | undefined {
  const sessionState = Buffer.from(entries.join(''), 'hex');
  const payload = Buffer.concat([Buffer.from('0000000240000000', 'hex'), Buffer.of(sessionState.length), sessionState]);
  const packet = { from: 'server', name: 'OK', payload, length: payload.length, value: { sessionState }, sequenceId: 1 };
  const played = { client: { acts: [], delivery: 'whole', leaves: 'quit' }, packets: [packet], ending: 'fin' } as unknown as PlayedClient;
  return tokensOf(played, 'same product')[0]?.text;
}
const autocommit = '000e0a6175746f636f6d6d6974024f4e';
const timeZone = '00110974696d655f7a6f6e65062b30313a3030';
const gtid = (digit: string): string => `03050003${digit}2d31`;

test('no order of tracked variables is promised, and a GTID is of its server: the values of the others count', () => {
  expect(tracking(autocommit, timeZone)).toBe(tracking(timeZone, autocommit));
  expect(tracking(autocommit, gtid('31'))).toBe(tracking(autocommit, gtid('32')));
  expect(tracking(autocommit)).not.toBe(tracking(autocommit.replace('024f4e', '024f46')));
  expect(tracking(autocommit)).not.toBe(tracking(autocommit, timeZone));
  expect(tracking(autocommit, '00ff')).not.toBe(tracking('00ff', autocommit));
});

/** COM_PROCESS_INFO (or another command) answered with so many rows, and the EOF behind them. */
function listed(rows: number, command: string): string[] {
  const packets = [...Array.from({ length: rows }, () => 'TextRow'), 'EOF'].map((name, i) => ({
    from: 'server',
    name,
    payload: Buffer.of(name === 'EOF' ? 0xfe : i),
    length: 1,
    value: {},
    sequenceId: 12 + i,
    answers: { name: command },
  }));
  const played = { client: { acts: [], delivery: 'whole', leaves: 'quit' }, packets, ending: 'fin' } as unknown as PlayedClient;
  return tokensOf(played, 'same product').map(({ text }) => text);
}

test('a list of connections is as long as there are connections: neither its rows nor the sequence id behind them are a difference', () => {
  expect(listed(1, 'COM_PROCESS_INFO')).toEqual(listed(3, 'COM_PROCESS_INFO'));
  expect(listed(1, 'COM_QUERY')).not.toEqual(listed(3, 'COM_QUERY'));
});

/** A client whose login is through and whose ping is answered, or refused; then it says COM_QUIT, and this is how the server ends the connection. */
function ended(
  ending: Ending,
  { answer = 'OK', client = {}, tls = false, quits = 1 }: { answer?: string; client?: Partial<Client>; tls?: boolean; quits?: number } = {},
): string[] {
  const from = (side: string, name: string, to?: string) => ({
    from: side,
    name,
    payload: new Uint8Array(1),
    length: 1,
    ...(to !== undefined && { answers: { name: to } }),
  });
  const packets = [
    from('client', 'HandshakeResponse41'),
    from('server', 'OK', 'HandshakeResponse41'),
    from('client', 'COM_PING'),
    from('server', answer, 'COM_PING'),
    ...Array.from({ length: quits }, () => from('client', 'COM_QUIT')),
  ];
  const transcript = { events: tls ? [{ kind: 'tls' }] : [] };
  return [
    ...(['same product', 'same bytes', 'through a proxy'] as const).map(
      (likeness) =>
        tokensOf(
          { client: { acts: [], delivery: 'whole', leaves: 'fin', ...client }, packets, ending, transcript } as unknown as PlayedClient,
          likeness,
        ).at(-1)?.text ?? '',
    ),
  ];
}

test('a RST behind COM_QUIT, where everything is answered and nothing left to be read, is another ending; through a proxy it is the same', () => {
  expect(ended('fin')).toEqual(['closed', 'closed', 'closed']);
  expect(ended('rst')).toEqual(['reset behind COM_QUIT', 'reset behind COM_QUIT', 'closed']);
});

const ping = { message: 'COM_PING' } as const;
test.each<[string, Parameters<typeof ended>[1]]>([
  ['behind an ERR, behind which a server may read no more', { answer: 'ERR' }],
  ['over TLS, whose alert may come too late', { tls: true }],
  ['of a client that has not waited for its answers', { client: { delivery: 'coalesced' } }],
  ['of one that has sent two commands at once', { client: { acts: [{ send: [ping, ping] }] } }],
  ['of one that lies', { client: { acts: [{ send: [{ ...ping, length: 3 }] }] } }],
  ['of one that says COM_QUIT again, which a server need not read', { quits: 2 }],
  ['of one behind the header of a proxy', { client: { proxied: '0d0a' } }],
])('a RST %s is an end like another', (_, how) => {
  expect(ended('rst', how)).toEqual(['closed', 'closed', 'closed']);
});
