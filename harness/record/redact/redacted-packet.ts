import type { Span } from '../../codec/bytes.ts';
import type { LabelledPacket } from '../../codec/labelled-packet.ts';
import { lenencPrefix } from './lenenc-prefix.ts';
import { redactedSessionState } from './session-state.ts';

/** What stands for text that was taken out; for values of the binary protocol it is 0, which is a value of every type. */
export const FILLER = 0x78; // x
const HEADER_BYTES = 4;
const MOST_PER_FRAME = 0xff_ffff;
/** So many bytes that could be letters side by side are taken for a word. */
const LEAST_TEXT = 4;

/** Names of plugins that a packet may show: nobody's secret. What else stands there may be anything. */
const plugins = new Set([
  'mysql_native_password',
  'mysql_old_password',
  'mysql_clear_password',
  'caching_sha2_password',
  'sha256_password',
  'client_ed25519',
  'parsec',
  'dialog',
  'auth_gssapi_client',
  'authentication_ldap_sasl_client',
  'authentication_webauthn_client',
]);

/** Fields that are shown as they are, where they look as they must. All other text and bytes are filled. */
const shown: Readonly<Record<string, (bytes: Uint8Array, text: string) => boolean>> = {
  'HandshakeV10.serverVersion': () => true,
  'HandshakeV10.scramble1': () => true,
  'HandshakeV10.scramble2': () => true,
  'HandshakeV9.serverVersion': () => true,
  'HandshakeV9.scramble': () => true,
  'HandshakeV10.authPluginName': (_, text) => plugins.has(text),
  'HandshakeResponse41.authPluginName': (_, text) => plugins.has(text),
  'COM_CHANGE_USER.authPluginName': (_, text) => plugins.has(text),
  'AuthSwitchRequest.pluginName': (_, text) => plugins.has(text),
  'AuthNextFactor.pluginName': (_, text) => plugins.has(text),
  // caching_sha2_password: fast authentication succeeded, or full is asked for; a key is longer.
  'AuthMoreData.data': (bytes) => bytes.length === 1,
  'ERR.sqlStateMarker': (_, text) => text === '#',
  'ERR.sqlState': (_, text) => /^[0-9A-Z]{5}$/.test(text),
  'COM_QUERY.nullBitmap': () => true,
  'COM_STMT_EXECUTE.nullBitmap': () => true,
  'BinaryRow.nullBitmap': () => true,
};

/**
 * The bytes of a packet in the stream, headers included, with everything filled that is not known to be the protocol's own:
 * numbers, lengths and flags stay, text and values do not. Never a byte more or fewer.
 */
export function redactedPacket(packet: LabelledPacket): Uint8Array {
  const payload = new Uint8Array(packet.payload.length).fill(FILLER);
  if (isErr(packet)) payload.set(packet.payload.subarray(0, 3));
  // Whatever is wrong with it, it stays that command, and stays wrong.
  if (isCommand(packet)) payload.set(packet.payload.subarray(0, 1));
  // A row whose columns nobody has told of has a constant byte first.
  if (packet.name === 'BinaryRow' && packet.payload[0] === 0) payload[0] = 0;
  if (isRead(packet)) for (const span of packet.spans ?? []) showSpan(packet, span, payload);
  // A damaged capture may have text where numbers are read.
  if (!packet.name.startsWith('Handshake') && packet.name !== 'SSLRequest') hideText(packet, payload);
  return framed(packet, payload);
}

/** Whether its fields are what they are called: the decoder found nothing wrong, or only how it is numbered. */
export function isRead({ problem, spans, payload }: LabelledPacket): boolean {
  if (problem !== undefined && !/^sequence id \d+, expected \d+$/.test(problem)) return false;
  let end = 0;
  for (const { off, len, wire } of spans ?? []) {
    if (off !== end) return false;
    if (wire.startsWith('filler<') && payload.subarray(off, off + len).some((byte) => byte !== 0)) return false;
    end += len;
  }
  return end === payload.length;
}

/** No other packet of a server begins so: its code is worth keeping whatever else is wrong. */
const isErr = ({ from, name, payload }: LabelledPacket): boolean => from === 'server' && name === 'ERR' && payload[0] === 0xff;

