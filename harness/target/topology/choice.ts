import { aboutProduct, isStarted, startedProducts } from '../products.ts';
import { TargetError } from '../target.ts';
import type { Topology } from './topology.ts';

/** Where a topology runs: programs of this machine, or Docker with a version per product. */
export type Place = { readonly on: 'local' } | { readonly on: 'docker'; readonly versions: Readonly<Record<string, string>> };

/** What a container is where nobody named a version. */
const usual: Readonly<Record<string, string>> = Object.fromEntries(
  startedProducts.map((product) => [product, aboutProduct[product].usual]),
);

/**
 * Reads where a topology shall run: 'local', 'docker', or the versions of its products as in a target's name,
 * `haproxy:2.2+mariadb:10.5`; products without a version get the usual one.
 * @throws TargetError TARGET_BAD_NAME
 */
export function parsePlace(text: string): Place {
  if (text === 'local') return { on: 'local' };
  if (text === 'docker') return { on: 'docker', versions: usual };
  const versions: Record<string, string> = { ...usual };
  for (const part of text.split('+')) {
    const [, product = '', version = ''] = /^([a-z]+):([A-Za-z0-9][A-Za-z0-9._-]{0,127})$/.exec(part) ?? [];
    if (!isStarted(product)) {
      throw new TargetError(
        'TARGET_BAD_NAME',
        text.slice(0, 100),
        `a topology runs on 'local' (programs of this machine), 'docker', or on versions such as haproxy:2.2+mariadb:10.5; known products: ${startedProducts.join(', ')}.`,
      );
    }
    versions[product] = version;
  }
  return { on: 'docker', versions };
}

/** A place as one writes it, with the products of the topology only. */
export function placeName(place: Place, { nodes }: Topology): string {
  if (place.on === 'local') return 'local';
  const products = [...new Set(Object.values(nodes).map(({ product }) => product))];
  return products.map((product) => `${product}:${place.versions[product] ?? '?'}`).join('+');
}
