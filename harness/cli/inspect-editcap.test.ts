import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import { inspectFile } from './inspect-file.ts';

const onPath = (program: string) => spawnSync(program, ['-v']).error === undefined;
const missing = ['editcap', 'mergecap', 'reordercap', 'capinfos', 'tshark'].filter((program) => !onPath(program));
if (missing.length > 0) console.warn(`skipped: ${missing.join(', ')} not on PATH`);

const folder = mkdtempSync(join(tmpdir(), 'mywire-editcap-'));
afterAll(() => rmSync(folder, { recursive: true }));
const pcap = (name: string): string => fileURLToPath(new URL(`../../pcaps/${name}`, import.meta.url));

/** Recordings of whole areas, of single ones (gzip), with TLS, compressed connections and health checks. */
const SOURCES = [
  'areas/mysql-9.7.4.pcap',
  'areas/proxysql-2.7.1.pcap',
  'areas/mariadb-11.8.9/compression.pcapng',
  'areas/mysql-9.7.4/prepared.pcapng.gz',
  'areas/mysql-9.7.4/tls.pcapng',
  'proxysql-2.0.17-early-data-race.pcap',
];

interface Told {
  readonly client: string;
  readonly server: string;
  readonly stream: number;
  readonly bytes: { readonly client: number; readonly server: number };
  readonly missing: { readonly client: number; readonly server: number };
  readonly beginning: string;
  readonly commands: Readonly<Record<string, number>>;
  readonly gaps?: readonly unknown[];
  readonly findings: readonly { readonly rule: string; readonly level: string; readonly side: string }[];
}

async function told(file: string): Promise<{ exit: number; connections: Told[]; totals: Record<string, unknown> }> {
  let text = '';
  const { write } = process.stdout;
  process.stdout.write = ((chunk: string) => {
    text += chunk;
    return true;
  }) as typeof write;
  try {
    const exit = await inspectFile(file, { color: false, json: true });
    const lines = text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    return { exit, connections: lines.slice(0, -1), totals: lines.at(-1) };
  } finally {
    process.stdout.write = write;
  }
}

function run(program: string, ...args: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync(program, args, { encoding: 'utf8' });
  expect(`${program} ${status} ${stderr.replace(/^(Running as user|\d+ packets seen,).*\n/gm, '')}`.trim()).toBe(`${program} 0`);
  return stdout;
}
const framesIn = (file: string): number => Number(/Number of packets:\s+(\d+)/.exec(run('capinfos', '-c', '-M', file))?.[1]);

/** Who is said to break what. The ports of clients tell connections apart, whatever their number is. */
const accusations = (connections: readonly Told[]): string[] =>
  connections.flatMap(({ client, findings }) =>
    findings.filter(({ level }) => level === 'MUST' || level === 'SHOULD').map(({ rule, side }) => `${side} of ${client} ${rule}`),
  );

interface Sent {
  /** Initial sequence number, where the SYN is there. */
  isn?: number;
  /** Distance from it to the last number that its own segments and the other side's acknowledgements speak of. */
  top: number;
  fin: boolean;
}

/** Of each side of each connection, as tshark numbers them, what it had sent by the numbers in the capture. */
function sentByTshark(file: string): Map<number, Record<'client' | 'server', Sent>> {
  const fields = ['stream', 'flags', 'seq_raw', 'ack_raw', 'len', 'srcport'].flatMap((name) => ['-e', `tcp.${name}`]);
  const streams = new Map<number, Record<'client' | 'server', Sent>>();
  const ports = new Map<number, string>();
  const rows = run('tshark', '-r', file, '-Y', 'tcp', '-T', 'fields', ...fields)
    .trim()
    .split('\n')
    .map((row) => row.split('\t') as [string, string, string, string, string, string]);
  const settle = (pass: 'syn' | 'all'): void => {
    for (const [stream, bits, seqRaw, ackRaw, len, port] of rows) {
      const flags = Number(bits);
      const [syn, fin, ack] = [2, 1, 16].map((bit) => (flags & bit) !== 0) as [boolean, boolean, boolean];
      const one = streams.get(Number(stream)) ?? { client: { top: 0, fin: false }, server: { top: 0, fin: false } };
      streams.set(Number(stream), one);
      if (syn && !ports.has(Number(stream))) ports.set(Number(stream), ack ? `not ${port}` : port);
      const client = ports.get(Number(stream));
      const from = client === port || (client?.startsWith('not') && client !== `not ${port}`) ? 'client' : 'server';
      const mine = one[from];
      const peer = one[from === 'client' ? 'server' : 'client'];
      if (pass === 'syn' && syn) mine.isn ??= Number(seqRaw);
      if (pass === 'syn') continue;
      const reach = (side: Sent, to: number): void => {
        const ahead = side.isn === undefined ? 0 : (to - side.isn) | 0;
        if (ahead > side.top && ahead < 1 << 20) side.top = ahead;
      };
      reach(mine, Number(seqRaw) + Number(len) + (syn || fin ? 1 : 0));
      if (ack) reach(peer, Number(ackRaw));
      if (fin) mine.fin = true;
    }
  };
  settle('syn');
  settle('all');
  return streams;
}