/** The commands of both manuals: none of these bytes is a letter. */
const isCommand = ({ from, name, payload: [first = FILLER] }: LabelledPacket): boolean =>
  from === 'client' && name.startsWith('COM_') && (first < 0x20 || first >= 0xfa);

/** Numbers that stand side by side and read as text become zeros. */
function hideText({ spans = [] }: LabelledPacket, out: Uint8Array): void {
  const numbers = spans
    .flatMap((span) => (span.parts && span.parts.length > 0 ? span.parts : [span]))
    .filter(({ wire }) => wire.startsWith('int<'));
  let run = 0;
  let end = -1;
  for (const { off, len } of numbers) {
    if (off !== end) run = 0;
    for (let at = off; at < off + len; at++) {
      const byte = out[at] as number;
      run = byte >= 0x20 && byte < 0x7f ? run + 1 : 0;
      if (run >= LEAST_TEXT) out.fill(0, at + 1 - run, at + 1);
    }
    end = off + len;
  }
}

function showSpan(packet: LabelledPacket, span: Span, out: Uint8Array): void {
  const { off, len, field, parts = [] } = span;
  const { name, payload } = packet;
  const bytes = payload.subarray(off, off + len);
  const show = (from: number, to: number): void => out.set(payload.subarray(from, to), from);
  if (name === 'OK' && field === 'sessionState') return out.set(redactedSessionState(bytes), off);
  if (parts.length > 0) {
    for (const part of parts) showPart(packet, span, part, out);
    return;
  }
  if (span.wire.startsWith('int<') || span.wire.startsWith('filler<')) return show(off, off + len);
  const text = Buffer.from(bytes.at(-1) === 0 ? bytes.subarray(0, -1) : bytes).toString('latin1');
  if (shown[`${name}.${field}`]?.(bytes, text) || (field === 'catalog' && text === 'def')) return show(off, off + len);
  if (span.wire.startsWith('string<lenenc>|NULL')) return show(off, off + lenencPrefix(bytes));
  if (bytes.at(-1) === 0 && span.wire.includes('NUL')) show(off + len - 1, off + len); // what ends a string
}

function showPart({ payload, value }: LabelledPacket, span: Span, part: Span, out: Uint8Array): void {
  const { off, len, wire, field } = part;
  if (wire.startsWith('int<')) return out.set(payload.subarray(off, off + len), off);
  if (wire === 'binary value') {
    out.fill(0, off, off + len);
    const prefix = len - (valueAt(value?.[span.field], field)?.length ?? len);
    return out.set(payload.subarray(off, off + prefix), off);
  }
  if (wire.startsWith('string<lenenc>')) out.set(payload.subarray(off, off + lenencPrefix(payload.subarray(off, off + len))), off);
  if (wire.startsWith('byte<') && span.field === 'catalog' && len === 3) showDef(payload, off, out);
}

function showDef(payload: Uint8Array, off: number, out: Uint8Array): void {
  if (Buffer.from(payload.subarray(off, off + 3)).toString('latin1') === 'def') out.set(payload.subarray(off, off + 3), off);
}

/** '3' of a row, '3.value' of parameters, '0.3.value' of bulk rows: the value without its length prefix. */
function valueAt(values: unknown, path: string): Uint8Array | undefined {
  let here = values;
  for (const step of path.split('.')) {
    if (here === null || typeof here !== 'object') return undefined;
    here = (here as Record<string, unknown>)[step];
  }
  return here instanceof Uint8Array ? here : undefined;
}

/** Puts the headers back in front: one for each 16 MiB, all of the same packet. */
function framed({ size, payload: said, sequenceId = 0 }: LabelledPacket, payload: Uint8Array): Uint8Array {
  const out = new Uint8Array(size);
  let at = 0;
  for (let i = 0, off = 0; at < size; i++, off += MOST_PER_FRAME) {
    const length = Math.min(MOST_PER_FRAME, said.length - off);
    out.set([length & 0xff, (length >>> 8) & 0xff, length >>> 16, (sequenceId + i) & 0xff], at);
    out.set(payload.subarray(off, off + length), at + HEADER_BYTES);
    at += HEADER_BYTES + length;
  }
  return out;
}
