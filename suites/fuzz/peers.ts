/** What the properties of our own side share: execs for the built-in server, and what passed when they were played. */
import { names } from '../../harness/codec/capability.ts';
import { type About, execsOf } from '../../harness/fuzz/arbitrary/index.ts';
import type { Exec } from '../../harness/fuzz/exec.ts';
import { type PlayContext, type Played, play } from '../../harness/fuzz/play.ts';
import { offeredBy } from '../../harness/reference/dialect.ts';
import { type DefectName, localhostCertificate, type ReferenceServer, startReference } from '../../harness/reference/index.ts';
import { referenceAccountsWith } from '../../harness/target/accounts.ts';

/** Client payloads of every kind: what is changed into recorded bytes. */
const recorded = ['0e', '0373656c6563742031', '1673656c656374203f', '1f', '026d7977697265', '17010000000001000000', '1b0000', '09'];

export const about: About = {
  accounts: ['check', 'login', 'native', 'sha2', 'ed25519', 'requires-tls'],
  database: 'mywire',
  dialect: 'mysql',
  tls: true,
  compression: true,
  offered: names(offeredBy('mysql')),
  sql: 'reference',
  recorded,
};

export const execs = (seed: number, blocks: number): Exec[] => Array.from({ length: blocks }, (_, i) => execsOf(about, seed, i)).flat();

export const accounts = referenceAccountsWith('mysql_native_password');
export const contextAt = (endpoint: PlayContext['endpoint'], more: Partial<PlayContext> = {}): PlayContext => ({
  endpoint,
  accounts,
  database: 'mywire',
  limitMs: 2000,
  ...more,
});
export const reference = (...defects: readonly DefectName[]): Promise<ReferenceServer> =>
  startReference({ defects, certificate: localhostCertificate });

/** Plays them some at a time. */
export async function playAll(all: readonly Exec[], context: PlayContext): Promise<Played[]> {
  const played: Played[] = [];
  for (let i = 0; i < all.length; i += 8) played.push(...(await Promise.all(all.slice(i, i + 8).map((exec) => play(exec, context)))));
  return played;
}

/** What one side's bytes were on the wire, in order. */
export interface Passed {
  readonly from: 'client' | 'server';
  readonly bytes: Uint8Array;
}
export const passedIn = ({ clients }: Played): Passed[][] =>
  clients.map(({ transcript }) =>
    transcript.events.flatMap((event): Passed[] =>
      event.kind === 'sent'
        ? [{ from: 'client', bytes: event.bytes }]
        : event.kind === 'received'
          ? [{ from: 'server', bytes: event.bytes }]
          : [],
    ),
  );
