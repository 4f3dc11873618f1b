import { type SocketEvent, type SocketTranscript, synthesizePcapng } from '../pcap/synthesize.ts';
import type { Transcript, TranscriptEvent } from '../wire/transcript.ts';
import { addressBytes, hostAndPort } from './address-and-port.ts';
import { oneLine } from './layout.ts';

export interface AboutTranscript {
  /** mywire's version. */
  readonly mywire: string;
  /** ISO 8601; the connection is dated from here, since its own start is not kept. */
  readonly startedAt: string;
  /** What the file is of: target, case, delivery, verdict. */
  readonly comment: string;
}

/** Frames made for one write; one more holds what is left of it. */
const MOST_SEGMENTS = 2000;

/** Behind an SSLRequest Wireshark takes the plain bytes for TLS records, unless it does not know TLS. */
const TLS_HINT =
  'What TLS carried stands here in the clear. Open with: tshark --disable-protocol tls (Wireshark: Analyze, Enabled Protocols).';

/**
 * The transcript as a pcapng file: IP and TCP made around what the socket saw, marked as synthesised. The server has port
 * 3306 whatever it was, so that Wireshark decodes MySQL at once; the comment tells the true one. Undefined where no
 * connection came about.
 */
export function transcriptAsPcapng(transcript: Transcript, about: AboutTranscript): Uint8Array | undefined {
  const connected = transcript.events.find((event) => event.kind === 'connected');
  if (!connected) return undefined;
  const tls = transcript.events.some((event) => event.kind === 'tls') ? `\n${TLS_HINT}` : '';
  const comment = `${oneLine(about.comment)}\nThe server was ${oneLine(connected.remote)}; port 3306 stands for it here.${tls}`;
  return synthesizePcapng({ application: `mywire ${about.mywire}`, comment }, [
    socketTranscript(transcript, connected, Date.parse(about.startedAt)),
  ]);
}

function socketTranscript(
  transcript: Transcript,
  connected: { readonly local: string; readonly remote: string },
  fromMs: number,
): SocketTranscript {
  const local = hostAndPort(connected.local);
  const remote = hostAndPort(connected.remote);
  const events = new Events(Number.isFinite(fromMs) ? fromMs : 0);
  for (const event of transcript.events) if (!fromOurProbe(event, transcript)) events.add(event);
  // The probe behind a FIN learns of a RST without an event of its own.
  if (transcript.ending.includes('rst')) events.end('server', 'rst');
  const [clientAddress, serverAddress] = addresses(local.host, remote.host);
  return { client: { address: clientAddress, port: local.port }, server: { address: serverAddress }, events: events.made };
}

/** A RST behind a FIN that was judged to stand alone answers the byte that we probe with. */
function fromOurProbe(event: TranscriptEvent, transcript: Transcript): boolean {
  return event.kind === 'rst' && transcript.ending === 'fin';
}

/** Collects what TCP can carry, in order; after its end a side says nothing more. */
class Events {
  readonly made: SocketEvent[] = [];
  readonly #fromNs: bigint;
  readonly #ended = { client: '', server: '' };
  #nowNs: bigint;
  #note = '';

  constructor(fromMs: number) {
    this.#fromNs = BigInt(Math.round(fromMs)) * 1_000_000n;
    this.#nowNs = this.#fromNs;
  }

  add(event: TranscriptEvent): void {
    this.#nowNs = this.#fromNs + BigInt(Math.round(event.at * 1e6));
    switch (event.kind) {
      case 'connected':
        return this.#push('client', 'connect');
      case 'sent':
        return this.#sent(event.bytes, event.segments, event.label);
      case 'received':
        return this.#data('server', event.bytes);
      case 'tls':
        this.#note = `${oneLine(event.version)}, ${oneLine(event.cipher)}: the TLS handshake is left out, and what follows is what TLS carried.`;
        return;
      case 'half-closed':
      case 'closed-by-us':
        return this.end('client', 'fin');
      case 'reset-sent':
        return this.end('client', 'rst');
      case 'fin':
      case 'rst':
        return this.end('server', event.kind);
      default:
        return;
    }
  }

  end(side: 'client' | 'server', kind: 'fin' | 'rst'): void {
    if (this.#ended[side] === 'rst' || this.#ended[side] === kind) return;
    this.#ended[side] = kind;
    this.#push(side, kind);
  }

  #sent(bytes: Uint8Array, segments: readonly number[], label: string): void {
    let at = 0;
    let comment = label;
    for (const length of segments.slice(0, MOST_SEGMENTS)) {
      this.#data('client', bytes.subarray(at, at + length), comment);
      comment = '';
      at += length;
    }
    this.#data('client', bytes.subarray(at), at === 0 ? comment : `the rest, ${segments.length - MOST_SEGMENTS} segments in one`);
  }

  #data(side: 'client' | 'server', bytes: Uint8Array, comment = ''): void {
    if (bytes.length > 0 && this.#ended[side] === '') this.#push(side, 'data', bytes, comment);
  }

  #push(from: 'client' | 'server', kind: SocketEvent['kind'], bytes?: Uint8Array, comment = ''): void {
    const says = [this.#note, oneLine(comment)].filter(Boolean).join('\n');
    this.#note = '';
    this.made.push({ timeNs: this.#nowNs, from, kind, ...(bytes ? { bytes } : {}), comment: says === '' ? undefined : says });
  }
}

/** Both of one IP version. A host name becomes an address of the documentation blocks: a frame has room for no name. */
function addresses(local: string, remote: string): [string, string] {
  const own = addressBytes(local);
  const peer = addressBytes(remote);
  if (own && peer && own.length === peer.length) return [local, remote];
  if (own) return [local, own.length === 4 ? '192.0.2.1' : '2001:db8::1'];
  if (peer) return [peer.length === 4 ? '192.0.2.2' : '2001:db8::2', remote];
  return ['192.0.2.2', '192.0.2.1'];
}
