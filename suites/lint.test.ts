import { readdirSync, readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join as path } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import type { Dialect } from '../harness/case/case.ts';
import type { LintRule } from '../harness/case/lint-rule.ts';
import type { CapabilityName } from '../harness/codec/capability.ts';
import { compressedFrame } from '../harness/codec/compressed-frame.ts';
import { Conversation } from '../harness/codec/conversation.ts';
import { frame, join } from '../harness/codec/frame.ts';
import { inspectCapture } from '../harness/inspect/inspect-capture.ts';
import { captureOf, captureOfTurns } from '../harness/inspect/testing/capture-of.ts';
import { isBroken } from '../harness/inspect/totals.ts';
import type { SocketEvent } from '../harness/pcap/synthesize.ts';
import { type DefectName, isDefectName } from '../harness/reference/defects/index.ts';
import { startReference } from '../harness/reference/index.ts';
import { lintRules } from './lint.ts';
import { faultyBytes, faultyClients } from './lint-faults.ts';
import { ascii, login } from './lint-turns.ts';

/** ms without a byte after which a client goes on: a defect may leave a command without an answer. */
const SILENCE_MS = 120;

interface Client {
  readonly early?: true;
  /** Each is sent when the one before is answered. */
  readonly chunks: readonly Uint8Array[];
  /** Sent where the server asks for a file. */
  readonly file?: boolean;
}

/** Plays a client against a server, and gives what passed as a capture. */
async function recorded(port: number, { early, chunks }: Client): Promise<Uint8Array> {
  const events: SocketEvent[] = [];
  const conversation = new Conversation();
  const tell = (from: 'client' | 'server', kind: SocketEvent['kind'], bytes?: Uint8Array): void => {
    events.push({ timeNs: BigInt(events.length + 1) * 1000n, from, kind, ...(bytes ? { bytes } : {}) });
  };
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true, noDelay: true });
  let over = false;
  let last = '';
  let wake = (): void => {};
  socket.on('data', (bytes) => {
    tell('server', 'data', bytes);
    last = conversation.fromServer(bytes).at(-1)?.name ?? last;
    wake();
  });
  const end = (kind: 'fin' | 'rst') => () => {
    if (!over) tell('server', kind);
    over = true;
    wake();
  };
  socket.on('end', end('fin'));
  socket.on('error', end('rst'));
  await new Promise((resolve) => socket.once('connect', resolve).once('error', resolve));
  tell('client', 'connect');
  const answered = async (ready: () => boolean): Promise<void> => {
    while (!over && !ready()) {
      const woken = new Promise<boolean>((resolve) => {
        wake = () => resolve(true);
      });
      if (!(await Promise.race([woken, pause(SILENCE_MS, false)]))) return;
    }
  };
  const said = (): boolean => events.some(({ from, kind }) => from === 'server' && kind === 'data');
  if (!early) await answered(said);
  for (const chunk of chunks) {
    if (over) break;
    tell('client', 'data', chunk);
    socket.write(chunk);
    conversation.fromClient(chunk);
    await answered(() => conversation.unanswered === 0 || last === 'LocalInfileRequest');
    // What comes behind an answer is part of what is judged.
    await pause(2);
    if (last !== 'LocalInfileRequest') continue;
    const file = join([frame(ascii('1,one\n'), { sequenceId: 2 }), frame(new Uint8Array(0), { sequenceId: 3 })]);
    tell('client', 'data', file);
    socket.write(file);
    conversation.fromClient(file);
    await answered(() => conversation.unanswered === 0);
    last = '';
  }
  await pause(5);
  if (!over) {
    tell('client', 'fin');
    socket.end();
    await answered(() => false);
  }
  socket.destroy();
  return captureOf(events);
}

const command = (byte: number, text = ''): Uint8Array => frame(join([Uint8Array.of(byte), ascii(text)]));
const query = (text: string): Uint8Array => command(0x03, text);
const hex = (text: string): Uint8Array => frame(Uint8Array.from(Buffer.from(text.replaceAll(' ', ''), 'hex')));
const quit = command(0x01);

