import { registerScenarios } from '../harness/vitest/scenario.ts';
import { scenarios } from './scenarios.ts';

await registerScenarios(scenarios);
