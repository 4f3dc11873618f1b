/** What clients send, by chance but the same each time, and how many backend connections that must take by the rule of the tie. */

export type Kind = 'read' | 'insert' | 'update';

/** Shares of a mix, out of the sum of them. */
export type Mix = readonly (readonly [Kind, number])[];

/** One load: every client sends a statement, in turn, `turns` times. One statement is under way at a time: whatever is held beside it is a tie. */
export interface Load {
  readonly name: string;
  /** mysql-auto_increment_delay_multiplex */
  readonly delay: number;
  readonly mix: Mix;
}

/** The statements of all clients in the order in which they are sent: client by client, turn by turn. */
export function statementsOf(mix: Mix, clients: number, turns: number): Kind[] {
  const deck = mix.flatMap(([kind, share]) => Array.from({ length: share }, () => kind));
  let state = 20261126;
  return Array.from({ length: clients * turns }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return deck[Math.floor((state / 2 ** 32) * deck.length)] as Kind;
  });
}

/** What the rule predicts after each statement. */
export interface Predicted {
  /** Connections that are tied to a client. */
  readonly held: readonly number[];
  /** Connections that the pool has opened so far. */
  readonly open: readonly number[];
}

/** The rule: an insert ties its client for `delay` further statements, every other statement takes one off, and one that finds no free connection opens one. */
export function predict(statements: readonly Kind[], clients: number, delay: number): Predicted {
  const left = Array.from({ length: clients }, () => 0);
  let tied = 0;
  let most = 0;
  const held: number[] = [];
  const open: number[] = [];
  for (const [index, kind] of statements.entries()) {
    const client = index % clients;
    const before = left[client] as number;
    most = Math.max(most, before > 0 ? tied : tied + 1);
    const after = kind === 'insert' ? delay : Math.max(0, before - 1);
    left[client] = after;
    tied += Number(after > 0) - Number(before > 0);
    held.push(tied);
    open.push(most);
  }
  return { held, open };
}
