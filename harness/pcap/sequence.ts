/** Sequence numbers count modulo 2^32 (RFC 9293 section 3.4); a distance is the shorter way round. */

/** How far `a` is ahead of `b`: -2^31 to 2^31-1. */
export function ahead(a: number, b: number): number {
  return (a - b) | 0;
}

export function advance(seq: number, by: number): number {
  return (seq + by) >>> 0;
}
