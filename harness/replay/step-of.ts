import { payloadOf } from './command-bytes.ts';
import type { Action, Step } from './step.ts';
import type { StepList } from './step-list.ts';
import { partsOf } from './timed.ts';
import { what } from './what.ts';

/** All that a list knows of a step, as an object. */
export function stepOf(list: StepList, index: number): Step {
  const answeredAt = list.answeredAt(index);
  const frame = list.frame(index);
  const sql = list.sql(index);
  const captured = list.captured(index);
  return {
    connection: list.connection(index),
    at: list.at(index),
    ...(answeredAt === Number.POSITIVE_INFINITY ? {} : { answeredAt }),
    ...partsOf(list.role(index)),
    action: actionOf(list, index, captured),
    command: list.command(index),
    ...(sql === undefined ? {} : { sql }),
    ...(captured ? { captured: captured.results } : {}),
    ...(frame === undefined ? {} : { frame }),
  };
}

function actionOf(list: StepList, index: number, captured: ReturnType<StepList['captured']>): Action {
  const kind = list.what(index);
  if (kind === what.login) return { do: 'login', login: list.loginOf(index) };
  if (kind === what.changeUser) return { do: 'change-user', login: list.loginOf(index) };
  if (kind === what.other) return { do: 'other' };
  const how = list.end(index);
  if (how) return { do: 'end', how };
  const payload = payloadOf(list.packet(index));
  if (kind === what.prepare) return { do: 'prepare', payload, statementId: captured?.statementId };
  const statementId = list.statementId(index);
  const file = list.fileOf(index);
  return {
    do: 'send',
    payload,
    ...(statementId === undefined ? {} : { statementId }),
    ...(captured?.insertId === undefined ? {} : { insertId: captured.insertId }),
    ...(file ? { file } : {}),
  };
}
