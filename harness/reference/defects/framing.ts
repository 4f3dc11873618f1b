/** Packets and segments are mixed up, or packet boundaries are lost. */
export const framing = {
  'loses-second-half-of-split-header': 'loses the second half of a packet header that arrives in two segments',
  'segment-is-packet': 'takes each segment for one packet, whatever the header says',
  'needs-whole-packet-in-one-segment': 'closes when a packet does not arrive in one segment',
  'payload-apart-out-of-order':
    'takes a payload that comes in another segment than its header for the next packet, out of order (ERR 1156)',
  'byte-by-byte-resets': 'resets the connection when a segment has only one byte',
  'coalesced-packets-lost': 'keeps only the first packet of each segment',
  'ignores-continued-payload': 'takes the packet behind one of 0xFFFFFF bytes for a new command',
  'large-packet-closes': 'closes without an answer when a packet has more than 1 MiB',
  'fin-ends-packet': 'takes what came of a packet before the FIN of a client for the whole',
  'answer-header-too-long': 'announces one byte more than each answer has',
  'empty-packet-hangs': 'never answers an empty packet',
  'empty-command-closes': 'closes without an ERR on an empty packet in the command phase (ProxySQL)',
} as const;
