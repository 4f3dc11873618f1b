import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { areaOf } from '../harness/case/case.ts';
import { join as joined } from '../harness/codec/frame.ts';
import { readCapture } from '../harness/pcap/capture-reader.ts';
import { reassemble } from '../harness/pcap/reassemble.ts';
import type { TcpConnection } from '../harness/pcap/tcp-connection.ts';
import { judgeRecording } from '../harness/run/recording.ts';
import type { Recording } from '../harness/scenario/recording.ts';
import { suites } from './index.ts';

/**
 * pcaps/INDEX.md: what every recording is and how it was taken. The hand (or the program) that takes one writes a row of
 * pcaps/taken.tsv, or a scenario's recording.json; all else in the index is read from the recording, here.
 */
const folder = 'pcaps';
const mostBytes = 340_000;
/** Bytes of all recordings. */
const mostOfAll = 15_000_000;

interface Taken {
  readonly file: string;
  /** The programs, the one that was spoken to first. */
  readonly server: string;
  /** ISO 8601, UTC, to the minute. */
  readonly at: string;
  readonly command: string;
}

/** What a recording itself says. */
interface Held {
  readonly frames: number;
  readonly connections: readonly TcpConnection[];
  /** Versions in greetings of protocol 10, sorted. */
  readonly greetings: readonly string[];
  readonly firstAt: string;
  readonly faults: readonly string[];
}

/** What is wrong with a recording, and stays so: it is kept for what it holds. */
const knownFaults: Readonly<Record<string, readonly string[]>> = {
  // Its SYN was taken on another interface than the one that was kept.
  'areas/mysql-9.7.4.pcap': ['connection 16 began before'],
};

/** A recording of the cases that were new on a day. */
const ofDay = /^(areas\/[^/]+\/\d{4}-\d\d-\d\d)\.pcapng(\.gz)?$/;

const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  .filter((file) => /\.pcap(ng)?(\.gz)?$/.test(file))
  .sort();
const bytesOf = (file: string): Buffer => {
  const bytes = readFileSync(join(folder, file));
  return file.endsWith('.gz') ? gunzipSync(bytes) : bytes;
};

const byHand = readFileSync(join(folder, 'taken.tsv'), 'utf8')
  .trim()
  .split('\n')
  .map((line): Taken => {
    const [file = '', server = '', at = '', command = ''] = line.split('\t');
    return { file, server, at, command };
  });
const scenarios = files
  .filter((file) => file.startsWith('scenarios/'))
  .map((file): Taken => {
    const { scenario, on, nodes, until } = JSON.parse(readFileSync(join(folder, file, '../recording.json'), 'utf8')) as Recording;
    const programs = [...new Set(nodes.map(({ product, version }) => `${product} ${version}`))].join(', ');
    return { file, server: programs, at: minutes(until), command: `mywire scenario ${scenario} --on ${on} --out DIR` };
  });
const taken = new Map([...byHand, ...scenarios].map((one) => [one.file, one]));
const held = new Map(files.map((file) => [file, read(file)]));

function minutes(ms: number): string {
  return new Date(ms).toISOString().slice(0, 16);
}

function read(file: string): Held {
  const capture = readCapture(bytesOf(file));
  const { connections, skipped } = reassemble(capture.frames);
  return {
    frames: capture.frames.length,
    connections,
    greetings: [...new Set(connections.flatMap(greetingOf))].sort(),
    firstAt: minutes(Number((capture.frames[0]?.timeNs ?? 0n) / 1_000_000n)),
    faults: [
      ...(capture.fault ? [capture.fault.message] : []),
      ...[...skipped].map(([why, frames]) => `${why}: frames ${frames.join()}`),
      ...connections.flatMap(({ id, midStream, events }) => [
        ...(midStream ? [`connection ${id} began before`] : []),
        ...events.flatMap((event) => (event.kind === 'gap' ? [`connection ${id}: bytes are missing`] : [])),
      ]),
    ],
  };
}

/** The server's version, from a first packet with sequence id 0 and protocol 10. */
function greetingOf({ events }: TcpConnection): string[] {
  const bytes = joined(events.flatMap((event) => (event.kind === 'data' && event.from === 'server' ? [event.bytes] : [])));
  if (bytes[3] !== 0 || bytes[4] !== 10) return [];
  return [Buffer.from(bytes.subarray(5, bytes.indexOf(0, 5))).toString('latin1')];
}

/** The cases that a recording of a day says it holds, of whatever area: a list beside it. */
function idsOf(file: string): string[] | undefined {
  if (!ofDay.test(file)) return undefined;
  return readFileSync(join(folder, file.replace(ofDay, '$1.txt')), 'utf8')
    .trim()
    .split('\n');
}

/** What the rules say of a recording of an area: '10 pass' and which cases its server deviates in. */
function judgedArea(file: string): string {
  const area = /^areas\/[^/]+\/(.+?)\.pcapng/.exec(file)?.[1];
  if (area === undefined) return '';
  const ids = idsOf(file);
  const cases = suites.filter((one) => (ids ? ids.includes(one.id) : areaOf(one) === area));
  const { results } = judgeRecording(bytesOf(file), file, file, cases);
  const deviates = [...new Set(results.filter(({ verdict }) => verdict === 'fail').map((one) => one.case))].sort();
  const passes = new Set(results.filter(({ verdict }) => verdict === 'pass').map((one) => one.case)).size;
  return [passes > 0 ? `${passes} pass` : '', deviates.length > 0 ? `deviates: ${deviates.join(', ')}` : ''].filter(Boolean).join('; ');
}

const cell = (text: string): string => text.replaceAll('|', '\\|');
const row = (cells: readonly string[]): string => `| ${cells.map(cell).join(' | ')} |\n`;
const table = (heads: readonly string[], rows: readonly (readonly string[])[]): string =>
  [row(heads), row(heads.map(() => '---')), ...rows.map(row)].join('');

