/** A case or a topology as JSON: bytes as hex, patterns and code as their text. */
export function asData(value: unknown): string {
  return `${JSON.stringify(value, replaced, 2)}\n`;
}

function replaced(_key: string, value: unknown): unknown {
  if (value instanceof Uint8Array) return { hex: Buffer.from(value).toString('hex') };
  if (value instanceof RegExp) return { pattern: value.source, flags: value.flags };
  if (typeof value === 'bigint') return value.toString();
  if (typeof value === 'function') return { code: value.toString() };
  return value;
}
