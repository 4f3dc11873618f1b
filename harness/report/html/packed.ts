import { deflateRawSync } from 'node:zlib';

/** Bytes for the page: deflated, in base64, which has no character that HTML acts on. The page reads it with DecompressionStream. */
export function packed(content: string | Uint8Array): string {
  return deflateRawSync(content, { level: 6 }).toString('base64');
}

/** A JSON text that can stand in a script element: nothing in it ends the element or opens a comment. */
export function jsonInHtml(value: unknown): string {
  return JSON.stringify(value).replaceAll(/[<>&\u2028\u2029]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** Text between tags, or in a quoted attribute. */
export function escaped(text: string): string {
  return text.replaceAll(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`);
}
