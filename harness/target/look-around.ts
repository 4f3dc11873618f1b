import { readFileSync } from 'node:fs';
import { createConnection } from 'node:net';
import { listOf } from './daemon.ts';
import { ownerLabel } from './leftovers.ts';
import type { TargetOptions } from './options.ts';
import type { DockerPart } from './parse-target.ts';
import { aboutProduct, startedProducts } from './products.ts';
import type { Endpoint } from './target.ts';

/** A program of a running container that mywire could start by itself. */
export interface FoundContainer {
  readonly name: string;
  readonly image: string;
  readonly part: DockerPart;
}

/** A server of this machine that greets like MySQL. */
export interface FoundServer {
  readonly endpoint: Endpoint;
  /** As its greeting says. */
  readonly version: string;
}

export interface Surroundings {
  readonly containers: readonly FoundContainer[];
  readonly servers: readonly FoundServer[];
}

const GREETING_MS = 300;
const MOST_PORTS = 200;
/** Where /proc does not tell which ports are listened on: of MySQL, ProxySQL, MySQL Router, MaxScale. */
const USUAL_PORTS = [3306, 3307, 33060, 6033, 6446, 6447, 4006, 4008];

/**
 * What runs here: containers by their images, and loopback ports by their greetings. Nothing is sent to any of them; the connection is
 * closed when the greeting is there, or after 300 ms.
 */
export async function lookAround(options: TargetOptions = {}, ports: readonly number[] = listeningPorts()): Promise<Surroundings> {
  const [containers, greetings] = await Promise.all([
    listOf<RunningContainer>('/containers/json', options),
    Promise.all(ports.slice(0, MOST_PORTS).map((port) => greetingOf({ host: '127.0.0.1', port }))),
  ]);
  return {
    containers: (containers ?? []).filter(({ Labels }) => !(ownerLabel in (Labels ?? {}))).flatMap(foundContainer),
    servers: greetings.flatMap((one) => (one ? [one] : [])),
  };
}

interface RunningContainer {
  readonly Names: readonly string[];
  readonly Image: string;
  readonly Labels?: Readonly<Record<string, string>>;
}

/** 'registry.example/proxysql/proxysql:2.7.1' → proxysql 2.7.1 */
function foundContainer({ Names, Image }: RunningContainer): FoundContainer[] {
  if (typeof Image !== 'string' || !Array.isArray(Names)) return [];
  const [, name = '', version = ''] = /([^/:]+):(\d[\w.-]*)$/.exec(Image) ?? [];
  const product = startedProducts.find((one) => one === name || aboutProduct[one].images?.some((image) => image.endsWith(`/${name}`)));
  if (product === undefined) return [];
  return [{ name: printable(String(Names[0] ?? '').replace(/^\//, '')), image: printable(Image), part: { product, version } }];
}

/** Ports of loopback and of all addresses that something listens on. */
function listeningPorts(): number[] {
  const lines = ['tcp', 'tcp6'].flatMap((name) => {
    try {
      return readFileSync(`/proc/net/${name}`, 'latin1').split('\n').slice(1);
    } catch {
      return [];
    }
  });
  const ports = lines.flatMap((line) => {
    const [, , address = '', , state] = line.split(/\s+/);
    const [host = '', port = ''] = address.split(':');
    return state === '0A' && /^(0+|[0-9A-F]{6}7F|0{24}01000000|0{16}FFFF0{6}[0-9A-F]{2})$/.test(host) ? [Number.parseInt(port, 16)] : [];
  });
  return ports.length > 0 ? [...new Set(ports)].sort((a, b) => a - b) : USUAL_PORTS;
}

/** What speaks first and begins like a HandshakeV10. https://dev.mysql.com/doc/dev/mysql-server/latest/page_protocol_connection_phase_packets_protocol_handshake_v10.html */
function greetingOf(endpoint: Endpoint): Promise<FoundServer | undefined> {
  return new Promise((resolve) => {
    const socket = createConnection(endpoint);
    let bytes = Buffer.alloc(0);
    const settle = (found?: FoundServer): void => {
      clearTimeout(timer);
      socket.destroy();
      resolve(found);
    };
    const timer = setTimeout(() => settle(), GREETING_MS);
    socket.on('error', () => settle());
    socket.on('end', () => settle());
    socket.on('data', (chunk) => {
      bytes = Buffer.concat([bytes, chunk]);
      const end = bytes.indexOf(0, 5);
      if (bytes.length >= 5 && (bytes.readUIntLE(0, 3) > 1024 || bytes[3] !== 0 || bytes[4] !== 10)) return settle();
      if (end > 0 || bytes.length > 1024) settle(end > 0 ? { endpoint, version: printable(bytes.toString('latin1', 5, end)) } : undefined);
    });
  });
}

/** What others say goes into a file in which a line would be an instruction. */
const printable = (text: string): string => text.replaceAll(/[^\x20-\x7e]/g, '.').slice(0, 100);
