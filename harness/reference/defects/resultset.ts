/** A text resultset is wrong in one packet. */
export const resultset = {
  'resultset-column-count-wrong': 'announces one column more than it describes',
  'resultset-without-column-eof': 'leaves out the EOF behind the column definitions without DEPRECATE_EOF',
  'resultset-column-eof-unasked': 'sends the EOF behind the column definitions in spite of DEPRECATE_EOF',
  'resultset-without-final-eof': 'leaves out the packet that ends the rows',
  'resultset-eof-for-ok': 'ends the rows with EOF in spite of DEPRECATE_EOF (Vitess#4272)',
  'resultset-metadata-unasked': "puts MariaDB's extended metadata into each column definition (ProxySQL before 2.4.6)",
  'resultset-fixed-length-wrong': 'announces 0x0d bytes of fixed fields in each column definition',
  'row-after-eof': 'sends another row behind the packet that ends them',
  'row-too-long': 'announces one byte more than the last value of each row has',
  'rows-lost': 'sends a resultset without its rows',
  'null-behind-long-value-as-empty-string': 'sends NULL as an empty string behind a value of the row that has more than 250 bytes',
  'null-as-empty-string': 'sends NULL as an empty string',
} as const;
