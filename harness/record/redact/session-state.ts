import { lenencPrefix } from './lenenc-prefix.ts';

const FILLER = 0x78;

/** A block of session state (string<lenenc> of an OK) with its texts filled: types, lengths and encodings stay. */
export function redactedSessionState(block: Uint8Array): Uint8Array {
  const out = new Uint8Array(block.length).fill(FILLER);
  const prefix = lenencPrefix(block);
  out.set(block.subarray(0, prefix));
  if (prefix === 0) return out;
  // int<1> type, then string<lenenc> whose content is strings of its own.
  for (let at = prefix; at + 1 < block.length; ) {
    const type = block[at] as number;
    const length = stringAt(block, at + 1);
    if (length === undefined) break;
    const end = at + 1 + length;
    const body = at + 1 + lenencPrefix(block.subarray(at + 1, end));
    out.set(block.subarray(at, body), at);
    if (type !== 2) showStrings(block, type === 3 ? body + 1 : body, end, out); // STATE_CHANGE is a bare digit; GTIDS have an encoding first
    at = end;
  }
  return out;
}

function showStrings(block: Uint8Array, from: number, end: number, out: Uint8Array): void {
  for (let at = from; at < end; ) {
    const length = stringAt(block.subarray(0, end), at);
    if (length === undefined) return;
    const prefix = lenencPrefix(block.subarray(at, at + length));
    out.set(block.subarray(at, at + prefix), at);
    at += length;
  }
}

/** Bytes of the string<lenenc> at `at`, its length included; undefined where it does not fit, or is longer than 64 kB. */
function stringAt(bytes: Uint8Array, at: number): number | undefined {
  const first = bytes[at] ?? 0xff;
  if (first > 0xfc || first === 0xfb) return undefined;
  const size = first < 0xfb ? 1 + first : 3 + (bytes[at + 1] ?? 0) + 256 * (bytes[at + 2] ?? 0);
  return at + size <= bytes.length ? size : undefined;
}
