import { isIPv4, isIPv6 } from 'node:net';
import { nearest } from './nearest.ts';
import { aboutProduct, isFront, isStarted, type StartedProduct, startedProducts } from './products.ts';
import { type Endpoint, TargetError } from './target.ts';

/** One Docker image of a chain: mariadb:11.8. */
export interface DockerPart {
  readonly product: StartedProduct;
  readonly version: string;
}

export const dialects = ['mysql', 'mariadb'] as const;

/** What the reference server is to be. */
export interface ReferenceWish {
  /** What it does wrong: names that are not yet known to exist. */
  readonly defects: readonly string[];
  /** Whose protocol it speaks where the two differ; without it, the reference server's own default. */
  readonly dialect?: (typeof dialects)[number];
}

/** One local program of a chain, or the reference server at its end: nothing else has defects or a dialect. */
export interface LocalPart extends ReferenceWish {
  readonly product: StartedProduct | 'reference';
  /** Of a program: which one of several, and what it must say of itself. */
  readonly version?: string;
}

/** A target's name, taken apart. Parts go front to back. */
export type TargetSpec =
  | { readonly kind: 'address'; readonly name: string; readonly endpoint: Endpoint }
  | { readonly kind: 'docker'; readonly name: string; readonly parts: readonly DockerPart[] }
  | { readonly kind: 'local'; readonly name: string; readonly parts: readonly LocalPart[] }
  | ({ readonly kind: 'reference'; readonly name: string } & ReferenceWish);

const localProducts: readonly string[] = [...startedProducts, 'reference'];
const longestChain = 8;

const forms =
  'A target is written 127.0.0.1:3306, [::1]:3306 or host:port (an address); mariadb:11.8, haproxy:3.2+mariadb:11.8 or ' +
  'haproxy:3.0+proxysql:2.7.1+mariadb:11.8 (Docker images, front to back); local:mariadb, local:mysql, local:haproxy+mariadb, ' +
  'local:proxysql:2.7.1+mariadb or local:mysqlrouter+reference (programs of this machine); reference, reference?defect=NAME or ' +
  'reference?dialect=mariadb&defect=NAME,NAME.';

/**
 * Takes a target's name apart. `mariadb:3306` is an address, because no version is a bare number from 1000 on.
 * @throws TargetError TARGET_BAD_NAME with the forms there are, and the nearest product where one is misspelt.
 */
