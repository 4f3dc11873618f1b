import type { LintRule } from '../../harness/case/lint-rule.ts';
import { manual } from '../manual.ts';

const layout = [manual['mysql/packet-has-length-sequence-payload'], manual['mariadb/packet-has-length-sequence-body']] as const;

/** Sequence ids, compressed frames, and packets that are not whole. */
export const framingRules = [
  {
    id: 'framing/sequence-ids-count-on',
    title: 'Packets of one exchange are numbered one after the other; a command begins at 0 and its answer at 1.',
    level: 'MUST',
    source: [
      manual['mysql/sequence-id-increments-and-wraps'],
      manual['mysql/sequence-id-resets-per-command'],
      manual['mariadb/sequence-number-follows-last-received'],
      manual['mariadb/ping-answer-has-sequence-one'],
    ],
    problem: /^sequence id \d+, expected \d+$/,
    anywhere: true,
    killedBy: ['answer-sequence-off-by-one', 'resultset-sequence-stuck', 'client: a command numbered 3'],
  },
  {
    id: 'framing/compressed-sequence-ids-count-on',
    title: 'Compressed packets are numbered one after the other, and each command begins at 0.',
    level: 'MUST',
    source: [manual['mysql/compressed-packet-sequence'], manual['mariadb/compressed-sequence-is-separate']],
    problem: /^compressed sequence id \d+, expected \d+$/,
    killedBy: ['compressed-sequence-not-reset'],
  },
  {
    id: 'framing/compressed-packets-unpack',
    title: 'Behind a login that agreed on compression come compressed packets, whose content is as long as their header says.',
    level: 'MUST',
    source: [
      manual['mysql/compression-needs-both-sides'],
      manual['mysql/compressed-packet-layout'],
      manual['mariadb/compressed-packet-layout'],
    ],
    problem: /no zlib stream|no zstd frame|zstd|where \d+ are announced/,
    loses: true,
    killedBy: ['compressed-length-wrong'],
  },
  {
    id: 'framing/stream-ends-with-a-packet',
    whole: true,
    title: 'A packet has as many bytes as its header announces: no side ends its stream in the middle of one.',
    level: 'MUST',
    source: layout,
    problem: /^the stream ends inside a packet/,
    killedBy: ['answer-header-too-long', 'client: half a command and FIN'],
  },
] as const satisfies readonly LintRule[];
