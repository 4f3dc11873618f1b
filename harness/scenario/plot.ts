/** A line of a plot: points in the order of x. */
export interface PlotLine {
  readonly name: string;
  readonly points: readonly (readonly [x: number, y: number])[];
}

/** A plot of lines over a common x axis. */
export interface LinePlot {
  readonly title: string;
  /** With its unit: 'time (s)'. */
  readonly x: string;
  readonly y: string;
  /** At most as many as there are colours: 6. */
  readonly lines: readonly PlotLine[];
  /** Each value holds until the next: for counts. */
  readonly steps?: boolean;
}

const width = 720;
const height = 400;
const left = 64;
const right = 24;
const top = 48;
const bottom = 96;
/** Told apart by colour-blind readers, on white and on black: a colour for each ground. */
const colors = [
  ['#0072b2', '#56b4e9'],
  ['#d55e00', '#ff9d5c'],
  ['#00795a', '#33c79b'],
  ['#9a4d80', '#e29dc8'],
  ['#8a6d00', '#f0e442'],
  ['#555555', '#bbbbbb'],
] as const;

/** An SVG of a line plot with axes, units and a legend, readable on a light and on a dark ground. Pure: the same lines, the same text. */
export function linePlot({ title, x, y, lines, steps = false }: LinePlot): string {
  if (lines.length > colors.length) throw new RangeError(`${lines.length} lines, and ${colors.length} colours`);
  const points = lines.flatMap((line) => line.points);
  const xs = ticks(Math.max(0, ...points.map(([value]) => value)));
  const ys = ticks(Math.max(0, ...points.map(([, value]) => value)));
  const atX = (value: number) => round(left + (value / (xs.at(-1) as number)) * (width - left - right));
  const atY = (value: number) => round(height - bottom - (value / (ys.at(-1) as number)) * (height - top - bottom));
  const end = width - right;
  const floor = height - bottom;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" aria-label="${escaped(title)}" font-family="sans-serif" font-size="12">`,
    `<style>${style(lines.length)}</style>`,
    `<rect class="ground" width="${width}" height="${height}"/>`,
    `<text class="ink" x="${left}" y="24" font-size="15">${escaped(title)}</text>`,
    ...ys.map((value) => `<path class="grid" d="M${left} ${atY(value)}H${end}"/>`),
    ...ys.map((value) => `<text class="ink" x="${left - 8}" y="${atY(value) + 4}" text-anchor="end">${value}</text>`),
    ...xs.map((value) => `<path class="grid" d="M${atX(value)} ${top}V${floor}"/>`),
    ...xs.map((value) => `<text class="ink" x="${atX(value)}" y="${floor + 18}" text-anchor="middle">${value}</text>`),
    `<path class="axis" d="M${left} ${top}V${floor}H${end}"/>`,
    `<text class="ink" x="${(left + end) / 2}" y="${floor + 38}" text-anchor="middle">${escaped(x)}</text>`,
    `<text class="ink" transform="translate(18 ${(top + floor) / 2}) rotate(-90)" text-anchor="middle">${escaped(y)}</text>`,
    ...lines.map((line, index) => `<path class="line l${index}" d="${pathOf(line, atX, atY, steps)}"/>`),
    ...lines.flatMap(({ name }, index) => {
      const at = left + (index % 3) * 216;
      const line = height - 32 + Math.floor(index / 3) * 18;
      return [
        `<path class="line l${index}" d="M${at} ${line}h24"/>`,
        `<text class="ink" x="${at + 30}" y="${line + 4}">${escaped(name)}</text>`,
      ];
    }),
    '</svg>',
    '',
  ].join('\n');
}

function pathOf({ points }: PlotLine, atX: (value: number) => number, atY: (value: number) => number, steps: boolean): string {
  return points
    .map(([x, y], index) => (index === 0 ? `M${atX(x)} ${atY(y)}` : steps ? `H${atX(x)}V${atY(y)}` : `L${atX(x)} ${atY(y)}`))
    .join('');
}

/** Round numbers from 0 to the first one that is not below `most`, some five of them. */
function ticks(most: number): number[] {
  const rough = (most || 1) / 5;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = ([1, 2, 5, 10].find((factor) => factor * power >= rough) as number) * power;
  const count = Math.ceil((most || 1) / step - 1e-9);
  return Array.from({ length: count + 1 }, (_, index) => Number((index * step).toPrecision(12)));
}

function style(lines: number): string {
  const ground = (dark: 0 | 1) =>
    [
      `.ground{fill:${dark ? '#14171a' : '#ffffff'}}.ink{fill:${dark ? '#e6e6e6' : '#222222'}}`,
      `.axis{stroke:${dark ? '#e6e6e6' : '#222222'};fill:none}.grid{stroke:${dark ? '#33383d' : '#e2e2e2'};fill:none}`,
      ...colors.slice(0, lines).map((pair, index) => `.l${index}{stroke:${pair[dark]}}`),
    ].join('');
  return `.line{fill:none;stroke-width:2;stroke-linejoin:round}${ground(0)}@media (prefers-color-scheme:dark){${ground(1)}}`;
}

const round = (value: number): number => Math.round(value * 10) / 10;

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
const escaped = (text: string): string => text.replaceAll(/[&<>"]/g, (sign) => entities[sign] as string);
