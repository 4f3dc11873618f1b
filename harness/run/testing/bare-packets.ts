/** Bytes of hex, blanks between them. */
export const hex = (text: string): Uint8Array => Buffer.from(text.replaceAll(' ', ''), 'hex');
const text = (of: string): string => Buffer.from(of).toString('hex');

/** A HandshakeV10 of MySQL that offers no more than a test needs, for a server of a few lines. */
export const greeting = hex(
  `0a ${text('8.0.99')} 00 01000000 4141414141414141 00 0982 21 0200 0800 15 00000000000000000000 414141414141414141414141 00 ${text('mysql_native_password')} 00`,
);
