/** A sequence id is wrong, or a wrong one is not noticed. */
export const sequence = {
  'answer-sequence-off-by-one': 'numbers every answer one too high',
  'answer-sequence-zero': 'numbers the first packet of every answer 0',
  'err-sequence-zero': 'numbers every ERR 0 (MaxScale before 2.3.9)',
  'resultset-sequence-stuck': 'gives all packets of one answer the same sequence id',
  'sequence-not-reset-by-commands': 'goes on counting from the answer before instead of starting at each command',
  'accepts-wrong-sequence-id': 'takes a HandshakeResponse with any sequence id (ProxySQL)',
  'accepts-wrong-command-sequence-id': 'takes a command with any sequence id',
  'wrong-sequence-id-closes-silently': 'closes without an ERR when a sequence id is wrong',
} as const;
