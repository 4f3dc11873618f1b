import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import mysql from 'mysql2/promise';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { lintRules } from '../../../suites/lint.ts';
import { Conversation } from '../../codec/conversation.ts';
import { frame } from '../../codec/frame.ts';
import type { LabelledPacket } from '../../codec/labelled-packet.ts';
import { inspectCapture, inspectFrames } from '../../inspect/inspect-capture.ts';
import { captureOfTurns } from '../../inspect/testing/capture-of.ts';
import { isBroken } from '../../inspect/totals.ts';
import { readCapture } from '../../pcap/capture-reader.ts';
import type { CapturedFrame } from '../../pcap/captured-frame.ts';
import { PcapngWriter } from '../../pcap/pcapng-writer.ts';
import { reassemble } from '../../pcap/reassemble.ts';
import { tcpSegment } from '../../pcap/tcp-segment.ts';
import { startReference } from '../../reference/index.ts';
import { freePort } from '../../target/free-port.ts';
import { CaptureFile } from '../capture-file.ts';
import { aboutLink, recordLink } from '../record-link.ts';
import { redactFile } from './redact-file.ts';
import { redactedPacket } from './redacted-packet.ts';
import { Redactor } from './redactor.ts';

const recording = (name: string) => fileURLToPath(new URL(`../../${name}`, import.meta.url));
const plain = [
  'codec/recordings/mysql-9.7.4-commands.pcap',
  'codec/recordings/mariadb-11.8.9-commands.pcap',
  'auth/recordings/mysql-9.7.4-logins.pcap',
];
const mixed = [
  'codec/recordings/mysql-9.7.4-clients.pcap',
  'codec/recordings/mariadb-11.8.6-clients.pcap',
  'codec/recordings/mariadb-11.8.9-compressed.pcap',
];
const hasTshark = spawnSync('tshark', ['-v']).status === 0;
if (!hasTshark) console.warn('skipped: tshark is not on PATH');

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'mywire-redact-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const framesOf = (path: string) => readCapture(new Uint8Array(readFileSync(path))).frames;
async function redacted(path: string): Promise<string> {
  const to = join(folder, `${basename(path)}-redacted.pcapng`);
  rmSync(to, { force: true });
  await redactFile(path, to, '9.9.9');
  return to;
}

const payloadsOf = (frames: readonly CapturedFrame[]) =>
  Buffer.concat(frames.map((frame) => tcpSegment(frame)).flatMap((segment) => (typeof segment === 'string' ? [] : [segment.payload])));
/** Of a version or a plugin, which are shown; or numbers that tshark takes for text. */
const isShown = (text: Buffer) =>
  text.filter((byte) => byte >= 0x20).length < 4 ||
  ['9.7.4', '11.8.6-MariaDB', '11.8.9-MariaDB', 'mysql_native_password', 'caching_sha2_password', 'sha256_password'].some((known) =>
    known.includes(text.toString()),
  );

function packetsOf(frames: readonly CapturedFrame[]): LabelledPacket[] {
  return reassemble(frames).connections.flatMap(({ events }) => {
    const conversation = new Conversation();
    const packets = events.flatMap((event) =>
      event.kind !== 'data' ? [] : event.from === 'client' ? conversation.fromClient(event.bytes) : conversation.fromServer(event.bytes),
    );
    return [...packets, ...conversation.finish()];
  });
}

describe('canaries of a whole session', () => {
  test('none is in the file: user, password, proof, database, statements, values, attributes, messages', async () => {
    const user = 'canary_user';
    const password = 'canary_password';
    const reference = await startReference({
      host: '127.0.0.1',
      port: 0,
      dialect: 'mysql',
      accounts: [{ user, password, plugin: 'mysql_native_password' }],
    });
    const listen = { host: '127.0.0.1', port: await freePort() };
    const path = join(folder, 'session.pcapng');
    const file = new CaptureFile({ path, about: aboutLink({ listen, to: reference.endpoint }, '9.9.9') });
    const recorder = await recordLink({ listen, to: reference.endpoint }, file, () => undefined);
    const client = await mysql.createConnection({ ...listen, user, password, connectAttributes: { canary_key: 'canary_attribute' } });
    await client.query("SELECT 'canary_row'");
    await client.execute('SELECT ?', ['canary_parameter']).catch(() => undefined);
    await client.query('SELECT canary_statement FROM nowhere').catch(() => undefined);
    await client.changeUser({ user: 'canary_other', password: 'x' }).catch(() => undefined);
    client.destroy();
    await mysql.createConnection({ ...listen, user: 'canary_stranger', password, database: 'canary_database' }).catch(() => undefined);
    await recorder.stop();
    file.close();
    await reference.stop();
    const packets = packetsOf(framesOf(path));
    const proofs = packets.flatMap(({ value }) =>
      value?.['authResponse'] instanceof Uint8Array ? [Buffer.from(value['authResponse'])] : [],
    );
    const before = readFileSync(path);
    const after = readFileSync(await redacted(path));
    // Those that went in: a canary that never passed would prove nothing.
    const canaries = ['user', 'row', 'key', 'attribute', 'parameter', 'statement', 'other', 'stranger', 'database'].map((what) =>
      Buffer.from(`canary_${what}`),
    );
    const inside = [...canaries, ...proofs.filter(({ length }) => length === 20)];
    expect(inside.length).toBeGreaterThanOrEqual(canaries.length + 2);
    expect(inside.filter((canary) => !before.includes(canary)).map(String)).toEqual([]);
    expect(inside.filter((canary) => after.includes(canary)).map(String)).toEqual([]);
    expect(after.includes('canary')).toBe(false);
  });
});

