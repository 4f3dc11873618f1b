import { oneLine } from './layout.ts';

/** A binary string of the wire as text: UTF-8 where it is, harmless, on one line. */
export function wireText(binary: string, most = 200): string {
  return oneLine(Buffer.from(binary, 'latin1').toString('utf8'), most);
}
