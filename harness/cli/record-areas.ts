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
import { runToEnd } from '../target/program.ts';
import { startTarget } from '../target/start-target.ts';
import type { RunningTarget } from '../target/target.ts';
import { LiveCapture } from '../wire/capture.ts';
import { version } from './version.ts';

/**
 * Makes pcaps/areas: runs the cases of each area against a target while tcpdump looks on, and keeps a few connections of each.
 * For who tends the recordings: npx tsx harness/cli/record-areas.ts local:mariadb [product=/path/of/its/program] [area=auth], or with
 * since=COMMIT the cases that have come since then, of whatever area, in one file of the day, and beside it the ids of those that it holds.
 */
const [name = 'local:mariadb', ...more] = process.argv.slice(2);
const only = more.flatMap((one) => (one.startsWith('area=') ? [one.slice('area='.length)] : []));
const since = more.find((one) => one.startsWith('since='))?.slice('since='.length);
const binaries = more.filter((one) => !/^(area|since)=/.test(one));
const areas = 'pcaps/areas';
const taken = 'pcaps/taken.tsv';
const mostCases = 12;
/** Bytes of frames in one file; one of the day holds cases of all areas. */
const mostBytes = since === undefined ? 90_000 : 200_000;
/** Files above this are kept compressed. */
const mostPlain = 24_000;
const judged = new Set(['pass', 'fail']);
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
    for (const { file, cases } of await wanted()) {
      const told = await record(target, file, cases, server);
      process.stdout.write(`${server} ${file}: ${told}\n`);
    }
  } finally {
    await target.stop();
  }
}

/** The files to be made, and the cases that each may hold. */
async function wanted(): Promise<{ file: string; cases: readonly Case[] }[]> {
  const some = suites.filter((one) => !tooLarge.has(areaOf(one)) && (only.length === 0 || only.includes(areaOf(one))));
  if (since !== undefined) {
    const { good, output } = await runToEnd('git', ['diff', '--unified=0', since, '--', 'suites/*.cases.ts'], 20_000);
    if (!good) throw new Error(output);
    const added = new Set([...output.matchAll(/^\+ +id: '([^']+)'/gm)].map(([, id]) => id));
    return [{ file: new Date().toISOString().slice(0, 10), cases: some.filter(({ id }) => added.has(id)) }];
  }
  return [...new Set(some.map(areaOf))].map((area) => ({ file: area, cases: some.filter((one) => areaOf(one) === area) }));
}

async function record(target: RunningTarget, area: string, cases: readonly Case[], server: string): Promise<string> {
  const folder = join(areas, server);
  const capture = await LiveCapture.start([target.front.port], { guard: guardByMark() });
  const report = await runTarget(target, cases, { deliveries: ['whole', 'early'], concurrency: 4, tries: 2 });
  await capture.settled();
  await capture.stop();
  const live = new Map<string, Set<string>>();
  for (const { case: id, verdict } of report.results) live.set(id, (live.get(id) ?? new Set()).add(verdict));
  let kept = weighed(capture, cases, `${target.front.host}:${target.front.port}`);
  // What the wire alone does not tell as the live run did is left out; and, where each case is told by name, what the server does not offer.
  for (let wrong: ReadonlySet<string> | undefined; wrong === undefined || wrong.size > 0; ) {
    const results = kept.length > 0 ? judgeRecording(written(kept, ''), area, area, cases).results : [];
    wrong = new Set(
      results
        .filter((one) => [...(live.get(one.case) ?? [])].join() !== one.verdict || (since !== undefined && !judged.has(one.verdict)))
        .map((one) => one.case),
    );
    kept = kept.filter((one) => !one.cases.some((id) => wrong?.has(id)));
  }
  const chosen = choose(kept);
  if (chosen.length === 0) return `nothing of ${report.results.length} results`;
  const chain = target.nodes.map(({ product, version: v }) => `${product} ${v}`).join(' in front of ');
  const bytes = written(
    chosen,
    `mywire ${version()}, ${target.name}: ${since === undefined ? `cases of the area ${area}` : `cases that are new since ${since}`} against ${chain}`,
  );
  const plain = bytes.length <= mostPlain;
  const file = `${area}.pcapng${plain ? '' : '.gz'}`;
  if (since !== undefined) writeFileSync(join(folder, `${area}.txt`), `${held(chosen).join('\n')}\n`);
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

/** Whose bytes the connections are. */
const held = (kept: readonly Kept[]): string[] => [...new Set(kept.flatMap(({ cases }) => cases))].sort();

/** Connections of as many cases as there is room for, spread over the area; each case once. */
function choose(all: readonly Kept[]): Kept[] {
  const ids = [...new Set(all.flatMap(({ cases }) => cases))];
  const most = since === undefined ? mostCases : ids.length;
  const step = Math.max(1, ids.length / most);
  const wanted = new Set(Array.from({ length: Math.min(most, ids.length) }, (_, index) => ids[Math.floor(index * step)]));
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
