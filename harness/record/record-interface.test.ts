import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import mysql from 'mysql2/promise';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readCapture } from '../pcap/capture-reader.ts';
import { reassemble } from '../pcap/reassemble.ts';
import { type ReferenceServer, startReference } from '../reference/index.ts';
import { freePort } from '../target/free-port.ts';
import { CaptureProgram } from '../wire/capture-program.ts';
import { CaptureFile } from './capture-file.ts';
import { aboutInterface, recordInterface } from './record-interface.ts';
import type { RecordedConnection } from './recorded-connection.ts';

const why = await CaptureProgram.start({ args: ['-i', 'lo'], ports: [1], onChunk: () => undefined }).then(
  async (program) => void (await program.stop()),
  (error: Error) => error.message,
);
if (why) console.warn(`skipped: ${why}`);

let folder: string;
let reference: ReferenceServer;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'mywire-interface-'));
  reference = await startReference({ host: '127.0.0.1', port: await freePort(), dialect: 'mysql' });
});
afterAll(async () => {
  await reference.stop();
  rmSync(folder, { recursive: true });
});

describe.skipIf(why)('record --interface', () => {
  test('what tcpdump sees, with a line for each connection, in a file that Wireshark takes', { timeout: 30_000 }, async () => {
    const { port } = reference.endpoint;
    const path = join(folder, 'lo.pcapng');
    const from = { name: 'lo', ports: [port] };
    const file = new CaptureFile({ path, about: aboutInterface(from, '9.9.9') });
    const over: RecordedConnection[] = [];
    const recording = await recordInterface(from, file, (one) => over.push(one));
    const client = await mysql.createConnection({ host: '127.0.0.1', port, user: 'mywire', password: 'mywire-secret' });
    await client.query("SELECT 'a row'");
    await client.end();
    await recording.stop();
    file.close();
    expect(over.map((one) => one.inWords())).toEqual([
      expect.stringMatching(/^connection 1 {2}127\.0\.0\.1:\d+ {2}user mywire {2}sent .* FIN/),
    ]);
    expect(recording.totals).toMatchObject({ connections: 1, open: 0 });
    expect(recording.lost()).toBe(0);
    const { frames, interfaces } = readCapture(new Uint8Array(readFileSync(path)));
    expect(interfaces.map(({ name }) => name)).toEqual(['lo']);
    const sent =
      reassemble(frames).connections[0]?.events.flatMap((event) =>
        event.kind === 'data' && event.from === 'client' ? [event.bytes] : [],
      ) ?? [];
    expect(Buffer.concat(sent).includes("SELECT 'a row'")).toBe(true);
    const info = spawnSync('capinfos', [path], { encoding: 'utf8' });
    if (!info.error) expect([info.status, info.stderr.replace(/^Running as .*\n/, '')]).toEqual([0, '']);
  });

  test('an interface that is not there', async () => {
    const file = new CaptureFile({ path: join(folder, 'none.pcapng'), about: { application: 'x' } });
    await expect(recordInterface({ name: 'nothere0', ports: [3306] }, file, () => undefined)).rejects.toMatchObject({
      code: 'WIRE_NO_CAPTURE',
    });
    file.discard();
  });
});

test('without tcpdump mywire says so, and what to do', { timeout: 30_000 }, () => {
  const root = fileURLToPath(new URL('../../', import.meta.url));
  const args = ['dist/harness/cli/main.js', 'record', '--interface', 'lo', '--write', join(folder, 'no.pcapng')];
  const { status, stderr } = spawnSync(process.execPath, args, { cwd: root, env: { PATH: '/nowhere' }, encoding: 'utf8' });
  expect(stderr).toBe(
    'mywire: ports 3306: no live capture: tcpdump is not installed. tcpdump needs root or CAP_NET_RAW; --listen and --to need neither. (WIRE_NO_CAPTURE)\n',
  );
  expect(status).toBe(3);
});
