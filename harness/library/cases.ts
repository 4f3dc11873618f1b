import { suites } from '../../suites/index.ts';
import type { Case } from '../case/case.ts';

/** The cases that come with mywire, in the manual's order. */
export const cases: readonly Case[] = suites;
