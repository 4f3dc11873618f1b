/** A server that breaks its own answer to a statement: what a proxy in front of it has to bear (defects/broken-answer.ts). */
import { frame, join } from '../codec/frame.ts';
import { localInfileRequest } from '../codec/messages/local-infile-request.ts';
import { errPacket, okPacket } from './answer.ts';
import { Departure, refuse } from './refusal.ts';
import type { Server, Session } from './session.ts';

/** The file that nobody has asked it to ask for. */
const FILE = '/etc/hostname';
const fileBytes = new WeakMap<Server, number>();

/** Bytes of files that somebody has sent to a server which had no business to ask for them. */
export const bytesOfUnaskedFiles = (server: Server): number => fileBytes.get(server) ?? 0;

/** The packets that go out for these; what is no packet goes out here. Throws Departure. */
export async function brokenAnswer(session: Session, packets: readonly Uint8Array[]): Promise<readonly Uint8Array[]> {
  const { channel, has } = session;
  if (has('query-answered-with-close')) throw new Departure('fin');
  if (has('query-answered-with-ok')) return [okPacket(session)];
  if (has('query-answered-with-two-oks')) return [okPacket(session), okPacket(session)];
  if (has('query-answered-with-huge-count'))
    return [Uint8Array.of(0xfe, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff), ...packets.slice(1)];
  if (has('query-answered-with-empty-packet')) return [new Uint8Array(0)];
  if (has('query-answered-with-file-request')) return takeFile(session);
  if (has('rows-end-with-err'))
    return [...packets.slice(0, -1), errPacket(session, has('backend-err-becomes-another') ? refuse.serverLost() : refuse.backendFault())];
  if (has('answer-skips-sequence-id')) {
    channel.send(...packets.slice(0, 1));
    channel.skipSequenceId();
    return packets.slice(1);
  }
  if (has('too-large-and-end')) return endBehind(session, [errPacket(session, refuse.packetTooLarge())]);
  if (has('answer-and-end')) return endBehind(session, packets);
  if (has('answer-breaks-off')) {
    const bytes = join(packets.map((payload, at) => frame(payload, { sequenceId: at + 1 })));
    channel.write(bytes.subarray(0, bytes.length - 3));
    throw new Departure('fin');
  }
  return packets;
}

function endBehind({ channel }: Session, packets: readonly Uint8Array[]): never {
  channel.send(...packets);
  throw new Departure('fin');
}

async function takeFile(session: Session): Promise<readonly Uint8Array[]> {
  const { channel, context, server } = session;
  channel.send(localInfileRequest.encode({ filename: FILE }, context));
  for (;;) {
    const { length } = await channel.receive();
    if (length === 0) return [okPacket(session)];
    fileBytes.set(server, bytesOfUnaskedFiles(server) + length);
  }
}
