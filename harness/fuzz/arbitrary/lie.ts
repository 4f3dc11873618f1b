import type { Stimulus } from '../../case/step.ts';
import type { Fields } from '../../codec/message.ts';
import { messages } from '../../codec/messages/index.ts';
import type { Act } from '../exec.ts';
import type { Chance } from './chance.ts';
import { isHarmless, mayChange } from './harmless.ts';
import { wrongForm } from './proofs.ts';

type Message = NonNullable<Stimulus['message']>;
/** Changes one thing of a stimulus into something untrue; undefined where there is nothing of that kind to change. */
type Lie = (chance: Chance, stimulus: Stimulus) => Stimulus | undefined;

const fieldsOf = (message: Message): Fields => (message === 'COM_RAW' ? messages['COM_*'] : messages[message]).fields as Fields;
/** What commands are, and what reaches beyond the connection if it is anything else. */
const fixedFields: ReadonlySet<string> = new Set(['command']);

const names = new Map<Message, readonly string[]>();
function fieldNames(message: Message): readonly string[] {
  let list = names.get(message);
  if (!list) {
    list = Object.keys(fieldsOf(message)).filter((name) => !fixedFields.has(name));
    names.set(message, list);
  }
  return list;
}

const oneByte = ['00', '01', '7f', '80', 'fb', 'fc', 'fe', 'ff'] as const;
/** Length-encoded integers that lie, are longer than they must be, or are none. */
const badLengths = [
  'fb',
  'ff',
  'fc',
  'fcff',
  'fcffff',
  'fd',
  'fdffffff',
  'fe',
  'feffffffffffffffff',
  'fe0000000000000080',
  'fc0100',
  'fd010000',
  'fe0100000000000000',
  'fa',
  '7f',
] as const;
const text = (chance: Chance): string => '61'.repeat(chance.of([0, 1, 7, 64, 250, 251, 255, 256, 1000]));

/** Per type of field (its `wire`), bytes that are not what it says. */
const byType: readonly (readonly [of: RegExp, bytes: (chance: Chance, size: number) => string])[] = [
  [/^int<lenenc>/, (c) => c.of(badLengths)],
  [/^(string|byte)<lenenc>|attributes|lenenc/, (c) => c.of(badLengths) + text(c)],
  [/^int<1> \+ |^int<4> \+ /, (c) => c.of(oneByte) + text(c)],
  [
    /^int<(\d+)>/,
    (c, size) =>
      c.weighted([
        [3, c.hex(size)],
        [2, 'ff'.repeat(size)],
        [2, '00'.repeat(size)],
        [1, `${'00'.repeat(Math.max(0, size - 1))}80`],
        [2, c.hex(Math.max(0, size - 1))],
        [1, c.hex(size + 1)],
      ]),
  ],
  [
    /^string<NUL>|NUL/,
    (c) =>
      c.weighted([
        [3, text(c)],
        [2, `${text(c)}00${text(c)}00`],
        [1, ''],
        [1, `ff${text(c)}00`],
      ]),
  ],
  [/^(byte|filler|string)<\d+>/, (c) => c.hex(c.below(40))],
  [
    /./,
    (c) =>
      c.weighted([
        [2, c.hex(c.below(24))],
        [1, ''],
        [1, '00'],
        [1, text(c)],
      ]),
  ],
];

function untrue(chance: Chance, wire: string): string {
  for (const [of, bytes] of byType) {
    const match = of.exec(wire);
    if (match) return bytes(chance, Number(match[1] ?? 1) || 1);
  }
  return '';
}

const oneField: Lie = (chance, stimulus) => {
  const { message } = stimulus;
  if (!message) return undefined;
  const list = fieldNames(message);
  if (list.length === 0) return undefined;
  const name = chance.of(list);
  const bytes = untrue(chance, fieldsOf(message)[name]?.wire ?? '');
  const lied: Stimulus = { ...stimulus, raw: { [name]: bytes } };
  return isHarmless(Buffer.from(bytes, 'hex').subarray(0)) || message.startsWith('Handshake') ? lied : undefined;
};

/** Cut inside a field: that one in part, those behind it not at all. */
const truncated: Lie = (chance, stimulus) => {
  const { message } = stimulus;
  const list = message ? fieldNames(message) : [];
  if (list.length === 0) return undefined;
  const from = chance.below(list.length);
  const raw: Record<string, string> = {};
  list.slice(from).forEach((name, i) => {
    raw[name] = i === 0 && chance.oneIn(2) ? chance.of([chance.hex(1), text(chance)]) : '';
  });
  return { ...stimulus, raw };
};

/** More bytes behind the last field. */
const overlong: Lie = (chance, stimulus) =>
  stimulus.padTo === undefined ? { ...stimulus, padTo: chance.of([64, 300, 5000]), tail: chance.of(['', '\0', '\xff\xfe']) } : undefined;

