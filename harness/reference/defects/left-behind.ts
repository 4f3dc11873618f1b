/** What a session has named, locked, opened or limited outlives COM_RESET_CONNECTION or COM_CHANGE_USER. */
export const leftBehind = {
  'reset-keeps-statement-of-sql': 'keeps what PREPARE has made over COM_RESET_CONNECTION',
  'reset-keeps-open-cursor': 'keeps open cursors over COM_RESET_CONNECTION, and drops their statements',
  'reset-keeps-table-locks': 'keeps the locks of LOCK TABLES over COM_RESET_CONNECTION',
  'reset-keeps-handler': 'keeps what HANDLER has opened over COM_RESET_CONNECTION',
  'reset-keeps-select-limit': 'keeps sql_select_limit over COM_RESET_CONNECTION, and sets all other variables back',
  'reset-keeps-next-transaction': 'keeps SET TRANSACTION READ ONLY for the next transaction over COM_RESET_CONNECTION',
  'change-user-keeps-statement-of-sql': 'keeps what PREPARE has made over COM_CHANGE_USER',
  'change-user-keeps-open-cursor': 'keeps open cursors over COM_CHANGE_USER, and drops their statements',
  'change-user-keeps-table-locks': 'keeps the locks of LOCK TABLES over COM_CHANGE_USER',
  'change-user-keeps-handler': 'keeps what HANDLER has opened over COM_CHANGE_USER',
  'change-user-keeps-select-limit': 'keeps sql_select_limit over COM_CHANGE_USER, and sets all other variables back',
  'change-user-keeps-next-transaction': 'keeps SET TRANSACTION READ ONLY for the next transaction over COM_CHANGE_USER',
} as const;
