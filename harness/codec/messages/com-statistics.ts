import { constant } from '../field.ts';
import { message } from '../message.ts';

/** int<1> 0x09. */
export const comStatistics = message('COM_STATISTICS', 'mysql/page_protocol_com_statistics', { command: constant(0x09) });
