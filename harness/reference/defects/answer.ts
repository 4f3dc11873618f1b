/** The answer to a command is wrong in one situation, and right in all others. */
export const answer = {
  'long-ping-unanswered': 'does not answer COM_PING with bytes behind it',
  'pings-in-a-row-count-on': 'numbers the answer to a COM_PING that follows a COM_PING 2',
  'syntax-error-sequence-zero': 'numbers the ERR for a statement that it cannot parse 0',
  'eof-fields-swapped': 'writes the status flags of the EOF behind text rows in front of its warnings',
  'number-answered-as-the-one-before': 'answers SELECT of a number from a cache whose key does not have the number',
  'expressions-share-sequence-id': 'gives column definitions without a schema that follow each other one sequence id',
  'functions-with-metadata-unasked':
    "puts MariaDB's extended metadata into the definition of a function without arguments (ProxySQL before 2.4.6)",
  'prepare-ok-short-without-definitions': 'ends COM_STMT_PREPARE_OK behind its counts where no definitions follow (sqlx#4092)',
} as const;