describe.skipIf(!hasTshark)('what tshark reads in recordings of real servers', () => {
  const secret = [
    'mysql.user',
    'mysql.passwd',
    'mysql.schema',
    'mysql.query',
    'mysql.row.text',
    'mysql.error.message',
    'mysql.field.name',
    'mysql.connattrs.value',
  ];
  const tshark = (path: string, port: string, fields: readonly string[], ...more: string[]) =>
    spawnSync(
      'tshark',
      ['-r', path, '-d', `tcp.port==${port},mysql`, '-T', 'fields', '-E', 'aggregator=\x01', ...more, ...fields.flatMap((f) => ['-e', f])],
      { encoding: 'utf8', maxBuffer: 64 << 20 },
    ).stdout;
  const portOf = (path: string) =>
    tshark(path, '1', ['tcp.dstport'], '-Y', 'tcp.flags.syn==1 && tcp.flags.ack==0').split('\n')[0] as string;

  test.each([...plain, ...mixed])('%s: none of its texts is left', { timeout: 60_000 }, async (name) => {
    const path = recording(name);
    const texts = new Set(
      tshark(path, portOf(path), secret)
        .split(/[\t\x01\n]/)
        .filter((text) => text.length >= 4),
    );
    // tshark prints some bytes as hex.
    const canaries = [...texts].flatMap((text) => [
      Buffer.from(text, 'utf8'),
      ...(/^([0-9a-f]{2}:?){4,}$/.test(text) ? [Buffer.from(text.replaceAll(':', ''), 'hex')] : []),
    ]);
    const before = payloadsOf(framesOf(path));
    const after = payloadsOf(framesOf(await redacted(path)));
    const held = canaries.filter((canary) => before.includes(canary) && !isShown(canary));
    expect(held.length).toBeGreaterThan(5);
    expect(held.filter((canary) => after.includes(canary)).map(String)).toEqual([]);
  });

  test.each(plain)('%s: packets, lengths, numbers and codes are the same', { timeout: 60_000 }, async (name) => {
    const path = recording(name);
    const port = portOf(path);
    const fields = [
      'frame.number',
      'frame.time_epoch',
      'tcp.seq_raw',
      'tcp.ack_raw',
      'tcp.len',
      'tcp.flags',
      'mysql.packet_length',
      'mysql.packet_number',
      'mysql.error_code',
      'mysql.num_fields',
    ];
    const read = (file: string) => tshark(file, port, fields).trimEnd().split('\n');
    const out = await redacted(path);
    expect(read(out)).toEqual(read(path));
  });
});

describe('our own decoder', () => {
  const told = ({ from, name, sequenceId, size, offset, problem }: LabelledPacket) => [from, name, sequenceId, size, offset, problem];
  test.each(plain)('%s: reads the same packets', async (name) => {
    const path = recording(name);
    const before = packetsOf(framesOf(path)).map(told);
    expect(before.length).toBeGreaterThan(150);
    expect(packetsOf(framesOf(await redacted(path))).map(told)).toEqual(before);
  });

  test('keeps what is no secret: versions, plugins, error codes, counts', async () => {
    const packets = packetsOf(framesOf(await redacted(recording(plain[2] as string))));
    expect(packets.find(({ name }) => name === 'HandshakeV10')?.value?.['serverVersion']).toMatch(/^9\.7\.4/);
    expect(packets.find(({ name }) => name === 'HandshakeResponse41')?.value?.['authPluginName']).toMatch(
      /^(caching_sha2|mysql_native|sha256)_password$/,
    );
    const refused = packets.find(({ name, value }) => name === 'ERR' && value?.['errorCode'] === 1045)?.value;
    expect(refused).toMatchObject({ errorCode: 1045, sqlState: '28000', errorMessage: expect.stringMatching(/^x+$/) });
  });
});

