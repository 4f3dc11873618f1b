import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { readCapture } from './capture-reader.ts';
import { reassemble } from './reassemble.ts';
import { bytesFrom } from './testdata/build-segment.ts';

const folder = new URL('../../pcaps/', import.meta.url);
const recordings = readdirSync(folder).filter((name) => name.endsWith('.pcap'));
const recording = (name: string) => new Uint8Array(readFileSync(new URL(name, folder)));
const testdata = (name: string) => new Uint8Array(readFileSync(new URL(`testdata/${name}`, import.meta.url)));
const OWN = ['any-sll1.pcap', 'any-sll2.pcap', 'lo-ipv6-nano.pcap', 'two-interfaces.pcapng'];
const capture = (name: string) => readCapture(OWN.includes(name) ? testdata(name) : recording(name));
const sha = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex').slice(0, 16);

describe('real captures, against "tshark -z follow,tcp,raw" of 4.0.17', () => {
  const rows = new TextDecoder()
    .decode(testdata('tshark-streams.tsv'))
    .trim()
    .split('\n')
    .map((line) => line.split('\t'));

  test('all recordings have rows', () => {
    expect(recordings).toHaveLength(21);
    expect(new Set(rows.map(([file]) => file))).toEqual(new Set([...recordings, ...OWN]));
  });

  test.each([...recordings, ...OWN])('%s: connections, their numbers and their bytes', (file) => {
    const { connections, skipped } = reassemble(capture(file).frames);
    const streams = connections.map((connection) => {
      const client = bytesFrom(connection, 'client');
      const server = bytesFrom(connection, 'server');
      expect(connection.midStream).toBe(false);
      const { id } = connection;
      return [file, id, connection.client.text, connection.server.text, client.length, sha(client), server.length, sha(server)].map(String);
    });
    expect(streams).toEqual(rows.filter(([name]) => name === file));
    expect(skipped.size).toBe(0);
  });

  test.each([...recordings, ...OWN])('%s with each frame twice, as some kernels show loopback under "-i any", is the same', (file) => {
    const { frames } = capture(file);
    const once = reassemble(frames).connections.map(({ events }) => events);
    const twice = reassemble(frames.flatMap((frame) => [frame, frame])).connections.map(({ events }) => events);
    expect(twice).toEqual(once);
  });

  test('the frames of a connection include bare ACKs and repetitions', () => {
    // tshark -Y tcp.stream==4: frames 46 to 58, of which 55 is a FIN sent again.
    const { connections } = reassemble(capture('mysql-9.7.4-handshake-variants.pcap').frames);
    expect(connections[4]?.frames).toEqual([46, 47, 48, 49, 50, 51, 52, 53, 54, 55, 56, 57, 58]);
    expect(connections[4]?.events.map(({ kind, frame }) => `${kind} ${frame}`)).toEqual([
      'syn 46',
      'syn-ack 47',
      'data 49',
      'data 51',
      'data 53',
      'fin 54',
      'data 57',
      'rst 58',
    ]);
    expect(connections[4]?.closed).toBe(true);
  });
});
