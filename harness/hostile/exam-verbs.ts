import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Running } from './exam-program.ts';

/** A verb that talks to a server, and what may be asked of it. */
export interface Verb {
  /** s; within it the verb has ended by itself, or was ended by its signal. */
  readonly limit: number;
  /** The exit codes that are right. */
  readonly exits: readonly number[];
  readonly args: (at: Place) => readonly string[];
  /** What the output must show: that it went on. */
  readonly shows?: RegExp;
  readonly env?: (port: number) => Readonly<Record<string, string>>;
  /** What is done to it while it runs: who else connects, and what ends it. */
  readonly meanwhile?: (running: Running, at: Place) => Promise<void>;
  /** A second verb that reads what the first has left. */
  readonly then?: string;
}

export interface Place {
  /** Of the hostile server. */
  readonly port: number;
  /** Where reports and findings go. */
  readonly folder: string;
  /** A port that is free, for who listens. */
  readonly own: number;
}

const some = ['greeting/*', 'compression/*', 'tls/*', 'quit/*', 'infile/*', 'resultset/*'];
const accounts = ['--check-user', 'check', '--user', 'app', '--database', 'shop', '--no-haproxy'];
const fuzzing = ({ folder }: Place): readonly string[] => ['--time', '10s', '--seed', '7', '--out', join(folder, 'fuzz')];
const reports = ({ folder }: Place): readonly string[] =>
  ['json', 'html', 'junit', 'sarif'].flatMap((kind) => [`--${kind}`, join(folder, `report.${kind}`)]);

/** @param whole all cases, where only some are asked otherwise */
export function verbsOf(whole: boolean): Readonly<Record<string, Verb>> {
  const cases = whole ? [] : some.flatMap((id) => ['--case', id]);
  return {
    run: {
      limit: 130,
      exits: [1, 3],
      shows: /reference/,
      args: (at) => [
        ...['run', `127.0.0.1:${at.port}`, 'reference', ...cases, ...accounts, ...reports(at)],
        ...['--out', join(at.folder, 'evidence')],
      ],
    },
    gate: {
      limit: 130,
      exits: [1, 3],
      args: (at) => ['gate', '--baseline', 'reference', '--candidate', `127.0.0.1:${at.port}`, ...cases, ...accounts, ...reports(at)],
    },
    // The other way round, and what was found is saved.
    baseline: {
      limit: 130,
      exits: [0, 1, 3],
      args: (at) => [
        ...['gate', '--baseline', `127.0.0.1:${at.port}`, '--candidate', 'reference', ...cases, ...accounts],
        ...['--save', join(at.folder, 'saved.json.gz')],
      ],
    },
    fuzz: { limit: 40, exits: [0, 1, 3], args: (at) => ['fuzz', `127.0.0.1:${at.port}`, ...fuzzing(at)] },
    against: { limit: 40, exits: [0, 1, 3], args: (at) => ['fuzz', 'reference', '--against', `127.0.0.1:${at.port}`, ...fuzzing(at)] },
    replay: {
      limit: 40,
      exits: [1, 3],
      args: ({ port }) => [
        ...['replay', 'pcaps/areas/mariadb-11.8.9.pcap', '--target', `127.0.0.1:${port}`],
        ...['--user', 'app', '--limit', '3000'],
      ],
    },
    agent: { limit: 5, exits: [1], args: ({ port }) => ['agent', '--once', '--port', String(port), '--schema', 'shop', '--max-lag', '5'] },
    // It looks at every port of loopback.
    init: { limit: 10, exits: [0], args: ({ folder }) => ['init', '--out', join(folder, 'mywire.config.yaml')], shows: /is written/ },
    // To both of these the server is a Docker daemon.
    doctor: { limit: 15, exits: [0, 3], args: () => ['doctor'], env: dockerAt, shows: /Docker/ },
    docker: {
      limit: 25,
      exits: [1, 3],
      args: () => ['run', 'mariadb:11.8', 'reference', '--case', 'quit/*'],
      env: dockerAt,
      shows: /reference/,
    },
    record: recording(),
    redact: recording('--redact'),
    inspect: { limit: 60, exits: [0, 1, 3], args: ({ folder }) => ['inspect', join(folder, 'r.pcapng')] },
  };
}

/** What passes between a client of ours and the server is recorded, and inspected. */
const recording = (...options: readonly string[]): Verb => ({
  limit: 25,
  exits: [0, 3],
  args: ({ port, own, folder }) => [
    ...['record', '--listen', `127.0.0.1:${own}`, '--to', `127.0.0.1:${port}`],
    ...[...options, '--write', join(folder, 'r.pcapng')],
  ],
  shows: /1 connection|2 connections/,
  meanwhile: async (running, { own }) => {
    await running.says(/Ctrl-C/);
    await clientOf(own);
    running.interrupt();
  },
  then: 'inspect',
});

const dockerAt = (port: number): Readonly<Record<string, string>> => ({ DOCKER_HOST: `tcp://127.0.0.1:${port}` });

/** Bytes of a login without TLS: user app, an empty proof, and behind it SELECT 1, whoever answers. */
const login = Buffer.concat([
  Buffer.from('2e00000185a6bf0000000001210000000000000000000000000000000000000000000000', 'hex'),
  Buffer.from('app\0\0mysql_native\0', 'latin1'),
]);
login.writeUIntLE(login.length - 4, 0, 3);
const statement = Buffer.concat([Buffer.of(9, 0, 0, 0, 3), Buffer.from('SELECT 1')]);
const CLIENT_MS = 4000;

/** A client that says what clients say whatever it hears, for four seconds, and takes 64 MB at most. */
async function clientOf(port: number): Promise<void> {
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => undefined);
  socket.on('data', () => {
    if (socket.bytesRead > 1 << 26) socket.pause();
  });
  socket.write(login);
  await delay(300);
  for (let n = 0; n < 10 && socket.writable; n++) {
    socket.write(statement);
    await delay(CLIENT_MS / 10);
  }
  socket.destroy();
}
