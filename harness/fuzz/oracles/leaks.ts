import type { LabelledPacket } from '../../codec/labelled-packet.ts';
import type { Oracle, Violation } from '../oracle.ts';
import type { Played, PlayedClient } from '../play.ts';

/** Texts that clients send so that they can be found again (arbitrary/session.ts): this, and digits behind it. */
const CANARY = 'mywire-canary-';
const canaries = /mywire-canary-\d+/g;
/** Statements that show what others do. */
const showsOthers = /processlist|information_schema|performance_schema|innodb|engine|show\s/i;
/** What an ERR repeats of what its client has said, by its code and what it answers; only ASCII, since the rest is converted. */
const echoed: Readonly<Record<number, { readonly text: RegExp; readonly answers: RegExp }>> = {
  1045: { text: /^Access denied for user '([\x20-\x7e]*?)'@/, answers: /^(HandshakeResponse|COM_CHANGE_USER)/ },
};

/** Memory of others in an answer. */
export const leaks: Oracle = {
  name: 'leaks',
  says: 'No answer has what another client has sent, and an ERR that repeats what its client said repeats nothing else.',
  killedBy: ['statements-of-all-connections', 'echoes-memory-past-user'],
  judge(played) {
    for (const [client, seen] of played.clients.entries()) {
      const found = foreignCanary(played, client, seen) ?? foreignEcho(client, seen);
      if (found) return found;
    }
    return undefined;
  },
};

function foreignCanary({ clients }: Played, client: number, seen: PlayedClient): Violation | undefined {
  if (!seen.packets.some(hasCanary)) return undefined;
  const said = textOf(seen);
  if (showsOthers.test(said) || seen.packets.some(({ name }) => name === 'COM_PROCESS_INFO')) return undefined;
  const own = said.match(canaries) ?? [];
  for (const one of seen.packets) {
    if (one.from !== 'server') continue;
    for (const [canary] of latin1(one.payload).matchAll(canaries)) {
      // A digit may have been put behind it, and an ERR may cut what it repeats.
      if (own.some((mine) => canary.startsWith(mine) || mine.startsWith(canary))) continue;
      const whose = clients.findIndex((other) => other !== seen && textOf(other).includes(canary));
      const owner = whose < 0 ? 'no client of this exec has sent' : `client ${whose} has sent, and it has not`;
      return {
        oracle: 'leaks',
        client,
        kind: `${one.answers?.name ?? 'connection'}: ${one.name} with what another client sent`,
        says: `client ${client} gets ${one.name} with "${canary}", which ${owner}`,
      };
    }
  }
  return undefined;
}

function foreignEcho(client: number, seen: PlayedClient): Violation | undefined {
  for (const packet of seen.packets) {
    if (packet.from !== 'server' || packet.name !== 'ERR') continue;
    const { value, answers } = packet;
    const code = Number(value?.['errorCode'] ?? 0);
    const repeats = echoed[code];
    if (!repeats?.answers.test(answers?.name ?? '')) continue;
    const [, echo] = repeats.text.exec(String(value?.['errorMessage'] ?? '')) ?? [];
    if (echo === undefined || isIn(echo, textOf(seen))) continue;
    return {
      oracle: 'leaks',
      client,
      kind: `${answers?.name ?? 'connection'}: ERR ${code} repeats what was never said`,
      says: `client ${client} gets ERR ${code} that repeats "${echo.slice(0, 200)}", which it has not sent`,
    };
  }
  return undefined;
}

/** What is not printable is told as "?", "\\xFF" or "\\00FF", and what lies between stands there in one piece; a long text is cut. */
const isIn = (echo: string, said: string): boolean =>
  echo.split(/\?|\\x[0-9A-F]{2}|\\[0-9A-F]{4}|\.{3}$/).every((part) => said.includes(part));

/** All that a client has said, its canaries among it. */
const textOf = ({ packets }: PlayedClient): string =>
  packets.map(({ from, payload }) => (from === 'client' ? latin1(payload) : '')).join('\n');
const view = (bytes: Uint8Array): Buffer => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
const needle = Buffer.from(CANARY);
// The payload is made when it is asked for: most packets are shorter.
const hasCanary = (packet: LabelledPacket): boolean =>
  packet.from === 'server' && packet.length > needle.length && view(packet.payload).includes(needle);
const latin1 = (bytes: LabelledPacket['payload']): string => view(bytes).toString('latin1');
