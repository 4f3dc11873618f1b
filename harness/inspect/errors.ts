import type { LabelledPacket } from '../codec/labelled-packet.ts';
import type { SeenError } from './inspected.ts';

/** ERRs of one connection that are kept; the others are counted. */
const MOST_KEPT = 16;
/** Characters of a message that are kept. */
const MOST_TEXT = 500;

const NONE: readonly SeenError[] = [];

/** The ERRs of a server. */
export class Errors {
  count = 0;
  kept: readonly SeenError[] = NONE;

  add({ value, answers, at = 0 }: LabelledPacket): void {
    this.count++;
    if (this.kept.length >= MOST_KEPT || !value) return;
    const error: SeenError = {
      code: Number(value['errorCode'] ?? 0),
      sqlState: value['sqlState'] as string | undefined,
      message: String(value['errorMessage'] ?? '').slice(0, MOST_TEXT),
      answers: answers?.name.startsWith('HandshakeResponse') ? 'login' : answers?.name,
      frame: at,
    };
    this.kept = [...this.kept, error];
  }
}