const statements = [
  ...['SELECT 1', 'SELECT NULL', 'NONSENSE', 'START TRANSACTION', 'COMMIT', 'SET autocommit=0', 'SET autocommit=1', 'SELECT 1; SELECT 2'],
  ...['CALL two_results()', 'CREATE TEMPORARY TABLE mywire_file (a INT PRIMARY KEY, b VARCHAR(20))'],
  ...["LOAD DATA LOCAL INFILE 'f' INTO TABLE mywire_file FIELDS TERMINATED BY ','"],
  ...[
    'CREATE TEMPORARY TABLE mywire_maria (a INT AUTO_INCREMENT PRIMARY KEY, b INT)',
    'INSERT INTO mywire_maria (b) VALUES (10), (20), (30)',
  ],
  ...['ALTER TABLE mywire_maria ADD c INT, ALGORITHM = COPY', `SELECT '${'x'.repeat(200)}'`],
].map(query);
const prepared = [
  command(0x16, 'SELECT 1'),
  hex('17 01000000 00 01000000'),
  hex('17 01000000 01 01000000'),
  hex('1c 01000000 01000000'),
  hex('19 01000000'),
  command(0x0e),
];
const session = [...statements, ...prepared, command(0x09), quit];

const everything: readonly CapabilityName[] = [
  'CONNECT_WITH_DB',
  'PLUGIN_AUTH',
  'MULTI_STATEMENTS',
  'MULTI_RESULTS',
  'SESSION_TRACK',
  'LOCAL_FILES',
];
const compressed = (payload: Uint8Array): Uint8Array => compressedFrame(payload, { algorithm: 'zlib', sequenceId: 0 });
const wrongPassword = ((): Uint8Array => login(['PLUGIN_AUTH'], { authResponse: Uint8Array.of(20, ...ascii('x'.repeat(20))) }))();

/** Sessions of a client that does nothing wrong (but for a password); together they pass every rule's place. */
const tours: readonly (readonly [string, Client])[] = [
  ['with DEPRECATE_EOF', { chunks: [login([...everything, 'DEPRECATE_EOF']), ...session] }],
  ['with EOF', { chunks: [login(everything), ...session] }],
  ['with no more flags than it needs', { chunks: [login(['CONNECT_WITH_DB', 'PLUGIN_AUTH']), ...session] }],
  ['with a wrong password', { chunks: [wrongPassword] }],
  ['of protocol 3.20', { chunks: [frame(join([Uint8Array.of(0, 0x80, 0, 0, 1), ascii('nobody\0')]), { sequenceId: 1 })] }],
  [
    'compressed',
    { chunks: [login([...everything, 'COMPRESS']), ...[...statements.slice(0, 3), ...statements.slice(-1), quit].map(compressed)] },
  ],
];

const findingsOf = (capture: Uint8Array) => inspectCapture(capture, lintRules).connections.flatMap(({ findings }) => findings);

async function findings(defects: readonly DefectName[], dialect: Dialect, client: Client) {
  const reference = await startReference({ defects, dialect });
  try {
    return findingsOf(await recorded(reference.endpoint.port, client));
  } finally {
    await reference.stop();
  }
}

/** Does the rule find what is wrong, in any session? */
async function isFound({ id }: LintRule, killer: string): Promise<boolean> {
  const bytes = faultyBytes[killer];
  if (bytes) return findingsOf(captureOfTurns(bytes)).some(({ rule }) => rule === id);
  const faulty = faultyClients[killer];
  if (faulty) return (await findings([], 'mysql', faulty)).some(({ rule }) => rule === id);
  for (const dialect of ['mysql', 'mariadb'] as const)
    for (const [, client] of tours)
      if ((await findings([killer as DefectName], dialect, client)).some(({ rule }) => rule === id)) return true;
  return false;
}

