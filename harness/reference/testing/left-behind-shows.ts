import { Buffer } from 'node:buffer';
import type { leftBehind } from '../defects/left-behind.ts';
import { enter, isErr, payload, say, sequenceId, statusOf } from './asking.ts';
import { type BareClient, packet, z } from './bare-client.ts';
import { check, native, on, PLUGIN, type Shows } from './shows.ts';

const RESET = packet('1f');
const CHANGE = packet(`11 ${check} 00 ${z('')} 2d00 ${native}`);
const THREE = 'SELECT 1 AS n UNION ALL SELECT 2 UNION ALL SELECT 3';
const PREPARE = packet(Buffer.from(`\x16${THREE}`, 'latin1'));
/** With a cursor; and its first row. */
const EXECUTE = packet('17 01000000 01 01000000');
const FETCH = packet('1c 01000000 01000000');

/** COM_CHANGE_USER to the same account, and an empty proof where the server asks for one. */
async function changes(c: BareClient): Promise<void> {
  const [answer] = await say(c, CHANGE);
  if (payload(answer)[0] === 0xfe) await say(c, packet('', sequenceId(answer) + 1));
}

/** What stands behind `reset-keeps-` and `change-user-keeps-`: what is said before, what is asked behind, and what answers then. */
type Left = readonly [before: readonly (string | Uint8Array)[], last: string | Uint8Array, shows: (all: readonly string[]) => boolean];
const lefts = {
  'statement-of-sql': [["PREPARE x FROM 'SELECT 5'"], 'EXECUTE x', (all) => payload(all[3]).toString('latin1') === '\x015'],
  'open-cursor': [[PREPARE, EXECUTE], FETCH, ([a]) => payload(a).toString('hex').startsWith('0000')],
  'table-locks': [['LOCK TABLES mywire.numbers READ'], "SELECT COUNT(*) FROM mywire.words WHERE word = 'x'", ([a]) => isErr(a, 1100)],
  handler: [['HANDLER mywire.numbers OPEN AS x'], 'HANDLER x READ FIRST', ([a]) => payload(a)[0] === 2],
  // A count, a definition, a row, and two EOFs.
  'select-limit': [['SET sql_select_limit = 1'], THREE, (all) => all.length === 5],
  'next-transaction': [['SET TRANSACTION READ ONLY'], 'BEGIN', ([a]) => statusOf(a) === 0x2003],
} as const satisfies Readonly<Record<string, Left>>;

const left = (name: keyof typeof lefts, by: (c: BareClient) => Promise<unknown>): Shows =>
  on(async (c) => {
    const [before, last, shows]: Left = lefts[name];
    await enter(c, PLUGIN);
    for (const one of before) await say(c, one);
    await by(c);
    return shows(await say(c, last));
  });
const reset = (name: keyof typeof lefts): Shows => left(name, (c) => say(c, RESET));
const changed = (name: keyof typeof lefts): Shows => left(name, changes);

export const leftBehindShows: Record<keyof typeof leftBehind, Shows> = {
  'reset-keeps-statement-of-sql': reset('statement-of-sql'),
  'reset-keeps-open-cursor': reset('open-cursor'),
  'reset-keeps-table-locks': reset('table-locks'),
  'reset-keeps-handler': reset('handler'),
  'reset-keeps-select-limit': reset('select-limit'),
  'reset-keeps-next-transaction': reset('next-transaction'),
  'change-user-keeps-statement-of-sql': changed('statement-of-sql'),
  'change-user-keeps-open-cursor': changed('open-cursor'),
  'change-user-keeps-table-locks': changed('table-locks'),
  'change-user-keeps-handler': changed('handler'),
  'change-user-keeps-select-limit': changed('select-limit'),
  'change-user-keeps-next-transaction': changed('next-transaction'),
};
