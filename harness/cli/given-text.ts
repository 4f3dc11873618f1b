import { closeSync, fstatSync, openSync, readSync, type Stats, statSync } from 'node:fs';
import { CliError } from './error.ts';

/** Nothing at all, or what the shell opened for us: `/dev/stdin` and `<(command)`. Somebody writes into it. */
const ENDS = /^\/(?:dev\/(?:null|stdin|fd\/\d+)|proc\/self\/fd\/\d+)$/;
/** Of a file that is read whole. */
const MOST_BYTES = 64 << 20;
const CHUNK = 1 << 16;

/** A file that must be had whole. `what` it should be: 'the cases'. Throws CliError CLI_NO_FILE. */
export function givenBytes(file: string, what: string, most = MOST_BYTES): Buffer {
  const refuse = (why: string) => new CliError('CLI_NO_FILE', `cannot read ${what} in ${file}: ${why}`);
  requireReadable(file, what);
  const pieces: Buffer[] = [];
  let bytes = 0;
  try {
    const fd = openSync(file, 'r');
    try {
      const { size } = fstatSync(fd);
      if (size > most) throw tooLong(refuse, most);
      for (;;) {
        const piece = Buffer.allocUnsafe(Math.max(CHUNK, size + 1 - bytes));
        const read = readSync(fd, piece);
        if (read === 0) return Buffer.concat(pieces, bytes);
        pieces.push(piece.subarray(0, read));
        bytes += read;
        if (bytes > most) throw tooLong(refuse, most);
      }
    } finally {
      closeSync(fd);
    }
  } catch (error) {
    throw error instanceof CliError ? error : refuse((error as Error).message);
  }
}

const tooLong = (refuse: (why: string) => CliError, most: number): CliError =>
  refuse(`it has more than ${most >> 20} MiB; is it the right file?`);

/** The same as text: UTF-8, with or without a byte order mark. */
export function givenText(file: string, what: string): string {
  const bytes = givenBytes(file, what);
  const refuse = (why: string) => new CliError('CLI_NO_FILE', `cannot read ${what} in ${file}: ${why}`);
  if ((bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff)) throw refuse('it is UTF-16; save it as UTF-8');
  if (bytes.includes(0)) throw refuse('it has NUL bytes, so it is no text; is it the right file?');
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw refuse('it is no UTF-8; is it the right file?');
  }
}

/**
 * Refuses what cannot be read or never ends: folders, devices, and pipes with a name, which wait for somebody to write.
 * Throws CliError CLI_NO_FILE.
 */
export function requireReadable(file: string, what: string): void {
  const refuse = (why: string) => new CliError('CLI_NO_FILE', `cannot read ${what} in ${file}: ${why}`);
  let stat: Stats;
  try {
    stat = statSync(file);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw refuse(code === 'ENOENT' ? 'there is no such file' : (error as Error).message);
  }
  if (stat.isFile() || ENDS.test(file)) return;
  if (stat.isDirectory()) throw refuse('it is a folder; give a file in it');
  throw refuse(stat.isFIFO() ? 'it is a pipe with a name; write what comes through it to a file first' : 'it is a device; give a file');
}
