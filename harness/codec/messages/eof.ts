import { agreed, when } from '../condition.ts';
import { constant, u16 } from '../field.ts';
import { type MessageOf, message } from '../message.ts';
import { status } from '../status.ts';

/**
 * int<1>  0xFE
 * int<2>  warnings, if PROTOCOL_41
 * int<2>  status flags, if PROTOCOL_41
 */
export const eof = message('EOF', 'mysql/page_protocol_basic_eof_packet', {
  header: constant(0xfe),
  warnings: when(agreed('PROTOCOL_41'), u16),
  statusFlags: when(agreed('PROTOCOL_41'), { ...u16, fallback: status.AUTOCOMMIT }),
});
export type Eof = MessageOf<typeof eof>;
