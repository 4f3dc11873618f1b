import { registerKillMatrix } from '../harness/vitest/kill.ts';
import { suites } from './index.ts';

registerKillMatrix(suites);
