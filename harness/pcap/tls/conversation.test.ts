import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { Conversation, type LabelledPacket } from '../../codec/conversation.ts';
import { readCapture } from '../capture-reader.ts';
import { reassemble } from '../reassemble.ts';
import { TlsSecrets } from './key-log.ts';
import { TlsSession } from './tls-session.ts';

/** What `tshark -d tcp.port==14411,mysql -Y mysql` shows in the sessions: user, queries, error codes, sequence ids. */
function packetsOf(file: string, decrypt: boolean): LabelledPacket[][] {
  const { frames, secrets } = readCapture(new Uint8Array(readFileSync(new URL(`../testdata/tls/${file}`, import.meta.url))));
  const known = new TlsSecrets();
  for (const { bytes } of secrets) known.add(bytes);
  return reassemble(frames).connections.map(({ events }) => {
    const conversation = new Conversation({ tls: new TlsSession(decrypt ? known : undefined) });
    const packets = events.flatMap((event) => {
      if (event.kind !== 'data') return [];
      return event.from === 'client'
        ? conversation.fromClient(event.bytes, event.frame)
        : conversation.fromServer(event.bytes, event.frame);
    });
    return [...packets, ...conversation.finish()];
  });
}
const line = ({ from, name, sequenceId, deciphered, problem }: LabelledPacket) =>
  `${from[0]}${sequenceId ?? ''} ${name}${deciphered ? '' : ' in the clear'}${problem ? ` !! ${problem}` : ''}`;

const login = ['s0 HandshakeV10 in the clear', 'c1 SSLRequest in the clear'];
const select = ['c0 COM_QUERY', 's1 ColumnCount', 's2 ColumnDefinition41', 's3 EOF', 's4 TextRow', 's5 EOF'];
const notTls = ({ name }: LabelledPacket) => name !== 'TLS';

describe('MySQL inside TLS', () => {
  test('MariaDB 10.11, every version and suite', () => {
    for (const [i, packets] of packetsOf('mariadb-10.11.19.pcapng', true).entries()) {
      const more = i === 0 ? [...select, 'c0 COM_QUERY', 's1 ERR'] : [];
      expect(packets.filter(notTls).map(line)).toEqual([...login, 'c2 HandshakeResponse41', 's3 OK', ...select, ...more, 'c0 COM_QUIT']);
      expect(packets.find(({ name }) => name === 'HandshakeResponse41')?.value).toMatchObject({ user: 'app' });
      expect(packets.filter(({ name }) => name === 'COM_QUERY').map(({ value }) => value?.['query'])).toContain('SELECT 1');
      expect(packets.filter(({ name }) => name === 'TLS').length).toBeGreaterThanOrEqual(2);
    }
  });

  test('MySQL 9.7: a password that is not in the cache goes in the clear inside TLS', () => {
    const sessions = packetsOf('mysql-9.7.4.pcapng', true);
    for (const packets of sessions.slice(0, 5)) {
      expect(packets.filter(notTls).map(line).slice(0, 5)).toEqual([...login, 'c2 HandshakeResponse41', 's3 AuthMoreData', 's4 OK']);
    }
    const refused = sessions[5]?.filter(notTls) ?? [];
    expect(refused.map(line)).toEqual([
      ...login,
      'c2 HandshakeResponse41',
      's3 AuthMoreData',
      'c4 AuthSwitchResponse',
      's5 ERR',
      'c0 COM_QUERY',
    ]);
    expect(Buffer.from(refused[4]?.payload ?? []).toString()).toBe('wrong\0');
    expect(refused[5]?.value).toMatchObject({ errorCode: 1045 });
  });

  test('without the secrets it stays TLS', () => {
    for (const packets of packetsOf('mysql-9.7.4.pcapng', false)) {
      expect(packets.filter(notTls).map(line)).toEqual(login);
      // Every byte is told of.
      for (const side of ['client', 'server']) {
        const mine = packets.filter(({ from }) => from === side);
        expect(mine.map(({ offset }) => offset)).toEqual(mine.map((_, i) => mine.slice(0, i).reduce((sum, { size }) => sum + size, 0)));
      }
    }
  });
});