test('rules have names of their own, and a manual where they accuse', () => {
  expect(new Set(lintRules.map(({ id }) => id)).size).toBe(lintRules.length);
  for (const rule of lintRules) if (isBroken(rule)) expect(rule.source, rule.id).not.toHaveLength(0);
  for (const rule of lintRules)
    for (const killer of rule.killedBy) expect(isDefectName(killer) || killer in faultyClients || killer in faultyBytes, killer).toBe(true);
});

describe('a clean server and a clean client break no rule', () => {
  test.each(tours.flatMap(([name, client]) => (['mysql', 'mariadb'] as const).map((dialect) => ({ name, client, dialect }))))(
    '$name, $dialect',
    async ({ client, dialect }) => {
      expect(await findings([], dialect, client)).toEqual([]);
    },
  );
});

describe('each rule finds what breaks it', () => {
  test.each(lintRules.flatMap((rule) => rule.killedBy.map((killer) => ({ id: rule.id, rule, killer }))))(
    '$id: $killer',
    async ({ rule, killer }) => {
      expect(await isFound(rule, killer)).toBe(true);
    },
  );
});
/**
 * Real servers that break a rule, each looked at on the packets: the file (as a prefix), the rule, and what is wrong. Clients are left
 * out: mywire itself is the client of most recordings, and wrong on purpose.
 */
const wrongServers: readonly (readonly [file: string, rule: string, why: string])[] = [
  [
    'multiplexing_last-insert-id_proxysql_2.0.1',
    'packet/fits-its-place',
    'ProxySQL answers COM_STMT_PREPARE of LAST_INSERT_ID() with text rows',
  ],
  [
    'through-a-proxy_server-gone-proxysql',
    'framing/sequence-ids-count-on',
    'ProxySQL runs a query again whose server was lost, and numbers its answer on from 6',
  ],
  ...['2.0.17', '2.0.18', '2.7.1'].map(
    (version) =>
      [`proxysql-${version}/session`, 'framing/sequence-ids-count-on', 'ProxySQL numbers the ERR that refuses COM_CHANGE_USER 2'] as const,
  ),
  ['maxscale-24.02.4/', 'framing/sequence-ids-count-on', 'MaxScale ends connections with ERR 1927, numbered after what it sent last'],
  ['maxscale-24.02.4/', 'err/login-sqlstate-is-the-codes', 'that ERR 1927 has the SQLSTATE 08S01'],
  [
    'mysqlrouter-9.7.4/health-check',
    'framing/sequence-ids-count-on',
    'MySQL Router takes an early COM_QUIT for the answer to its AuthSwitchRequest, and counts on from that',
  ],
];

describe('recordings of real servers', () => {
  const pcaps = fileURLToPath(new URL('../pcaps/', import.meta.url));
  const recordings = fileURLToPath(new URL('../harness/codec/recordings/', import.meta.url));
  const captures = [pcaps, recordings]
    .flatMap((folder) => readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => path(folder, name)))
    .filter((file) => /\.pcap(ng)?(\.gz)?$/.test(file));
  const used = new Set<string>();

  test.each(captures.map((file) => ({ file, name: file.replace(pcaps, '').replace(recordings, '') })))('$name', ({ file, name }) => {
    const bytes = readFileSync(file);
    const { connections } = inspectCapture(file.endsWith('.gz') ? gunzipSync(bytes) : bytes, lintRules);
    const wrong = connections.flatMap(({ stream, findings: found }) =>
      found
        .filter((one) => one.side === 'server' && isBroken(one))
        .filter(({ rule }) => {
          const known = wrongServers.find(([prefix, id]) => id === rule && name.includes(prefix));
          if (known) used.add(known.join());
          return !known;
        })
        .map(({ rule, frame: at, says }) => `tcp.stream ${stream}, frame ${at}: ${rule}: ${says}`),
    );
    expect(wrong).toEqual([]);
  });

  test('every entry of the table is still needed', () => {
    expect(wrongServers.filter((one) => !used.has(one.join()))).toEqual([]);
  });
});