/** What is gone of a connection and nobody says so; one number may be that of a FIN which is gone itself. */
function unsaid({ bytes, missing, client, beginning }: Told, numbers: Record<'client' | 'server', Sent> | undefined): string[] {
  return (['client', 'server'] as const).flatMap((side) => {
    const sent = numbers?.[side];
    if (sent?.isn === undefined || beginning !== 'seen') return [];
    const said = bytes[side] + missing[side];
    const speaksOf = sent.top - 1 - (sent.fin ? 1 : 0);
    return said === speaksOf ? [] : [`${side} of ${client}: ${bytes[side]} bytes and ${missing[side]} missing, of ${speaksOf}`];
  });
}

let count = 0;
const fresh = (): string => join(folder, `${count++}.pcapng`);

/** What editcap made of a capture; frames that it takes out are named by number. */
type Edit = (from: string, to: string) => void;
const without =
  (chosen: (frame: number, all: number) => boolean): Edit =>
  (from, to) => {
    const all = framesIn(from);
    const numbers = Array.from({ length: all }, (_, i) => i + 1).filter((frame) => chosen(frame, all));
    // editcap takes 512 selections.
    for (let at = 0, file = from; at < numbers.length; at += 400) {
      const out = at + 400 >= numbers.length ? to : fresh();
      run(
        'editcap',
        file,
        out,
        ...numbers
          .slice(at, at + 400)
          .reverse()
          .map((number) => String(number - at)),
      );
      file = out;
    }
  };
const editcap =
  (...options: readonly string[]): Edit =>
  (from, to) =>
    void run('editcap', ...options, from, to);

