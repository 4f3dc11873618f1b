import { agreed, when } from '../condition.ts';
import { constant, rest } from '../field.ts';
import { lenenc } from '../lenenc.ts';
import { type MessageOf, message } from '../message.ts';

/**
 * int<1>       0x03
 * int<lenenc>  parameter count, if QUERY_ATTRIBUTES
 * int<lenenc>  parameter set count, always 1, if QUERY_ATTRIBUTES
 * string<EOF>  the statement; where the parameter count is not 0, the parameters stand before it
 */
export const comQuery = message('COM_QUERY', 'mysql/page_protocol_com_query', {
  command: constant(0x03),
  parameterCount: when(agreed('QUERY_ATTRIBUTES'), lenenc),
  parameterSetCount: when(agreed('QUERY_ATTRIBUTES'), { ...lenenc, fallback: 1 }),
  query: rest,
});
export type ComQuery = MessageOf<typeof comQuery>;
