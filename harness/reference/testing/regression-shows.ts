import { setTimeout as pause } from 'node:timers/promises';
import type { brokenAnswer } from '../defects/broken-answer.ts';
import type { regression } from '../defects/regression.ts';
import { type BareClient, PING, packet, QUIT, query, response41, SILENCE_MS, z } from './bare-client.ts';
import { stops } from './neighbours-shows.ts';
import { afterLogin, check, code, DB, DEPRECATE_EOF, F, gone, isOk, native, on, PLUGIN, type Shows, text } from './shows.ts';

const nobody = z('nobody');
const wrongPlugin = (c: BareClient): void => c.send(response41(PLUGIN, `${check}00${z('nobody_knows_this')}`));

/** The same of bytes behind a login. */
const stopsBehindLogin =
  (...pieces: readonly Uint8Array[]): Shows =>
  async (dial) => {
    const other = dial();
    await other.next();
    const c = dial();
    await c.login();
    for (const piece of pieces) {
      c.send(piece);
      await pause(50);
    }
    return (await other.ending(500)) !== 'open';
  };
/** PROTOCOL_41, SECURE_CONNECTION; COMPRESS, MULTI_STATEMENTS and LOCAL_FILES. */
const COMPRESS = 0x8220;
const MULTI = 0x18200;
const FILES = 0x8280;
/** A row, and a second that cannot be made. */
const FAILS = 'SELECT (SELECT s.a FROM (SELECT 1 AS a UNION ALL SELECT 2) s WHERE s.a <= t.a) FROM (SELECT 1 AS a UNION ALL SELECT 2) t';
const select = query('SELECT 1');
/** In a compressed packet that is not compressed, with this sequence id. */
const plainFrame = (bytes: Uint8Array, sequenceId = 0): Buffer =>
  Buffer.concat([Buffer.of(bytes.length, 0, 0, sequenceId, 0, 0, 0), bytes]);
/** The sequence id of the compressed packet that answers; undefined where none does. */
const compressed = (bytes: Uint8Array, shows: (sequenceId: number | undefined) => boolean): Shows =>
  on(async (c) => {
    await c.next();
    c.send(response41(COMPRESS, `${check}00`));
    await c.next();
    c.send(bytes);
    // It stands where a plain packet has its own.
    return shows((await c.next(SILENCE_MS))?.sequenceId);
  });

