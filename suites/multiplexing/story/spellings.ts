/** Eight ways to ask for the same number. */
export const spellings = [
  'SELECT LAST_INSERT_ID()',
  'select last_insert_id()',
  'SELECT LAST_INSERT_ID() LIMIT 1',
  'SELECT LAST_INSERT_ID() FROM DUAL',
  'SELECT LAST_INSERT_ID() AS id',
  'SELECT LAST_INSERT_ID();',
  'SELECT @@IDENTITY',
  'SELECT @@LAST_INSERT_ID',
] as const;
