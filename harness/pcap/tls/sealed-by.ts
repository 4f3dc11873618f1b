/** How a cipher seals records. All lengths in bytes. */
export interface SealedBy {
  /** As node:crypto has it. */
  readonly algorithm: string;
  readonly kind: 'gcm' | 'ccm' | 'chacha20' | 'cbc';
  readonly keyLength: number;
  /** Of the authentication tag; 0 for CBC, where an HMAC stands instead. */
  readonly tagLength: number;
  /** CBC: of a block. */
  readonly blockLength: number;
}

const aead = (algorithm: string, kind: SealedBy['kind'], keyLength: number, tagLength = 16): SealedBy => ({
  algorithm,
  kind,
  keyLength,
  tagLength,
  blockLength: 0,
});
const cbc = (algorithm: string, keyLength: number, blockLength = 16): SealedBy => ({
  algorithm,
  kind: 'cbc',
  keyLength,
  tagLength: 0,
  blockLength,
});

/** By the part of the suite's name that says it. */
export const SealedBy: ReadonlyMap<string, SealedBy> = new Map([
  ['AES_128_GCM', aead('aes-128-gcm', 'gcm', 16)],
  ['AES_256_GCM', aead('aes-256-gcm', 'gcm', 32)],
  ['ARIA_128_GCM', aead('aria-128-gcm', 'gcm', 16)],
  ['ARIA_256_GCM', aead('aria-256-gcm', 'gcm', 32)],
  ['AES_128_CCM', aead('aes-128-ccm', 'ccm', 16)],
  ['AES_256_CCM', aead('aes-256-ccm', 'ccm', 32)],
  ['AES_128_CCM_8', aead('aes-128-ccm', 'ccm', 16, 8)],
  ['AES_256_CCM_8', aead('aes-256-ccm', 'ccm', 32, 8)],
  ['CHACHA20_POLY1305', aead('chacha20-poly1305', 'chacha20', 32)],
  ['AES_128_CBC', cbc('aes-128-cbc', 16)],
  ['AES_256_CBC', cbc('aes-256-cbc', 32)],
  ['CAMELLIA_128_CBC', cbc('camellia-128-cbc', 16)],
  ['CAMELLIA_256_CBC', cbc('camellia-256-cbc', 32)],
  ['3DES_EDE_CBC', cbc('des-ede3-cbc', 24, 8)],
]);
