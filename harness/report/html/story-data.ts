import type { LabelledPacket } from '../../codec/conversation.ts';
import { endingInWords } from '../../run/describe.ts';
import type { Transcript } from '../../wire/transcript.ts';
import { headline } from '../field-value.ts';
import { oneLine } from '../layout.ts';
import { fieldsOf } from '../packet-fields.ts';
import { eventInWords } from '../transcript-text.ts';
import { endedAt, storyOf, type WireStory } from '../wire-story.ts';
import type { PageEvent, PagePacket, PageWire, Way } from './data.ts';

/** How much of a transcript is kept; a peer that floods does not fill the file. */
export interface Room {
  readonly events: number;
  readonly packets: number;
  readonly fieldsPerPacket: number;
  readonly bytesPerPacket: number;
  readonly bytes: number;
}

/** Of a check that passed; enough for nearly every case whole. */
export const GREEN: Room = { events: 60, packets: 40, fieldsPerPacket: 60, bytesPerPacket: 256, bytes: 4096 };
export const NOT_GREEN: Room = { events: 400, packets: 300, fieldsPerPacket: 200, bytesPerPacket: 4096, bytes: 64 * 1024 };

/** A transcript as the page shows it: events, the packets that each completed, their fields and bytes. */
export function wireOf(transcript: Transcript, room: Room): Omit<PageWire, 'legs'> {
  const story = storyOf(transcript);
  const telling = new Telling(story, room);
  const shown = story.lines.slice(0, room.events);
  const events = shown.map(({ event, packets }): PageEvent => {
    const words = eventInWords(event);
    const way = words.slice(0, 2).trim() as Way;
    return { at: toTheMicrosecond(event.at), way, says: oneLine(words.slice(4), 400), packets: telling.all(packets) };
  });
  const left = telling.all(story.left);
  const unshown = story.lines.length - shown.length;
  const more = [
    ...(unshown > 0 ? [`${unshown} more events`] : []),
    ...(telling.untold > 0 ? [`${telling.untold} more packets`] : []),
    ...(telling.cut ? ['bytes or fields of long packets'] : []),
  ];
  const at = endedAt(transcript);
  return {
    ending: `${endingInWords(transcript.ending)}${at === undefined ? '' : `, ${at.toFixed(3)} ms after the connection was asked for`}`,
    events,
    left,
    more: more.length === 0 ? '' : `Not shown: ${more.join(', ')}.`,
  };
}

const toTheMicrosecond = (ms: number): number => Math.round(ms * 1000) / 1000;

/** Tells packets as long as there is room. */
class Telling {
  untold = 0;
  cut = false;
  readonly #story: WireStory;
  readonly #room: Room;
  #packets = 0;
  #bytes = 0;

  constructor(story: WireStory, room: Room) {
    this.#story = story;
    this.#room = room;
  }

  all(packets: readonly LabelledPacket[]): PagePacket[] {
    const some = packets.slice(0, Math.max(0, this.#room.packets - this.#packets));
    this.#packets += some.length;
    this.untold += packets.length - some.length;
    return some.map((packet) => this.#packet(packet));
  }

  #packet(packet: LabelledPacket): PagePacket {
    // Inside a compressed packet the bytes of the wire say nothing to a reader: then the payload is shown.
    const wire = packet.carrier ? packet.payload : this.#story.wireBytes(packet);
    const payloadAt = wire.length - packet.length;
    const most = Math.max(0, Math.min(this.#room.bytesPerPacket, this.#room.bytes - this.#bytes));
    const kept = wire.subarray(0, most);
    this.#bytes += kept.length;
    const all = fieldsOf(packet);
    const fields = all.slice(0, this.#room.fieldsPerPacket);
    if (kept.length < wire.length || fields.length < all.length) this.cut = true;
    const [name = '', ...about] = headline(packet).split(', ');
    return {
      way: packet.from === 'client' ? '->' : '<-',
      name: oneLine(name),
      about: oneLine([...about, ...(packet.carrier ? ['inside a compressed packet, of which the payload is shown'] : [])].join(', ')),
      problem: oneLine(packet.problem ?? ''),
      hex: Buffer.from(kept.buffer, kept.byteOffset, kept.length).toString('hex'),
      size: wire.length,
      payloadAt: payloadAt === 0 || payloadAt === 4 ? payloadAt : -1,
      fields: fields.map(({ off, len, name, value, part }) => [off, len, oneLine(name), oneLine(value, 800), part ? 1 : 0]),
    };
  }
}
