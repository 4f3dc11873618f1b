/** Link-layer header types as tcpdump.org's list of LINKTYPE_ values numbers them. */
export const LinkType = {
  null: 0,
  ethernet: 1,
  /** OpenBSD's and most systems' DLT_RAW, written into files by old libpcaps instead of LINKTYPE_RAW. */
  rawDlt12: 12,
  rawDlt14: 14,
  raw: 101,
  loop: 108,
  linuxCooked: 113,
  ipv4: 228,
  ipv6: 229,
  linuxCooked2: 276,
} as const;