describe('what cannot be read is filled', () => {
  /** Redacts frames in memory. */
  function payloads(frames: readonly CapturedFrame[]): { bytes: Buffer; told: Redactor['told'] } {
    const redactor = new Redactor();
    const out = [...frames.flatMap((frame) => redactor.push(frame)), ...redactor.end()];
    return { bytes: Buffer.concat(out.map(({ bytes }) => bytes)), told: redactor.told };
  }
  const frames = framesOf(recording(plain[0] as string));
  const canary = 'SELECT';

  test('a capture that begins in the middle', () => {
    const { bytes, told } = payloads(frames.slice(12).filter((_, i) => i > 3));
    expect(told.filled.get('began before the capture')).toBe(1);
    expect(bytes.includes(canary)).toBe(false);
  });

  test('bytes that are missing', () => {
    const withData = frames.filter((frame) => typeof tcpSegment(frame) !== 'string');
    const { bytes, told } = payloads(withData.filter((_, i) => i !== 40 && i !== 41));
    expect(told.filled.get('bytes are missing')).toBeGreaterThan(0);
    expect(bytes.includes(canary)).toBe(false);
  });

  test('frames sent again, in another order, or cut short are as redacted as the first', () => {
    const again = frames.flatMap((frame, i) =>
      i % 3 === 0 ? [frame, frame] : i % 7 === 0 ? [{ ...plainFrame(frame), bytes: frame.bytes.subarray(0, 80) }] : [frame],
    );
    for (let i = 5; i + 1 < again.length; i += 11) [again[i], again[i + 1]] = [again[i + 1] as CapturedFrame, again[i] as CapturedFrame];
    expect(payloads(again).bytes.includes(canary)).toBe(false);
  });

  test('text where a damaged command has its numbers', () => {
    const conversation = new Conversation({ agreed: { capabilities: 0x0200 } });
    const [packet] = conversation.fromClient(Buffer.from('\x09\0\0\0\x1cuse shop', 'latin1')); // was COM_QUERY, is COM_STMT_FETCH
    expect(packet?.name).toBe('COM_STMT_FETCH');
    expect(Buffer.from(redactedPacket(packet as LabelledPacket)).toString('latin1')).toBe(`\x09\0\0\0\x1c${'\0'.repeat(8)}`);
  });

  test.each([
    ['COM_PING', '\x0eabc', '\x0exxx'],
    ['COM_CHANGE_USER', '\x11shop', '\x11xxxx'],
  ])('%s that is wrong stays that command, and stays wrong', (name, said, shown) => {
    const conversation = new Conversation({ agreed: { capabilities: 0x0200 } });
    const [packet] = conversation.fromClient(frame(Buffer.from(said, 'latin1')));
    expect(packet?.name).toBe(name);
    const redacted = redactedPacket(packet as LabelledPacket);
    expect(Buffer.from(redacted.subarray(4)).toString('latin1')).toBe(shown);
    const [again] = new Conversation({ agreed: { capabilities: 0x0200 } }).fromClient(redacted);
    expect(again?.name).toBe(name);
    expect(again?.problem).toBe(packet?.problem);
  });

  test('a letter is no command', () => {
    const payload = Buffer.from('shop', 'latin1');
    const packet = {
      from: 'client',
      name: 'COM_0x73',
      problem: 'is none',
      payload,
      offset: 0,
      size: 8,
      sequenceId: 0,
    } as unknown as LabelledPacket;
    expect(Buffer.from(redactedPacket(packet)).toString('latin1')).toBe('\x04\0\0\0xxxx');
  });

  test('whatever is wrong with the bytes: text stays text that nobody sees', () => {
    const places = fc.array(fc.record({ frame: fc.nat(frames.length - 1), at: fc.nat(200), byte: fc.nat(255) }), {
      minLength: 1,
      maxLength: 40,
    });
    fc.assert(
      fc.property(places, (wrong) => {
        const bad = frames.map((frame) => ({ ...plainFrame(frame), bytes: frame.bytes.slice() }));
        for (const { frame, at, byte } of wrong) {
          const one = bad[frame] as { bytes: Uint8Array };
          if (at + 54 < one.bytes.length) one.bytes[at + 54] = byte; // behind the headers
        }
        return !payloads(bad).bytes.includes(canary);
      }),
      { numRuns: 60 },
    );
  });
});

