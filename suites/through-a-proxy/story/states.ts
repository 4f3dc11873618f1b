/** Something that a session has and that its statements rely on. */
export interface State {
  readonly name: string;
  readonly asks: string;
  /** Makes it; the last one is on the wire once, so that its connection can be told. */
  readonly set: readonly string[];
  /** Asks for it: one row, column v (`SHOW WARNINGS`: Code), or an error. */
  readonly read: string;
  /** Set and read by COM_STMT_PREPARE and COM_STMT_EXECUTE: the second time without preparing. */
  readonly prepared?: true;
  /** MySQL Router's manual says that it keeps a connection from being shared. */
  readonly blocksSharing?: true;
  /** What `read` gives where it is. */
  readonly there: string;
}

/** What a client may leave in its session. Each value is found nowhere else. */
export const states: readonly State[] = [
  {
    name: 'user-variable',
    asks: 'user variable',
    set: ["SET @mywire_state = 'anna'"],
    read: 'SELECT @mywire_state AS v',
    blocksSharing: true,
    there: 'anna',
  },
  { name: 'time-zone', asks: 'SET time_zone', set: ["SET time_zone = '+03:00'"], read: 'SELECT @@time_zone AS v', there: '+03:00' },
  {
    name: 'lock-wait-timeout',
    asks: 'SET lock_wait_timeout',
    set: ['SET lock_wait_timeout = 77'],
    read: 'SELECT @@lock_wait_timeout AS v',
    there: '77',
  },
  { name: 'autocommit', asks: 'SET autocommit = 0', set: ['SET autocommit = 0'], read: 'SELECT @@autocommit AS v', there: '0' },
  { name: 'names', asks: 'SET NAMES latin1', set: ['SET NAMES latin1'], read: 'SELECT @@character_set_client AS v', there: 'latin1' },
  {
    name: 'database',
    asks: 'USE another database',
    set: ['USE information_schema'],
    read: 'SELECT DATABASE() AS v',
    there: 'information_schema',
  },
  {
    name: 'temporary-table',
    asks: 'temporary table',
    set: ['CREATE TEMPORARY TABLE mywire.state_here (v VARCHAR(9))', "INSERT INTO mywire.state_here VALUES ('anna')"],
    read: 'SELECT v FROM mywire.state_here',
    blocksSharing: true,
    there: 'anna',
  },
  {
    name: 'prepared-by-sql',
    asks: 'PREPARE … FROM',
    set: ["PREPARE mywire_state FROM 'SELECT ''anna'' AS v'"],
    read: 'EXECUTE mywire_state',
    there: 'anna',
  },
  {
    name: 'prepared',
    asks: 'COM_STMT_PREPARE',
    set: ["SELECT 'anna prepared' AS v"],
    read: "SELECT 'anna prepared' AS v",
    prepared: true,
    blocksSharing: true,
    there: 'anna prepared',
  },
  {
    name: 'lock',
    asks: 'GET_LOCK',
    set: ["SELECT GET_LOCK('mywire_state', 0) AS v"],
    read: "SELECT IS_USED_LOCK('mywire_state') = CONNECTION_ID() AS v",
    there: '1',
  },
  {
    name: 'last-insert-id',
    asks: 'SELECT LAST_INSERT_ID()',
    set: ["INSERT INTO mywire.state_ids (who) VALUES ('anna')"],
    read: 'SELECT LAST_INSERT_ID() AS v',
    there: '7000',
  },
  {
    name: 'last-insert-id-in-an-expression',
    asks: 'SELECT LAST_INSERT_ID() + 0',
    set: ["INSERT INTO mywire.state_more_ids (who) VALUES ('anna')"],
    read: 'SELECT LAST_INSERT_ID() + 0 AS v',
    there: '8000',
  },
  {
    name: 'warnings',
    asks: 'SHOW WARNINGS',
    set: ["SELECT CAST('12 of anna' AS SIGNED) AS v"],
    read: 'SHOW WARNINGS',
    there: '1292',
  },
  {
    name: 'found-rows',
    asks: 'FOUND_ROWS()',
    // Not 3: Router itself asks for 3 rows.
    set: ['(SELECT SQL_CALC_FOUND_ROWS id AS v FROM mywire.numbers) UNION ALL (SELECT id + 10 FROM mywire.numbers) LIMIT 1'],
    read: 'SELECT FOUND_ROWS() AS v',
    there: '6',
  },
];
