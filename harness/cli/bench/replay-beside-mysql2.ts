import { fork } from 'node:child_process';
import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import mysql, { type Connection } from 'mysql2';
import { OpenCapture } from '../../pcap/open-capture.ts';
import { Capturing } from '../../replay/captured.ts';
import { channelsTo } from '../../replay/channel.ts';
import { replay } from '../../replay/player.ts';
import { privateFolder } from '../../target/leftovers.ts';
import type { RunningTarget } from '../../target/target.ts';

/**
 * How many statements a second a replay plays, as a ratio to mysql2 doing the same work on the same connections: both from
 * logins to the last answer, each in a process of its own, in turn. The capture is that of mysql2's own clients. `MIX` of
 * statements: inserts, reads of one row, updates of one row, transactions.
 */
interface Figures {
  readonly statements: number;
  readonly ms: number;
  readonly different: number;
}

interface Place {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  readonly database: string;
}

const self = fileURLToPath(import.meta.url);

export async function benchReplay(
  clients: number,
  perClient: number,
  say: (line: string) => void,
  name = 'local:mariadb',
  rounds = 5,
): Promise<number> {
  const { startTarget } = await import('../../target/start-target.ts');
  const target = await startTarget(name, {});
  const own = privateFolder();
  const folder = own.path;
  try {
    const place = placeOf(target);
    const file = join(folder, 'work.pcapng');
    await tables(place);
    await capture(place, file, clients, perClient);
    const rows: [Figures, Figures][] = [];
    for (let i = 0; i < rounds; i++) {
      // Now this one first, now the other: what a round leaves behind in the server meets both.
      const measured = new Map<string, Figures>();
      for (const part of i % 2 === 0 ? ['replay', 'mysql2'] : ['mysql2', 'replay']) {
        await tables(place);
        measured.set(part, await child(part, place, file, clients, perClient));
      }
      rows.push([measured.get('replay') as Figures, measured.get('mysql2') as Figures]);
    }
    const rate = ({ statements, ms }: Figures) => statements / (ms / 1000);
    const median = (list: number[]) => list.sort((a, b) => a - b)[Math.floor(list.length / 2)] as number;
    const [ours, theirs] = [median(rows.map(([one]) => rate(one))), median(rows.map(([, other]) => rate(other)))];
    // Of each round by itself: what else the machine does meets both halves of a round alike.
    const ratio = median(rows.map(([one, other]) => rate(one) / rate(other)));
    const different = rows.reduce((sum, [{ different: n }]) => sum + n, 0);
    say(
      `replay, ${clients} ${clients === 1 ? 'connection' : 'connections'}: ${Math.round(ours)} statements a second, mysql2 ${Math.round(theirs)}, ratio ${ratio.toFixed(2)}, the median of ${rounds} rounds (at least 1 is promised)${different ? `; ${different} ANSWERS DIFFER` : ''}`,
    );
    return ratio;
  } finally {
    await own.remove();
    await target.stop();
  }
}

export function placeOf({ name, front, accounts: { login }, database }: RunningTarget): Place {
  if (!login) throw new Error(`${name} has no account with a password`);
  return { ...front, user: login.user, password: login.password, database: database ?? 'mywire' };
}

/** What a client says, in order. */
function work(client: number, perClient: number): string[] {
  const said: string[] = [];
  for (let n = 1; said.length < perClient; n++) {
    if (n % 10 === 0) said.push('START TRANSACTION');
    said.push(`INSERT INTO mywire_bench (client, n, text) VALUES (${client}, ${n}, 'row ${n} of client ${client}')`);
    said.push(`SELECT client, n, text FROM mywire_bench WHERE client = ${client} AND n = ${n}`);
    said.push(`SELECT COUNT(*) FROM mywire_bench WHERE client = ${client} AND n > ${n - 3}`);
    if (n % 5 === 0) said.push(`UPDATE mywire_bench SET text = 'changed' WHERE client = ${client} AND n = ${n}`);
    if (n % 10 === 0) said.push('COMMIT');
  }
  return said;
}

