import { administration } from './administration.ts';
import { answer } from './answer.ts';
import { answerEnd } from './answer-end.ts';
import { auth } from './auth.ts';
import { authExchange } from './auth-exchange.ts';
import { backend } from './backend.ts';
import { brokenAnswer } from './broken-answer.ts';
import { column } from './column.ts';
import { command } from './command.ts';
import { compression } from './compression.ts';
import { disturbance } from './disturbance.ts';
import { earlyData } from './early-data.ts';
import { ending } from './ending.ts';
import { firstPacket } from './first-packet.ts';
import { framing } from './framing.ts';
import { greeting } from './greeting.ts';
import { idle } from './idle.ts';
import { infile } from './infile.ts';
import { lastStatement } from './last-statement.ts';
import { leftBehind } from './left-behind.ts';
import { limits } from './limits.ts';
import { login } from './login.ts';
import { mariadb } from './mariadb.ts';
import { multi } from './multi.ts';
import { neighbours } from './neighbours.ts';
import { okErr } from './ok-err.ts';
import { prepared } from './prepared.ts';
import { proxyProtocol } from './proxy-protocol.ts';
import { queryAttributes } from './query-attributes.ts';
import { regression } from './regression.ts';
import { regressionOther } from './regression-other.ts';
import { replication } from './replication.ts';
import { resultset } from './resultset.ts';
import { sequence } from './sequence.ts';
import { session } from './session.ts';
import { statement } from './statement.ts';
import { tls } from './tls.ts';
import { tracking } from './tracking.ts';
import { value } from './value.ts';

const byArea = {
  greeting,
  'early-data': earlyData,
  'first-packet': firstPacket,
  auth,
  'auth-exchange': authExchange,
  tls,
  'ok-err': okErr,
  sequence,
  framing,
  command,
  administration,
  statement,
  'last-statement': lastStatement,
  'query-attributes': queryAttributes,
  mariadb,
  resultset,
  infile,
  'proxy-protocol': proxyProtocol,
  compression,
  limits,
  replication,
  prepared,
  column,
  value,
  'answer-end': answerEnd,
  multi,
  session,
  'left-behind': leftBehind,
  disturbance,
  tracking,
  'regression-other': regressionOther,
  ending,
  'broken-answer': brokenAnswer,
  regression,
  idle,
  login,
  answer,
  backend,
  neighbours,
} as const;

export type DefectArea = keyof typeof byArea;
export type DefectName = { [Area in DefectArea]: keyof (typeof byArea)[Area] }[DefectArea];

/** One switch of the reference server: it makes the server wrong in one way. */
export interface Defect {
  readonly name: DefectName;
  /** What the server then does, said of "the server". */
  readonly title: string;
  readonly area: DefectArea;
}

/** Every defect, area by area. */
export const defects: readonly Defect[] = Object.entries(byArea).flatMap(([area, titles]) =>
  Object.entries(titles).map(([name, title]) => ({ name: name as DefectName, title, area: area as DefectArea })),
);

const names: ReadonlySet<string> = new Set(defects.map(({ name }) => name));

/** Is there a defect of this name? */
export const isDefectName = (name: string): name is DefectName => names.has(name);
