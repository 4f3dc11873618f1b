import type { Stimulus } from '../../case/step.ts';
import type { Act } from '../exec.ts';

/** One packet alone. */
export const act = (stimulus: Stimulus): Act => ({ send: [stimulus] });
export const prepare = (text: string): Act => act({ message: 'COM_STMT_PREPARE', with: { query: text } });
export const query = (text: string): Act => act({ message: 'COM_QUERY', with: { query: text } });
