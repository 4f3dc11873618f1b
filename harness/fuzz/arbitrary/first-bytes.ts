import type { Stimulus } from '../../case/step.ts';
import type { Act, Client } from '../exec.ts';
import type { About } from './about.ts';
import type { Chance } from './chance.ts';
import { ping } from './commands.ts';
import { login } from './login.ts';

const text = (chars: string): string => Buffer.from(chars, 'latin1').toString('hex');
const GREETING = `0a${text('5.5.5-10.11.6-MariaDB')}00010000006161616161616161 00 fef7 2d 0200 ffc1 15 ${'00'.repeat(10)} ${'62'.repeat(12)}00`;

/** What some peer begins with that is no client of this protocol, or comes too early, or is none of its packets. */
const wires: readonly string[] = [
  text('GET / HTTP/1.1\r\nHost: mywire\r\n\r\n'),
  text('PROXY TCP4 192.0.2.1 192.0.2.2 56324 3306\r\n'),
  text('PROXY UNKNOWN\r\n'),
  `${text('\r\n\r\n\0\r\nQUIT\n')}21110 00cc0000201c0000202dc040cea`.replaceAll(' ', ''),
  '16030100a5010000a10303', // a ClientHello, as far as it goes
  '00000001', // an empty packet
  '00000000',
  '0a0000', // three bytes of a header
  '0500000002746573740', // COM_INIT_DB
  '0100000001', // COM_QUIT
  '0100000101',
  '010000000e', // COM_PING
  '0280000105a6', // a packet of 32 KiB that does not come
];
const packet = (payload: string, sequenceId = 1): Stimulus => ({ payload: payload.replaceAll(' ', ''), sequenceId });

/** Something else in the place of the login, or ahead of it. */
export function firstBytesClient(chance: Chance, about: About, canary: string): Client {
  const { acts } = login(chance, about, { ahead: false, canary });
  const wire = (): Stimulus => {
    const hex = chance.oneIn(6) ? chance.hex(chance.between(1, 40)) : chance.of(wires);
    return { wire: hex.length % 2 === 0 ? hex : `${hex}0` };
  };
  const first: Act = {
    send: [
      chance.weighted<Stimulus>([
        [8, wire()],
        [1, packet(GREETING)],
        [1, packet('85a60f00'.padEnd(0x8002 * 2, '0'))],
      ]),
    ],
  };
  const behind = chance.weighted<() => readonly Act[]>([
    [6, () => []],
    [3, () => acts],
    [2, () => [{ send: [ping] }]],
  ])();
  const inTls = about.tls && chance.oneIn(3);
  return {
    acts: inTls ? tlsBroken(chance, acts) : [first, ...behind],
    delivery: chance.of(['whole', 'whole', 'bytes'] as const),
    leaves: chance.of(['quit', 'fin', 'fin', 'rst'] as const),
  };
}

/** Behind an SSLRequest: half a ClientHello, nothing, the request again, the login in the clear. */
function tlsBroken(chance: Chance, acts: readonly Act[]): readonly Act[] {
  const request: Stimulus = { message: 'SSLRequest' };
  return chance.of<readonly Act[]>([
    [{ send: [request], ahead: true }, { send: [{ wire: '16030100a5010000a10303' }] }, { do: 'half-close' }],
    [{ send: [request], ahead: true }, { send: [{ wire: '1603' }] }, { do: 'half-close' }],
    [{ send: [request], ahead: true }, { send: [{ wire: '150301000202' }] }],
    [{ send: [request], ahead: true }, { do: 'half-close' }],
    [{ send: [request], ahead: true }, { send: [{ ...request, sequenceId: 2 }] }],
    [{ send: [request], ahead: true }, { send: [{ message: 'HandshakeResponse41', account: 'check', sequenceId: 2 }] }],
    [{ send: [request], ahead: true }, { do: 'start-tls' }, { send: [{ ...request, sequenceId: 2 }] }, ...acts.slice(-1)],
    [{ send: [request], ahead: true }, { do: 'start-tls' }],
    [{ send: [request], ahead: true }, { do: 'start-tls' }, { send: [{ payload: '01', sequenceId: 2 }] }],
  ]);
}
