/** How the defects of defects/ending.ts show. */
import type { ending } from '../defects/ending.ts';
import { LOGIN, PING, packet, QUIT, response41, SILENCE_MS, z } from './bare-client.ts';
import { afterLogin, answerTo, code, F, gone, isOk, OK, on, reset, type Shows } from './shows.ts';

export const endingShows: Record<keyof typeof ending, Shows> = {
  'keeps-open-after-disorder': answerTo(
    packet('0e', 0),
    async (answer, c) => code(answer) === 1156 && (await c.ending(SILENCE_MS)) === 'open',
  ),
  'quit-as-first-command-keeps-open': on(async (c) => {
    await c.login();
    c.send(QUIT);
    return (await c.ending(SILENCE_MS)) === 'open';
  }),
  'rst-instead-of-answer': answerTo(LOGIN, async (answer, c) => gone(answer) && (await reset(c))),
  'close-instead-of-answer': answerTo(LOGIN, async (answer, c) => gone(answer) && (await c.ending()) === 'fin'),
  'close-without-err': answerTo(response41(F, `${z('nobody')}00`), async (answer, c) => gone(answer) && (await c.ending()) === 'fin'),
  'never-closes-after-err': answerTo(
    response41(F, `${z('nobody')}00`),
    async (a, c) => code(a) === 1045 && (await c.ending(SILENCE_MS)) === 'open',
  ),
  'refused-client-is-answered': on(async (c) => {
    await c.next();
    c.send(Buffer.concat([response41(F, `${z('nobody')}00`), PING]));
    const [refusal, answer] = await c.all();
    return code(refusal?.slice(2)) === 1045 && answer === `1:${OK}`;
  }),
  'rst-after-err': answerTo(response41(F, `${z('nobody')}00`), async (a, c) => code(a) === 1045 && (await reset(c))),
  'closes-after-login': answerTo(LOGIN, async (answer, c) => isOk(answer) && (await c.ending(SILENCE_MS)) === 'fin'),
  'answers-com-quit': afterLogin(QUIT, ([a]) => a === `1:${OK}`),
  'quit-ends-with-rst': afterLogin(QUIT, async (_, c) => await reset(c)),
  'quit-keeps-open': afterLogin(QUIT, async (_, c) => (await c.ending(SILENCE_MS)) === 'open'),
  'quit-with-more-ignored': afterLogin(packet('0100'), async (_, c) => (await c.ending(SILENCE_MS)) === 'open'),
  'second-quit-refused': afterLogin(Buffer.concat([QUIT, QUIT]), ([a]) => a?.startsWith('1:ff1704') === true),
  'fin-then-rst-at-end': afterLogin(QUIT, async (_, c) => (await c.ending()) === 'fin+rst'),
  'half-close-drops-answers': on(async (c) => {
    await c.login();
    c.send(PING);
    c.halfClose();
    return (await c.all()).length === 0;
  }),
  'half-close-keeps-open': on(async (c) => {
    await c.login();
    c.halfClose();
    return (await c.ending(SILENCE_MS)) === 'open';
  }),
  'quit-and-half-close-ends-with-rst': on(async (c) => {
    await c.login();
    c.send(QUIT);
    c.halfClose();
    return (await c.ending()) === 'rst';
  }),
};
