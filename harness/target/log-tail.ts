/** Bytes of a program's output that are kept. */
const kept = 64 * 1024;

/** The end of what a program wrote, in bounded memory. */
export interface LogTail {
  append(text: string): void;
  /** Tells that nothing more will come. */
  end(): void;
  text(): string;
  /** The last lines that say something, in one line, for a sentence. */
  lastLines(count: number): string;
  /** Waits until the text matches, the program has ended, or the limit (ms) has passed. */
  until(pattern: RegExp, limitMs: number): Promise<RegExpExecArray | 'ended' | 'late'>;
}

export function logTail(): LogTail {
  let tail = '';
  let ended = false;
  const waiting = new Set<() => void>();
  const changed = () => {
    for (const look of waiting) look();
  };
  return {
    append(text) {
      tail = (tail + text).slice(-kept);
      changed();
    },
    end() {
      ended = true;
      changed();
    },
    text: () => tail,
    lastLines(count) {
      const lines = tail.split('\n').filter((line) => line.trim() !== '');
      const last = lines.slice(-count).map((line) => line.trim().slice(0, 300));
      return last.length === 0 ? '(it wrote nothing)' : last.join(' | ');
    },
    until(pattern, limitMs) {
      return new Promise((resolve) => {
        const settle = (result: RegExpExecArray | 'ended' | 'late') => {
          clearTimeout(timer);
          waiting.delete(look);
          resolve(result);
        };
        const look = () => {
          const match = pattern.exec(tail);
          if (match) settle(match);
          else if (ended) settle('ended');
        };
        const timer = setTimeout(() => settle('late'), limitMs);
        waiting.add(look);
        look();
      });
    },
  };
}
