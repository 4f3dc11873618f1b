import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { readCapture } from '../pcap/capture-reader.ts';
import { reassemble } from '../pcap/reassemble.ts';
import { Conversation, type LabelledPacket } from './conversation.ts';
import { ascii, claimed, type Fields, flatten } from './tshark-claims.ts';
import { tsharkErrs } from './tshark-errors.ts';

/**
 * Every recording of pcaps/ against tshark 4.0.17: which frames hold packets, how many, and what their fields are. What tshark
 * reads stands as digests in recordings/tshark-4.0.17-library.tsv, taken by `MYWIRE_TSHARK=take npx vitest run harness/codec/tshark-library`,
 * which also says what differs; so the test needs no tshark and little time.
 */
const VERSION = '4.0.17';
const folder = new URL('../../pcaps/', import.meta.url);
const table = new URL(`./recordings/tshark-${VERSION}-library.tsv`, import.meta.url);

const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  .filter((file) => /\.pcap(ng)?(\.gz)?$/.test(file))
  .sort();
const bytesOf = (file: string): Uint8Array => {
  const bytes = readFileSync(new URL(encodeURI(file), folder));
  return file.endsWith('.gz') ? gunzipSync(bytes) : bytes;
};

/** A frame with packets: what each of them says, as `fieldsOf` tells it; undefined where tshark is known to err. */
interface Told {
  readonly frame: number;
  readonly packets: readonly LabelledPacket[];
  readonly says: readonly string[] | undefined;
}

const fieldsOf = (fields: Readonly<Record<string, string | undefined>>): string =>
  Object.entries(fields)
    .flatMap(([name, value]) => (!value ? [] : [`${name}=${ascii(value)}`]))
    .sort()
    .join(' ');

/** tshark cuts statements, and the data of an AuthSwitchRequest and of its answer, behind their first NUL. */
function cutAtNul({ name, value }: LabelledPacket): boolean {
  if (name.startsWith('AuthSwitch'))
    return Buffer.from((value?.['data'] ?? []) as Uint8Array)
      .subarray(0, -1)
      .includes(0);
  return name === 'COM_QUERY' && String(value?.['query']).includes('\0');
}

/** It leaves out the length of an info that is there and empty, as MaxScale sends it. */
const infoIsEmpty = ({ name, value }: LabelledPacket): boolean => name === 'OK' && value?.['info'] === '' && !value['sessionState'];

function ours(file: string): { readonly frames: Told[]; readonly ports: readonly number[] } {
  const { connections } = reassemble(readCapture(bytesOf(file)).frames);
  const frames: Told[] = [];
  for (const connection of connections) {
    const conversation = new Conversation();
    let definitionsFollow = true;
    for (const event of connection.events) {
      if (event.kind !== 'data') continue;
      const push = event.from === 'client' ? conversation.fromClient : conversation.fromServer;
      const packets = push.call(conversation, event.bytes, event.frame);
      if (packets.length === 0) continue;
      let errs = false;
      for (const packet of packets) {
        if (packet.name === 'ColumnCount') definitionsFollow = packet.value?.['metadataFollows'] !== 0;
        errs ||=
          packet.sequenceId === undefined ||
          packet.problem !== undefined ||
          cutAtNul(packet) ||
          infoIsEmpty(packet) ||
          tsharkErrs(packet, definitionsFollow) !== undefined;
      }
      frames.push({ frame: event.frame, packets, says: errs ? undefined : packets.map((packet) => fieldsOf(claimed(packet).fields)) });
    }
  }
  frames.sort((a, b) => a.frame - b.frame);
  return { frames, ports: [...new Set(connections.map(({ server }) => server.port))] };
}

/** By frame, what each mysql layer of tshark's says. */
function theirs(file: string, ports: readonly number[]): Map<number, Fields[]> {
  const decode = ports.flatMap((port) => ['-d', `tcp.port==${port},mysql`]);
  const path = fileURLToPath(new URL(encodeURI(file), folder));
  const args = ['-r', path, ...decode, '-Y', 'mysql', '-T', 'json', '--no-duplicate-keys'];
  const json = execFileSync('tshark', args, { maxBuffer: 1 << 29, stdio: ['ignore', 'pipe', 'ignore'] });
  const frames = JSON.parse(json.toString()) as { _source: { layers: Record<string, unknown> } }[];
  return new Map(
    frames.map(({ _source: { layers } }) => {
      const frame = Number((layers['frame'] as Fields)['frame.number']);
      return [frame, [layers['mysql']].flat().map((layer) => flatten(layer, {}))] as const;
    }),
  );
}

const digest = (lines: readonly string[]): string => createHash('sha256').update(lines.join('\n')).digest('hex').slice(0, 16);
const lineOf = (frame: number, says: readonly string[]): string => `${frame}: ${says.join(' / ')}`;

