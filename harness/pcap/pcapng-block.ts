/** Block types of draft-ietf-opsawg-pcapng section 4 that carry something we read or write. */
export const BlockType = {
  sectionHeader: 0x0a0d0d0a,
  interfaceDescription: 1,
  /** Obsolete, but Wireshark counts its packets, so frame numbers need it. */
  packet: 2,
  simplePacket: 3,
  enhancedPacket: 6,
  decryptionSecrets: 10,
} as const;

/**
 * Blocks that are no packets and have frame numbers in Wireshark all the same: custom blocks (copied or not), entries of the systemd journal (systemd's
 * Journal Export Block), and events of sysdig.
 */
export const numberedBlocks: ReadonlySet<number> = new Set([0x0bad, 0x4000_0bad, 9, 0x204, 0x216, 0x221]);

/** What the secrets of a Decryption Secrets Block are for (section 4.7); only TLS is read. */
export const SecretsType = {
  /** The text of an SSLKEYLOGFILE. */
  tlsKeyLog: 0x544c534b,
} as const;

export const BYTE_ORDER_MAGIC = 0x1a2b3c4d;

/** Option codes; the first four hold in every block, if_* only in an interface description. */
export const OptionCode = {
  end: 0,
  comment: 1,
  hardware: 2,
  os: 3,
  application: 4,
  interfaceName: 2,
  interfaceResolution: 9,
  interfaceOffset: 14,
} as const;

/** Everything in a block is padded to 32 bits. */
export function padded(length: number): number {
  return (length + 3) & ~3;
}

/** Calls `see` for each option between `at` and `end`; stops in silence where an option would pass the end. */
export function eachOption(
  view: DataView,
  at: number,
  end: number,
  little: boolean,
  see: (code: number, at: number, length: number) => void,
): void {
  let here = at;
  while (here + 4 <= end) {
    const code = view.getUint16(here, little);
    const length = view.getUint16(here + 2, little);
    if (code === OptionCode.end || here + 4 + length > end) return;
    see(code, here + 4, length);
    here += 4 + padded(length);
  }
}
