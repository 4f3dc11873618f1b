/** How the defects of defects/ok-err.ts show. */
import type { okErr } from '../defects/ok-err.ts';
import { LOGIN, LOGIN_320, PING, packet, query, response41, z } from './bare-client.ts';
import { afterLogin, answerTo, check, code, F, isOk, OK, type Shows, text } from './shows.ts';

/** The nth packet, from 0, of SELECT 1 behind a login of before 4.1. */
const resultsetOf320 =
  (nth: number, shows: (payload: string | undefined) => boolean): Shows =>
  async (dial) => {
    const c = dial();
    await c.next();
    c.send(LOGIN_320);
    await c.next();
    c.send(query('SELECT 1'));
    for (let i = 0; i < nth; i++) await c.next();
    return shows((await c.next())?.hex);
  };

export const okErrShows: Record<keyof typeof okErr, Shows> = {
  'err-without-sqlstate': answerTo(response41(F, `${z('nobody')}00`), (a) => text(a).slice(3, 9) === 'Access'),
  'err-without-marker': answerTo(response41(F, `${z('nobody')}00`), (a) => text(a).slice(3, 14) === '28000Access'),
  'err-doubled-marker': answerTo(response41(F, `${z('nobody')}00`), (a) => text(a).slice(3, 15) === '##2800Access'),
  'err-without-message': answerTo(response41(F, `${z('nobody')}00`), (a) => text(a).slice(3) === '#28000'),
  'err-code-of-the-client': answerTo(response41(F, `${z('nobody')}00`), (a) => code(a) === 2013),
  'handshake-320-err-with-sqlstate': answerTo(packet(`0080 000001 ${z('nobody')} 00`, 1), (a) => text(a)[3] === '#'),
  'handshake-320-gets-41-ok': answerTo(LOGIN_320, isOk),
  'handshake-320-ping-gets-41-ok': async (dial) => {
    const c = dial();
    await c.next();
    c.send(LOGIN_320);
    const login = (await c.next())?.hex;
    c.send(PING);
    return login === '000000' && isOk((await c.next())?.hex);
  },
  'handshake-320-gets-41-definitions': resultsetOf320(1, (definition) => definition?.startsWith('03646566') === true),
  'handshake-320-gets-41-eof': resultsetOf320(2, (eof) => eof === 'fe00000200'),
  'handshake-320-ok-without-status': answerTo(packet(`00a0 000001 ${check} 00`, 1), (a) => a === '000000'),
  'three-byte-ok-to-41-client': answerTo(LOGIN, (a) => a === '000000'),
  'login-ok-without-autocommit': answerTo(LOGIN, (answer) => answer === '00000000000000'),
  'login-ok-in-transaction': answerTo(LOGIN, (answer) => answer === '00000003000000'),
  'ok-trailing-bytes': answerTo(LOGIN, (a) => a === `${OK}deadbeef`),
  'ok-truncated': answerTo(LOGIN, (a) => a === '0000000200'),
  'ok-starts-with-fe': answerTo(LOGIN, (a) => a === 'fe000002000000'),
  'ok-session-state-missing': answerTo(response41(F | 0x800000, `${check}00`), (a) => a === '00000002400000'),
  'ok-affected-rows-wrong': afterLogin(PING, ([a]) => a === '1:00010002000000'),
  'status-flags-zero': answerTo(LOGIN, (a) => a === '00000000000000'),
  'transaction-flag-missing': afterLogin(query('START TRANSACTION'), ([a]) => a === `1:${OK}`),
};
