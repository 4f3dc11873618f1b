/** The answer to a query is broken in a way that tries whoever reads it: a proxy above all. */
export const brokenAnswer = {
  'query-answered-with-close': 'closes on every query without a byte',
  'query-answered-with-ok': 'answers every query with OK',
  'query-answered-with-two-oks': 'answers every query with two OK packets',
  'query-answered-with-huge-count': 'announces 2^64-1 columns before the definitions of each answer',
  'query-answered-with-empty-packet': 'answers every query with an empty packet',
  'query-answered-with-file-request': 'answers every query by asking for the file /etc/hostname',
  'rows-end-with-err': 'ends the rows of every query with an ERR',
  'answer-skips-sequence-id': 'leaves out the sequence id of the second packet of an answer',
  'too-large-and-end': 'answers every query with ERR 1153 and closes',
  'answer-and-end': 'closes right behind the answer to every query',
  'answer-breaks-off': 'sends all but three bytes of the answer to every query and closes',
} as const;
