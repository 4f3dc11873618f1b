/**
 * 64 bits over a run of bytes, and how many they were (FNV-1a with two multipliers): for chance, not for adversaries; no call
 * into C++ for a short answer.
 */
export class Fingerprint {
  a = 0x811c9dc5;
  b = 0x9747b28c;
  length = 0;

  add(bytes: Uint8Array): void {
    let { a, b } = this;
    for (let i = 0; i < bytes.length; i++) {
      const byte = bytes[i] as number;
      a = Math.imul(a ^ byte, 0x01000193);
      b = Math.imul((b ^ byte) + (b >>> 15), 0x85ebca6b);
    }
    this.a = a;
    this.b = b;
    this.length += bytes.length;
  }

  reset(): void {
    this.a = 0x811c9dc5;
    this.b = 0x9747b28c;
    this.length = 0;
  }
}
