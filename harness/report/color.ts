import pc from 'picocolors';

export type Colors = ReturnType<typeof pc.createColors>;

export const colors = (on: boolean): Colors => pc.createColors(on);

/** Colours only where a person looks: a TTY, or FORCE_COLOR; NO_COLOR and TERM=dumb forbid them (picocolors reads all three). */
export function wantsColor(stream: { readonly isTTY?: boolean | undefined }): boolean {
  return pc.isColorSupported && (stream.isTTY === true || Boolean(process.env['FORCE_COLOR']));
}