describe.skipIf(missing.length > 0)('captures that editcap wrote', () => {
  /** loses: frames or bytes are gone; same: nothing is. */
  const edits: readonly (readonly [string, 'loses' | 'same', Edit])[] = [
    ['each thirteenth frame is taken out', 'loses', without((frame) => frame % 13 === 12)],
    ['each fourth frame is taken out', 'loses', without((frame) => frame % 4 === 1)],
    ['the first third is taken out', 'loses', without((frame, all) => frame <= all / 3)],
    ['the last third is taken out', 'loses', without((frame, all) => frame > (2 * all) / 3)],
    ['twenty frames in the middle are taken out', 'loses', without((frame, all) => Math.abs(frame - all / 2) < 10)],
    ['a snapshot length of 60', 'loses', editcap('-s', '60')],
    ['a snapshot length of 100', 'loses', editcap('-s', '100')],
    ['seven bytes are cut off the end of each frame', 'loses', editcap('-C', '-7')],
    ['times are an hour later', 'same', editcap('-t', '3600')],
    ['times are made strictly ascending', 'same', editcap('-S', '0.000001')],
    ['it is a pcap with nanoseconds', 'same', editcap('-F', 'nsecpcap')],
    ['repeated frames are taken out', 'same', editcap('-d')],
  ];

  test.each(
    SOURCES.flatMap((source, i) =>
      edits.filter(([, what]) => what === 'loses' || i < 2).map(([name, what, edit]) => ({ source, name, what, edit })),
    ),
  )('$source: $name', { timeout: 60_000 }, async ({ source, what, edit }) => {
    const whole = await told(pcap(source));
    const file = fresh();
    edit(pcap(source), file);
    const edited = await told(file);
    const known = new Set(accusations(whole.connections));
    expect(accusations(edited.connections).filter((one) => !known.has(one))).toEqual([]);
    if (what === 'same') {
      return expect(strip(edited)).toEqual(strip(whole));
    }
    const numbers = sentByTshark(file);
    // Each byte that a number of TCP speaks of is there, or is said to be missing.
    expect(edited.connections.flatMap((one) => unsaid(one, numbers.get(one.stream)))).toEqual([]);
    const lacks = edited.connections.some(({ missing: { client, server }, beginning }) => client + server > 0 || beginning === 'missing');
    if (lacks) expect(edited.exit).not.toBe(0);
  });

  const [area] = SOURCES as [string];
  /** What does not depend on where a frame stands. */
  const strip = ({ connections }: { readonly connections: readonly Told[] }) =>
    connections
      .map(({ client, server, bytes, commands, missing, beginning, findings }) => ({
        ...{ client, server, bytes, commands, missing, beginning },
        findings: findings.map(({ rule, side }) => `${side} ${rule}`),
      }))
      .sort((a, b) => a.client.localeCompare(b.client));

  test('split by editcap -c: no part accuses anybody of what stands in another; joined by mergecap it is what it was', async () => {
    const name = join(folder, 'part.pcapng');
    run('editcap', '-c', '700', pcap(area), name);
    const parts = readdirSync(folder)
      .filter((file) => /^part_\d{5}_/.test(file))
      .sort()
      .map((file) => join(folder, file));
    expect(parts).toHaveLength(5);
    const whole = await told(pcap(area));
    const known = new Set(accusations(whole.connections));
    for (const part of parts) expect(accusations((await told(part)).connections).filter((one) => !known.has(one))).toEqual([]);
    const merged = fresh();
    run('mergecap', '-w', merged, ...parts);
    expect(strip(await told(merged))).toEqual(strip(whole));
  });

  test('parts joined in the wrong order accuse nobody; sorted by reordercap it is what it was', async () => {
    const [first, second, wrong, sorted] = [fresh(), fresh(), fresh(), fresh()];
    run('editcap', '-r', pcap(area), first, '1-1400');
    run('editcap', pcap(area), second, '1-1400');
    run('mergecap', '-a', '-w', wrong, second, first);
    run('reordercap', wrong, sorted);
    const whole = await told(pcap(area));
    const known = new Set(accusations(whole.connections));
    expect(accusations((await told(wrong)).connections).filter((one) => !known.has(one))).toEqual([]);
    expect(strip(await told(sorted))).toEqual(strip(whole));
  });

  test('two recordings merged by time are both there', async () => {
    const [one, other] = [pcap(area), pcap(SOURCES[1] as string)];
    const merged = fresh();
    run('mergecap', '-w', merged, one, other);
    const [a, b, both] = [await told(one), await told(other), await told(merged)];
    expect(strip(both)).toEqual(strip({ connections: [...a.connections, ...b.connections] }));
  });

  test('where bytes are missing is said: whose, how many, behind which offset, at which frame', async () => {
    // The server's answer to a statement, in a recording whose connections follow one another.
    const rows = run(
      'tshark',
      '-r',
      pcap(area),
      '-Y',
      'tcp.len > 100 && tcp.srcport == 27773',
      '-T',
      'fields',
      '-e',
      'frame.number',
      '-e',
      'tcp.stream',
      '-e',
      'tcp.seq',
      '-e',
      'tcp.len',
    );
    const [, frame, stream, seq, length] = /^(\d+)\t(\d+)\t(\d+)\t(\d+)$/m.exec(rows) as unknown as string[];
    const file = fresh();
    run('editcap', pcap(area), file, frame as string);
    const { connections } = await told(file);
    const hit = connections.find((one) => one.stream === Number(stream)) as Told;
    expect(hit.missing).toEqual({ client: 0, server: Number(length) });
    expect(hit.gaps).toEqual([{ side: 'server', offset: Number(seq) - 1, missing: Number(length), frame: expect.any(Number) }]);
  });
});
