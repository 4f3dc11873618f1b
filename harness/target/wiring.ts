import { filledTemplate } from './fixture.ts';
import type { Endpoint } from './target.ts';
import { written } from './tcp.ts';

/** Where a proxy listens, what stands behind it, and the configuration that says so. */
export interface Wiring {
  /** By the name of the port: 'front' is the one that clients come to. */
  readonly binds: Readonly<Record<string, Endpoint>>;
  /** By the name of the node. */
  readonly servers: Readonly<Record<string, Endpoint>>;
  /** The template in fixtures/configs; default: the product's plain one, with one port 'front' and one server 'next'. */
  readonly config?: string;
  /** More {{NAME}}s of the template. */
  readonly settings?: Readonly<Record<string, string | number>>;
}

/** The wiring of a chain: one port, one server. */
export const chained = (front: Endpoint, next: Endpoint): Wiring => ({ binds: { front }, servers: { next } });

/** The one port that clients come to. @throws Error when the wiring has none */
export function frontBind({ binds }: Wiring): Endpoint {
  const front = binds['front'] ?? Object.values(binds)[0];
  if (!front) throw new Error('a proxy without a port');
  return front;
}

/**
 * A proxy's configuration: its template with {{BIND_FRONT}} (host:port), {{BIND_FRONT_HOST}}, {{BIND_FRONT_PORT}} for the port
 * 'front', {{SERVER_A}} and so on for the server 'a', and the product's own values.
 * @throws Error for a name without a value
 */
export function wiredConfig(plain: string, wiring: Wiring, own: Readonly<Record<string, string | number>>): string {
  const offered: Record<string, string | number> = { ...own };
  const add = (kind: string, endpoints: Readonly<Record<string, Endpoint>>) => {
    for (const [name, endpoint] of Object.entries(endpoints)) {
      const key = `${kind}_${name.toUpperCase().replaceAll('-', '_')}`;
      Object.assign(offered, { [key]: written(endpoint), [`${key}_HOST`]: endpoint.host, [`${key}_PORT`]: endpoint.port });
    }
  };
  add('BIND', wiring.binds);
  add('SERVER', wiring.servers);
  return filledTemplate(`configs/${wiring.config ?? plain}`, wiring.settings ?? {}, offered);
}
