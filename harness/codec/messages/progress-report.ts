import { constant, u8, u16, u24 } from '../field.ts';
import { lenencString } from '../lenenc.ts';
import { type MessageOf, message } from '../message.ts';

/** The error code that makes an ERR a progress report. */
export const PROGRESS = 0xffff;

/**
 * int<1>          0xFF
 * int<2>          0xFFFF
 * int<1>          number of strings, 1; the manual does not table it, the server sends it
 * int<1>          stage
 * int<1>          number of stages
 * int<3>          progress of the stage, in 1/1000 of a per cent
 * string<lenenc>  what is being done
 * MariaDB sends it before the answer to a slow statement, if MARIADB_CLIENT_PROGRESS. It ends nothing.
 */
export const progressReport = message('ProgressReport', 'mariadb/err_packet', {
  header: constant(0xff),
  errorCode: { ...u16, fallback: PROGRESS },
  strings: { ...u8, fallback: 1 },
  stage: { ...u8, fallback: 1 },
  maxStage: { ...u8, fallback: 1 },
  progress: u24,
  info: lenencString,
});
export type ProgressReport = MessageOf<typeof progressReport>;
