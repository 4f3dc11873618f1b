/** What is agreed on with COMPRESS does not hold. */
export const compression = {
  'compression-begins-before-ok': 'sends the OK of the login compressed already (ProxySQL)',
  'compression-never-begins': 'agrees on compression and goes on without',
  'compression-forgotten-over-tls': 'goes on without compression over TLS',
  'compression-forgotten-after-switch': 'goes on without compression behind an auth switch (ProxySQL)',
  'compression-ends-with-change-user': 'goes on without compression from the answer to COM_CHANGE_USER on',
  'compression-err-in-clear': 'sends each ERR outside of the compressed protocol',
  'compression-unoffered': 'takes up ZSTD_COMPRESSION_ALGORITHM though it has not offered it',
  'compression-prefers-zstd': 'speaks zstd to a client that has set COMPRESS too',
  'compression-zlib-for-zstd': 'speaks zlib to a client that has only set ZSTD_COMPRESSION_ALGORITHM',
  'zstd-level-unchecked': 'takes every zstd compression level',
  'compressed-sequence-not-reset': 'counts the compressed packets on over commands (ProxySQL)',
  'compressed-sequence-stuck': 'gives all compressed packets of an answer one sequence id',
  'compressed-sequence-wraps-to-one': 'goes on with 1 behind the compressed packet 255',
  'compressed-sequence-restarts-with-packets':
    'numbers compressed packets from 0 again where the packets in them go on with 0 behind 255 (TiProxy#378)',
  'compressed-packet-out-of-order-closes':
    'closes on a packet with a wrong sequence id in a compressed packet with the right one (TiDB#49845)',
  'compressed-disorder-taken': 'takes compressed packets with any sequence id',
  'compressed-length-wrong': 'announces one byte more than a compressed packet decompresses to',
  'plain-frame-closes': 'closes on a compressed packet that is not compressed though it is long enough',
  'long-compressed-frame-closes': 'closes on a compressed packet of 50 bytes or more that is compressed',
  'short-compressed-frame-closes': 'closes on a compressed packet that is compressed though it is short',
  'empty-frame-closes': 'closes on a compressed packet without a body',
  'frame-must-hold-packets': 'closes on a compressed packet that does not end with the end of a packet (ProxySQL)',
  'packet-behind-a-split-one-lost':
    'throws away what stands in a compressed packet behind the end of a packet from the one before (ProxySQL before 2.4.5)',
  'frame-holds-one-packet': 'keeps only the first packet in a compressed packet',
  'broken-compression-hangs': 'stays silent for ever once it has got what cannot be decompressed',
  'broken-compression-becomes-ping': 'answers what cannot be decompressed as if it were COM_PING',
  'broken-compression-taken-as-plain': 'takes a body that cannot be decompressed for one that is not compressed',
  'compressed-quit-keeps-open': 'keeps a compressed connection open on COM_QUIT',
} as const;
