/** How the defects of defects/command.ts and defects/resultset.ts show. */
import { Buffer } from 'node:buffer';
import type { command } from '../defects/command.ts';
import type { resultset } from '../defects/resultset.ts';
import { LOGIN, PING, packet, query, SILENCE_MS } from './bare-client.ts';
import { afterLogin, code, DEPRECATE_EOF, field, hangs, OK, on, type Shows } from './shows.ts';

export const basicCommandShows: Record<keyof typeof command, Shows> = {
  'ping-answers-eof': afterLogin(PING, ([a]) => a === '1:fe00000200'),
  'ping-answers-twice': afterLogin(PING, (all) => all.join() === `1:${OK},2:${OK}`),
  'ping-counts-warnings': afterLogin(PING, ([pong]) => pong === '1:00000002000100'),
  'ping-unanswered': afterLogin(PING, (all) => all.length === 0),
  'unknown-command-closes-silently': afterLogin(packet('ff'), async (all, c) => all.length === 0 && (await c.ending()) === 'fin'),
  'unknown-command-ok': afterLogin(packet('ff'), ([a]) => a === `1:${OK}`),
  'unknown-command-hangs': afterLogin(packet('ff'), async (all, c) => all.length === 0 && (await c.ending(1)) === 'open'),
  'unknown-command-err-closes': afterLogin(
    packet('ff'),
    async ([a], c) => code(a?.slice(2)) === 1047 && (await c.ending(SILENCE_MS)) === 'fin',
  ),
  'syntax-error-closes': afterLogin(query('what'), async ([a], c) => code(a?.slice(2)) === 1064 && (await c.ending(SILENCE_MS)) === 'fin'),
  'empty-query-closes': afterLogin(packet('03'), async (all, c) => all.length === 0 && (await c.ending()) === 'fin'),
  'empty-query-hangs': afterLogin(packet('03'), async (all, c) => all.length === 0 && (await c.ending(1)) === 'open'),
  'empty-query-ok': afterLogin(packet('03'), ([a]) => a === `1:${OK}`),
  'unknown-database-unnamed': afterLogin(
    packet(`02${Buffer.from('nodb').toString('hex')}`),
    ([a]) => a?.startsWith('1:ff1904') === true && !a.includes(Buffer.from('nodb').toString('hex')),
  ),
  'init-db-unknown-accepted': afterLogin(packet(`02${Buffer.from('nodb').toString('hex')}`), ([a]) => a === `1:${OK}`),
  'init-db-hides-transaction': afterLogin(
    Buffer.concat([query('BEGIN'), packet(`02${Buffer.from('mywire').toString('hex')}`)]),
    (all) => all.at(-1) === `1:${OK}`,
  ),
  'init-db-trims-name': afterLogin(packet(`02${Buffer.from('mywire ').toString('hex')}`), ([a]) => a === `1:${OK}`),
  'init-db-reads-quotes': afterLogin(packet(`02${Buffer.from('`mywire`').toString('hex')}`), ([a]) => a === `1:${OK}`),
  'init-db-ignored': afterLogin(
    Buffer.concat([packet(`02${Buffer.from('mywire').toString('hex')}`), query('SELECT DATABASE()')]),
    (all) => all[0] === `1:${OK}` && all.includes('4:fb'),
  ),
  'database-in-any-case': afterLogin(packet(`02${Buffer.from('MYWIRE').toString('hex')}`), ([a]) => a === `1:${OK}`),
  'statistics-with-nul': afterLogin(packet('09'), ([a]) => a?.endsWith('00') === true),
  'statistics-answers-ok': afterLogin(packet('09'), ([a]) => a === `1:${OK}`),
  'statistics-count-nothing': afterLogin(Buffer.concat([query('DO 1'), query('DO 1'), packet('09')]), ([, , text = '']) =>
    Buffer.from(text.slice(2), 'hex').includes('Questions: 1 '),
  ),
  'connection-id-differs': on(async (c) => {
    const id = Buffer.from(field((await c.next())?.payload ?? Buffer.alloc(0), 0, 4), 'hex').readUInt32LE();
    c.send(LOGIN, query('SELECT CONNECTION_ID()'));
    return !(await c.all()).some(
      (a) => a === `4:${Buffer.of(String(id).length).toString('hex')}${Buffer.from(String(id)).toString('hex')}`,
    );
  }),
  'closes-after-first-pipelined': afterLogin(
    Buffer.concat([PING, PING]),
    async (all, c) => all.length === 1 && (await c.ending(SILENCE_MS)) === 'fin',
  ),
  'drops-commands-behind-login': on(async (c) => {
    await c.next();
    c.send(LOGIN, PING);
    return (await c.all()).length === 1;
  }),
  'merges-two-answers-losing-one': afterLogin(Buffer.concat([query('what'), PING]), (all) => all.join() === `1:${OK}`),
  'swaps-pipelined-answers': afterLogin(
    Buffer.concat([query('what'), PING]),
    ([first, second]) => first === `1:${OK}` && code(second?.slice(2)) === 1064,
  ),
  'backend-faults-reach-the-client': afterLogin(query('SELECT /* mywire:defect=resultset-column-count-wrong */ 1'), ([a]) => a === '1:02'),
  'slow-login': hangs(LOGIN),
  'slow-answer': afterLogin(PING, async (all, c) => all.length === 0 && (await c.ending(1)) === 'open'),
};

export const resultsetShows: Record<keyof typeof resultset, Shows> = {
  'resultset-column-count-wrong': afterLogin(query('SELECT 1'), ([a]) => a === '1:02'),
  'resultset-without-column-eof': afterLogin(query('SELECT 1'), (all) => all[2] === '3:0131'),
  'resultset-column-eof-unasked': afterLogin(query('SELECT 1'), (all) => all[2] === '3:fe00000200', DEPRECATE_EOF),
  'resultset-without-final-eof': afterLogin(query('SELECT 1'), (all) => all.at(-1) === '4:0131'),
  'resultset-eof-for-ok': afterLogin(query('SELECT 1'), (all) => all.at(-1) === '4:fe00000200', DEPRECATE_EOF),
  'resultset-metadata-unasked': afterLogin(query('SELECT 1'), ([, a]) => a?.startsWith('2:0364656600000001310000') === true),
  'resultset-fixed-length-wrong': afterLogin(query('SELECT 1'), ([, a]) => a?.startsWith('2:036465660000000131000d') === true),
  'row-after-eof': afterLogin(query('SELECT 1'), (all) => all.at(-1) === '6:0131'),
  'row-too-long': afterLogin(query('SELECT 1'), (all) => all[3] === '4:0231'),
  'rows-lost': afterLogin(query('SELECT 1'), (all) => all.length === 4 && all[3] === '4:fe00000200'),
  'null-behind-long-value-as-empty-string': afterLogin(
    query(`SELECT '${'x'.repeat(251)}' AS a, NULL`),
    (all) => all[4]?.endsWith('7800') === true,
  ),
  'null-as-empty-string': afterLogin(query('SELECT NULL'), (all) => all[3] === '4:00'),
};