/** A frame whose bytes can be replaced. */
const plainFrame = ({ number, timeNs, linkType, bytes, originalLength, interfaceId }: CapturedFrame): CapturedFrame => ({
  number,
  timeNs,
  linkType,
  bytes,
  originalLength,
  interfaceId,
});

describe('files', () => {
  test('what is no capture, or is not there, leaves no file', async () => {
    const bad = join(folder, 'bad');
    writeFileSync(bad, 'this is no capture at all');
    const out = join(folder, 'none.pcapng');
    await expect(redactFile(bad, out, '9')).rejects.toMatchObject({ code: 'RECORD_BAD_FILE' });
    await expect(redactFile(join(folder, 'absent'), out, '9')).rejects.toMatchObject({ code: 'RECORD_BAD_FILE' });
    expect(() => readFileSync(out)).toThrow();
  });

  test('TLS: its secrets are left out, its records are empty', async () => {
    const path = recording('pcap/testdata/tls/mysql-9.7.4.pcapng');
    expect(readCapture(new Uint8Array(readFileSync(path))).secrets.length).toBeGreaterThan(0);
    const out = await redacted(path);
    const { secrets, frames } = readCapture(new Uint8Array(readFileSync(out)));
    expect(secrets).toEqual([]);
    const sealed = (of: readonly CapturedFrame[]) => payloadsOf(of).subarray(-2000);
    expect(sealed(framesOf(path)).filter((byte) => byte === 0).length).toBeLessThan(200);
    expect(sealed(frames).filter((byte) => byte === 0).length).toBeGreaterThan(1800);
    const { connections } = inspectFrames(frames, lintRules);
    const encrypted = connections.filter(({ tls }) => tls !== undefined);
    expect(encrypted.length).toBeGreaterThan(0);
    for (const { tls, findings } of encrypted) expect([tls?.stopped, findings.filter(isBroken)]).toEqual(['zeros', []]);
  });

  test('comments are left out', async () => {
    const writer = new PcapngWriter({ application: 'x', comment: 'canary_comment' });
    const frames = framesOf(recording(plain[0] as string)).slice(0, 20);
    const path = join(folder, 'commented.pcapng');
    writeFileSync(
      path,
      Buffer.concat([writer.header(), ...frames.map((frame) => writer.frame({ ...plainFrame(frame), comment: 'canary_frame' }))]),
    );
    expect(readFileSync(path).includes('canary_frame')).toBe(true);
    expect(readFileSync(await redacted(path)).includes('canary')).toBe(false);
  });
});

test.each(['codec/recordings/mysql-9.7.4-compressed.pcap', 'codec/recordings/mariadb-11.8.9-compressed.pcap'])(
  'of %s nothing is left inside compression, and nobody is accused of it; how each connection ended is still told',
  async (path) => {
    const before = inspectFrames(framesOf(recording(path)), lintRules).connections;
    const { connections } = inspectFrames(framesOf(await redacted(recording(path))), lintRules);
    expect(connections.flatMap(({ findings }) => findings.filter(isBroken))).toEqual([]);
    const compressed = connections.filter(({ compression }) => compression !== undefined);
    expect(compressed.length).toBeGreaterThan(1);
    for (const { stream, undecoded, ending } of compressed) {
      expect(undecoded).toBe('compressed, and zeros alone are left of it: the capture has been redacted');
      const { how, by } = before.find((one) => one.stream === stream)?.ending ?? {};
      expect({ how: ending.how, by: ending.by }).toEqual({ how, by });
    }
  },
);

test('nobody is accused either where a client sends the header of a compressed packet in a segment of its own, as mysql2 does', async () => {
  const frames = framesOf(await redacted(recording('codec/recordings/mariadb-11.8.9-compressed.pcap')));
  const { connections } = inspectFrames(frames, lintRules);
  const blanked = connections.filter(({ compression, undecoded }) => compression !== undefined && undecoded?.includes('redacted'));
  expect(blanked.length).toBeGreaterThan(1);
  for (const { stream } of blanked) {
    const turns = reassemble(frames).connections[stream]?.events.flatMap((event) => {
      if (event.kind !== 'data') return [];
      const { from, bytes } = event;
      return [bytes.subarray(0, 7), bytes.subarray(7)].filter(({ length }) => length > 0).map((part) => ({ from, bytes: part }));
    });
    const [split] = inspectCapture(captureOfTurns(turns ?? []), lintRules).connections;
    expect(split?.findings.filter(isBroken)).toEqual([]);
    expect(split?.undecoded).toBe('compressed, and zeros alone are left of it: the capture has been redacted');
  }
});
