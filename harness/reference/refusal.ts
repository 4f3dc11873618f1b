/** Thrown inside a session: answer with this ERR. The login and a broken packet also end the connection with it. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly errorCode: number;
  readonly sqlState: string;
  constructor(errorCode: number, sqlState: string, message: string) {
    super(message);
    this.errorCode = errorCode;
    this.sqlState = sqlState;
  }
}

/**
 * How the server leaves a connection. fin: FIN, and what the client still sends is read, so that no RST follows.
 * rst: RST at once. fin-rst: both, in this order. stay: no byte, no end, until the client goes.
 * abandon: no end even then (for a while).
 */
export type Leave = 'fin' | 'rst' | 'fin-rst' | 'stay' | 'abandon';

/** Thrown inside a session: leave without another packet. */
export class Departure extends Error {
  override readonly name = 'Departure';
  readonly leave: Leave;
  constructor(leave: Leave) {
    super(leave);
    this.leave = leave;
  }
}

/** The ERR packets of the manual's server error reference, in MariaDB's words. */
export const refuse = {
  outOfOrder: () => new Refusal(1156, '08S01', 'Got packets out of order'),
  badHandshake: () => new Refusal(1043, '08S01', 'Bad handshake'),
  packetTooLarge: () => new Refusal(1153, '08S01', "Got a packet bigger than 'max_allowed_packet' bytes"),
  oldProtocol: () =>
    new Refusal(1251, '08004', 'Client does not support authentication protocol requested by server; consider upgrading the client'),
  unknownDatabase: (name: string) => new Refusal(1049, '42000', `Unknown database '${name}'`),
  noDatabase: () => new Refusal(1046, '3D000', 'No database selected'),
  malformedPacket: () => new Refusal(1835, 'HY000', 'Malformed communication packet'),
  unknownCommand: () => new Refusal(1047, '08S01', 'Unknown command'),
  emptyQuery: () => new Refusal(1065, '42000', 'Query was empty'),
  syntax: (near: string) =>
    new Refusal(
      1064,
      '42000',
      `You have an error in your SQL syntax; check the README of harness/reference for what mywire's server knows near '${near}' at line 1`,
    ),
  clientCharacterSet: (name: string) =>
    new Refusal(1231, '42000', `Variable 'character_set_client' can't be set to the value of '${name}'`),
} as const;
