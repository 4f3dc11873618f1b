import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { Worker } from 'node:worker_threads';
import { gunzipSync } from 'node:zlib';
import { afterAll, describe, expect, test } from 'vitest';
import { PcapError } from '../pcap/pcap-error.ts';
import { damage } from '../pcap/testdata/damage.ts';
import { mutate } from '../pcap/testdata/mutate.ts';
import { inspectFile } from './inspect-file.ts';

/**
 * MYWIRE_MUTATIONS=100000 for the whole campaign; MYWIRE_MUTATIONS_FROM begins elsewhere. The numbers are the seeds: one that
 * fails is told, and MYWIRE_MUTATIONS_FROM=<it> MYWIRE_MUTATIONS=1 repeats it.
 */
const MUTATIONS = Number(process.env['MYWIRE_MUTATIONS'] ?? 500);
const FROM = Number(process.env['MYWIRE_MUTATIONS_FROM'] ?? 0);
/** Of the processor, for all three readings of a file of some 20 kB. */
const LONGEST_MS = 2000;
/** Bytes that may be kept in the end over what was kept after the first of them. */
const GROWTH = 30e6;
/** Files after which all code is loaded and all caches are in use. */
const WARM = 300;
/** Bytes of heap and buffers at any time, garbage included. */
const MOST = 800e6;

const root = fileURLToPath(new URL('../../', import.meta.url));
const seed = (path: string): Uint8Array => {
  const bytes = readFileSync(join(root, path));
  return new Uint8Array(path.endsWith('.gz') ? gunzipSync(bytes) : bytes).subarray(0, 60_000);
};
const area = (server: string) =>
  readdirSync(join(root, 'pcaps/areas', server))
    .filter((file) => file.includes('.pcapng'))
    .map((file) => seed(join('pcaps/areas', server, file)));
const compressed = (path: string) => new Uint8Array(readFileSync(join(root, path)));
const SEEDS: readonly Uint8Array[] = [
  ...area('mysql-9.7.4'),
  ...area('mariadb-11.8.9'),
  seed('pcaps/proxysql-2.0.17-early-data-race.pcap'),
  seed('pcaps/mysql-9.7.4-handshake-variants.pcap'),
  seed('harness/codec/recordings/mysql-9.7.4-compressed.pcap'),
  seed('harness/codec/recordings/mariadb-11.8.9-proxy-header.pcap'),
  ...['any-sll1.pcap', 'any-sll2.pcap', 'lo-ipv6-nano.pcap', 'two-interfaces.pcapng', 'fragments-mariadb-10.11.19.pcap'].map((name) =>
    seed(`harness/pcap/testdata/${name}`),
  ),
  ...['mysql-9.7.4', 'mariadb-10.11.19', 'openssl-3.0.22'].map((name) => seed(`harness/pcap/testdata/tls/${name}.pcapng`)),
  compressed('harness/pcap/testdata/mysql-9.7.4-handshake-variants.pcap.zst'),
  compressed('harness/pcap/testdata/two-interfaces.pcapng.gz'),
  compressed('pcaps/areas/mysql-9.7.4/prepared.pcapng.gz'),
];

const used = (): number => {
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
};
setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;
async function kept(): Promise<number> {
  // What streams hold outside of the heap goes when they are closed, a turn later.
  for (let turn = 0; turn < 3; turn += 1) {
    await setTimeout(20);
    collectGarbage();
  }
  return used();
}

/** Kills this process when a number stays longer than any may: what hangs cannot tell. */
function watchdog(): { now(number: number): void; end(): Promise<number> } {
  const shared = new Int32Array(new SharedArrayBuffer(4));
  const worker = new Worker(
    `const { workerData } = require('node:worker_threads');
     let seen = -1, since = Date.now();
     setInterval(() => {
       if (workerData[0] !== seen) { seen = workerData[0]; since = Date.now(); }
       else if (Date.now() - since > 60_000) {
         require('node:fs').writeSync(2, 'mutation ' + seen + ' hangs\\n');
         process.kill(process.pid, 'SIGKILL');
       }
     }, 500);`,
    { eval: true, workerData: shared },
  );
  return { now: (number) => Atomics.store(shared, 0, number), end: () => worker.terminate() };
}

describe('the whole of inspect on damaged captures', () => {
  const folder = mkdtempSync(join(tmpdir(), 'mywire-mutation-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'mutated');

  /** What it printed, in characters, and the exit code; or the code with which it refused. */
  async function inspect(options: { packets?: true; json?: true }): Promise<{ end: number | string; printed: number }> {
    let printed = 0;
    const { write } = process.stdout;
    process.stdout.write = ((text: string) => {
      printed += text.length;
      return true;
    }) as typeof write;
    try {
      return { end: await inspectFile(file, { color: false, ...options }), printed };
    } catch (error) {
      if (!(error instanceof PcapError)) throw error;
      return { end: error.code, printed };
    } finally {
      process.stdout.write = write;
    }
  }

  test(`${MUTATIONS} of them never make it throw, hang, or grow`, { timeout: 36_000_000 }, async () => {
    const dog = watchdog();
    const ends = new Map<number | string, number>();
    const slowest = { ms: 0, number: -1 };
    let early = 0;
    let most = 0;
    let printed = 0;
    for (let number = FROM; number < FROM + MUTATIONS; number += 1) {
      dog.now(number);
      writeFileSync(file, number % 4 === 3 ? mutate(SEEDS, number) : damage(SEEDS, number));
      const start = process.cpuUsage();
      try {
        const told = await inspect({});
        const packets = await inspect({ packets: true });
        const json = await inspect({ packets: true, json: true });
        expect([packets.end, json.end]).toEqual([told.end, told.end]);
        ends.set(told.end, (ends.get(told.end) ?? 0) + 1);
        printed += told.printed + packets.printed + json.printed;
      } catch (error) {
        throw new Error(`mutation ${number}: ${error instanceof Error ? error.stack : error}`);
      }
      const { user, system } = process.cpuUsage(start);
      const ms = (user + system) / 1000;
      if (ms > slowest.ms) Object.assign(slowest, { ms, number });
      most = Math.max(most, used());
      if (number - FROM === WARM) early = await kept();
    }
    await dog.end();
    const grown = early === 0 ? 0 : (await kept()) - early;
    if (MUTATIONS >= 5000)
      console.log(
        `slowest ${slowest.ms.toFixed(0)} ms (mutation ${slowest.number}), kept ${(grown / 1e6).toFixed(1)} MB more than after ${WARM}, ${(most / 1e6).toFixed(0)} MB at most, ${(printed / 1e6).toFixed(0)} MB printed, exits ${JSON.stringify(Object.fromEntries(ends))}`,
      );
    expect(slowest.ms, `mutation ${slowest.number}`).toBeLessThan(LONGEST_MS);
    expect(grown).toBeLessThan(GROWTH);
    expect(most).toBeLessThan(MOST);
    // A campaign that only ever breaks the first bytes would show nothing.
    if (MUTATIONS >= 500) for (const end of [0, 1, 3]) expect(ends.get(end), `exit ${end}`).toBeGreaterThan(MUTATIONS / 50);
  });
});
