import type { LintRule } from '../../case/lint-rule.ts';
import type { Finding } from '../../inspect/finding.ts';
import { Lint } from '../../inspect/lint.ts';
import { lintPackets } from '../../inspect/lint-packets.ts';
import { isBroken } from '../../inspect/totals.ts';
import { isPipelined } from '../exec.ts';
import { AT_ONCE, kindsOf, type Oracle } from '../oracle.ts';
import type { PlayedClient } from '../play.ts';
import { beginning, isQuestion, overtaken, plainAhead, readOtherwise } from '../reading.ts';

/** The lint of captures (suites/lint) asked about what passed on our socket; only the server is accused. */
export function wellFormed(rules: readonly LintRule[]): Oracle {
  const lint = new Lint(rules);
  return {
    name: 'well-formed',
    says: 'What the server sends breaks no rule of the protocol that both directions of a connection show (suites/lint).',
    killedBy: ['answer-sequence-off-by-one', 'ok-trailing-bytes', 'resultset-eof-for-ok', 'err-without-sqlstate', 'row-after-eof'],
    judge({ clients }) {
      for (const [client, seen] of clients.entries()) {
        const found = lintPackets(lint, { packets: seen.packets, standings: seen.standings, end: endOf(seen) });
        if (found.length === 0) continue;
        const faulty = Math.min(firstFault(seen), plainAhead(seen), overtaken(seen));
        const until = readOtherwise(seen);
        const next = seen.packets.findIndex(({ from }, i) => i > faulty && from === 'server');
        const one = found.find(
          (finding) => finding.side === 'server' && isBroken(finding) && finding.frame < until && counts(finding, faulty, next),
        );
        if (!one) continue;
        const answers = seen.packets[one.frame]?.answers?.name;
        const under = isPipelined(seen.client) ? AT_ONCE : '';
        return {
          oracle: 'well-formed',
          client,
          ...kindsOf([`${one.rule}: ${one.packet}${answers ? ` in answer to ${answers}` : ''}`], under),
          says: `client ${client}${under}: ${one.rule}: ${one.says} (${one.packet}${beginning(seen.packets[one.frame])}, packet ${one.frame} of the connection${answers ? `, in answer to ${answers}` : ''})`,
        };
      }
      return undefined;
    },
  };
}

/**
 * Behind a packet of ours that breaks the protocol nobody says what answers what; but the answer to it is the next packet,
 * and an ERR is told by its first byte.
 */
const counts = ({ frame, rule }: Finding, faulty: number, next: number): boolean =>
  frame < faulty || (frame === next && rule.startsWith('err/'));

/**
 * The first packet of ours that is none, has something wrong with it, or was taken for an answer to a question that never
 * came.
 */
function firstFault({ packets }: PlayedClient): number {
  let asked = false;
  for (const [i, { from, problem, sequenceId, name }] of packets.entries()) {
    if (from === 'server') {
      asked ||= isQuestion(name);
    } else if (problem !== undefined || sequenceId === undefined || (name === 'AuthSwitchResponse' && !asked)) return i;
  }
  return Number.POSITIVE_INFINITY;
}

/** Who ended the connection first. */
function endOf({ transcript }: PlayedClient): { by: 'client' | 'server'; how: 'fin' | 'rst' } | undefined {
  for (const { kind } of transcript.events) {
    if (kind === 'fin' || kind === 'rst') return { by: 'server', how: kind };
    if (kind === 'half-closed') return { by: 'client', how: 'fin' };
    if (kind === 'reset-sent' || kind === 'closed-by-us') return { by: 'client', how: 'rst' };
  }
  return undefined;
}
