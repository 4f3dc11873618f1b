import { el } from './dom.js';
import { packetBody } from './packet.js';

/** @typedef {import('../data.ts').PageWire} PageWire */
/** @typedef {import('../data.ts').PagePacket} PagePacket */

const arrows = { '->': '→', '<-': '←', '': '' };
const ways = { '->': 'sent', '<-': 'received', '': '' };

/**
 * What happened on the client's socket, in order; packets open and close.
 * @param {PageWire} wire
 */
export function timeline(wire) {
  const packets = wire.events.flatMap((event) => event.packets);
  const last = packets.findLast(({ way }) => way === '<-');
  const opened = (/** @type {PagePacket} */ packet) => packet === last || packet.problem !== '';
  const list = el(
    'ol',
    { class: 'events' },
    ...wire.events.map(({ at, way, says, packets: its }) =>
      el(
        'li',
        { class: its.length === 0 && way === '' ? 'quiet-event' : null },
        line(at, way, says),
        ...its.map((packet) => packetDetails(packet, opened(packet))),
      ),
    ),
    ...wire.left.map((packet) => el('li', {}, packetDetails(packet, true))),
    el(
      'li',
      { class: 'ending' },
      el('span', { class: 'time' }),
      el('span', { class: 'way' }, '■'),
      el('span', {}, 'ending: ', el('b', {}, wire.ending)),
    ),
  );
  const all = () => list.querySelectorAll('details');
  const toggle = el(
    'button',
    {
      type: 'button',
      class: 'quiet',
      click: () => {
        const open = [...all()].some((one) => !one.open);
        for (const one of all()) one.open = open;
      },
    },
    'open or close all',
  );
  return el(
    'section',
    {},
    el('h3', {}, 'On the client’s socket ', packets.length > 1 && toggle),
    list,
    wire.more !== '' && el('p', { class: 'soft' }, wire.more),
  );
}

/**
 * @param {number} at
 * @param {'->' | '<-' | ''} way
 * @param {string} says
 */
function line(at, way, says) {
  return el(
    'div',
    { class: 'event' },
    el('span', { class: 'time' }, at.toFixed(3)),
    el('span', { class: `way ${ways[way]}`, title: ways[way] }, arrows[way]),
    el('span', { class: 'says' }, says),
  );
}

/**
 * @param {PagePacket} packet
 * @param {boolean} open
 */
export function packetDetails(packet, open) {
  const details = /** @type {HTMLDetailsElement} */ (
    el(
      'details',
      { class: `packet ${ways[packet.way]}`, open },
      el(
        'summary',
        {},
        el('b', {}, packet.name),
        el('span', { class: 'about' }, packet.about),
        packet.problem !== '' && el('span', { class: 'problem' }, packet.problem),
        el('span', { class: 'digest' }, digest(packet)),
      ),
    )
  );
  const fill = () => details.open && details.children.length === 1 && details.append(packetBody(packet));
  fill();
  details.addEventListener('toggle', fill);
  return details;
}

/** The fields that say something, in a line. @param {PagePacket} packet */
function digest({ fields }) {
  return fields
    .filter(([, , name, , part]) => part === 0 && !/^(filler|reserved|header)/.test(name))
    .slice(0, 12)
    .map(([, , name, value]) => `${name} ${value}`)
    .join(', ');
}

/**
 * Each captured connection in a column of its own, on one clock: what the proxy did with what it was sent, and when.
 * @param {PageWire} wire
 */
export function legs(wire) {
  if (wire.legs.length === 0) return null;
  const rows = wire.legs.flatMap(({ lines }, leg) => lines.map((one) => ({ ...one, leg }))).sort((a, b) => a.at - b.at);
  const titles = wire.legs.map(({ whose, name }) => el('th', { scope: 'col' }, whose, el('small', {}, name)));
  const cells = (/** @type {typeof rows[number]} */ row) =>
    wire.legs.map((_, at) =>
      el('td', {}, at === row.leg && el('span', { class: `way ${ways[row.way]}` }, arrows[row.way]), at === row.leg && ` ${row.says}`),
    );
  return el(
    'section',
    {},
    el('h3', {}, 'On the wire, each leg'),
    el(
      'div',
      { class: 'legs', tabindex: 0, role: 'region', 'aria-label': 'Times on each leg' },
      el(
        'table',
        {},
        el('thead', {}, el('tr', {}, el('th', { scope: 'col' }, 'ms'), ...titles)),
        el('tbody', {}, ...rows.map((row) => el('tr', {}, el('td', { class: 'time' }, row.at.toFixed(3)), ...cells(row)))),
      ),
    ),
  );
}