const connect = ({ host, port, user, password, database }: Place): Promise<Connection> =>
  new Promise((resolve, reject) => {
    const connection = mysql.createConnection({ host, port, user, password, database });
    connection.connect((error) => (error ? reject(error) : resolve(connection)));
  });

const ask = (connection: Connection, sql: string): Promise<void> =>
  new Promise((resolve, reject) => {
    connection.query(sql, (error) => (error ? reject(error) : resolve()));
  });

export async function tables(place: Place): Promise<void> {
  const connection = await connect(place);
  await ask(connection, 'DROP TABLE IF EXISTS mywire_bench');
  await ask(connection, 'CREATE TABLE mywire_bench (client INT, n INT, text VARCHAR(60), PRIMARY KEY (client, n))');
  connection.end();
}

/** Every client says its work, one statement after the other. */
async function workAll(place: Place, clients: number, perClient: number): Promise<Figures> {
  const lists = Array.from({ length: clients }, (_, client) => work(client + 1, perClient));
  const began = performance.now();
  await Promise.all(
    lists.map(async (list) => {
      const connection = await connect(place);
      await new Promise<void>((resolve, reject) => {
        let at = 0;
        const next = (): void => {
          const sql = list[at++];
          if (sql === undefined) return resolve();
          connection.query(sql, (error) => (error ? reject(error) : next()));
        };
        next();
      });
      connection.end();
    }),
  );
  return { statements: lists.reduce((sum, list) => sum + list.length, 0), ms: performance.now() - began, different: 0 };
}

/** The same once more, through a relay that records it; the relay's port. */
export async function capture(place: Place, path: string, clients: number, perClient: number): Promise<number> {
  const [{ CaptureFile }, { aboutLink, recordLink }, { freePort }] = await Promise.all([
    import('../../record/capture-file.ts'),
    import('../../record/record-link.ts'),
    import('../../target/free-port.ts'),
  ]);
  const link = { listen: { host: '127.0.0.1', port: await freePort() }, to: { host: place.host, port: place.port } };
  const file = new CaptureFile({ path, about: aboutLink(link, 'bench') });
  const recording = await recordLink(link, file, () => undefined);
  await workAll({ ...place, ...link.listen }, clients, perClient);
  await recording.stop();
  file.close();
  return link.listen.port;
}

export async function play(place: Place, path: string): Promise<Figures> {
  const open = new OpenCapture(createReadStream(path, { highWaterMark: 1 << 20 }));
  const capturing = new Capturing();
  for await (const frames of open.batches()) capturing.push(frames);
  const { statements, ms, different, stopped } = await replay(capturing.end().plan, channelsTo(place));
  if (stopped !== undefined) throw new Error(stopped);
  return { statements, ms, different };
}

function child(part: string, place: Place, file: string, clients: number, perClient: number): Promise<Figures> {
  return new Promise((resolve, reject) => {
    const one = fork(self, [part, JSON.stringify(place), file, String(clients), String(perClient)]);
    let figures: Figures | undefined;
    one.on('message', (message) => (figures = message as Figures));
    one.on('exit', (code) => (figures ? resolve(figures) : reject(new Error(`the bench's ${part} part ended with code ${code}`))));
  });
}

const [part, place = '{}', file = '', clients = '16', perClient = '3000'] = process.argv.slice(2);
if (process.argv[1] === self && part === 'replay') process.send?.(await play(JSON.parse(place) as Place, file));
else if (process.argv[1] === self && part === 'mysql2')
  process.send?.(await workAll(JSON.parse(place) as Place, Number(clients), Number(perClient)));
else if (process.argv[1] === self) {
  for (const n of [1, 16, 40]) await benchReplay(n, Math.round(16_000 / n), (line) => process.stdout.write(`${line}\n`));
}
