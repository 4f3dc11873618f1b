import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { suites } from '../../suites/index.ts';
import { areaOf, type Case } from '../case/case.ts';
import type { CapturedFrame } from '../pcap/captured-frame.ts';
import { PcapngWriter } from '../pcap/pcapng-writer.ts';
import type { TcpConnection } from '../pcap/tcp-connection.ts';
import { recorded, recordedTry } from '../run/recorded-try.ts';
import { judgeRecording } from '../run/recording.ts';
import { runTarget } from '../run/run-target.ts';
import { guardByMark } from '../target/leftovers.ts';
import { startTarget } from '../target/start-target.ts';
import type { RunningTarget } from '../target/target.ts';
import { LiveCapture } from '../wire/capture.ts';
import { version } from './version.ts';

/**
 * Makes pcaps/areas: runs the cases of each area against a target while tcpdump looks on, and keeps a few connections of each.
 * For who tends the recordings: npx tsx harness/cli/record-areas.ts local:mariadb [product=/path/of/its/program] [area=auth]
 */
const [name = 'local:mariadb', ...more] = process.argv.slice(2);
const only = more.flatMap((one) => (one.startsWith('area=') ? [one.slice('area='.length)] : []));
const binaries = more.filter((one) => !one.startsWith('area='));
const areas = 'pcaps/areas';
const taken = 'pcaps/taken.tsv';
const mostCases = 12;
/** Bytes of frames in one file. */
const mostBytes = 90_000;
/** Files above this are kept compressed. */
const mostPlain = 24_000;
/** Packets of 16 MiB. */
const tooLarge = new Set(['limits']);

/** A connection, the cases that sent its bytes, and what it weighs. */
interface Kept {
  readonly connection: TcpConnection;
  readonly frames: readonly CapturedFrame[];
  readonly cases: readonly string[];
  readonly bytes: number;
}

async function main(): Promise<void> {
  const options = { binaries: Object.fromEntries(binaries.map((one) => one.split('=') as [string, string])) };
  const target = await startTarget(name, options);
  try {
    const front = target.nodes[0];
    const server = `${front?.product}-${/^\d+(\.\d+)*/.exec(front?.version ?? '')?.[0]}`;
    mkdirSync(join(areas, server), { recursive: true });
    for (const area of new Set(suites.map(areaOf))) {
      if (tooLarge.has(area) || (only.length > 0 && !only.includes(area))) continue;
      const told = await recordArea(target, area, server);
      process.stdout.write(`${server} ${area}: ${told}\n`);
    }
  } finally {
    await target.stop();
  }
}

async function recordArea(target: RunningTarget, area: string, server: string): Promise<string> {
  const folder = join(areas, server);
  const cases = suites.filter((one) => areaOf(one) === area);
  const capture = await LiveCapture.start([target.front.port], { guard: guardByMark() });
  const report = await runTarget(target, cases, { deliveries: ['whole', 'early'], concurrency: 4, tries: 2 });
  await capture.settled();
  await capture.stop();
  const live = new Map<string, Set<string>>();
  for (const { case: id, verdict } of report.results) live.set(id, (live.get(id) ?? new Set()).add(verdict));
  let kept = weighed(capture, cases, `${target.front.host}:${target.front.port}`);
  // What the wire alone does not tell as the live run did is left out.
  for (let wrong: ReadonlySet<string> | undefined; wrong === undefined || wrong.size > 0; ) {
    const results = kept.length > 0 ? judgeRecording(written(kept, ''), area, area, cases).results : [];
    wrong = new Set(results.filter((one) => [...(live.get(one.case) ?? [])].join() !== one.verdict).map((one) => one.case));
    kept = kept.filter((one) => !one.cases.some((id) => wrong?.has(id)));
  }
  const chosen = choose(kept);
  if (chosen.length === 0) return `nothing of ${report.results.length} results`;
  const chain = target.nodes.map(({ product, version: v }) => `${product} ${v}`).join(' in front of ');
  const bytes = written(chosen, `mywire ${version()}, ${target.name}: cases of the area ${area} against ${chain}`);
  const plain = bytes.length <= mostPlain;
  const file = `${area}.pcapng${plain ? '' : '.gz'}`;
  for (const old of ['', '.gz']) rmSync(join(folder, `${area}.pcapng${old}`), { force: true });
  writeFileSync(join(folder, file), plain ? bytes : gzipSync(bytes, { level: 9 }));
  const command = ['npx tsx harness/cli/record-areas.ts', name, ...more.map((one) => one.replace(/=.*\/([^/]*\/[^/]+)$/, '=…/$1'))].join(
    ' ',
  );
  const row = [`areas/${server}/${file}`, chain, new Date().toISOString().slice(0, 16), command].join('\t');
  const others = readFileSync(taken, 'utf8')
    .split('\n')
    .filter((line) => line && !line.startsWith(`areas/${server}/${area}.pcapng`));
  writeFileSync(taken, `${[...others, row].join('\n')}\n`);
  return `${chosen.length} connections, ${bytes.length} bytes${capture.lost > 0 ? `, ${capture.lost} packets lost` : ''}`;
}

/** The whole connections of the capture that cases of the area sent. */
function weighed(capture: LiveCapture, cases: readonly Case[], at: string): Kept[] {
  return capture.connections.flatMap((connection) => {
    const all = capture.framesOf(connection);
    // Under "any" a packet to a container is seen on each interface that it passes: one of them is kept.
    const [first] = all;
    const frames = first ? all.filter((one) => interfaceOf(one) === interfaceOf(first)) : [];
    if (connection.midStream || !connection.closed || connection.server.text !== at) return [];
    const what = recorded(connection);
    const ids = cases.filter((one) => recordedTry(one, what)).map(({ id }) => id);
    const bytes = frames.reduce((sum, one) => sum + one.bytes.length + 40, 0);
    return ids.length > 0 && bytes < mostBytes / 2 ? [{ connection, frames, cases: ids, bytes }] : [];
  });
}

/** sll_ifindex of a "cooked" frame: https://www.tcpdump.org/linktypes/LINKTYPE_LINUX_SLL2.html */
const interfaceOf = ({ bytes }: CapturedFrame): string => Buffer.from(bytes.subarray(4, 8)).toString('hex');

/** Connections of as many cases as there is room for, spread over the area; each case once. */
function choose(all: readonly Kept[]): Kept[] {
  const ids = [...new Set(all.flatMap(({ cases }) => cases))];
  const step = Math.max(1, ids.length / mostCases);
  const wanted = new Set(Array.from({ length: Math.min(mostCases, ids.length) }, (_, index) => ids[Math.floor(index * step)]));
  const chosen: Kept[] = [];
  let bytes = 0;
  for (const one of all) {
    const news = one.cases.filter((id) => wanted.has(id));
    if (news.length === 0 || bytes + one.bytes > mostBytes) continue;
    for (const id of news) wanted.delete(id);
    bytes += one.bytes;
    chosen.push(one);
  }
  return chosen;
}

function written(kept: readonly Kept[], comment: string): Uint8Array {
  const writer = new PcapngWriter({ application: `mywire ${version()}`, interfaceName: 'any', comment });
  const frames = kept.flatMap((one) => one.frames).sort((a, b) => a.number - b.number);
  return Buffer.concat([writer.header(), ...frames.map((one) => writer.frame({ ...part(one) }))]);
}

const part = ({ timeNs, linkType, bytes, originalLength }: CapturedFrame) => ({ timeNs, linkType, bytes, originalLength });

await main();
