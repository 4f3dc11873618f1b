import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { readCapture } from '../pcap/capture-reader.ts';
import { reassemble } from '../pcap/reassemble.ts';
import { Conversation, type LabelledPacket } from './conversation.ts';
import { compared, differences, type Fields, flatten } from './tshark-claims.ts';
import { tsharkErrs } from './tshark-errors.ts';

/**
 * What tshark 4.0.17 reads in the recordings stands in recordings/tshark-4.0.17.json (taken by `takeRows` below).
 * Our decoder must read the same, packet by packet, except where tshark is wrong: tsharkErrs lists when, and why.
 */
const VERSION = '4.0.17';
type Row = readonly [frame: number, fields: Fields];

/**
 * tshark 4.0.17 does not look into compressed packets, loses the client behind a PROXY header, and calls every column definition for a client
 * before 4.1 malformed, for it knows no ColumnDefinition320; and what 10.11 does shows in 11.8 too.
 */
const tsharkSkips = /-compressed\.pcap$|-proxy-header\.pcap$|-before-41\.pcap$|^mariadb-10\.11\.19-commands/;
const folders = [new URL('../../pcaps/', import.meta.url), new URL('./recordings/', import.meta.url)];
const recordings = folders.flatMap((folder) =>
  readdirSync(folder)
    .filter((file) => file.endsWith('.pcap') && !tsharkSkips.test(file))
    .map((file) => [file.replace('.pcap', ''), new URL(file, folder)] as const),
);
const fixture = new URL(`./recordings/tshark-${VERSION}.json`, import.meta.url);
const taken = (existsSync(fixture) ? JSON.parse(readFileSync(fixture, 'utf8')) : {}) as Record<string, Row[]>;

/** One row per mysql layer, in the order of the capture. */
function takeRows(recording: URL): Row[] {
  const ports = [13406, 13409, 16033].flatMap((port) => ['-d', `tcp.port==${port},mysql`]);
  const args = ['-r', recording.pathname, ...ports, '-Y', 'mysql', '-T', 'json', '--no-duplicate-keys'];
  const json = execFileSync('tshark', args, { maxBuffer: 1 << 28, stdio: ['ignore', 'pipe', 'ignore'] });
  const frames = JSON.parse(json.toString()) as { _source: { layers: Record<string, unknown> } }[];
  return frames.flatMap(({ _source: { layers } }) => {
    const frame = Number((layers['frame'] as Fields)['frame.number']);
    return [layers['mysql']].flat().map((layer) => [frame, flatten(layer, {})] as const);
  });
}

function ourPackets(recording: URL): Map<number, LabelledPacket[]> {
  const byFrame = new Map<number, LabelledPacket[]>();
  for (const connection of reassemble(readCapture(readFileSync(recording)).frames).connections) {
    const conversation = new Conversation();
    for (const event of connection.events) {
      if (event.kind !== 'data') continue;
      const push = event.from === 'client' ? conversation.fromClient : conversation.fromServer;
      const packets = push.call(conversation, event.bytes, event.frame);
      if (packets.length > 0) byFrame.set(event.frame, packets);
    }
  }
  return byFrame;
}

const installed = spawnSync('tshark', ['--version'], { encoding: 'utf8' });
const found = installed.status === 0 ? (/TShark \(Wireshark\) ([\d.]+)/.exec(installed.stdout)?.[1] ?? 'unknown') : 'none';

describe('agreement with tshark', () => {
  test('there is something to compare', () => {
    expect(Object.keys(taken).sort()).toEqual(recordings.map(([name]) => name).sort());
    expect(Object.values(taken).flat().length).toBe(3027);
    expect(compared.size).toBeGreaterThan(90);
  });

  test.each(recordings)('%s', (name, url) => {
    const rows = new Map<number, Fields[]>();
    for (const [frame, fields] of taken[name] as Row[]) rows.set(frame, [...(rows.get(frame) ?? []), fields]);
    const wrong: string[] = [];
    let definitionsFollow = true;
    for (const [frame, packets] of ourPackets(url)) {
      const theirs = rows.get(frame) ?? [];
      rows.delete(frame);
      const opaque = packets.some((packet) => packet.sequenceId === undefined || packet.carrier);
      if (!opaque) expect(theirs.length, `frame ${frame}: ${packets.map((p) => p.name)}`).toBe(packets.length);
      for (const [i, packet] of packets.entries()) {
        if (packet.name === 'ColumnCount') definitionsFollow = packet.value?.['metadataFollows'] !== 0;
        const excuse = tsharkErrs(packet, definitionsFollow);
        const found = differences(packet, theirs[i]);
        // An excuse that is not needed is as wrong as a difference without one. (Here some agree by chance.)
        const chance = packet.carrier !== undefined || (packet.name === 'BinaryRow' && !definitionsFollow);
        if (found.length > 0 !== (excuse !== undefined) && !chance)
          wrong.push(`frame ${frame} ${packet.name}: ${found.join('; ') || `agrees, though tshark "${excuse}"`}`);
      }
    }
    expect(wrong).toEqual([]);
    expect([...rows.keys()], 'frames that only tshark decodes').toEqual([]);
  });

  const live = ['mariadb-10.11.19-handshake-variants', 'mysql-9.7.4-clients'];
  const reason = found === VERSION ? '' : ` (skipped: tshark ${VERSION} gave the expectation, here is ${found})`;
  test.skipIf(found !== VERSION).each(live)(`tshark reads %s as it did${reason}`, (name) => {
    const url = recordings.find(([known]) => known === name)?.[1] as URL;
    expect(takeRows(url)).toEqual(taken[name]);
  });
});
