import { closeSync, openSync, readdirSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { readCapture } from '../../pcap/capture-reader.ts';
import { LinkType } from '../../pcap/link-type.ts';
import { type SegmentToFrame, TcpFlag, tcpFrame } from '../../pcap/tcp-frame.ts';
import { tcpSegment } from '../../pcap/tcp-segment.ts';

const PORT = 3306;
const SERVER = Uint8Array.of(192, 0, 2, 1);
const NO_OPTIONS = new Uint8Array(0);
/** Bytes between two writes. */
const PORTION = 1 << 20;

export type Segment = Omit<SegmentToFrame, 'srcAddress' | 'dstAddress'>;

/** Short connections that ask for everything: the conversations of `*-commands.pcap` in a folder. */
export function recordedSegments(folder: string): Segment[] {
  const segments = readdirSync(folder).flatMap((name) => (name.endsWith('-commands.pcap') ? segmentsOf(join(folder, name), PORT) : []));
  if (segments.length === 0) throw new Error(`there are no recordings in ${folder}: run the bench in the repository`);
  return segments;
}

/** Connections that log in, ask little and leave: `mysql -e`, and HAProxy's checks; by the port of their server and those of their clients. */
const brief: readonly (readonly [file: string, server: number, clients?: readonly number[]])[] = [
  ['harness/codec/recordings/mariadb-11.8.6-clients.pcap', PORT, [44146]],
  ['harness/codec/recordings/mysql-9.7.4-clients.pcap', PORT, [50430, 50450, 50462]],
  ['pcaps/mariadb-10.11.19-haproxy-2.6.12-post41.pcap', 13406],
  ['pcaps/mysql-9.7.4-haproxy-2.6.12-post41.pcap', 13409],
];

export function briefSegments(): Segment[] {
  return brief.flatMap(([file, server, clients]) =>
    segmentsOf(file, server).filter(({ srcPort, dstPort }) => clients?.includes(srcPort === PORT ? dstPort : srcPort) ?? true),
  );
}

/**
 * Writes a capture of at least so many bytes and frames: the same segments again and again, each time from a client with another
 * address, a millisecond later from frame to frame. Returns its frames and bytes.
 */
export function writeLongCapture(file: string, segments: readonly Segment[], least: { readonly bytes: number; readonly frames: number }) {
  const out = openSync(file, 'w');
  const header = new DataView(new ArrayBuffer(24));
  header.setUint32(0, 0xa1b2c3d4, true);
  header.setUint16(4, 2, true);
  header.setUint16(6, 4, true);
  header.setUint32(16, 262_144, true);
  header.setUint32(20, LinkType.ethernet, true);
  let held: Uint8Array[] = [new Uint8Array(header.buffer)];
  let heldBytes = 24;
  let written = 0;
  let frames = 0;
  const flush = (): void => {
    writeSync(out, Buffer.concat(held));
    written += heldBytes;
    held = [];
    heldBytes = 0;
  };
  for (let round = 1; written + heldBytes < least.bytes || frames < least.frames; round++) {
    const client = Uint8Array.of(10, round >> 16, round >> 8, round);
    for (const segment of segments) {
      const toServer = segment.dstPort === PORT;
      const frame = tcpFrame(
        { ...segment, srcAddress: toServer ? client : SERVER, dstAddress: toServer ? SERVER : client },
        LinkType.ethernet,
      );
      const record = new DataView(new ArrayBuffer(16));
      record.setUint32(0, 1_790_000_000 + Math.floor(frames / 1000), true);
      record.setUint32(4, (frames % 1000) * 1000, true);
      record.setUint32(8, frame.length, true);
      record.setUint32(12, frame.length, true);
      held.push(new Uint8Array(record.buffer), frame);
      heldBytes += 16 + frame.length;
      frames++;
      if (heldBytes >= PORTION) flush();
    }
  }
  flush();
  closeSync(out);
  return { frames, bytes: written };
}

/** Of a capture with one server, whose port then is 3306. */
export function segmentsOf(file: string, port: number): Segment[] {
  const all: Segment[] = [];
  for (const frame of readCapture(readFileSync(file)).frames) {
    const segment = tcpSegment(frame);
    if (typeof segment === 'string' || (segment.src.port !== port && segment.dst.port !== port)) continue;
    const { syn, fin, rst, psh, ack } = segment.flags;
    const flags = (['syn', 'fin', 'rst', 'psh', 'ack'] as const).reduce(
      (bits, name) => bits | ({ syn, fin, rst, psh, ack }[name] ? TcpFlag[name] : 0),
      0,
    );
    all.push({
      srcPort: segment.src.port === port ? PORT : segment.src.port,
      dstPort: segment.dst.port === port ? PORT : segment.dst.port,
      seq: segment.seq,
      ack: segment.ack,
      flags,
      options: NO_OPTIONS,
      payload: Uint8Array.from(segment.payload),
      identification: all.length & 0xffff,
    });
  }
  return all;
}
