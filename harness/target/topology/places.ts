import { imagesHere } from '../daemon.ts';
import { findBinaryIfThere } from '../find-binary.ts';
import type { TargetOptions } from '../options.ts';
import { tooOld } from './at-least.ts';
import { type Place, parsePlace } from './choice.ts';
import { galeraProvider } from './galera.ts';
import type { Topology } from './topology.ts';

const productsOf = ({ nodes }: Topology) => [...new Set(Object.values(nodes).map(({ product }) => product))];

/** Whether this machine has the programs of a topology. */
export async function canRunLocally(topology: Topology, options: TargetOptions = {}): Promise<boolean> {
  if (topology.galera && galeraProvider() === undefined) return false;
  for (const product of productsOf(topology)) {
    const binary = await findBinaryIfThere(product, options);
    if (binary === undefined || tooOld(topology, product, binary.version)) return false;
  }
  return true;
}

/** Whether the Docker here has the images of a topology: the official one, or ours. */
export async function canRunInDocker(topology: Topology, place: Place & { on: 'docker' }, options: TargetOptions = {}): Promise<boolean> {
  const here = (await imagesHere(options)) ?? [];
  return productsOf(topology).every((product) => {
    const version = place.versions[product] ?? '';
    const name = `${product}:${version}`;
    if (tooOld(topology, product, version)) return false;
    return here.includes(name) || here.includes(`mywire/${name}`) || options.images?.[name] !== undefined;
  });
}

/** Where a topology runs when nobody said: as programs of this machine where it has them all, else in Docker. */
export async function placesHere(topology: Topology, options: TargetOptions = {}): Promise<Place> {
  return (await canRunLocally(topology, options)) ? { on: 'local' } : parsePlace('docker');
}