export function parseTarget(name: string): TargetSpec {
  if (name.startsWith('local:')) return { kind: 'local', name, parts: localParts(name) };
  if (/^reference(\?|$)/.test(name)) return { kind: 'reference', name, ...wishOf(name, name) };
  if (/^[a-z]+:\/\//i.test(name)) throw badName(name, 'an address is host:port, without a scheme');
  const address = addressOf(name);
  if (address) return { kind: 'address', name, endpoint: address };
  return { kind: 'docker', name, parts: dockerParts(name) };
}

/** Product words near to the host of an address, for the message of a name that does not resolve. */
export function productLike(host: string): string | undefined {
  return isStarted(host) ? host : nearest(host, startedProducts);
}

function addressOf(name: string): Endpoint | undefined {
  const bracketed = /^\[([0-9A-Fa-f:.]+)\]:(\d{1,5})$/.exec(name);
  const plain = /^([A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?):(\d{1,5})$/.exec(name);
  const [, host = '', digits = ''] = bracketed ?? plain ?? [];
  if (!bracketed && !plain) return undefined;
  const port = Number(digits);
  if (!bracketed && isStarted(host) && port < 1000) return undefined;
  if (bracketed && !isIPv6(host)) throw badName(name, `${host} is not an IPv6 address`);
  if (/^[\d.]+$/.test(host) && !isIPv4(host)) throw badName(name, `${host} is not an IPv4 address`);
  if (port < 1 || port > 65535) throw badName(name, `${digits} is not a port (1 to 65535)`);
  return { host, port };
}

function dockerParts(name: string): DockerPart[] {
  const parts = name.split('+').map((text): DockerPart => {
    const [, product = '', version] = /^([^:?]*)(?::(.*))?$/s.exec(text) ?? [];
    if (!isStarted(product)) throw badName(name, unknownProduct(name, text, product, startedProducts));
    if (version === undefined || version === '') {
      throw badName(name, `${product} needs a version (${product}:${aboutProduct[product].usual}), or local: in front of the whole name`);
    }
    if (!isVersion(version)) throw badName(name, `'${clip(version)}' is not a version of ${product}`);
    return { product, version };
  });
  requireOrder(name, parts, 'mariadb:11.8');
  return parts;
}

function localParts(name: string): LocalPart[] {
  const parts = name
    .slice('local:'.length)
    .split('+')
    .map((text): LocalPart => {
      const [, product = '', version] = /^([^:?]*)(?::([^?]*))?/s.exec(text) ?? [];
      if (!localProducts.includes(product)) throw badName(name, unknownProduct(name, text, product, localProducts));
      if (text.includes('?') && product !== 'reference') throw badName(name, `${product} takes no '?'`);
      if (version !== undefined && (product === 'reference' || !isVersion(version)))
        throw badName(name, `'${clip(version)}' is not a version of ${product}`);
      return { product: product as LocalPart['product'], ...(version !== undefined && { version }), ...wishOf(name, text) };
    });
  requireOrder(name, parts, 'mariadb');
  return parts;
}

const isVersion = (text: string): boolean => /^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/.test(text);

/** Fronts, then exactly one server. */
function requireOrder(name: string, parts: readonly { readonly product: string }[], server: string): void {
  if (parts.length > longestChain) throw badName(name, `a chain has at most ${longestChain} programs`);
  for (const [index, { product }] of parts.entries()) {
    const last = index === parts.length - 1;
    if (last && isFront(product)) throw badName(name, `${product} needs a server behind it: ${clip(name)}+${server}`);
    if (!last && !isFront(product)) throw badName(name, `${product} is a server, so it comes last: nothing can stand behind it`);
  }
}

/** What comes after '?': defect=NAME[,NAME…], as often as one likes, and dialect=mysql or mariadb, once. */
function wishOf(name: string, text: string): ReferenceWish {
  const query = /\?(.*)$/s.exec(text)?.[1];
  if (query === undefined) return { defects: [] };
  const defects: string[] = [];
  let dialect: ReferenceWish['dialect'];
  for (const pair of query.split('&')) {
    const [, key, value = ''] = /^(defect|dialect)=([a-z0-9-]+(?:,[a-z0-9-]+)*)$/.exec(pair) ?? [];
    if (key === undefined)
      throw badName(name, `after '?' comes defect=NAME (small letters, digits, '-') or dialect=${dialects.join('|')}, not '${clip(pair)}'`);
    if (key === 'defect') {
      defects.push(...value.split(','));
      continue;
    }
    if (dialect !== undefined) throw badName(name, 'a server speaks one dialect: name it once');
    dialect = dialects.find((known) => known === value);
    if (dialect === undefined) throw badName(name, `the dialects are ${dialects.join(' and ')}, not '${clip(value)}'`);
  }
  return { defects, ...(dialect && { dialect }) };
}

function unknownProduct(name: string, text: string, product: string, known: readonly string[]): string {
  if (isIPv6(name.replace(/:\d+$/, '')) && name.includes('::')) return 'an IPv6 address stands in brackets: [::1]:3306';
  const near = nearest(
    product,
    localProducts.filter((word) => word !== 'reference' || !name.includes('+')),
  );
  if (near)
    return `'${clip(product)}' is unknown; did you mean ${name.length > 100 ? near : name.replace(text, text.replace(product, near))}?`;
  if (!/[:+]/.test(name) && /^[A-Za-z0-9.-]+$/.test(name)) return `an address needs a port: ${clip(name)}:3306`;
  return `'${clip(product)}' is unknown; mywire starts ${known.join(', ')}`;
}

function badName(name: string, why: string): TargetError {
  return new TargetError('TARGET_BAD_NAME', clip(name) || "''", `${why}${why.endsWith('?') ? '' : '.'} ${forms}`);
}

function clip(text: string): string {
  return text.length > 100 ? `${text.slice(0, 100)}…` : text;
}
