import { describe, expect, test } from 'vitest';
import { Conversation, type LabelledPacket } from './conversation.ts';
import { bytes, err, greeting, join, ok, packet, ping, query, quit, response } from './scripted-conversation.ts';
import type { Plaintext, TlsDecryption } from './tls-decryption.ts';

const sslRequest = packet(1, '000a0000 00000001 21 0000000000000000000000000000000000000000000000');
const loggingIn = response();
loggingIn[3] = 2;
/** A record that a test can read: type, version, length, and the plaintext. */
const record = (type: number, content: Uint8Array) => join(Uint8Array.of(type, 3, 3, content.length >> 8, content.length & 0xff), content);
const hello = record(0x16, bytes('01'));
const data = (...parts: Uint8Array[]) => record(0x17, join(...parts));

/** Takes the content of whole records of type 0x17 that come in one chunk; gives up at an alert. */
const readable: TlsDecryption = {
  push(from, chunk) {
    const found: Plaintext[] = [];
    for (let at = 0; at + 5 <= chunk.length; ) {
      const end = at + 5 + (((chunk[at + 3] as number) << 8) | (chunk[at + 4] as number));
      if (chunk[at] === 0x15) return undefined;
      if (chunk[at] === 0x17) found.push({ from, bytes: chunk.slice(at + 5, end) });
      at = end;
    }
    return found;
  },
};

function play(tls: TlsDecryption | undefined, ...said: readonly ['c' | 's', Uint8Array][]): LabelledPacket[] {
  const conversation = new Conversation({ tls });
  const packets = said.flatMap(([from, chunk]) => (from === 'c' ? conversation.fromClient(chunk) : conversation.fromServer(chunk)));
  return [...packets, ...conversation.finish()];
}
const line = ({ from, name, offset, size, deciphered, answers, problem }: LabelledPacket) =>
  `${from[0]} ${name} ${offset}+${size}${deciphered ? ' deciphered' : ''}${answers ? ` <- ${answers.name}` : ''}${problem ? ` !! ${problem}` : ''}`;

describe('TLS that can be read', () => {
  test('the packets in it go on from the SSLRequest', () => {
    const packets = play(
      readable,
      ['s', greeting],
      ['c', join(sslRequest, hello)],
      ['s', hello],
      ['c', join(hello, data(loggingIn))],
      ['s', data(ok(3))],
      ['c', data(ping, quit.subarray(0, 2))],
      ['c', data(quit.subarray(2))],
      ['s', data(ok(1))],
    );
    expect(packets.map(line)).toEqual([
      's HandshakeV10 0+104',
      'c SSLRequest 0+36',
      'c TLS 36+6',
      's TLS 104+6',
      'c HandshakeResponse41 0+39 deciphered',
      's OK 0+11 deciphered <- HandshakeResponse41',
      'c COM_PING 39+5 deciphered',
      'c COM_QUIT 44+5 deciphered',
      's OK 11+11 deciphered <- COM_PING',
    ]);
  });

  test('a packet in it that begins like a record is a packet', () => {
    const long = query('x'.repeat(0x0316 - 1));
    const [asked] = play(
      readable,
      ['s', greeting],
      ['c', join(sslRequest, hello, data(loggingIn))],
      ['s', data(ok(3))],
      ['c', data(long)],
    ).slice(-1);
    expect(long[0]).toBe(0x16);
    expect(asked).toMatchObject({ name: 'COM_QUERY', deciphered: true });
  });

  test('what became readable with the bytes of the other side belongs to the side that said it', () => {
    const late: TlsDecryption = {
      push: (from) =>
        from === 'client'
          ? []
          : [
              { from: 'client', bytes: loggingIn },
              { from: 'server', bytes: err(3) },
            ],
    };
    expect(
      play(late, ['s', greeting], ['c', join(sslRequest, hello)], ['s', hello])
        .slice(3)
        .map(line),
    ).toEqual(['c HandshakeResponse41 0+39 deciphered', 's ERR 0+15 deciphered <- HandshakeResponse41']);
  });
});

describe('TLS that can not be read', () => {
  const said = [
    ['s', greeting],
    ['c', join(sslRequest, hello)],
    ['s', hello],
    ['c', data(loggingIn)],
    ['s', data(ok(3))],
  ] as const;
  test.each([
    ['nobody reads it', undefined],
    ['there are no secrets', { push: () => undefined }],
  ])('stays TLS: %s', (_, tls: TlsDecryption | undefined) => {
    expect(play(tls, ...(said as unknown as ['c' | 's', Uint8Array][])).map(line)).toEqual([
      's HandshakeV10 0+104',
      'c SSLRequest 0+36',
      'c TLS 36+6',
      's TLS 104+6',
      'c TLS 42+44',
      's TLS 110+16',
    ]);
  });

  test('from the point on at which reading had to end', () => {
    const packets = play(
      readable,
      ['s', greeting],
      ['c', join(sslRequest, hello, data(loggingIn))],
      ['s', data(ok(3))],
      ['c', data(ping, ping.subarray(0, 3))],
      ['c', record(0x15, bytes('0100'))],
      ['s', data(ok(1))],
    );
    expect(packets.slice(4).map(line)).toEqual([
      'c COM_PING 39+5 deciphered',
      'c TLS 99+7',
      's OK 11+11 deciphered <- COM_PING',
      'c incomplete packet 44+3 deciphered !! the stream ends inside a packet: 3 bytes are left',
    ]);
  });
});
