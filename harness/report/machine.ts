import type { Machine } from '../target/machine.ts';
import type { Colors } from './color.ts';
import { align, hang, oneLine, wrap } from './layout.ts';

const marks = { here: 'ok', limited: '!', missing: '-' } as const;

/** What this machine has, a line each, and under what is missing how to get it; the last line says what can be judged. */
export function machineAsText({ found, servers }: Machine, { columns, c }: { readonly columns: number; readonly c: Colors }): string {
  const paint = { here: c.green, limited: c.yellow, missing: c.dim } as const;
  const rows = found.map(({ what, state, says }) => [
    { text: marks[state], paint: paint[state] },
    { text: what },
    { text: oneLine(says, 400) },
  ]);
  const indent = Math.max(...found.map(({ what }) => what.length)) + 6;
  const lines = align(rows).flatMap((line, i) => {
    const one = found[i] as Machine['found'][number];
    const more = one.get === undefined ? [] : [`for ${one.for}`, `get it: ${one.get}`];
    return [line, ...more.flatMap((text) => hang('', wrap(oneLine(text), columns - indent), indent))];
  });
  const can =
    servers.length > 0
      ? `Real servers can be started here: ${servers.join(', ')}.`
      : 'No real server can be started here: only addresses (mywire run HOST:PORT) and the built-in server (mywire run reference) can be judged.';
  return `${[...lines, '', ...wrap(oneLine(can), columns)].join('\n')}\n`;
}
