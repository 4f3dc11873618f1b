import { constant, u16 } from '../field.ts';
import { message } from '../message.ts';

/**
 * int<1>  0x1b
 * int<2>  0: multi statements on, 1: off
 */
export const comSetOption = message('COM_SET_OPTION', 'mysql/page_protocol_com_set_option', {
  command: constant(0x1b),
  option: u16,
});
