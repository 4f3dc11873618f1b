import { access } from 'node:fs/promises';
import type { Database } from './database.ts';
import { DatabaseError } from './error.ts';
import { type Answers, judge, type Trouble, type Verdict } from './judge.ts';
import { questionsOf, type Wishes } from './wishes.ts';

export interface LookSettings {
  readonly wishes: Wishes;
  readonly database: Database;
  /** Where the server is, for the reader: 127.0.0.1:3306. */
  readonly server: string;
  /** ms that one look may take in all. */
  readonly limitMs: number;
  /** ms for which a verdict is good for later requests, too. */
  readonly cacheMs: number;
}

/**
 * Looks at the server and judges. Whoever asks while a look is under way gets its verdict: there is never more than one
 * question to the server.
 * @returns a function that is done within the limit, whatever the server does, and rejects only for a fault of ours
 */
export function makeLook(settings: LookSettings): () => Promise<Verdict> {
  let running: Promise<Verdict> | undefined;
  let last: { readonly verdict: Verdict; readonly at: number } | undefined;
  return () => {
    if (running) return running;
    if (last && performance.now() - last.at < settings.cacheMs) return Promise.resolve(last.verdict);
    running = lookOnce(settings)
      .then((verdict) => {
        last = { verdict, at: performance.now() };
        return verdict;
      })
      .finally(() => {
        running = undefined;
      });
    return running;
  };
}

async function lookOnce({ wishes, database, server, limitMs }: LookSettings): Promise<Verdict> {
  const heard: Heard = { answers: {}, disabled: false, awaits: `the connection to ${server}` };
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<Trouble>((resolve) => {
    const tooLate = () => resolve({ kind: 'late', says: `no answer to ${heard.awaits} within ${limitMs} ms` });
    // What came in time is read first, where this process stood still meanwhile.
    timer = setTimeout(() => setImmediate(tooLate), limitMs);
  });
  const asked = ask(wishes, database, heard).catch((error: unknown): Trouble => {
    if (!(error instanceof DatabaseError)) throw error;
    return { kind: error.kind, says: `${heard.awaits} failed: ${error.message}` };
  });
  asked.catch(() => {}); // when it is late, nobody else listens
  try {
    const trouble = await Promise.race([asked, late]);
    // Without the row, the connection may be one answer behind its questions for ever.
    if (trouble || !answersAlive(heard.answers)) database.drop();
    return judge(wishes, heard.answers, trouble, heard.disabled);
  } finally {
    clearTimeout(timer);
  }
}

const answersAlive = ({ alive }: Answers) => alive !== undefined && 'rows' in alive && alive.rows.length === 1;

/** What is known so far; judged as it stands when the time is over. */
interface Heard {
  readonly answers: Answers;
  disabled: boolean;
  awaits: string;
}

async function ask(wishes: Wishes, database: Database, heard: Heard): Promise<undefined> {
  if (wishes.disabledBy !== undefined) heard.disabled = await isThere(wishes.disabledBy);
  await database.ready();
  for (const { name, spellings } of questionsOf(wishes)) {
    heard.awaits = spellings[0] ?? name;
    try {
      heard.answers[name] = { rows: await database.ask(spellings) };
    } catch (error) {
      if (!(error instanceof DatabaseError) || error.fatal) throw error;
      heard.answers[name] = { refused: `${heard.awaits} was refused: ${error.message}`, errno: error.errno };
    }
  }
}

/** A file that cannot be looked at counts as there: it may be. */
async function isThere(file: string): Promise<boolean> {
  try {
    await access(file);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ENOENT';
  }
}
