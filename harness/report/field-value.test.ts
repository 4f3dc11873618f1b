import { expect, test } from 'vitest';
import { valueInWords } from './field-value.ts';

test("the TLVs of a PROXY header are shown as type and bytes, not as a bytes' indices", () => {
  const tlvs = [
    { type: 3, value: Uint8Array.of(0xde, 0xad, 0xbe, 0xef) },
    { type: 4, value: new Uint8Array(0) },
  ];
  expect(valueInWords('tlvs', tlvs)).toBe('[{type 3, value de ad be ef}, {type 4, value empty}]');
});
