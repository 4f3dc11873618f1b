import { registerKillMatrix } from '../harness/vitest/kill.ts';
import { broadlyKilled } from './broadly-killed.ts';
import { suites } from './index.ts';

registerKillMatrix(suites, broadlyKilled);
