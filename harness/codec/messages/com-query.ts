import { agreed, when } from '../condition.ts';
import { constant, rest } from '../field.ts';
import { lenenc } from '../lenenc.ts';
import { message } from '../message.ts';
import { countGiven, newParamsBindFlag, nullBitmap, parameters } from '../parameters.ts';

/**
 * int<1>         0x03
 * int<lenenc>    parameter count, if QUERY_ATTRIBUTES
 * int<lenenc>    parameter set count, always 1, if QUERY_ATTRIBUTES
 * and if the count is not 0:
 * NULL bitmap    one bit for each parameter
 * int<1>         1: types follow
 * int<2>         type of each, with string<lenenc> name
 * binary values  of those that are not NULL
 * string<EOF>    the statement
 */
export const comQuery = message('COM_QUERY', 'mysql/page_protocol_com_query', {
  command: constant(0x03),
  parameterCount: when(agreed('QUERY_ATTRIBUTES'), { ...lenenc, derive: countGiven }),
  parameterSetCount: when(agreed('QUERY_ATTRIBUTES'), { ...lenenc, fallback: 1 }),
  nullBitmap,
  newParamsBindFlag,
  parameters,
  query: rest,
});
