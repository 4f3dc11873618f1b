import type { Dialect } from '../case/case.ts';
import type { LabelledPacket } from '../codec/labelled-packet.ts';
import { isMariadb, offeredCapabilities } from '../codec/messages/handshake-v10.ts';
import { flagsOf, userOf } from './broken-response.ts';
import type { Inspected } from './inspected.ts';

const text = (value: unknown): string => String(value ?? '');

/** What both sides have said of themselves, in the greeting and in the login. */
export class Parties {
  offered: number | undefined;
  declared: number | undefined;
  dialect: Dialect | undefined;
  serverVersion: string | undefined;
  threadId: number | undefined;
  mariadbOffered: number | undefined;
  mariadbDeclared: number | undefined;
  user: string | undefined;
  database: string | undefined;
  plugin: string | undefined;
  attributes: Inspected['clientAttributes'];

  greeted(value: NonNullable<LabelledPacket['value']>): void {
    this.serverVersion = text(value['serverVersion']);
    this.threadId = Number(value['threadId'] ?? 0);
    this.mariadbOffered = Number(value['mariadbCapabilities'] ?? 0);
    const greeting = value as Parameters<typeof isMariadb>[0];
    this.offered = offeredCapabilities(greeting);
    this.dialect = isMariadb(greeting) ? 'mariadb' : 'mysql';
  }

  asksForTls({ value }: LabelledPacket): void {
    this.declared = Number(value?.['capabilities'] ?? 0);
  }

  /** A HandshakeResponse. Of one that is broken further on, the flags and the user can be read all the same. */
  logsIn(packet: LabelledPacket): void {
    const { value } = packet;
    this.declared = value ? Number(value['capabilities'] ?? 0) : flagsOf(packet);
    this.user = value ? text(value['user']) : userOf(packet);
    if (!value) return;
    this.mariadbDeclared = Number(value['mariadbCapabilities'] ?? 0);
    if (value['database'] !== undefined) this.database = text(value['database']);
    if (value['authPluginName'] !== undefined) this.plugin = text(value['authPluginName']);
    this.attributes = value['attributes'] as Inspected['clientAttributes'];
  }

  /** An AuthSwitchRequest. */
  asksFor({ value }: LabelledPacket): void {
    this.plugin = text(value?.['pluginName'] ?? this.plugin);
  }
}
