/** How the defects of defects/answer.ts show. */
import { Buffer } from 'node:buffer';
import type { answer } from '../defects/answer.ts';
import { asks, isErr, payload, sequenceId, statusOf, warnings } from './asking.ts';
import { PING, packet } from './bare-client.ts';
import type { Shows } from './shows.ts';

const AUTOCOMMIT = 2;
const prepare = (text: string): Buffer => packet(Buffer.from(`\x16${text}`, 'latin1'));

export const answerShows: Record<keyof typeof answer, Shows> = {
  'long-ping-unanswered': asks(packet('0e0e'), (packets) => packets.length === 0),
  'pings-in-a-row-count-on': asks([PING, PING], ([one]) => sequenceId(one) === 2),
  'syntax-error-sequence-zero': asks('SELEC 1', ([one]) => isErr(one, 1064) && sequenceId(one) === 0),
  'eof-fields-swapped': asks('SELECT 1', (packets) => warnings(packets.at(-1)) === AUTOCOMMIT && statusOf(packets.at(-1)) === 0),
  'number-answered-as-the-one-before': asks(['SELECT 1', 'SELECT 2'], ([, , , row]) => payload(row).toString() === '\x011'),
  'expressions-share-sequence-id': asks('SELECT 1, 2', ([, one, other]) => sequenceId(one) === 2 && sequenceId(other) === 2),
  'functions-with-metadata-unasked': asks('SELECT DATABASE()', ([, one]) => payload(one).includes('DATABASE()\0\0')),
  'prepare-ok-short-without-definitions': asks(prepare('DO 1'), ([one]) => payload(one).length === 9),
};
