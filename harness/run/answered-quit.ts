import type { Case } from '../case/case.ts';
import type { Step } from '../case/step.ts';
import { loggedIn } from './login-script.ts';
import type { CheckResult } from './result.ts';
import type { TryContext } from './try.ts';
import { tryCase } from './try-case.ts';

export const answersQuitNote =
  'The target answers COM_QUIT, which has no answer (quit/after-login): told in the cases about COM_QUIT, and overlooked where others only end with it.';

/** The defect whose cases are about this: whatever they name as what kills them is what they ask. */
const DEFECT = 'answers-com-quit';

export const isAboutQuit = ({ killedBy }: Pick<Case, 'killedBy'>): boolean => killedBy.includes(DEFECT);

/** Could this be why a check failed? A packet came behind a COM_QUIT. */
export function mayBeAnsweredQuit({ verdict, deviation, transcript }: CheckResult): boolean {
  if (verdict !== 'fail' || !/^(on the second connection, step \d+: )?another packet: (OK|ERR)\b/.test(deviation?.got ?? '')) return false;
  return transcript?.events.some((event) => event.kind === 'sent' && event.label.endsWith('COM_QUIT')) === true;
}

/** Asks: a plain login, and COM_QUIT behind its OK. */
export async function answersQuit(context: TryContext): Promise<boolean> {
  const any = 'any' as const;
  const script: readonly Step[] = [
    ...loggedIn(context, context.accounts.check ? 'check' : 'login'),
    { send: { message: 'COM_QUIT' } },
    {
      expect: [
        { packet: 'OK', sequenceId: any },
        { packet: 'ERR', sequenceId: any },
      ],
    },
  ];
  const { deviation, inconclusive } = await tryCase({ script }, 'whole', context);
  return deviation === undefined && inconclusive === undefined;
}
