/** How the defects of defects/backend.ts show. */
import type { backend } from '../defects/backend.ts';
import { type BareClient, query } from './bare-client.ts';
import { afterLogin, type Shows } from './shows.ts';

/** What comes back for SELECT 1 where the server behind this one has that fault. */
const asked = (fault: string, shows: (packets: readonly string[], c: BareClient) => boolean | Promise<boolean>): Shows =>
  afterLogin(query(`SELECT /* mywire:defect=${fault} */ 1`), shows);
const hangs = async (packets: readonly string[], c: BareClient): Promise<boolean> => packets.length === 0 && (await c.ending(1)) === 'open';

export const backendShows: Record<keyof typeof backend, Shows> = {
  'backend-err-becomes-end-of-rows': asked('rows-end-with-err', (packets) => packets.at(-1) === '5:fe00000200'),
  'backend-err-becomes-another': asked('rows-end-with-err', (packets) => packets.at(-1)?.startsWith('5:ffdd07') === true),
  'backend-ok-for-rows-hangs': asked('query-answered-with-ok', hangs),
  'backend-end-cuts-answer': asked('answer-and-end', (packets) => packets.at(-1) === '4:0131'),
  'backend-end-in-answer-hangs': asked('answer-breaks-off', hangs),
  'backend-end-without-answer-hangs': asked('query-answered-with-close', hangs),
  'backend-end-told-in-a-code-of-clients': asked('query-answered-with-close', ([answer = '']) => answer.startsWith('1:ffdd07')),
  'backend-err-lost-with-its-connection': asked(
    'too-large-and-end',
    async (packets, c) => packets.length === 0 && (await c.ending()) === 'fin',
  ),
};