/** A row of the table. */
interface Row {
  readonly file: string;
  /** Frames with packets. */
  readonly frames: number;
  /** Frames of those in which both read every packet to the end. */
  readonly compared: number;
  /** Frames that tshark reads as something else; each was looked at, see the test. */
  readonly differ: readonly number[];
  /** Of what tshark reads in the frames that are compared and do not differ. */
  readonly digest: string;
}

function take(file: string): Row {
  const { frames, ports } = ours(file);
  const rows = theirs(file, ports);
  const differ: number[] = [];
  const lines: string[] = [];
  for (const { frame, packets, says } of frames) {
    const layers = rows.get(frame) ?? [];
    rows.delete(frame);
    if (!says) continue;
    const told = layers.map((layer, i) => {
      const mine = packets[i] && claimed(packets[i]);
      return fieldsOf(!mine || mine.all ? layer : Object.fromEntries(Object.keys(mine.fields).map((key) => [key, layer[key]])));
    });
    if (lineOf(frame, told) === lineOf(frame, says)) lines.push(lineOf(frame, told));
    else {
      differ.push(frame);
      process.stderr.write(
        `${file} ${frame} ${packets.map(({ name }) => name)}\n  here   ${says.join(' / ')}\n  tshark ${told.join(' / ')}\n`,
      );
    }
  }
  if (rows.size > 0) throw new Error(`${file}: only tshark sees packets in the frames ${[...rows.keys()]}`);
  return { file, frames: frames.length, compared: frames.filter(({ says }) => says).length, differ, digest: digest(lines) };
}

const written = ({ file, frames, compared: both, differ, digest: sum }: Row): string =>
  [file, frames, both, differ.join(',') || '-', sum].join('\t');

function tableRows(): Row[] {
  const lines = existsSync(table) ? readFileSync(table, 'utf8').trim().split('\n') : [];
  return lines.map((line) => {
    const [file = '', frames, both, differ = '-', sum = ''] = line.split('\t');
    return {
      file,
      frames: Number(frames),
      compared: Number(both),
      differ: differ === '-' ? [] : differ.split(',').map(Number),
      digest: sum,
    };
  });
}

/** What is in the table stays; MYWIRE_TSHARK=take adds what is new, =again takes all anew. */
const mode = process.env['MYWIRE_TSHARK'];
if (mode === 'take' || mode === 'again') {
  const known = mode === 'take' ? tableRows().filter(({ file }) => files.includes(file)) : [];
  const rows = [...known, ...files.filter((file) => !known.some((row) => row.file === file)).map(take)];
  writeFileSync(table, `${rows.map(written).sort().join('\n')}\n`);
}

const installed = spawnSync('tshark', ['--version'], { encoding: 'utf8' });
const here = installed.status === 0 ? (/TShark \(Wireshark\) ([\d.]+)/.exec(installed.stdout)?.[1] ?? 'unknown') : 'none';

describe('agreement with tshark on every recording', () => {
  const rows = tableRows();

  test('the table has them all, and tshark differs in few', () => {
    expect(rows.map(({ file }) => file).sort()).toEqual(files);
    const sum = (of: (row: Row) => number) => rows.reduce((all, row) => all + of(row), 0);
    expect(sum(({ frames }) => frames)).toBeGreaterThan(10_000);
    expect(sum(({ compared: both }) => both) / sum(({ frames }) => frames)).toBeGreaterThan(0.85);
    // It knows one command at a time (pipelined ones; a greeting, and what follows it, behind early data; answers to what came out of
    // order), does not show a password without SECURE_CONNECTION, reads the second answer of a login as a command, wants a value
    // for a parameter that came as long data or is NULL, stops at MEDIUMINT, YEAR and TIMESTAMP in binary rows, at a column of type
    // NULL, and at a cell that holds a NUL or is no text.
    expect(sum(({ differ }) => differ.length) / sum(({ compared: both }) => both)).toBeLessThan(0.003);
  });

  test.each(rows.map((row) => [row.file, row] as const))('%s', (file, row) => {
    const { frames } = ours(file);
    const both = frames.flatMap(({ frame, says }) => (says ? [{ frame, says }] : []));
    expect(frames.length).toBe(row.frames);
    expect(both.length).toBe(row.compared);
    const lines = both.flatMap(({ frame, says }) => (row.differ.includes(frame) ? [] : [lineOf(frame, says)]));
    expect(digest(lines), 'tshark read its packets otherwise: MYWIRE_TSHARK=again tells where').toBe(row.digest);
  });

  const reason = here === VERSION ? '' : ` (skipped: tshark ${VERSION} gave the table, here is ${here})`;
  const some = rows.filter(({ file }) => /^areas\/[^/]+\/(multi|sequence)\./.test(file)).slice(0, 4);
  test.skipIf(here !== VERSION).each(some.map((row) => [row.file, row] as const))(`tshark reads %s as it did${reason}`, (file, row) => {
    expect(take(file)).toEqual(row);
  });
});
