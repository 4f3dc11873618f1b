import type { LintRule, Shown } from '../../harness/case/lint-rule.ts';
import { type CapabilityName, has } from '../../harness/codec/capability.ts';
import type { LabelledPacket } from '../../harness/codec/labelled-packet.ts';
import { manual } from '../manual.ts';

const offers = ({ offered }: Shown, name: CapabilityName): boolean => has(offered ?? 0, name);
const bytesOf = ({ value }: LabelledPacket, field: string): Uint8Array | undefined => value?.[field] as Uint8Array | undefined;
const allZero = (bytes: Uint8Array | undefined): boolean => bytes === undefined || bytes.every((byte) => byte === 0);
/** Bytes of the scramble with the NUL behind it, as every server since 4.1 has it. */
const SCRAMBLE = 21;

/** The greeting: HandshakeV10 and what its fields must be. */
export const greetingRules = [
  {
    id: 'greeting/comes-first',
    whole: true,
    title: 'The first packet of the connection is the greeting of the server, or an ERR in its place.',
    level: 'MUST',
    source: [manual['mysql/greeting-comes-first'], manual['mariadb/first-byte-ff-is-err']],
    problem: /^no greeting has come before it$/,
    loses: true,
    killedBy: ['greeting-protocol-11'],
  },
  {
    id: 'greeting/tells-the-length-of-its-scramble',
    title: 'With PLUGIN_AUTH the greeting says how long its auth-plugin-data is; without it that byte is 0.',
    level: 'MUST',
    source: [manual['mysql/v10-auth-data-length'], manual['mysql/v10-scramble-part-2'], manual['mariadb/greeting-auth-data-length']],
    side: 'server',
    looksAt: ['HandshakeV10'],
    finds(packet, shown) {
      const told = packet.value?.['authDataLength'] as number | undefined;
      if (told === undefined) return undefined;
      if (!offers(shown, 'PLUGIN_AUTH')) return told === 0 ? undefined : `the length is ${told}, and PLUGIN_AUTH is not offered`;
      const there = 8 + (bytesOf(packet, 'scramble2')?.length ?? 0);
      return told === there || there > SCRAMBLE ? undefined : `the length is ${told}, and ${there} bytes are there`;
    },
    killedBy: ['auth-data-length-wrong', 'auth-data-length-zero', 'greeting-without-plugin-auth'],
  },
  {
    id: 'greeting/names-its-plugin',
    title: 'With PLUGIN_AUTH the greeting names the plugin that its scramble is for.',
    level: 'SHOULD',
    source: [manual['mysql/v10-plugin-name'], manual['mariadb/greeting-plugin-name']],
    side: 'server',
    looksAt: ['HandshakeV10'],
    finds: ({ value }, shown) =>
      offers(shown, 'PLUGIN_AUTH') && value && !value['authPluginName'] ? 'the name of the plugin is empty' : undefined,
    killedBy: ['plugin-name-empty'],
  },
  {
    id: 'greeting/filler-is-zero',
    title: 'The byte behind the first part of the scramble is 0.',
    level: 'MUST',
    source: [manual['mysql/v10-filler']],
    side: 'server',
    looksAt: ['HandshakeV10'],
    finds: (packet) => (allZero(bytesOf(packet, 'filler')) ? undefined : `it is 0x${(bytesOf(packet, 'filler')?.[0] ?? 0).toString(16)}`),
    killedBy: ['greeting-filler-nonzero'],
  },
  {
    id: 'greeting/reserved-is-zero',
    title: 'The reserved bytes of the greeting are 0; only without LONG_PASSWORD the last four are capabilities of MariaDB.',
    level: 'MUST',
    source: [
      manual['mysql/v10-reserved-zeros'],
      manual['mariadb/greeting-filler-or-extended-capabilities'],
      manual['mariadb/extended-capabilities-only-without-client-mysql'],
    ],
    side: 'server',
    looksAt: ['HandshakeV10'],
    finds(packet, shown) {
      const last = Number(packet.value?.['mariadbCapabilities'] ?? 0);
      if (!allZero(bytesOf(packet, 'reserved'))) return 'the first six reserved bytes are not all 0';
      return last !== 0 && offers(shown, 'LONG_PASSWORD')
        ? `the last four reserved bytes are 0x${last.toString(16)}, and LONG_PASSWORD is offered`
        : undefined;
    },
    killedBy: ['greeting-reserved-nonzero', 'mariadb-capabilities-with-long-password'],
  },
] as const satisfies readonly LintRule[];
