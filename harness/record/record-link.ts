import { parseAddress } from '../pcap/ip-address.ts';
import type { AboutCapture } from '../pcap/pcapng-writer.ts';
import { SYNTHESISED, SynthesizedConnection } from '../pcap/synthesize.ts';
import { openTap } from '../target/tap/tap.ts';
import type { Side, TapEvent, TappedConnection, TapWitness } from '../target/tap/tapped-connection.ts';
import { type TapTls, type TlsContexts, tlsContexts } from '../target/tap/tls-relay.ts';
import { type Endpoint, TargetError } from '../target/target.ts';
import { written } from '../target/tcp.ts';
import type { CaptureSink } from './capture-file.ts';
import { RecordError } from './error.ts';
import { oneLine } from './in-words.ts';
import { RecordedConnection } from './recorded-connection.ts';
import { TappedEvents } from './tapped-events.ts';

export interface LinkToRecord {
  readonly listen: Endpoint;
  readonly to: Endpoint;
  /** Ends the TLS of clients, so that the file can be decrypted: its secrets stand in it. */
  readonly tls?: TapTls | undefined;
}

/** What passed since the recording began. */
export interface Totals {
  connections: number;
  open: number;
  refused: number;
  bytes: { client: number; server: number };
}

export interface Recording {
  readonly totals: Totals;
  /** Ends it: closes the port, sends FIN to both sides of open connections, and writes what waits. */
  stop(): Promise<void>;
}

const STOPPED = 'the recording was stopped.';

/** What a file of this link says of itself. */
export function aboutLink({ listen, to, tls }: LinkToRecord, mywire: string): AboutCapture {
  const link = `${written(listen)} to ${written(to)}`;
  const comment = [
    `Recorded by a relay between the clients that connect to ${written(listen)} and the server ${written(to)}: bytes and endings as they ` +
      "arrived at the relay, with the addresses of the client's leg.",
    SYNTHESISED,
    ...(tls
      ? [
          "The relay ended the clients' TLS and began another to the server; the TLS of the client's leg is here, with the secrets that decrypt it.",
        ]
      : []),
    ...(listen.port === 3306 ? [] : [`Open with: tshark -d tcp.port==${listen.port},mysql (or Wireshark, Decode As, MySQL).`]),
  ].join('\n');
  return { application: `mywire ${mywire}`, comment, interfaceName: oneLine(link) };
}

/**
 * Relays each connection to `listen` on to `to`, and writes it to the file as it passes. No privileges are needed; the server sees
 * this machine's address. `onOver` is told of each connection that is over. Throws RecordError RECORD_BAD_ADDRESS, RECORD_CANNOT_LISTEN.
 */
export async function recordLink(link: LinkToRecord, file: CaptureSink, onOver: (one: RecordedConnection) => void): Promise<Recording> {
  requireNoLoop(link);
  const tls = link.tls && contextsOf(link.tls);
  const witness = new Witness(link, file, onOver);
  const tap = await openTap('record', () => link.to, { ...link.listen, witness, tls }).catch((error: unknown) => {
    if (!(error instanceof TargetError)) throw error;
    throw new RecordError(
      'RECORD_CANNOT_LISTEN',
      written(link.listen),
      error.message.replace(/^.*?cannot listen on \S+: /, 'cannot listen there: '),
    );
  });
  return {
    totals: witness.totals,
    async stop() {
      tap.fault({ kind: 'hang-up' });
      await tap.stop();
      file.flush();
    },
  };
}

function contextsOf(tls: TapTls): TlsContexts {
  try {
    return tlsContexts(tls);
  } catch (error) {
    const says = `they cannot be used: ${(error as Error).message}; give the PEM files of a certificate and of its key, without a passphrase`;
    throw new RecordError('RECORD_BAD_CERTIFICATE', 'certificate and key', says);
  }
}

interface Written {
  readonly frames: SynthesizedConnection;
  readonly events: TappedEvents;
  readonly told: RecordedConnection;
}

