/** What an OK tells of the session is wrong (mysql/page_protocol_basic_ok_packet). */
export const tracking = {
  'track-schema-missing': 'does not tell a client with SESSION_TRACK of another default database',
  'track-schema-switch-ignored': 'tells of another default database although session_track_schema is off',
  'track-schema-old': 'tells the default database that was, not the one that is',
  'track-variables-missing': 'does not tell of system variables that have changed',
  'track-variables-first-only': 'tells the first of several system variables that have changed',
  'track-variables-all': 'tells of system variables that are not in session_track_system_variables',
  'track-variables-star-unknown': 'does not know the * of session_track_system_variables',
  'track-state-change-missing': 'does not tell that the state has changed, although session_track_state_change is on',
  'track-state-change-always': 'tells that the state has changed although session_track_state_change is off',
  'track-transaction-missing': 'does not tell of a transaction that has begun or ended',
  'track-transaction-lost-in-rows': 'does not tell of the transaction in the OK that ends rows',
  'track-characteristics-missing': 'does not tell the statements that make a transaction anew',
  'track-characteristics-without-isolation': 'leaves the isolation level out of the statements that make a transaction anew',
  'track-unasked': 'sends session state to a client without SESSION_TRACK',
  'track-without-info': 'leaves out the empty info before session state',
  'track-flag-missing': 'sends session state without SERVER_SESSION_STATE_CHANGED',
} as const;