export const regressionShows: Record<keyof typeof regression, Shows> = {
  'auth-length-past-end-stops-server': stops(response41(0x8200, `${nobody}ff4141`)),
  'init-db-before-login-stops-server': stops(packet('0274657374')),
  'auth-switch-given-up-hangs': async (dial) => {
    const c = dial();
    await c.next();
    wrongPlugin(c);
    await c.next();
    c.send(packet('01', 3));
    return gone((await c.next(500))?.hex) && (await c.ending(1)) === 'open';
  },
  'unknown-user-without-password-stops-server': stops(response41(PLUGIN, `${nobody}00${native}`)),
  'short-auth-response-stops-server': stops(response41(PLUGIN, `${check}0141${native}`)),
  'quit-overtakes-answer': afterLogin(Buffer.concat([select, QUIT]), (packets) => packets.length === 0),
  'empty-command-stops-server': stopsBehindLogin(packet('')),
  'deprecate-eof-of-the-last-login': async (dial) => {
    const first = dial();
    await first.login();
    const second = dial();
    await second.next();
    second.send(response41(DEPRECATE_EOF, `${check}00`));
    await second.next();
    first.send(select);
    return (await first.all(300)).at(-1)?.startsWith('4:fe') === true;
  },
  'process-info-closes': afterLogin(packet('0a'), (packets) => packets.length === 0),
  'binlog-dump-closes': afterLogin(packet('1204000000000001000000'), (packets) => packets.length === 0),
  'binlog-dump-behind-query-stops-server': stopsBehindLogin(select, packet('1204000000000001000000')),
  'process-kill-stops-server': stopsBehindLogin(packet('0cf0ffffff')),
  'process-kill-doubled-marker': afterLogin(packet('0cf0ffffff'), ([answer = '']) => answer.startsWith('1:ff46042323')),
  'compressed-answers-start-at-zero': compressed(plainFrame(PING), (sequenceId) => sequenceId === 0),
  'broken-compression-stops-server': async (dial) => {
    const other = dial();
    await other.next();
    const c = dial();
    await c.next();
    c.send(response41(COMPRESS, `${check}00`));
    await c.next();
    c.send('05000000050000 010000000e');
    return (await other.ending(500)) !== 'open';
  },
  'infile-takes-own-file': afterLogin(
    query("LOAD DATA LOCAL INFILE '/etc/hostname' INTO TABLE mywire_file"),
    ([answer = '']) => answer.startsWith('1:0001'),
    FILES,
  ),
  'statements-need-multi-results': afterLogin(query('SELECT 1;SELECT 2'), ([answer = '']) => code(answer.slice(2)) === 1064, MULTI),
  'set-names-binary-silences-pings': afterLogin(
    Buffer.concat([query("SET NAMES 'binary'"), PING, PING]),
    (packets) => packets.length === 2,
  ),
  'slow-answer-holds-up-others': async (dial) => {
    const [slow, other] = [dial(), dial()];
    await slow.login();
    await other.login();
    slow.send(query('SELECT /* mywire:defect=slow-answer */ 1'));
    await pause(50);
    other.send(select);
    return gone((await other.next(300))?.hex);
  },
  'quit-breaks-next-session': async (dial) => {
    const first = dial();
    await first.login();
    first.send(QUIT);
    await first.ending(500);
    const next = dial();
    await next.login();
    next.send(select);
    return (await next.all(300)).length === 0;
  },
  'eof-before-err-in-spite-of-deprecate-eof': on(async (c) => {
    await c.next();
    c.send(response41(DEPRECATE_EOF, `${check}00`));
    await c.next();
    c.send(packet(Buffer.from(`\x16${FAILS}`, 'latin1')));
    await c.all(300);
    c.send(packet('1701000000 00 01000000'));
    return (await c.all(300))[2]?.startsWith('3:fe') === true;
  }),
  'execute-in-two-packets-stops-server': stopsBehindLogin(
    packet(Buffer.from('\x16SELECT LENGTH(?)', 'latin1')),
    Buffer.concat([
      Buffer.of(0xff, 0xff, 0xff, 0),
      Buffer.from('1701000000 00 01000000 00 01 fb00 fe e8ffff0000000000'.replaceAll(' ', ''), 'hex'),
      Buffer.alloc(0xffffff - 23, 'a'),
      Buffer.of(0, 0, 0, 1),
    ]),
  ),
  'collation-cut-to-one-byte': afterLogin(
    Buffer.concat([query('SET NAMES utf8mb4 COLLATE utf8mb4_general_nopad_ci'), query('SELECT @@collation_connection')]),
    (packets) => packets.some((one) => text(one.slice(2)).endsWith('utf8mb4_general_ci')),
  ),
  'change-user-password-refused': afterLogin(packet(`11${check}0141 00`), ([one = '']) => one.startsWith('1:ff1504')),
  'change-user-cut-off-hangs': afterLogin(packet('1100'), (packets) => packets.length === 0),
  'change-user-cut-off-stops-server': stopsBehindLogin(packet('1100')),
  'last-insert-id-known-by-one-name': on(async (c) => {
    await c.next();
    c.send(response41(DB, `${check}00${z('mywire')}`));
    c.send(query('CREATE TEMPORARY TABLE mywire_ids (id INT AUTO_INCREMENT PRIMARY KEY, n INT)'));
    c.send(query('INSERT INTO mywire_ids (n) VALUES (5)'), query('SELECT LAST_INSERT_ID() LIMIT 1'));
    return (await c.all(300)).some((one) => one.endsWith(':0130'));
  }),
  'second-quit-stops-server': stopsBehindLogin(Buffer.concat([QUIT, QUIT])),
};

/** What comes back for SELECT 1, each packet as `sequenceId:hex`. */
const selected = (shows: (packets: string[], c: BareClient) => boolean | Promise<boolean>): Shows => afterLogin(select, shows, F);
const ends = async (c: BareClient): Promise<boolean> => (await c.ending(500)) === 'fin';

export const brokenAnswerShows: Record<keyof typeof brokenAnswer, Shows> = {
  'query-answered-with-close': selected(async (packets, c) => packets.length === 0 && ends(c)),
  'query-answered-with-ok': selected((packets) => packets.length === 1 && isOk(packets[0]?.slice(2))),
  'query-answered-with-two-oks': selected((packets) => packets.length === 2 && isOk(packets[1]?.slice(2))),
  'query-answered-with-huge-count': selected(([one]) => one === '1:feffffffffffffffff'),
  'query-answered-with-empty-packet': selected(([one]) => one === '1:'),
  'query-answered-with-file-request': selected(([one = '']) => one.startsWith('1:fb2f657463')),
  'rows-end-with-err': selected((packets) => packets.length === 5 && packets[4]?.startsWith('5:ff') === true),
  'answer-skips-sequence-id': selected((packets) => packets[1]?.startsWith('3:') === true),
  'too-large-and-end': selected(async ([one = ''], c) => code(one.slice(2)) === 1153 && ends(c)),
  'answer-and-end': selected(async (packets, c) => packets.length === 5 && ends(c)),
  'answer-breaks-off': selected(async (packets, c) => packets.length === 4 && c.rest.length === 6 && ends(c)),
};
