/** A password as typed (sent as UTF-8) or as bytes. */
export type Password = string | Uint8Array;

export function passwordBytes(password: Password): Uint8Array {
  return typeof password === 'string' ? Buffer.from(password, 'utf8') : password;
}

/** a XOR key, the key repeated as often as needed. */
export function xor(a: Uint8Array, key: Uint8Array): Uint8Array {
  return a.map((byte, i) => byte ^ (key[i % key.length] ?? 0));
}

export function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}

export const SCRAMBLE_LENGTH = 20;

/**
 * The nonce of an AuthSwitchRequest or of a greeting: its first 20 bytes. Servers put a NUL behind it, which is
 * no part of it.
 */
export function nonceOf(pluginData: Uint8Array): Uint8Array {
  return pluginData.subarray(0, SCRAMBLE_LENGTH);
}
