import { Buffer } from 'node:buffer';
import type { infile } from '../defects/infile.ts';
import { type BareClient, PING, packet, query, response41, SILENCE_MS, z } from './bare-client.ts';
import { check, code, DB, F, on, type Shows, text } from './shows.ts';

/** PROTOCOL_41, SECURE_CONNECTION, LOCAL_FILES; and MULTI_STATEMENTS. */
const FILES = 0x8280;
const MULTI = 0x18280;
const LOAD = "LOAD DATA LOCAL INFILE '/a/b\xe9' INTO TABLE mywire_file FIELDS TERMINATED BY ','";
const REPLACING = LOAD.replace("' INTO", "' REPLACE INTO");

/** A client with a table that has asked for this; what comes back for each thing that it sends. */
const asking = (
  statement: string,
  shows: (answer: string, c: BareClient, say: (...packets: Uint8Array[]) => Promise<string[]>) => boolean | Promise<boolean>,
  flags = FILES,
): Shows =>
  on(async (c) => {
    await c.next();
    c.send(response41(flags | DB, `${check}00${z('mywire')}`));
    await c.next();
    c.send(query('CREATE TEMPORARY TABLE mywire_file (a INT PRIMARY KEY, b VARCHAR(9))'));
    await c.next();
    c.send(query(statement));
    const answer = await c.next();
    return shows(answer?.hex ?? '', c, async (...packets) => {
      c.send(...packets);
      return c.all(SILENCE_MS / 2);
    });
  });
const data = (content: string, sequenceId: number): Buffer => packet(Buffer.from(content, 'latin1'), sequenceId);
const asks = (answer: string, name = '/a/b\xe9'): boolean => text(answer) === `\xfb${name}`;

/** What comes back for a file of these pieces. */
const answerTo = (pieces: readonly string[], shows: (answer: string) => boolean, statement = LOAD): Shows =>
  asking(statement, async (_, _c, say) => {
    const [answer = ''] = await say(...[...pieces, ''].map((piece, at) => data(piece, (at + 2) & 0xff)));
    return shows(answer);
  });
const saysOf = (info: RegExp) => (answer: string) => info.test(text(answer.slice(2)));

