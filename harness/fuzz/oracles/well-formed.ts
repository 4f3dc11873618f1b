import type { LintRule } from '../../case/lint-rule.ts';
import type { LabelledPacket } from '../../codec/labelled-packet.ts';
import type { Finding } from '../../inspect/finding.ts';
import { Lint } from '../../inspect/lint.ts';
import { lintPackets } from '../../inspect/lint-packets.ts';
import { isBroken } from '../../inspect/totals.ts';
import type { Oracle } from '../oracle.ts';
import type { PlayedClient } from '../play.ts';

/** Rules about one packet by itself, which hold whatever the client has said before. */
const ofOnePacket = /^(err|ok)\/|^greeting\/|^packet\/(has-its-fields|ends-with-its-fields)$/;

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
        const faulty = firstFault(seen.packets);
        const one = found.find((finding) => finding.side === 'server' && isBroken(finding) && counts(finding, faulty));
        if (!one) continue;
        const answers = seen.packets[one.frame]?.answers?.name;
        return {
          oracle: 'well-formed',
          client,
          kind: `${one.rule}: ${one.packet}${answers ? ` in answer to ${answers}` : ''}`,
          says: `client ${client}: ${one.rule}: ${one.says} (${one.packet}, packet ${one.frame} of the connection${answers ? `, in answer to ${answers}` : ''})`,
        };
      }
      return undefined;
    },
  };
}

/** Behind a packet of ours that breaks the protocol, how the server counts and where it begins anew is its own affair. */
const counts = ({ frame, rule }: Finding, faulty: number): boolean => frame < faulty || ofOnePacket.test(rule);

function firstFault(packets: readonly LabelledPacket[]): number {
  const at = packets.findIndex(({ from, problem, sequenceId }) => from === 'client' && (problem !== undefined || sequenceId === undefined));
  return at < 0 ? Number.POSITIVE_INFINITY : at;
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
