/** All cases in the manual's order: the connection phase packet by packet, the command phase, then what cuts across. */
import { areaOf, type Case } from '../harness/case/case.ts';
import { cases as commands } from './command/commands.cases.ts';
import { cases as query } from './command/query.cases.ts';
import { cases as earlyData } from './early-data/connection.cases.ts';
import { cases as wrongFirstPacket } from './first-packet/wrong.cases.ts';
import { cases as framing } from './framing/framing.cases.ts';
import { cases as initialHandshake } from './greeting/initial-handshake.cases.ts';
import { cases as capabilities } from './handshake-response-41/capabilities.cases.ts';
import { cases as fields } from './handshake-response-41/fields.cases.ts';
import { cases as lengths } from './handshake-response-41/lengths.cases.ts';
import { cases as truncated } from './handshake-response-41/truncated.cases.ts';
import { cases as userNames } from './handshake-response-41/user-names.cases.ts';
import { cases as handshakeResponse320 } from './handshake-response-320/login.cases.ts';
import { cases as healthCheck } from './health-check/haproxy.cases.ts';
import { cases as authSwitch } from './login/auth-switch.cases.ts';
import { cases as password } from './login/password.cases.ts';
import { cases as pipelining } from './pipelining/commands.cases.ts';
import { cases as quit } from './quit/quit.cases.ts';
import { cases as sequence } from './sequence/sequence-ids.cases.ts';
import { cases as tls } from './ssl-request/tls.cases.ts';

export const suites: readonly Case[] = [
  ...initialHandshake,
  ...fields,
  ...capabilities,
  ...userNames,
  ...lengths,
  ...truncated,
  ...handshakeResponse320,
  ...tls,
  ...password,
  ...authSwitch,
  ...commands,
  ...query,
  ...quit,
  ...framing,
  ...sequence,
  ...pipelining,
  ...wrongFirstPacket,
  ...earlyData,
  ...healthCheck,
];

/** The areas, in the order of the suites. */
export const areas: readonly string[] = [...new Set(suites.map(areaOf))];
