import type { End } from './step.ts';

/** What a step does, as a number. */
export const what = { nothing: 0, login: 1, changeUser: 2, send: 3, prepare: 4, other: 5, quit: 6, fin: 7, rst: 8, server: 9 } as const;
const ends: Readonly<Record<number, End>> = { 6: 'quit', 7: 'fin', 8: 'rst', 9: 'server' };
export const whatEnd = (how: End): number => what[how];
export const endOf = (kind: number): End | undefined => ends[kind];
