import { AuthError } from '../auth/error.ts';
import type { Stimulus } from '../case/step.ts';
import { type Composed, compose } from '../run/compose.ts';
import { RunError } from '../run/error.ts';
import type { Session } from '../run/session.ts';
import { padsWildcard } from './arbitrary/harmless.ts';
import { type Client, stimuliIn } from './exec.ts';

/** What a client sends without waiting, put together. */
export interface Ahead {
  readonly all: readonly Composed[];
  readonly unsent: number;
}

/** The early delivery: everything is one segment, written before the greeting; what needs an answer first is left out. */
export function composeAhead(client: Client, session: Session): Ahead {
  const all: Composed[] = [];
  let unsent = 0;
  for (const act of client.acts) {
    if (!('send' in act)) continue;
    for (const stimulus of act.send) {
      const composed = attempt(stimulus, session);
      if (composed) {
        // What a login has said decides how the commands behind it are written.
        composed.said(session);
        all.push(composed);
      } else unsent++;
    }
  }
  return { all, unsent };
}

/** Undefined: it speaks of what has not been read, or keeps a server busy for good. */
export function attempt(stimulus: Stimulus, session: Session): Composed | undefined {
  if (padsWildcard(stimulus)) return undefined;
  try {
    return compose(stimulus, session);
  } catch (error) {
    if (error instanceof RunError || error instanceof AuthError) return undefined;
    throw error;
  }
}

/** Behind its login everything is compressed, or inside TLS: nothing can go out before that is agreed. */
export const waitsForLogin = (client: Client): boolean =>
  client.acts.some((act) => 'do' in act && act.do === 'start-tls') ||
  stimuliIn(client).some(({ capabilities: { add = [], only = [] } = {} }) =>
    [...add, ...only].some((flag) => flag === 'COMPRESS' || flag === 'ZSTD_COMPRESSION_ALGORITHM'),
  );
