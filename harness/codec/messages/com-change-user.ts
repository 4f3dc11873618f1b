import { attributes } from '../attributes.ts';
import { agreed, either, unlessEnd, when } from '../condition.ts';
import { constant, nul, nulBytes, nulOrEnd, u8Bytes, u16 } from '../field.ts';
import { type MessageOf, message } from '../message.ts';

/**
 * int<1>       0x11
 * string<NUL>  user
 * auth response: int<1> length and as many bytes if SECURE_CONNECTION, else string<NUL>
 * string<NUL>  database
 * and, where the client goes on:
 * int<2>       character set, if PROTOCOL_41
 * string<NUL>  auth plugin name, if PLUGIN_AUTH
 * attributes   if CONNECT_ATTRS
 */
export const comChangeUser = message('COM_CHANGE_USER', 'mysql/page_protocol_com_change_user', {
  command: constant(0x11),
  user: nul,
  authResponse: either(agreed('SECURE_CONNECTION'), u8Bytes, nulBytes),
  database: nulOrEnd,
  characterSet: when(agreed('PROTOCOL_41'), unlessEnd({ ...u16, fallback: 45 })),
  authPluginName: when(agreed('PLUGIN_AUTH'), unlessEnd(nulOrEnd)),
  attributes: when(agreed('CONNECT_ATTRS'), unlessEnd(attributes)),
});
export type ComChangeUser = MessageOf<typeof comChangeUser>;
