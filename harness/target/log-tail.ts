/** Bytes of a program's output that are kept. */
const kept = 64 * 1024;

/** The end of what a program wrote, in bounded memory. */
export interface LogTail {
  append(text: string): void;
  text(): string;
  /** The last lines that say something, joined by ' | ', for a sentence. */
  lastLines(count: number): string;
}

export function logTail(): LogTail {
  let tail = '';
  return {
    append(text) {
      tail = (tail + text).slice(-kept);
    },
    text: () => tail,
    lastLines(count) {
      const lines = tail.split('\n').filter((line) => line.trim() !== '');
      return lines
        .slice(-count)
        .map((line) => line.trim().slice(0, 300))
        .join(' | ');
    },
  };
}
