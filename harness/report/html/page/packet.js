import { el } from './dom.js';

/** @typedef {import('../data.ts').PagePacket} PagePacket */

const PER_ROW = 16;

/**
 * The fields of a packet beside its bytes. Pointing at a field shows its bytes, and pointing at a byte its field.
 * @param {PagePacket} packet
 */
export function packetBody(packet) {
  const bytes = bytesOf(packet.hex);
  const fields = withHeader(packet, bytes);
  const owner = ownersOf(packet, fields, bytes.length);
  const body = el(
    'div',
    { class: 'packet-body' },
    fields.length > 0 && fieldTable(fields),
    el(
      'div',
      { class: 'dump', role: 'img', 'aria-label': `${packet.size} bytes in hex` },
      ...dumpRows(bytes, owner),
      bytes.length < packet.size && el('div', { class: 'soft' }, `… ${packet.size} bytes in all`),
    ),
  );
  const light = (/** @type {Event} */ event) => {
    const at = /** @type {Element} */ (event.target).closest('[data-field]')?.getAttribute('data-field');
    for (const one of body.querySelectorAll('.lit')) one.classList.remove('lit');
    if (at !== null && at !== undefined) for (const one of body.querySelectorAll(`[data-field="${at}"]`)) one.classList.add('lit');
  };
  for (const name of ['mouseover', 'focusin', 'click']) body.addEventListener(name, light);
  body.addEventListener('mouseleave', light);
  return body;
}

/** @param {string} hex */
function bytesOf(hex) {
  return Array.from({ length: hex.length / 2 }, (_, i) => hex.slice(2 * i, 2 * i + 2));
}

/**
 * The fields; before them the header that every packet has.
 * @param {PagePacket} packet
 * @param {string[]} bytes
 * @returns {import('../data.ts').PageField[]}
 */
function withHeader({ payloadAt, size, fields }, bytes) {
  if (payloadAt !== 4 || bytes.length < 4) return [...fields];
  return [[-4, 4, 'packet header', `length ${size - 4}, sequence id ${Number.parseInt(bytes[3] ?? '0', 16)}`, 0], ...fields];
}

/**
 * Of each byte the field that it belongs to; a part goes before the whole.
 * @param {PagePacket} packet
 * @param {import('../data.ts').PageField[]} fields
 * @param {number} length
 */
function ownersOf({ payloadAt }, fields, length) {
  /** @type {(number | undefined)[]} */
  const owner = Array.from({ length });
  if (payloadAt >= 0)
    for (const [at, [off, len]] of fields.entries()) owner.fill(at, Math.max(0, payloadAt + off), Math.max(0, payloadAt + off + len));
  return owner;
}

/** @param {import('../data.ts').PageField[]} fields */
function fieldTable(fields) {
  const head = el(
    'tr',
    {},
    el('th', { scope: 'col' }, 'off'),
    el('th', { scope: 'col' }, 'len'),
    el('th', { scope: 'col' }, 'field'),
    el('th', { scope: 'col' }, 'value'),
  );
  const rows = fields.map(([off, len, name, value, part], at) =>
    el(
      'tr',
      { 'data-field': at, class: part ? 'part' : null },
      el('td', { class: 'n' }, off < 0 ? '' : String(off)),
      el('td', { class: 'n' }, String(len)),
      el('td', {}, name),
      el('td', {}, value),
    ),
  );
  return el('table', { class: 'fields' }, el('thead', {}, head), el('tbody', {}, ...rows));
}

/**
 * @param {string[]} bytes
 * @param {(number | undefined)[]} owner
 */
function dumpRows(bytes, owner) {
  /** @type {HTMLElement[]} */
  const rows = [];
  for (let from = 0; from < bytes.length; from += PER_ROW) {
    const some = bytes.slice(from, from + PER_ROW);
    const hex = some.map((byte, i) => el('span', { 'data-field': owner[from + i] ?? null, class: i === 8 ? 'half' : null }, byte));
    const text = some.map((byte) => printable(Number.parseInt(byte, 16))).join('');
    rows.push(
      el(
        'div',
        {},
        el('span', { class: 'at' }, from.toString(16).padStart(4, '0')),
        el('span', { class: 'hex' }, ...hex),
        el('span', { class: 'text' }, text),
      ),
    );
  }
  return rows;
}

/** @param {number} byte */
function printable(byte) {
  return byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '·';
}
