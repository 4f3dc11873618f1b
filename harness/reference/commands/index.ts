/** The commands that the server knows, by their byte. */
import { administrationCommands } from './administration.ts';
import { basicCommands } from './basic.ts';
import { bulkCommands } from './bulk.ts';
import { changeUserCommands } from './change-user.ts';
import { executeCommands } from './execute.ts';
import type { Handler } from './handler.ts';
import { preparedCommands } from './prepared.ts';
import { replicationCommands } from './replication.ts';
import { resetConnectionCommands } from './reset-connection.ts';

export const handlers: Readonly<Record<number, Handler>> = {
  ...basicCommands,
  ...preparedCommands,
  ...executeCommands,
  ...bulkCommands,
  ...changeUserCommands,
  ...resetConnectionCommands,
  ...replicationCommands,
  ...administrationCommands,
};
