import type { LabelledPacket } from '../../codec/labelled-packet.ts';
import type { Oracle, Violation } from '../oracle.ts';
import type { Played, PlayedClient } from '../play.ts';

/** Texts that clients send so that they can be found again: this, and letters or digits behind it. */
const CANARY = 'mywire-canary-';
const canaries = /mywire-canary-[a-z0-9]+/g;
/** Statements that show what others do. */
const showsOthers = /processlist|information_schema|performance_schema|innodb|engine|show\s/i;
/** What an ERR repeats of what its client has said, by its code; only ASCII, since the rest is converted. */
const echoed: Readonly<Record<number, RegExp>> = {
  1045: /^Access denied for user '([\x20-\x7e]*?)'@/,
  1064: /near '([\x20-\x7e]*)' at line \d+$/,
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
  if (!seen.packets.some(({ from, payload }) => from === 'server' && has(payload, CANARY))) return undefined;
  const said = textOf(seen);
  if (showsOthers.test(said)) return undefined;
  for (const one of seen.packets) {
    if (one.from !== 'server') continue;
    for (const [canary] of latin1(one.payload).matchAll(canaries)) {
      if (said.includes(canary)) continue;
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
  for (const { from, name, value, answers } of seen.packets) {
    if (from !== 'server' || name !== 'ERR') continue;
    const code = Number(value?.['errorCode'] ?? 0);
    const [, echo] = echoed[code]?.exec(String(value?.['errorMessage'] ?? '')) ?? [];
    if (echo === undefined || textOf(seen).includes(echo)) continue;
    return {
      oracle: 'leaks',
      client,
      kind: `${answers?.name ?? 'connection'}: ERR ${code} repeats what was never said`,
      says: `client ${client} gets ERR ${code} that repeats "${echo.slice(0, 200)}", which it has not sent`,
    };
  }
  return undefined;
}

/** All that a client has said, its canaries among it. */
const textOf = ({ packets }: PlayedClient): string =>
  packets.map(({ from, payload }) => (from === 'client' ? latin1(payload) : '')).join('\n');
const view = (bytes: Uint8Array): Buffer => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
const has = (bytes: Uint8Array, text: string): boolean => view(bytes).includes(text, 0, 'latin1');
const latin1 = (bytes: LabelledPacket['payload']): string => view(bytes).toString('latin1');