const head = `# The recordings, one by one

What each holds is read from it (\`npm run draw\`); how it was taken stands in \`taken.tsv\`, and in
the \`recording.json\` beside a scenario's. \`README.md\` tells of the ways. Times are UTC. Programs that mywire starts have the
configuration \`fixtures/configs/<product>.*\`, servers the options of \`harness/target/sql-server.ts\`.
"deviates" names the cases, of whatever level, in which that version of a product does not do what the rule asks: it is kept for them.

`;

describe('pcaps/', () => {
  test('every recording has a row, and every row a recording', () => {
    expect([...taken.keys()].sort()).toEqual(files);
    expect(new Set(byHand.map(({ file }) => file)).size).toBe(byHand.length);
  });

  test.each(files)('%s is small, whole, and what its row says', (file) => {
    const { server = '', at = '', command = '' } = taken.get(file) ?? {};
    const { faults, connections, greetings, firstAt } = held.get(file) as Held;
    expect(statSync(join(folder, file)).size).toBeLessThan(mostBytes);
    expect(faults).toEqual(knownFaults[file] ?? []);
    expect(connections.length).toBeGreaterThan(0);
    expect(command).not.toBe('');
    // Taken within the hour before the row was written.
    const late = Date.parse(`${at}Z`) - Date.parse(`${firstAt}Z`);
    expect(late, `the first packet is of ${firstAt}`).toBeGreaterThanOrEqual(-3_600_000);
    expect(late, `the first packet is of ${firstAt}`).toBeLessThanOrEqual(3_600_000);
    // A server greets with its own version; a proxy may have another one to show.
    const versions = [...server.matchAll(/(?:mariadb|mysql) (\d+\.\d+\.\d+)/g)].map(([, version]) => version as string);
    const proxied = /proxysql|maxscale/.test(server);
    if (!proxied)
      for (const greeting of greetings)
        expect(
          versions.some((one) => greeting.includes(one)),
          `${greeting} in ${server}`,
        ).toBe(true);
  });

  const days = files.filter((file) => ofDay.test(file));
  test('there are recordings of a day', () => expect(days.length).toBeGreaterThan(0));
  test.each(days)('%s holds the cases of its list, and each of them can be judged', (file) => {
    const ids = idsOf(file) as string[];
    expect([...new Set(ids)].sort()).toEqual(ids);
    const cases = suites.filter(({ id }) => ids.includes(id));
    const { results } = judgeRecording(bytesOf(file), file, file, cases);
    expect([...new Set(results.map((one) => one.case))].sort()).toEqual(ids);
    expect(results.filter(({ verdict }) => verdict !== 'pass' && verdict !== 'fail')).toEqual([]);
  });

  test('all together they are not too large to be shipped', () => {
    expect(files.reduce((sum, file) => sum + statSync(join(folder, file)).size, 0)).toBeLessThan(mostOfAll);
  });

  const capinfos = spawnSync('capinfos', ['--version']).status === 0;
  test.skipIf(!capinfos)(`capinfos counts the same frames, and complains of none${capinfos ? '' : ' (skipped: no capinfos here)'}`, () => {
    // -T: a table, -M: machine-readable; -c: the number of packets.
    const { status, stdout, stderr } = spawnSync('capinfos', ['-T', '-M', '-r', '-c', ...files], { cwd: folder, encoding: 'utf8' });
    expect([status, stderr]).toEqual([0, '']);
    const counted = stdout
      .trim()
      .split('\n')
      .map((line) => line.split('\t'));
    expect(counted).toEqual(files.map((file) => [file, String(held.get(file)?.frames)]));
  });

  test('INDEX.md is what the recordings hold', { timeout: 120_000 }, async () => {
    const cells = (file: string): readonly string[] => {
      const { frames, connections, greetings } = held.get(file) as Held;
      const name = file.replace(/\/wire\.pcapng(\.gz)?$/, '').replace(/^scenarios\//, '');
      const at = taken.get(file)?.at ?? '';
      return [`[${name}](${encodeURI(file)})`, greetings.join(', '), String(connections.length), String(frames), at.replace('T', ' ')];
    };
    const heads = ['file', 'greets as', 'connections', 'frames', 'taken'];
    const inArea = files.filter((file) => /^areas\/[^/]+\//.test(file));
    const plays = files.filter((file) => file.startsWith('scenarios/'));
    const others = files.filter((file) => !inArea.includes(file) && !plays.includes(file));
    const of = (file: string): Taken => taken.get(file) as Taken;
    const firstOf = (name: string): Taken => of(inArea.find((file) => file.startsWith(`${name}/`)) as string);
    const servers = [...new Set(inArea.map((file) => file.split('/').slice(0, 2).join('/')))];
    const text = [
      head,
      '## Handshakes, health checks, many areas in one\n\n',
      table(
        [...heads, 'server', 'how'],
        others.map((file) => [...cells(file), of(file).server, of(file).command]),
      ),
      '\n## By server and area\n',
      ...servers.flatMap((name) => [
        `\n### ${name}\n\n${firstOf(name).server}: \`${firstOf(name).command}\`\n\n`,
        table(
          [...heads, 'judged'],
          inArea.filter((file) => file.startsWith(`${name}/`)).map((file) => [...cells(file), judgedArea(file)]),
        ),
      ]),
      '\n## Scenarios\n\n',
      table(
        [...heads, 'programs', 'how'],
        plays.map((file) => [...cells(file), of(file).server, of(file).command]),
      ),
    ].join('');
    await expect(text).toMatchFileSnapshot(join('..', folder, 'INDEX.md'));
  });
});
