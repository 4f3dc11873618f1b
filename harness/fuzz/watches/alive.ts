import { setTimeout as pause } from 'node:timers/promises';
import { Bracket } from '../../run/bracket.ts';
import { printable } from '../../run/describe.ts';
import { usualLimits } from '../../run/limits.ts';
import type { Endpoint, RunningNode, RunningTarget } from '../../target/target.ts';
import type { Violation, Watch } from '../oracle.ts';

/** Lines by which a program tells that it has failed itself, not its client. */
const crash = /assertion|segmentation|signal (4|6|7|8|11)\b|stack ?trace|sanitizer|terminate called|core dumped|\[fatal|panic:|backtrace/i;

export interface WatchedTarget extends Pick<RunningTarget, 'front' | 'accounts' | 'database'> {
  readonly nodes: readonly Pick<RunningNode, 'name' | 'product' | 'endpoint' | 'state' | 'log'>[];
}

/** Liveness: a plain login is answered as at first, every program runs, and none tells of a crash in its log. */
export function aliveWatch(target: WatchedTarget, limitMs = usualLimits.answerMs): Watch {
  const { front: endpoint, accounts, database, nodes } = target;
  const limits = { ...usualLimits, answerMs: limitMs };
  const bracketAt = (at: Endpoint) => new Bracket({ endpoint: at, accounts, limits, ...(database === undefined ? {} : { database }) });
  const bracket = bracketAt(endpoint);
  /** What those behind the front answer by themselves, asked first while it answers as ever. */
  let behind: readonly { readonly name: string; readonly bracket: Bracket }[] | undefined;
  const toldBehind = async (): Promise<string> => {
    const told = await Promise.all((behind ?? []).map(async (one) => ({ name: one.name, says: await one.bracket.holds() })));
    return told.map(({ name, says }) => (says === undefined ? '' : `; of ${name} by itself: ${says}`)).join('');
  };
  /** What a log had said before the first check is no news. */
  const known = new Map<string, Set<string>>(nodes.map((node) => [node.name, new Set(crashLines(node))]));
  const wrong = (node: string, kind: string, says: string): Violation => ({
    oracle: 'alive',
    client: 0,
    node,
    kind: `${node}: ${kind}`,
    says,
  });
  return {
    name: 'alive',
    says: 'The target lives: a plain login is answered as at first, every program runs, none tells of a crash in its log.',
    killedBy: ['garbage-takes-server-down', 'empty-command-stops-server', 'denied-logins-block-host'],
    async check() {
      for (const node of nodes) {
        const state = await node.state();
        if (state !== 'running') {
          const cause = causeOf(state, node.log());
          return wrong(node.name, `is not running${cause}`, `${node.name} is not running${cause}: ${state}`);
        }
        const told = known.get(node.name);
        const line = crashLines(node).find((one) => !told?.has(one));
        if (line === undefined) continue;
        told?.add(line);
        // It tells of its crash before it ends: how it ends says more.
        const ended = await endOf(node);
        if (ended !== undefined) {
          const cause = causeOf(ended, node.log());
          return wrong(node.name, `is not running${cause}`, `${node.name} is not running${cause}: ${ended}`);
        }
        return wrong(node.name, 'tells of a crash', `${node.name} has written: ${printable(line)}`);
      }
      // What one login shows may be a matter of chance on a busy machine.
      if ((await bracket.holds()) === undefined) {
        if (!behind) {
          behind = nodes.slice(1).map((node) => ({ name: node.name, bracket: bracketAt(node.endpoint) }));
          await toldBehind();
        }
        return undefined;
      }
      const still = await bracket.holds();
      if (still === undefined) return undefined;
      return wrong(nodes[0]?.name ?? 'target', 'a plain login is answered otherwise', `${still}${await toldBehind()}`);
    },
  };
}

/** By which signal it ended, and in which of its functions or assertions: two causes of death are two findings. */
function causeOf(state: string, log: string): string {
  const [, signal] = /was ended by (SIG\w+)/.exec(state) ?? [];
  if (signal === undefined) return '';
  const [, assertion] = /(\S+:\d+): .*assertion/i.exec(log) ?? [];
  // glibc's backtrace: program(function+0x12)[0x55], the handler itself and the C library first.
  const frames = [...log.matchAll(/^(\S+)\((\w+)\+0x/gm)].filter(
    ([, file = '', name = '']) => !/\/lib(c|pthread)\b/.test(file) && !/handler/.test(name),
  );
  const where = assertion ?? frames[0]?.[2];
  return `, ${signal}${where === undefined ? '' : ` in ${where}`}`;
}

/** ms that a program takes to end behind what it has written of its crash. */
const [ENDS_MS, ASK_EVERY_MS] = [1000, 50];

async function endOf(node: Pick<RunningNode, 'state'>): Promise<string | undefined> {
  const until = performance.now() + ENDS_MS;
  do {
    const state = await node.state();
    if (state !== 'running') return state;
    await pause(ASK_EVERY_MS);
  } while (performance.now() < until);
  return undefined;
}

const crashLines = (node: Pick<RunningNode, 'log'>): string[] =>
  node
    .log()
    .split('\n')
    .filter((line) => crash.test(line));