class Witness implements TapWitness {
  readonly totals: Totals = { connections: 0, open: 0, refused: 0, bytes: { client: 0, server: 0 } };
  readonly #link: LinkToRecord;
  readonly #file: CaptureSink;
  readonly #onOver: (one: RecordedConnection) => void;
  /** Of the connections that are open. */
  readonly #written = new Map<TappedConnection, Written>();

  constructor(link: LinkToRecord, file: CaptureSink, onOver: (one: RecordedConnection) => void) {
    this.#link = link;
    this.#file = file;
    this.#onOver = onOver;
  }

  opened(one: TappedConnection): void {
    this.totals.connections++;
    this.totals.open++;
    const events = new TappedEvents(STOPPED);
    const frames = new SynthesizedConnection(legOf(one), undefined, one.number);
    const told = new RecordedConnection(one.number, one.client, one.openedAt, this.#link.tls !== undefined);
    this.#written.set(one, { events, frames, told });
    const comment = `Connection ${one.number}, to ${written(this.#link.to)}.`;
    for (const frame of frames.add(events.opened(one, comment))) this.#file.frame(frame);
  }

  plain(one: TappedConnection, from: Side, bytes: Uint8Array): void {
    if (from === 'client') this.#written.get(one)?.told.look(bytes);
  }

  secret(_one: TappedConnection, line: string): void {
    this.#file.tlsSecrets(line);
  }

  event(one: TappedConnection, event: TapEvent): void {
    const here = this.#written.get(one);
    if (!here) return; // what answers our own end is nobody's choice
    if (event.kind === 'bytes') {
      this.totals.bytes[event.from] += event.bytes.length;
      here.told.data(event.from, event.bytes, event.at);
    } else {
      here.told.end(endInWords(event), event.at);
      if (event.kind === 'refused') this.totals.refused++;
    }
    for (const made of here.events.add(event, oneLine)) for (const frame of here.frames.add(made)) this.#file.frame(frame);
  }

  over(one: TappedConnection): void {
    const here = this.#written.get(one);
    if (!here) return;
    this.#written.delete(one);
    this.totals.open--;
    this.#onOver(here.told);
  }
}

function endInWords(event: Exclude<TapEvent, { kind: 'bytes' }>): string {
  if (event.kind === 'refused') return `the server could not be reached (${event.detail}), the client got RST`;
  if (event.from === 'tap' && event.detail !== undefined) return event.detail.replace(/\.$/, '');
  if (event.from === 'tap') return `still open when ${STOPPED.replace('.', '')}`;
  return `${event.from} ${event.kind.toUpperCase()}`;
}

/** The client's leg with its true addresses; a client that had gone before anybody asked has one for documentation. */
function legOf({ client, at = '' }: TappedConnection): ConstructorParameters<typeof SynthesizedConnection>[0] {
  const peer = hostAndPort(client);
  const own = hostAndPort(at);
  const standIn = peer.address?.includes(':') || own.address?.includes(':') ? '2001:db8::' : '192.0.2.';
  return {
    client: { address: peer.address ?? `${standIn}2`, port: peer.port },
    server: { address: own.address ?? `${standIn}1`, port: own.port },
  };
}

function hostAndPort(text: string): { address: string | undefined; port: number } {
  const colon = text.lastIndexOf(':');
  const address = text
    .slice(0, colon)
    .replace(/^\[(.*)\]$/, '$1')
    .replace(/%.*$/, ''); // a scope is not in the packet
  try {
    parseAddress(address);
    return { address, port: Number(text.slice(colon + 1)) };
  } catch {
    return { address: undefined, port: 0 };
  }
}

function requireNoLoop({ listen, to }: LinkToRecord): void {
  if (listen.port !== to.port) return;
  const here = (host: string) => ['127.0.0.1', 'localhost', '::1', '0.0.0.0', '::'].includes(host);
  if (listen.host !== to.host && !(here(listen.host) && here(to.host))) return;
  throw new RecordError(
    'RECORD_BAD_ADDRESS',
    written(listen),
    'it is both where to listen and the server: connections would run in a circle; listen on another port',
  );
}
