/** The data is no Zstandard. Becomes a PcapError where the offset is known. */
export class ZstdFault extends Error {
  override readonly name = 'ZstdFault';
}
