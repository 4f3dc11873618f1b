import { type CapabilityName, flags } from './capability.ts';
import { Conversation, type LabelledPacket } from './conversation.ts';
import { frame } from './frame.ts';

/** For the tests of this room. Bytes of MariaDB 10.11 and of HAProxy, from pcaps/mariadb-10.11.19-handshake-variants.pcap; the rest is by the manuals' tables. */
export const bytes = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex.replaceAll(' ', ''), 'hex'));
export const packet = (sequenceId: number, hex: string): Uint8Array => frame(bytes(hex), { sequenceId });
export const text = (value: string): string => Buffer.from(value, 'latin1').toString('hex');
export const join = (...parts: Uint8Array[]): Uint8Array => Uint8Array.from(Buffer.concat(parts));

export const greeting = bytes(
  '640000000a352e352e352d31302e31312e31392d4d6172696144422d302b64656231327531005cb604003f69742c7c4c486200fef7080200ff81150000000000001d000000372b6d673c342e2d3668282d006d7973716c5f6e61746976655f70617373776f726400',
);
export const response41 = bytes('2f0000010082000000800001210000000000000000000000000000000000000000000000686170726f78795f636865636b0000');
export const response320 = bytes('140000010080000001686170726f78795f636865636b0000');
export const quit = bytes('0100000001');
export const ping = bytes('010000000e');
export const ok = (sequenceId: number): Uint8Array => packet(sequenceId, '00000002000000');
export const eof = (sequenceId: number, status = '0200'): Uint8Array => packet(sequenceId, `fe0000${status}`);
export const err = (sequenceId: number): Uint8Array => packet(sequenceId, `ff1504${text('#28000no')}`);
export const query = (sql: string): Uint8Array => packet(0, `03${text(sql)}`);
export const definition = (sequenceId: number): Uint8Array => packet(sequenceId, '03646566000000 0131 00 0c 3f00 01000000 03 8100 00 0000');

/** Response 41 with these flags; the fields that they demand are empty. */
export function response(...names: readonly CapabilityName[]): Uint8Array {
  const capabilities = Buffer.alloc(4);
  capabilities.writeUInt32LE(flags('PROTOCOL_41', 'SECURE_CONNECTION', ...names));
  const plugin = names.includes('PLUGIN_AUTH') ? text('mysql_native_password\0') : '';
  return packet(1, `${capabilities.toString('hex')} 00000001 21 ${'00'.repeat(23)} ${text('u\0')} 00 ${plugin}`);
}

export class Script {
  readonly conversation = new Conversation();
  readonly packets: LabelledPacket[] = [];
  client(...parts: Uint8Array[]): this {
    this.packets.push(...this.conversation.fromClient(join(...parts)));
    return this;
  }
  server(...parts: Uint8Array[]): this {
    this.packets.push(...this.conversation.fromServer(join(...parts)));
    return this;
  }
  loggedIn(...names: readonly CapabilityName[]): this {
    return this.server(greeting)
      .client(response(...names))
      .server(ok(2));
  }
  get lines(): string[] {
    return this.packets.map(
      (p) =>
        `${p.from[0]} ${p.name}${p.early ? ' early' : ''}${p.answers ? ` <- ${p.answers.name}` : ''}${p.problem ? ` !! ${p.problem}` : ''}`,
    );
  }
  /** Without the login. */
  get after(): string[] {
    return this.lines.slice(3);
  }
  get problems(): string[] {
    return this.packets.flatMap((p) => (p.problem ? [`${p.name}: ${p.problem}`] : []));
  }
}
export const script = (): Script => new Script();
