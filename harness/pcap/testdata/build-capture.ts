/** Builds capture files byte by byte for tests, apart from the production writer, in any byte order and with any fault. */

export interface PcapFrame {
  seconds: number;
  fraction: number;
  bytes: readonly number[];
  originalLength?: number;
}

type Word = ['u16' | 'u32' | 'u64', number | bigint];

function words(little: boolean, ...list: Word[]): number[] {
  return list.flatMap(([size, value]) => {
    const width = { u16: 2, u32: 4, u64: 8 }[size];
    const bytes = Array.from({ length: width }, (_, i) => Number((BigInt.asUintN(64, BigInt(value)) >> BigInt(8 * i)) & 0xffn));
    return little ? bytes : bytes.reverse();
  });
}

export function buildPcap(magic: number, little: boolean, linkType: number, frames: readonly PcapFrame[]): Uint8Array {
  const header = words(little, ['u32', magic], ['u16', 2], ['u16', 4], ['u32', 0], ['u32', 0], ['u32', 65535], ['u32', linkType]);
  const records = frames.flatMap((frame) => [
    ...words(
      little,
      ['u32', frame.seconds],
      ['u32', frame.fraction],
      ['u32', frame.bytes.length],
      ['u32', frame.originalLength ?? frame.bytes.length],
    ),
    ...frame.bytes,
  ]);
  return Uint8Array.from([...header, ...records]);
}

/** The blocks of one byte order. */
export function pcapngBlocks(little: boolean) {
  const word = (...list: Word[]) => words(little, ...list);
  const pad = (bytes: readonly number[]) => [...bytes, ...new Array<number>((4 - (bytes.length % 4)) % 4).fill(0)];
  const option = (code: number, value: readonly number[]) => [...word(['u16', code], ['u16', value.length]), ...pad(value)];
  const text = (code: number, value: string) => option(code, [...new TextEncoder().encode(value)]);
  const end = option(0, []);
  const block = (type: number, body: readonly number[], lengthAtEnd?: number) => {
    const length = 12 + body.length;
    return [...word(['u32', type], ['u32', length]), ...body, ...word(['u32', lengthAtEnd ?? length])];
  };
  const high = (time: bigint) => Number(time >> 32n);
  const low = (time: bigint) => Number(time & 0xffff_ffffn);
  return {
    word,
    block,
    option,
    text,
    end,
    section: (options: readonly number[] = []) =>
      block(0x0a0d0d0a, [...word(['u32', 0x1a2b3c4d], ['u16', 1], ['u16', 0], ['u64', -1n]), ...options]),
    interface: (linkType: number, options: readonly number[] = [], snapLength = 0) =>
      block(1, [...word(['u16', linkType], ['u16', 0], ['u32', snapLength]), ...options]),
    enhanced: (id: number, time: bigint, bytes: readonly number[], options: readonly number[] = []) =>
      block(6, [
        ...word(['u32', id], ['u32', high(time)], ['u32', low(time)], ['u32', bytes.length], ['u32', bytes.length]),
        ...pad(bytes),
        ...options,
      ]),
    obsolete: (id: number, time: bigint, bytes: readonly number[]) =>
      block(2, [
        ...word(['u16', id], ['u16', 0], ['u32', high(time)], ['u32', low(time)], ['u32', bytes.length], ['u32', bytes.length]),
        ...pad(bytes),
      ]),
    simple: (bytes: readonly number[], originalLength = bytes.length) => block(3, [...word(['u32', originalLength]), ...pad(bytes)]),
  };
}
