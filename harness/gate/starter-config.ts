import type { Surroundings } from '../target/look-around.ts';
import type { DockerPart } from '../target/parse-target.ts';
import { fronts, isFront, isServer } from '../target/products.ts';

const written = ({ product, version }: DockerPart): string => `${product}:${version}`;
/** As the file says it; the gate puts the environment in its place. */
const fromEnvironment = `$\{MYWIRE_PASSWORD}`;

/** Images of this machine by the product and version that they are. */
function versionsHere(product: DockerPart['product'], images: readonly string[]): string[] {
  const own = new RegExp(`(?:^|/)${product}:(\\d[\\w.-]*)$`);
  return [...new Set(images.flatMap((image) => own.exec(image)?.[1] ?? []))].sort((a, b) => a.localeCompare(b, 'en', { numeric: true }));
}

/**
 * A configuration for `mywire gate` out of what runs here: the proxy of a running container before its server is the baseline, and the
 * newest image of that proxy the candidate. Where nothing runs, two versions of which there are images; else a line to be filled in.
 */
export function starterConfig({ containers, servers }: Surroundings, images: readonly string[]): string {
  const found = [
    ...containers.map(({ name, image }) => `container ${name}: ${image}`),
    ...servers.map(({ endpoint, version }) => `${endpoint.host}:${endpoint.port} greets as ${version}`),
  ];
  const { baseline, candidate } = pairOf(
    containers.map(({ part }) => part),
    images,
  );
  const address = servers[0] && `${servers[0].endpoint.host}:${servers[0].endpoint.port}`;
  return [
    '# What mywire gate compares, and what stops an upgrade. Written by mywire init.',
    ...(found.length > 0 ? ['# It found:', ...found.map((line) => `#   ${line}`)] : ['# It found no running server and no container.']),
    '',
    '# What is in production: a target (haproxy:2.6+mariadb:11.8, 127.0.0.1:3306), or a file that mywire gate --save wrote.',
    `baseline: ${baseline ?? address ?? 'haproxy:2.6+mariadb:11.8'}`,
    '# What is to take its place.',
    `candidate: ${candidate ?? 'haproxy:3.2+mariadb:11.8'}`,
    '',
    'gate:',
    '  # Per kind of difference the levels of the cases that stop the gate.',
    '  stop:',
    '    regression: [MUST, SHOULD, MAY, OBSERVE]',
    '    lost: [MUST, SHOULD]',
    '    # change: [MUST]             # also where the manuals leave it open',
    "  # ignore: [replication, 'mariadb/*']   # areas or cases that never stop it",
    '  # healthChecks: [post-41]    # the modes of HAProxy’s check that you use; else all of them',
    '',
    '# Deviations that you have looked at and take: files in the format of fixtures/expectations/README.md.',
    '# expectations: [known-deviations.yaml]',
    '',
    '# Addresses that are yours though they are not on loopback: no question, no --i-own-this-target.',
    "# owned: ['db.test.example:3306']",
    '',
    '# For an address: its accounts. Passwords come from the environment.',
    ...(address && !baseline
      ? [
          'accounts:',
          '  checkUser: haproxy_check     # an account without a password',
          '  user: app',
          `  password: ${fromEnvironment}`,
          '  database: app',
        ]
      : [
          '# accounts:',
          '#   checkUser: haproxy_check   # an account without a password',
          '#   user: app',
          `#   password: ${fromEnvironment}`,
          '#   database: app',
        ]),
    '',
    '# Images and programs other than the usual ones.',
    '# images: { "mariadb:11.8": registry.example/mariadb:11.8 }',
    '# binaries: { "proxysql:2.7.1": /opt/proxysql/2.7.1/proxysql }',
    '',
  ].join('\n');
}

function pairOf(parts: readonly DockerPart[], images: readonly string[]): { readonly baseline?: string; readonly candidate?: string } {
  const server = parts.find(({ product }) => isServer(product)) ?? serverHere(images);
  const front = parts.find(({ product }) => isFront(product));
  if (!server) return {};
  const product = front?.product ?? fronts.find((name) => versionsHere(name, images).length > 1);
  if (product) {
    const versions = versionsHere(product, images);
    const [now, next] = [front?.version ?? versions.at(-2), versions.at(-1)];
    const behind = `+${written(server)}`;
    return {
      ...(now && { baseline: `${product}:${now}${behind}` }),
      ...(next && next !== now && { candidate: `${product}:${next}${behind}` }),
    };
  }
  const newest = versionsHere(server.product, images).at(-1);
  return { baseline: written(server), ...(newest && newest !== server.version && { candidate: `${server.product}:${newest}` }) };
}

function serverHere(images: readonly string[]): DockerPart | undefined {
  for (const product of ['mariadb', 'mysql'] as const) {
    const version = versionsHere(product, images).at(-1);
    if (version) return { product, version };
  }
  return undefined;
}
