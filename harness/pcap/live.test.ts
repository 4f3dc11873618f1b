import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { type AddressInfo, connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CaptureReader, readCapture } from './capture-reader.ts';
import { serverEnding } from './ending.ts';
import { reassemble, TcpReassembler } from './reassemble.ts';
import { tcpSegment } from './tcp-segment.ts';
import { bytesFrom, told } from './testdata/build-segment.ts';

const recording = fileURLToPath(new URL('../../pcaps/mysql-9.7.4-handshake-variants.pcap', import.meta.url));
const onPath = (program: string, ask = '-v') => spawnSync(program, [ask]).error === undefined;
const hasWireshark = ['tshark', 'editcap'].every((program) => onPath(program));
const hasTcpdump = onPath('tcpdump', '--version');

if (!hasWireshark) console.warn('skipped: tshark and editcap are not on PATH');
if (!hasTcpdump) console.warn('skipped: tcpdump is not on PATH');

describe.skipIf(!hasWireshark)('captures that editcap made of a recording, against tshark', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'mywire-pcap-'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  test.each([
    ['as pcapng', ['-F', 'pcapng']],
    ['as pcap in nanoseconds', ['-F', 'nsecpcap']],
    ["as Kuznetzov's variant of pcap", ['-F', 'modpcap']],
    ['with a snapshot length of 80 bytes', ['-s', '80']],
    ['with a snapshot length of 50 bytes', ['-F', 'pcapng', '-s', '50']],
    ['without frames 4, 15, 28 and 60 to 64', ['-F', 'pcap']],
    ['one second later each', ['-S', '1']],
  ])('%s', { timeout: 60_000 }, (name, args) => {
    const file = join(folder, `${name.replaceAll(' ', '-')}.cap`);
    const lost = name.startsWith('without') ? ['4', '15', '28', '60-64'] : [];
    expect(spawnSync('editcap', [...args, recording, file, ...lost]).status).toBe(0);
    const fields = ['frame.number', 'frame.time_epoch', 'frame.cap_len', 'frame.len', 'tcp.seq_raw', 'tcp.ack_raw', 'tcp.len'];
    const tshark = spawnSync('tshark', ['-r', file, '-T', 'fields', ...fields.flatMap((field) => ['-e', field])], { encoding: 'utf8' });
    const ours = readCapture(new Uint8Array(readFileSync(file))).frames.map((frame) => {
      const segment = tcpSegment(frame);
      const time = frame.timeNs.toString().replace(/(?=.{9}$)/, '.');
      const tcp = typeof segment === 'string' ? [] : [segment.seq, segment.ack, segment.length];
      return [frame.number, time, frame.bytes.length, frame.originalLength, ...tcp].join('\t');
    });
    const theirs = tshark.stdout.trim().split('\n');
    expect(theirs.length).toBeGreaterThan(150);
    // Below 54 bytes tshark tells of a TCP header in part; we need all of it.
    expect(ours).toEqual(name.includes('50 bytes') ? theirs.map((row) => row.split('\t').slice(0, 4).join('\t')) : theirs);
  });
});

describe.skipIf(!hasTcpdump)("tcpdump's pipe", () => {
  test('a recording through "-r FILE -U -w -"', { timeout: 60_000 }, async () => {
    const tcpdump = spawn('tcpdump', ['-r', recording, '-U', '-w', '-'], { stdio: ['ignore', 'pipe', 'ignore'] });
    const reader = new CaptureReader();
    const reassembler = new TcpReassembler();
    for await (const chunk of tcpdump.stdout) {
      for (const frame of reader.push(chunk as Uint8Array)) {
        const segment = tcpSegment(frame);
        if (typeof segment !== 'string') reassembler.push(segment);
      }
    }
    expect(reader.end()).toMatchObject({ format: 'pcap', frameCount: 167 });
    const whole = reassemble(readCapture(new Uint8Array(readFileSync(recording))).frames).connections;
    expect(reassembler.end().map(told)).toEqual(whole.map(told));
  });

  test('live on all interfaces: the frames come while tcpdump runs', { timeout: 60_000 }, async ({ skip }) => {
    const server = createServer((socket) => socket.end('pong')).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    // In immediate mode each packet takes a slot of the snapshot length: by default the ring holds eight.
    const ring = ['-s', '65600', '-B', '32768'];
    const args = ['-i', 'any', '-U', '--immediate-mode', ...ring, '-n', '-w', '-', 'tcp', 'port', String(port)];
    const tcpdump = spawn('tcpdump', args, { stdio: ['ignore', 'pipe', 'pipe'] });
    const stop = () => void tcpdump.kill('SIGINT');
    const tooLong = setTimeout(stop, 10_000);
    try {
      const said = listen(tcpdump.stderr);
      const start = await said.until(/listening on|permission|Operation not permitted|No such device/i);
      skip(!start.includes('listening on'), `tcpdump may not capture here: ${start.trim()}`);
      const reader = new CaptureReader();
      const reassembler = new TcpReassembler();
      const client = connect({ port, host: '127.0.0.1' });
      client.resume();
      for await (const chunk of tcpdump.stdout) {
        for (const frame of reader.push(chunk as Uint8Array)) {
          const segment = tcpSegment(frame);
          if (typeof segment !== 'string') reassembler.push(segment);
        }
        if (reassembler.connections[0]?.closed) stop();
      }
      const dropped = /[1-9]\d* packets dropped by kernel/.exec(await said.until(/dropped by kernel/));
      skip(dropped !== null, `this machine is too busy to capture: ${dropped?.[0]}`);
      const [connection] = reassembler.end();
      if (!connection) throw new Error('no connection was captured');
      expect(connection.server.text).toBe(`127.0.0.1:${port}`);
      expect(new TextDecoder().decode(bytesFrom(connection, 'server'))).toBe('pong');
      expect(serverEnding(connection)).toMatchObject({ how: 'fin', first: 'server' });
    } finally {
      clearTimeout(tooLong);
      stop();
      server.close();
    }
  });
});

/** Collects what a stream says; `until` waits for words, or for its end. */
function listen(stream: NodeJS.ReadableStream): { until(words: RegExp): Promise<string> } {
  let said = '';
  let over = false;
  stream.on('data', (chunk) => {
    said += chunk;
  });
  stream.on('end', () => {
    over = true;
  });
  return {
    async until(words) {
      while (!over && !words.test(said)) await Promise.race([once(stream, 'data'), once(stream, 'end')]);
      return said;
    },
  };
}
