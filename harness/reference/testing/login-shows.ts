/** How the defects of defects/login.ts show. */
import type { login } from '../defects/login.ts';
import { enter, say } from './asking.ts';
import { packet, response41, z } from './bare-client.ts';
import { exchanging } from './exchange.ts';
import { answerTo, check, code, F, gone, native, on, PLUGIN, type Shows, text } from './shows.ts';

const ODBC = 0x40;
/** FOUND_ROWS and MULTI_STATEMENTS. */
const APPLICATIONS = 0x10002;
const SECURE_CONNECTION = 0x8000;
const SSL_VERIFY_SERVER_CERT = 0x40000000;

export const loginShows: Record<keyof typeof login, Shows> = {
  'odbc-client-refused': answerTo(response41(F | ODBC, `${check}00`), (answer) => code(answer) === 1043),
  'verify-server-cert-refused': answerTo(response41(F | SSL_VERIFY_SERVER_CERT, `${check}00`), (answer) => code(answer) === 1043),
  'no-secure-connection-closes': answerTo(response41(F & ~SECURE_CONNECTION, `${check}00`), gone),
  'no-plugin-auth-closes': answerTo(response41(F, `${check}00`), gone),
  'no-plugin-auth-gets-1251': answerTo(response41(F, `${check}00`), (answer) => code(answer) === 1251),
  'flags-of-applications-refused': answerTo(response41(F | APPLICATIONS, `${check}00`), (answer) => code(answer) === 1043),
  'empty-password-asks-for-a-switch': answerTo(
    response41(PLUGIN, `${check}00${native}`),
    (answer) => answer?.startsWith(`fe${native}`) === true,
  ),
  'empty-switch-response-not-counted': exchanging(async (x, c) => {
    await x.login('haproxy_check', 'nobody_knows_this');
    c.send(packet('', 3));
    return (await c.next())?.sequenceId === 3;
  }),
  'unknown-user-denied-with-sequence-zero': on(async (c) => {
    await c.next();
    c.send(response41(F, `${z('nobody')}00`));
    const answer = await c.next();
    return code(answer?.hex) === 1045 && answer?.sequenceId === 0;
  }),
  'remember-options-loses-upper-flags': on(async (c) => {
    await enter(c, F + 0x81000000);
    return (await say(c, 'SELECT 1')).length === 5;
  }),
  'greeting-sent-back-answered': answerTo(packet(`0a${z('5.7.0')}${'41'.repeat(40)}`, 1), (answer) => text(answer).endsWith('root\0\0')),
};
