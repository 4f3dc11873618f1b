/** What a terminal would act on, or show as something else: controls, escapes, bidi marks, lone surrogates. */
const ACTIVE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;

/**
 * A string of a report as one harmless line of at most `most` characters. Reports mix our words with a server's, so
 * each string of one goes through here (a decoded value through `printable`, which is stricter).
 */
export function oneLine(text: string, most = 2000): string {
  const line = text.slice(0, most + 1).replaceAll(ACTIVE, '.');
  return line.length > most ? `${line.slice(0, most - 1)}…` : line;
}

/** How wide a terminal is: a log's says nothing, and that of a container says 0 until it is told. */
export const columnsOf = (screen: { readonly columns?: number | undefined }, otherwise: number): number => screen.columns || otherwise;

/** Cuts a line to a width; the cut is shown. */
export function cut(text: string, width: number): string {
  return text.length <= width ? text : `${text.slice(0, Math.max(0, width - 1))}…`;
}

/** Breaks at spaces; a word longer than the width is broken where it must. */
export function wrap(text: string, width: number): string[] {
  const room = Math.max(8, width);
  const lines: string[] = [];
  let line = '';
  for (let word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > room) {
      lines.push(line);
      line = '';
    }
    while (word.length > room) {
      lines.push(word.slice(0, room));
      word = word.slice(room);
    }
    line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line];
}

/** Items behind one another with commas, as many to a line as fit; an item is broken only where it alone is too long. */
export function flow(items: readonly string[], width: number): string[] {
  const lines: string[] = [];
  let line = '';
  items.forEach((item, i) => {
    const text = i === items.length - 1 ? item : `${item},`;
    if (line === '') line = text;
    else if (line.length + 1 + text.length <= width) line += ` ${text}`;
    else {
      lines.push(...wrap(line, width));
      line = text;
    }
  });
  return line === '' ? lines : [...lines, ...wrap(line, width)];
}

/** A label, and behind it lines that hang under its first one. */
export function hang(label: string, lines: readonly string[], indent: number, paint: (text: string) => string = (t) => t): string[] {
  return lines.map((line, i) => `${i === 0 ? paint(label.padEnd(indent)) : ' '.repeat(indent)}${line}`.trimEnd());
}

export interface Cell {
  readonly text: string;
  readonly paint?: (text: string) => string;
}

/** Aligned columns, two spaces apart; `right` holds the indexes of right-aligned ones. Painted after padding. */
export function align(rows: readonly (readonly Cell[])[], right: ReadonlySet<number> = new Set()): string[] {
  const widths: number[] = [];
  for (const row of rows) for (const [i, cell] of row.entries()) widths[i] = Math.max(widths[i] ?? 0, cell.text.length);
  return rows.map((row) =>
    row
      .map((cell, i) => {
        const width = widths[i] as number;
        const last = i === row.length - 1;
        const padded = right.has(i) ? cell.text.padStart(width) : last ? cell.text : cell.text.padEnd(width);
        return cell.paint ? cell.paint(padded) : padded;
      })
      .join('  ')
      .trimEnd(),
  );
}

/** '1 check', '2 checks'. */
export function count(n: number, one: string, many = `${one}s`): string {
  return `${n} ${n === 1 ? one : many}`;
}

/** ms as a person reads them: 0.4 ms, 312 ms, 14.2 s. */
export function duration(ms: number): string {
  if (ms < 100) return `${ms.toFixed(1)} ms`;
  return ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`;
}
