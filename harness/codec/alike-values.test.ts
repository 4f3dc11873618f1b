import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { readCapture } from '../pcap/capture-reader.ts';
import { reassemble } from '../pcap/reassemble.ts';
import { AlikeValues } from './alike-values.ts';
import { loginMessage } from './client-packet.ts';
import type { Context, Fields, Message } from './message.ts';
import { handshakeResponse41 } from './messages/handshake-response-41.ts';
import { handshakeV10 } from './messages/handshake-v10.ts';

const recordings = new URL('./recordings/', import.meta.url);

/** The first packets of both sides of every recorded connection. */
const firsts = readdirSync(recordings)
  .filter((name) => name.endsWith('.pcap'))
  .flatMap((name) => reassemble(readCapture(readFileSync(new URL(name, recordings))).frames).connections)
  .map(({ events }) => {
    const first = (side: string) => events.find((event) => event.kind === 'data' && event.from === side);
    const payload = (side: string) => {
      const event = first(side);
      const bytes = event?.kind === 'data' ? event.bytes : new Uint8Array(4);
      return Uint8Array.from(bytes.subarray(4, 4 + ((bytes[0] ?? 0) | ((bytes[1] ?? 0) << 8))));
    };
    return { greeting: payload('server'), login: payload('client') };
  });

const greetings = firsts.map(({ greeting }) => greeting).filter((bytes) => bytes[0] === 10);
const logins = firsts.map(({ login }) => login).filter((bytes) => loginMessage(bytes, 1)?.message === handshakeResponse41);
const declared = (b: Uint8Array): Context => ({ capabilities: new DataView(b.buffer, b.byteOffset).getUint32(0, true) });

const read = (values: () => unknown): unknown => {
  try {
    return values();
  } catch (error) {
    return (error as { code: string }).code;
  }
};

test('values of what is like something before are those of a decoder that has seen nothing', () => {
  const ofGreeting = new AlikeValues(handshakeV10, ['threadId', 'scramble1', 'scramble2']);
  const ofLogin = new AlikeValues(handshakeResponse41, ['authResponse']);
  expect(Math.min(greetings.length, logins.length)).toBeGreaterThan(20);
  for (const bytes of greetings)
    expect(ofGreeting.values(bytes, 0, bytes.length, { capabilities: 0 })).toEqual(handshakeV10.decode(bytes, { capabilities: 0 }).value);
  for (const bytes of logins)
    expect(read(() => ofLogin.values(bytes, 0, bytes.length, declared(bytes)))).toEqual(
      read(() => handshakeResponse41.decode(bytes, declared(bytes)).value),
    );
});

/** Each byte of a payload changed, behind the payload itself. */
function changed<F extends Fields>(message: Message<F>, keys: readonly (keyof F & string)[], bytes: Uint8Array, context: Context): void {
  const alike = new AlikeValues(message, keys);
  for (let i = 0; i < bytes.length; i++)
    for (const byte of [0, 1, 0x41, 0xff]) {
      alike.values(bytes, 0, bytes.length, context);
      const other = Uint8Array.from(bytes);
      other[i] = byte;
      const whole = read(() => {
        const { value, left } = message.decode(other, context);
        return left > 0 ? undefined : value;
      });
      expect(read(() => alike.values(other, 0, other.length, context))).toEqual(whole);
    }
}

test('a greeting with one byte changed is read, or refused, as by a decoder that has seen nothing', () => {
  changed(handshakeV10, ['threadId', 'scramble1', 'scramble2'], greetings[0] as Uint8Array, { capabilities: 0 });
});

test('a login with one byte changed is, too', () => {
  const [login] = logins as [Uint8Array];
  changed(handshakeResponse41, ['authResponse'], login, declared(login));
});
