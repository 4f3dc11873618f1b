const MS = 1_000_000n;
/** Milliseconds that a Date can hold; a damaged capture has others. */
const MOST_MS = 8_640_000_000_000_000n;

/** A time of a capture (ns since 1970) as ISO 8601 in UTC, with microseconds; undefined where it is no time, or none was kept (0). */
export function captureTime(ns: bigint): string | undefined {
  if (ns === 0n) return undefined;
  const ms = (ns < 0n ? ns - MS + 1n : ns) / MS;
  if (ms > MOST_MS || ms < -MOST_MS) return undefined;
  const us = (ns - ms * MS) / 1000n;
  return new Date(Number(ms)).toISOString().replace('Z', `${String(us).padStart(3, '0')}Z`);
}
