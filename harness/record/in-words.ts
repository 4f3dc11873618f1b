/** What a terminal would act on, or show as something else. */
const ACTIVE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;

/** Text of a peer as one harmless line. */
export function oneLine(text: string, most = 200): string {
  const line = text.slice(0, most + 1).replaceAll(ACTIVE, '.');
  return line.length > most ? `${line.slice(0, most - 1)}…` : line;
}

/** 312 B, 1.1 kB, 3.4 MB */
export function sizeInWords(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  const units = ['kB', 'MB', 'GB', 'TB'];
  const power = Math.min(units.length, Math.floor(Math.log10(bytes) / 3));
  return `${(bytes / 1000 ** power).toFixed(1)} ${units[power - 1]}`;
}

/** '1 connection', '2 connections'. */
export function count(n: number, one: string): string {
  return `${n} ${one}${n === 1 ? '' : 's'}`;
}
