import type { Stimulus } from '../../case/step.ts';
import type { About } from './about.ts';
import type { Chance } from './chance.ts';
import { isHarmless } from './harmless.ts';

/** Larger ones say nothing that smaller ones do not. */
const MOST_BYTES = 4096;
const payloads = new WeakMap<About, readonly Buffer[]>();

function recordedIn(about: About): readonly Buffer[] {
  let list = payloads.get(about);
  if (!list) {
    list = (about.recorded ?? [])
      .map((one) => Buffer.from(one, 'hex'))
      .filter((one) => one.length > 0 && one.length <= MOST_BYTES && isHarmless(one));
    payloads.set(about, list);
  }
  return list;
}

export const hasRecorded = (about: About): boolean => recordedIn(about).length > 0;

/** Changes bytes: some turned over, set, taken out, said twice, or the end of another payload in place of this one's. */
export function changed(chance: Chance, bytes: Buffer, other: Buffer): Buffer {
  let out = Buffer.from(bytes);
  for (
    let n = chance.weighted([
      [1, 0],
      [6, 1],
      [2, 2],
      [1, 6],
    ]);
    n > 0;
    n--
  ) {
    const at = chance.below(out.length + 1);
    const bit = chance.below(8);
    switch (chance.below(6)) {
      case 0:
        if (at < out.length) out[at] = (out[at] as number) ^ (1 << bit);
        break;
      case 1:
        if (at < out.length) out[at] = chance.of([0, 1, 0x7f, 0x80, 0xfb, 0xfc, 0xfd, 0xfe, 0xff]);
        break;
      case 2:
        out = out.subarray(0, at);
        break;
      case 3:
        out = Buffer.concat([out.subarray(0, at), Buffer.from(chance.hex(chance.between(1, 5)), 'hex'), out.subarray(at)]);
        break;
      case 4:
        out = Buffer.concat([out.subarray(0, at), other.subarray(chance.below(other.length + 1))]);
        break;
      default:
        out = Buffer.concat([out.subarray(0, at), out.subarray(Math.max(0, at - bit))]);
    }
  }
  return out;
}

/** A recorded payload, changed, as one packet or as bytes that claim to be one. */
export function recordedStimulus(chance: Chance, about: About): Stimulus {
  const list = recordedIn(about);
  const bytes = chance.of(list);
  for (let tries = 0; tries < 8; tries++) {
    const payload = changed(chance, bytes, chance.of(list));
    if (!isHarmless(payload) || payload.length > MOST_BYTES) continue;
    const hex = payload.toString('hex');
    if (!chance.oneIn(8)) return { payload: hex };
    const length = payload.length & 0xff;
    return { wire: `${length.toString(16).padStart(2, '0')}${((payload.length >> 8) & 0xff).toString(16).padStart(2, '0')}0000${hex}` };
  }
  return { payload: bytes.toString('hex') };
}
