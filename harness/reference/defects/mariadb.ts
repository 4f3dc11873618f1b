/** What only MariaDB has: extended capabilities, metadata and progress, and its own SQL. */
export const mariadb = {
  'extended-capabilities-refused': 'refuses a client that sets a capability of MariaDB',
  'any-extended-capability-is-all': 'takes a client that sets one capability of MariaDB for one that sets them all',
  'unknown-extended-capabilities-refused': 'refuses a client that sets capabilities of MariaDB that nobody knows',
  'extended-capabilities-one-byte-early': 'reads the capabilities of MariaDB one byte before their place (MaxScale before 2.4.14)',
  'extended-capabilities-of-a-mysql-client-taken':
    'reads the capabilities of MariaDB in the filler of a client that sets LONG_PASSWORD, as one of MySQL does',
  'extended-metadata-empty': 'leaves the extended metadata of each column empty',
  'extended-metadata-of-all': 'gives each column the extended metadata of a JSON column',
  'extended-metadata-type-for-format': 'calls the format json a type',
  'extended-metadata-missing-in-execute': 'leaves the extended metadata out of the definitions that answer COM_STMT_EXECUTE',
  'extended-metadata-missing': 'leaves the extended metadata out of the definitions altogether',
  'cache-metadata-byte-missing': 'leaves out the byte behind the column count in spite of CACHE_METADATA',
  'cache-metadata-byte-zero': 'says behind the column count that no definitions follow, and sends them',
  'cache-metadata-byte-two': 'says 2 behind the column count where definitions follow',
  'cache-metadata-sent-again': 'describes the columns of a prepared statement at each execution in spite of CACHE_METADATA',
  'cache-metadata-of-columns-changed-later':
    'leaves out the definitions of a prepared statement that has been executed although its columns have changed since',
  'cache-metadata-sent-again-with-a-cursor':
    'describes the columns of a prepared statement at each execution with a cursor in spite of CACHE_METADATA',
  'cache-metadata-of-another-character-set':
    'leaves out the definitions of a prepared statement although the character set of its results has changed',
  'cache-metadata-of-changed-columns': 'leaves out the definitions of a prepared statement although its columns have changed',
  'progress-missing': 'reports no progress',
  'progress-unasked': 'reports its progress to a client that has not asked for it',
  'progress-in-spite-of-zero': 'reports its progress although progress_report_time is 0',
  'progress-stage-past-the-last': 'reports the third of two stages',
  'progress-as-the-manual': 'reports its progress without the number of strings, which the manual does not table',
  'ansi-quotes-unmarked': 'does not show ANSI_QUOTES in the status flags',
  'set-statement-unmarked': 'leaves the mode that SET STATEMENT sets out of the status flags of its statement',
  'set-statement-ignored': 'carries out the statement of SET STATEMENT without what it sets',
  'set-statement-lasts': 'keeps what SET STATEMENT has set for the statements behind it',
  'returning-answers-ok': 'answers INSERT with RETURNING with OK',
  'returning-after-delete-empty': 'answers DELETE with RETURNING without the rows that it has deleted',
  'returning-inserts-nothing': 'gives the rows of an INSERT with RETURNING, and inserts none',
  'returning-delete-takes-all': 'deletes every row on DELETE with RETURNING, and gives those that were asked for',
} as const;
