const bytes = new DataView(new ArrayBuffer(8));

/** Turns the two 32-bit words of a timestamp, as they stand in the file, into nanoseconds since 1970. */
export type ToNanoseconds = (high: number, low: number) => bigint;

// Through a DataView this allocates one bigint; the same in bigint arithmetic allocates five, once per packet.
function join(high: number, low: number): bigint {
  bytes.setUint32(0, high);
  bytes.setUint32(4, low);
  return bytes.getBigUint64(0);
}

/** pcap's record header: seconds, then a fraction counted in units of `nanosecondsPerUnit` (1 or 1000). */
export function secondsAndFraction(nanosecondsPerUnit: 1 | 1000): ToNanoseconds {
  return (seconds, fraction) => {
    // seconds * 10^9 does not fit a double exactly, so it is done in two halves of 16 bits.
    const high = (seconds >>> 16) * 1e9;
    const low = (seconds & 0xffff) * 1e9 + fraction * nanosecondsPerUnit + (high % 0x10000) * 0x10000;
    return join(Math.floor(high / 0x10000) + Math.floor(low / 0x1_0000_0000), low % 0x1_0000_0000);
  };
}

/**
 * pcapng's 64-bit count of ticks. `resolution` is the if_tsresol byte: the high bit clear means 10^-n seconds,
 * set means 2^-n. `offsetSeconds` is if_tsoffset. https://www.ietf.org/archive/id/draft-ietf-opsawg-pcapng-03.html
 */
export function ticks(resolution: number, offsetSeconds: bigint): ToNanoseconds {
  const shift = offsetSeconds * 1_000_000_000n;
  if (resolution === 9) return shift === 0n ? join : (high, low) => join(high, low) + shift;
  const exponent = BigInt(resolution & 0x7f);
  const perSecond = resolution & 0x80 ? 2n ** exponent : 10n ** exponent;
  if (resolution === 6) return (high, low) => join(high, low) * 1000n + shift;
  return (high, low) => (join(high, low) * 1_000_000_000n) / perSecond + shift;
}