const wrongLength: Lie = (chance, stimulus) => ({
  ...stimulus,
  length: chance.of([0, 1, 2, 3, 5, 8, 17, 30, 64, 100, 0x100, 0xffff, 0xfffffe, 0xffffff]),
});
const wrongSequence: Lie = (chance, stimulus) => ({ ...stimulus, sequenceId: chance.of([1, 2, 3, 5, 127, 128, 254, 255]) });
/** Says 8 or 9 parameters where there are fewer, counts no rows, and the like. */
const wrongFlags: Lie = (chance, stimulus) => {
  if (stimulus.message !== 'HandshakeResponse41' && stimulus.message !== 'SSLRequest') return undefined;
  return { ...stimulus, raw: { capabilities: chance.hex(4) } };
};
/** Its form in compressed packets; without compression it says nothing. */
const wrongFrame: Lie = (chance, stimulus) => ({
  ...stimulus,
  compressed: chance.of([
    { sequenceId: chance.below(256) },
    { uncompressedLength: chance.of([0, 1, 5, 100, 0xffff, 0xffffff]) },
    { body: 'compressed' as const, uncompressedLength: chance.of([0, 1, 3]) },
    { cutAt: [1, 2, 3] },
  ]),
});
/** A command byte that is another's, with the fields of this one. */
const otherCommand: Lie = (chance, { message, with: fields }) => {
  if (!message?.startsWith('COM_')) return undefined;
  const command = chance.of([
    0x00, 0x01, 0x02, 0x03, 0x04, 0x09, 0x0b, 0x0e, 0x0f, 0x11, 0x16, 0x17, 0x18, 0x19, 0x1a, 0x1b, 0x1c, 0x1f, 0x30, 0xfa, 0xfe, 0xff,
  ]);
  const query = fields?.['query'];
  const rest = typeof query === 'string' ? Buffer.from(query.slice(0, 200), 'latin1').toString('hex') : chance.hex(chance.below(12));
  return { message: 'COM_RAW', with: { command }, raw: { rest } };
};
const nothing: Lie = () => ({ wire: '00000000' });
const garbage: Lie = (chance) => ({
  wire: chance.of([chance.hex(chance.between(1, 40)), '160301', '474554202f20485454502f312e310d0a0d0a', 'ffffff00', '00'.repeat(64)]),
});
/** In the middle of a login: bytes where the proof belongs. */
const wrongProof: Lie = (chance, stimulus) => {
  if (stimulus.account === undefined || stimulus.message === 'SSLRequest') return undefined;
  return { ...stimulus, proof: wrongForm(chance) };
};

/** Frames of the compressed protocol that are none, hold nothing, or hold something else; without compression they are packets too long. */
const frames = [
  '0a000000320000ffffffffffffffffffff', // said to be 50 bytes, and nothing that zlib or zstd would make
  '0a000000320000789c0300000000010000',
  '00000000000000',
  '03000000000000010203',
  '05000000000000010000000e',
  '05000001000000010000000e',
  '0500000005000001000000 0e'.replace(' ', ''),
  '010000000e',
] as const;
const brokenFrame: Lie = (chance) => ({ wire: chance.of(frames) });
/** As many frames as the packet has bytes, up to more than a byte counts. */
const manyFrames: Lie = () => ({
  message: 'COM_QUERY',
  with: { query: `SELECT LENGTH('${'x'.repeat(300)}')` },
  compressed: { cutAt: Array.from({ length: 270 }, (_, i) => i + 1) },
});
const frameLies: readonly (readonly [number, Lie])[] = [
  [4, wrongFrame],
  [4, brokenFrame],
  [1, manyFrames],
];

const lies: readonly (readonly [number, Lie])[] = [
  [14, oneField],
  [5, truncated],
  [3, overlong],
  [4, wrongLength],
  [4, wrongSequence],
  [2, wrongFlags],
  [1, wrongFrame],
  [4, otherCommand],
  [1, nothing],
  [2, garbage],
  [2, wrongProof],
];

/** One lie about this stimulus. */
export function lieAbout(chance: Chance, stimulus: Stimulus): Stimulus {
  if (!mayChange(stimulus)) return { ...stimulus, sequenceId: 7 };
  for (let tries = 0; tries < 8; tries++) {
    const told = chance.weighted(lies)(chance, stimulus);
    if (told) return told;
  }
  return { ...stimulus, sequenceId: 7 };
}

const lieAboutFrame = (chance: Chance, stimulus: Stimulus): Stimulus =>
  chance.weighted(frameLies)(chance, stimulus) ?? { ...stimulus, sequenceId: 7 };
/** Behind its login all travels in frames. */
const compresses = (acts: readonly Act[]): boolean =>
  acts.some(
    (act) => 'send' in act && act.send[0].capabilities?.only?.some((flag) => flag === 'COMPRESS' || flag === 'ZSTD_COMPRESSION_ALGORITHM'),
  );

/** Exactly one stimulus of these acts is a lie. */
export function withOneLie(chance: Chance, acts: readonly Act[]): readonly Act[] {
  const about = compresses(acts) && chance.oneIn(2) ? lieAboutFrame : lieAbout;
  const sends = acts.flatMap((act, i) => ('send' in act ? [i] : []));
  // The login is where most fields are: every third lie is about it.
  const behind = sends.slice(1);
  const isOfFrames = about === lieAboutFrame && behind.length > 0;
  const at = isOfFrames ? chance.of(behind) : chance.oneIn(3) ? (sends[0] as number) : chance.of(sends);
  return acts.map((act, i) => {
    if (i !== at || !('send' in act)) return act;
    const which = chance.below(act.send.length);
    const send = act.send.map((one, k) => (k === which ? about(chance, one) : one));
    return { ...act, send: send as unknown as readonly [Stimulus, ...Stimulus[]] };
  });
}
