import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readCapture } from './capture-reader.ts';
import { serverEnding } from './ending.ts';
import { PcapError } from './pcap-error.ts';
import { reassemble } from './reassemble.ts';

const read = (path: string) => new Uint8Array(readFileSync(new URL(path, import.meta.url)));
const REAL = {
  pcap: read('../../pcaps/mysql-9.7.4-handshake-variants.pcap'),
  cooked: read('testdata/any-sll2.pcap'),
  nanoseconds: read('testdata/lo-ipv6-nano.pcap'),
  pcapng: read('testdata/two-interfaces.pcapng'),
};

describe('hostile input', () => {
  const settle = (bytes: Uint8Array) => {
    try {
      return readCapture(bytes).fault?.code ?? 'whole';
    } catch (error) {
      if (error instanceof PcapError) return error.code;
      throw error;
    }
  };

  test('random bytes behind a good beginning give frames or a PcapError, never anything else', () => {
    const beginnings = Object.values(REAL).map((bytes) => bytes.subarray(0, 400));
    fc.assert(
      fc.property(fc.constantFrom(...beginnings), fc.nat(400), fc.uint8Array({ maxLength: 400 }), (good, cut, garbage) => {
        expect(settle(Uint8Array.from([...good.subarray(0, cut), ...garbage]))).toBeTypeOf('string');
      }),
      { numRuns: 700 },
    );
  });

  test('real captures with a few bytes changed give frames or a PcapError, never anything else', () => {
    const change = fc.record({ at: fc.nat(), to: fc.constantFrom(0, 1, 0x7f, 0x80, 0xff) });
    fc.assert(
      fc.property(fc.constantFrom(...Object.values(REAL)), fc.array(change, { minLength: 1, maxLength: 6 }), (real, changes) => {
        const bytes = real.slice();
        for (const { at, to } of changes) bytes[at % bytes.length] = to;
        expect(settle(bytes)).toBeTypeOf('string');
      }),
      { numRuns: 700 },
    );
  });

  test('a damaged capture gives connections, never an exception', () => {
    const change = fc.record({ at: fc.nat(), to: fc.nat(255) });
    fc.assert(
      fc.property(fc.constantFrom(...Object.values(REAL)), fc.array(change, { minLength: 1, maxLength: 40 }), (original, changes) => {
        const bytes = original.slice();
        for (const { at, to } of changes) bytes[24 + (at % (bytes.length - 24))] = to;
        for (const connection of reassemble(readCapture(bytes).frames).connections) serverEnding(connection);
      }),
      { numRuns: 200 },
    );
  });
});
