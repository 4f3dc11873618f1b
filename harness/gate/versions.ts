import { GateError } from './error.ts';

/**
 * 'haproxy:2.2,2.6,3.0+mariadb:11.8' as one target per version, in the order in which they are written.
 * @throws GateError GATE_BAD_VERSIONS
 */
export function targetsPerVersion(text: string): [string, string, ...string[]] {
  const parts = text.split('+');
  const listed = parts.findIndex((part) => part.includes(','));
  const [, before = '', list = ''] = /^(.*:)([^:]+)$/.exec(parts[listed] ?? '') ?? [];
  const versions = list.split(',').filter((version) => version !== '');
  const [first, second, ...rest] = versions.map((version) => parts.with(listed, `${before}${version}`).join('+'));
  if (first === undefined || second === undefined)
    throw new GateError(
      'GATE_BAD_VERSIONS',
      `--versions ${text}: name at least two versions of one product, haproxy:2.6,3.0,3.2+mariadb:11.8`,
    );
  if (parts.filter((part) => part.includes(',')).length > 1)
    throw new GateError(
      'GATE_BAD_VERSIONS',
      `--versions ${text}: only one product can have several versions, or nobody could say which of them it was`,
    );
  return [first, second, ...rest];
}
