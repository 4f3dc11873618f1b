import { auth } from './auth.ts';
import { command } from './command.ts';
import { earlyData } from './early-data.ts';
import { ending } from './ending.ts';
import { firstPacket } from './first-packet.ts';
import { framing } from './framing.ts';
import { greeting } from './greeting.ts';
import { okErr } from './ok-err.ts';
import { resultset } from './resultset.ts';
import { sequence } from './sequence.ts';

const byArea = {
  greeting,
  'early-data': earlyData,
  'first-packet': firstPacket,
  auth,
  'ok-err': okErr,
  sequence,
  framing,
  command,
  resultset,
  ending,
} as const;

export type DefectArea = keyof typeof byArea;
export type DefectName = { [Area in DefectArea]: keyof (typeof byArea)[Area] }[DefectArea];

/** One switch of the reference server: it makes the server wrong in one way. */
export interface Defect {
  readonly name: DefectName;
  /** What the server then does, said of "the server". */
  readonly title: string;
  readonly area: DefectArea;
}

/** Every defect, area by area. */
export const defects: readonly Defect[] = Object.entries(byArea).flatMap(([area, titles]) =>
  Object.entries(titles).map(([name, title]) => ({ name: name as DefectName, title, area: area as DefectArea })),
);

const names: ReadonlySet<string> = new Set(defects.map(({ name }) => name));

/** Is there a defect of this name? */
export const isDefectName = (name: string): name is DefectName => names.has(name);