export const infileShows: Record<keyof typeof infile, Shows> = {
  'infile-asks-client-without-local-files': asking(LOAD, (answer) => asks(answer), F),
  'infile-refusal-closes': asking(LOAD, async (answer, c) => answer === '' && (await c.ending()) === 'fin', F),
  'infile-asks-before-checking': asking(LOAD.replace('mywire_file', 'nowhere'), (answer) => asks(answer)),
  'infile-name-without-path': asking(LOAD, (answer) => asks(answer, 'b\xe9')),
  'infile-name-of-the-first-file': asking(LOAD, async (_, _c, say) => {
    await say(data('', 2));
    const [answer = ''] = await say(query(LOAD.replace('/a/', '/c/')));
    return asks(answer.slice(2));
  }),
  'infile-counts-stay': asking(LOAD, async (_, _c, say) => {
    await say(data('1,a\n', 2), data('', 3));
    await say(query(LOAD));
    const [answer = ''] = await say(data('2,b\n', 2), data('', 3));
    return saysOf(/Records: 2/)(answer);
  }),
  'infile-name-ends-with-nul': asking(LOAD, (answer) => asks(answer, '/a/b\xe9\0')),
  'infile-name-in-lower-case': asking(LOAD.replace('/a/', '/A/'), (answer) => asks(answer)),
  'infile-name-in-ascii': asking(LOAD, (answer) => asks(answer, '/a/b?')),
  'infile-sequence-restarts-at-request': asking(
    `SELECT 1;${LOAD}`,
    async (_, c) => (await c.all()).at(-1)?.startsWith('1:fb') === true,
    MULTI,
  ),
  'infile-ok-sequence-restarts': answerTo(['1,a\n'], (answer) => answer.startsWith('2:00')),
  'infile-takes-data-out-of-order': asking(
    LOAD,
    async (_, _c, say) => (await say(data('1,a', 7), data('', 8)))[0]?.startsWith('9:00') === true,
  ),
  'infile-data-may-quit': asking(LOAD, async (_, c, say) => (await say(data('\x01', 2))).length === 0 && (await c.ending()) === 'fin'),
  'infile-data-may-be-a-command': answerTo(['1,a\n', '\x0e\n', '2,b\n'], saysOf(/Records: 2 /)),
  'infile-last-line-needs-newline': answerTo(['1,a\n2,b'], saysOf(/Records: 1 /)),
  'infile-keeps-first-packet': answerTo(['1,a\n', '2,b\n'], saysOf(/Records: 1 /)),
  'infile-packet-ends-line': answerTo(['1,', 'a'], saysOf(/Records: 2 /)),
  'infile-ends-before-empty-packet': asking(LOAD, async (_, _c, say) => (await say(data('1,a\n', 2)))[0]?.startsWith('3:00') === true),
  'infile-empty-file-hangs': asking(LOAD, async (_, c, say) => (await say(data('', 2))).length === 0 && (await c.ending(1)) === 'open'),
  'infile-error-leaves-file-unread': asking(
    `${LOAD} SET b = (SELECT 1 UNION SELECT 2)`,
    async (_, c) => code((await c.next())?.hex) === 1242,
  ),
  'infile-error-swallowed': answerTo(['1,a\n'], (answer) => answer.startsWith('4:00'), `${LOAD} SET b = (SELECT 1 UNION SELECT 2)`),
  'infile-ok-starts-with-fe': answerTo(['1,a\n'], (answer) => answer.startsWith('4:fe01')),
  'infile-info-without-length-when-tracking': asking(
    LOAD,
    async (_, _c, say) => {
      const [answer = ''] = await say(data('1,a\n', 2), data('', 3));
      return text(answer.slice(2)).slice(7).startsWith('Records');
    },
    FILES | 0x800000,
  ),
  'infile-ok-hides-transaction': asking(
    `BEGIN; ${LOAD}`,
    async (_, _c, say) => (await say(data('1,a\n', 3), data('', 4))).at(-1)?.startsWith('5:0001000200') === true,
    MULTI,
  ),
  'infile-affected-rows-zero': answerTo(['1,a\n'], (answer) => answer.startsWith('4:0000')),
  'infile-warnings-not-counted': answerTo(['1\n'], (answer) => answer.startsWith('4:000100020000002f')),
  'infile-skipped-not-counted': answerTo(['1,a\n1,b\n'], saysOf(/Skipped: 0/)),
  'infile-replace-keeps-old-row': asking(REPLACING, async (_, c, say) => {
    await say(data('1,a\n1,b\n', 2), data('', 3));
    c.send(query('SELECT b FROM mywire_file'));
    return (await c.all(SILENCE_MS / 2)).includes('4:0161');
  }),
  'infile-row-replaces-key': asking(LOAD, async (_, c, say) => {
    await say(data('1,a\n1,b\n', 2), data('', 3));
    c.send(query('SELECT b FROM mywire_file'));
    return (await c.all(SILENCE_MS / 2)).includes('4:0162');
  }),
  'infile-deleted-not-counted': answerTo(['1,a\n1,b\n'], saysOf(/Deleted: 0/), REPLACING),
  'infile-refuses-wrapped-sequence-id': answerTo(
    Array.from({ length: 300 }, (_, at) => `${at},a\n`),
    (answer) => code(answer.slice(2)) === 1156,
  ),
  'infile-end-loses-next-command': asking(LOAD, async (_, _c, say) => (await say(data('1,a\n', 2), data('', 3), PING)).length === 1),
  'infile-without-info': answerTo(['1,a\n'], (answer) => answer === '4:00010002000000'),
};
