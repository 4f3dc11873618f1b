import type { LintRule } from '../../harness/case/lint-rule.ts';
import type { LabelledPacket } from '../../harness/codec/labelled-packet.ts';
import { manual } from '../manual.ts';

const layout = [manual['mysql/packet-has-length-sequence-payload'], manual['mariadb/packet-has-length-sequence-body']] as const;

/** ER_SERVER_SHUTDOWN, ER_NET_READ_ERROR, ER_NET_READ_INTERRUPTED, ER_CONNECTION_KILLED (MariaDB), ER_CLIENT_INTERACTION_TIMEOUT (MySQL). */
const FAREWELLS = [1053, 1158, 1159, 1927, 4031];
/** Sent while a command was on its way, an ERR that ends the connection is no answer to it, though it looks like one. */
const mayBeFarewell = ({ from, name, sequenceId, value }: LabelledPacket): boolean =>
  from === 'server' && name === 'ERR' && sequenceId === 0 && FAREWELLS.includes(Number(value?.['errorCode']));

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
    of: (packet) => !mayBeFarewell(packet),
    anywhere: true,
    killedBy: [
      'answer-sequence-off-by-one',
      'resultset-sequence-stuck',
      'bytes: a value in two packets of the same sequence id',
      'client: a command numbered 3',
    ],
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
    // What is more than we accept is nobody's fault.
    problem: /^(?!.* are accepted).*(no zlib stream|no zstd frame|where \d+ are announced)/,
    loses: true,
    killedBy: ['compressed-length-wrong'],
  },
  {
    id: 'framing/stream-ends-with-a-packet',
    whole: true,
    title: 'A packet has as many bytes as its header announces: no side ends its stream in the middle of one.',
    // KILL, net_write_timeout and the end of a process cut a right server or client off.
    level: 'OBSERVE',
    source: layout,
    problem: /^the stream ends inside a packet/,
    killedBy: ['answer-header-too-long', 'client: half a command and FIN'],
  },
] as const satisfies readonly LintRule[];
