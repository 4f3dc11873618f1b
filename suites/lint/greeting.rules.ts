import type { LintRule, Shown } from '../../harness/case/lint-rule.ts';
import { type CapabilityName, has } from '../../harness/codec/capability.ts';
import type { LabelledPacket } from '../../harness/codec/labelled-packet.ts';
import { manual } from '../manual.ts';

const offers = ({ offered }: Shown, name: CapabilityName): boolean => has(offered ?? 0, name);
const bytesOf = ({ value }: LabelledPacket, field: string): Uint8Array | undefined => value?.[field] as Uint8Array | undefined;
const allZero = (bytes: Uint8Array | undefined): boolean => bytes === undefined || bytes.every((byte) => byte === 0);
const hex = (bytes: Uint8Array | undefined): string => `0x${Buffer.from(bytes ?? []).toString('hex')}`;

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
    title: 'With PLUGIN_AUTH the greeting says how long its auth-plugin-data is, the NUL counted or not; without it that byte is 0.',
    level: 'SHOULD',
    source: [
      manual['mysql/v10-auth-data-length'],
      manual['mysql/v10-scramble-part-2'],
      manual['mariadb/greeting-auth-data-length'],
      manual['mariadb/greeting-scramble-part-2'],
    ],
    side: 'server',
    looksAt: ['HandshakeV10'],
    finds(packet, shown) {
      const told = packet.value?.['authDataLength'] as number | undefined;
      if (told === undefined) return undefined;
      if (!offers(shown, 'PLUGIN_AUTH')) return told === 0 ? undefined : `the length is ${told}, and PLUGIN_AUTH is not offered`;
      const there = 8 + (bytesOf(packet, 'scramble2')?.length ?? 0);
      // Part 2 has 13 bytes or more, whatever the length: 20 are a scramble without its NUL.
      return told === there || told === there - 1
        ? undefined
        : `the length is ${told}, and ${there} bytes are there, with a NUL at their end`;
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
    title: 'The byte behind the first part of the scramble is 0 (MariaDB: reserved).',
    level: 'SHOULD',
    source: [manual['mysql/v10-filler']],
    side: 'server',
    looksAt: ['HandshakeV10'],
    finds: (packet, { dialect }) =>
      dialect === 'mariadb' || allZero(bytesOf(packet, 'filler')) ? undefined : `it is ${hex(bytesOf(packet, 'filler'))}`,
    killedBy: ['greeting-filler-nonzero'],
  },
  {
    id: 'greeting/reserved-is-zero',
    title: 'The reserved bytes of the greeting are 0 (MariaDB: a filler, and without LONG_PASSWORD its capabilities).',
    level: 'SHOULD',
    source: [manual['mysql/v10-reserved-zeros']],
    side: 'server',
    looksAt: ['HandshakeV10'],
    finds(packet, shown) {
      if (shown.dialect === 'mariadb') return undefined;
      const reserved = bytesOf(packet, 'reserved');
      if (!allZero(reserved)) return `the first six reserved bytes are ${hex(reserved)}`;
      const last = Number(packet.value?.['mariadbCapabilities'] ?? 0);
      return last === 0
        ? undefined
        : `the last four reserved bytes are 0x${last.toString(16).padStart(8, '0')}, and LONG_PASSWORD is offered`;
    },
    killedBy: ['greeting-reserved-nonzero', 'mariadb-capabilities-with-long-password'],
  },
] as const satisfies readonly LintRule[];
