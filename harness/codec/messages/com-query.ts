import { agreed, when } from '../condition.ts';
import { constant, rest } from '../field.ts';
import { lenenc } from '../lenenc.ts';
import { type MessageOf, message } from '../message.ts';
import { queryParameters } from '../query-parameters.ts';

/**
 * int<1>       0x03
 * int<lenenc>  parameter count, if QUERY_ATTRIBUTES
 * int<lenenc>  parameter set count, always 1, if QUERY_ATTRIBUTES
 * parameters   if QUERY_ATTRIBUTES and the count is not 0
 * string<EOF>  the statement
 */
export const comQuery = message('COM_QUERY', 'mysql/page_protocol_com_query', {
  command: constant(0x03),
  parameterCount: when(agreed('QUERY_ATTRIBUTES'), lenenc),
  parameterSetCount: when(agreed('QUERY_ATTRIBUTES'), { ...lenenc, fallback: 1 }),
  parameters: queryParameters,
  query: rest,
});
export type ComQuery = MessageOf<typeof comQuery>;
