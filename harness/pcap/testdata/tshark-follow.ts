import type { TcpConnection } from '../tcp-connection.ts';

/** spawnSync, which only tests may import. */
type Tshark = (program: string, args: string[], options: { encoding: 'utf8'; maxBuffer: number }) => { stdout: string };

/** What each side of each connection said, in one line; gaps as tshark words them. */
export function told(connections: readonly TcpConnection[], gaps: boolean): string[] {
  return connections.flatMap(({ id, events }) =>
    (['client', 'server'] as const).map((side) => {
      const mine = events.filter((event) => event.from === side && (event.kind === 'data' || event.kind === 'gap'));
      // That bytes were acknowledged which nobody saw, at the end of a stream, tshark keeps to itself.
      while (mine.at(-1)?.kind === 'gap') mine.pop();
      const words = mine.map((event) => {
        if (event.kind === 'data') return Buffer.from(event.bytes).toString('latin1');
        return gaps && event.kind === 'gap' ? `[${event.missing} bytes missing in capture file]` : '';
      });
      return `${id} ${side} ${JSON.stringify(words.join(''))}`;
    }),
  );
}

/** The same of "tshark -z follow,tcp,raw". It ends its words for a gap with a NUL, which is not in the capture. */
export function toldByTshark(tshark: Tshark, file: string, connections: readonly TcpConnection[], gaps: boolean): string[] {
  const follow = connections.flatMap(({ id }) => ['-z', `follow,tcp,raw,${id}`]);
  const { stdout } = tshark('tshark', ['-r', file, '-q', ...follow], { encoding: 'utf8', maxBuffer: 1 << 27 });
  const told = new Map<string, string>();
  for (const part of stdout.split('Follow: tcp,raw').slice(1)) {
    const id = Number(/tcp\.stream eq (\d+)/.exec(part)?.[1]);
    const nodeIsClient = /Node 0: (.*)/.exec(part)?.[1] === connections[id]?.client.text;
    for (const indented of [false, true]) {
      const lines = part.split('\n').filter((line) => (indented ? /^\t[0-9a-f]+$/ : /^[0-9a-f]+$/).test(line));
      const said = Buffer.from(lines.join('').replaceAll('\t', ''), 'hex').toString('latin1');
      const worded = said.replaceAll(/(\[\d+ bytes missing in capture file\])\0/g, gaps ? '$1' : '');
      const side = nodeIsClient === indented ? 'server' : 'client';
      told.set(`${id} ${side}`, `${id} ${side} ${JSON.stringify(worded)}`);
    }
  }
  return connections.flatMap(({ id }) => [told.get(`${id} client`), told.get(`${id} server`)]) as string[];
}

/** Is `theirs` the beginning of `ours`, up to a gap? */
export function isCutAtGap(ours: string, theirs: string): boolean {
  const begun = theirs.slice(0, -1);
  return ours.startsWith(begun) && /^\[\d+ bytes missing/.test(ours.slice(begun.length));
}
