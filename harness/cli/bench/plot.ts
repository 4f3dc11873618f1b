import type { Past } from './history.ts';
import { promised } from './table.ts';

const PANEL = { width: 420, height: 130, left: 44, right: 12, top: 34, bottom: 20 } as const;
const COLUMNS = 3;

/** The history as small panels, one a figure: the ratio over the runs, and what is promised as a dashed line. SVG, without anything outside it. */
export function plot(history: readonly Past[]): string {
  const figures = [...new Set(history.map(({ figure }) => figure))];
  const runs = [...new Set(history.map(runOf))];
  const height = Math.ceil(figures.length / COLUMNS) * PANEL.height;
  const panels = figures.map((figure, i) => {
    const points = history.filter((one) => one.figure === figure);
    return `<g transform="translate(${(i % COLUMNS) * PANEL.width} ${Math.floor(i / COLUMNS) * PANEL.height})">${panel(figure, points, runs)}</g>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${COLUMNS * PANEL.width} ${height}" font-family="system-ui, sans-serif" font-size="10">
<title>npm run bench: each figure over the runs that were kept</title>
<style>svg{background:#fff;color:#222}.line{fill:none;stroke:#2563a8;stroke-width:1.5}.point{fill:#2563a8}.missed{fill:#c0392b}.promise{stroke:#888;stroke-dasharray:4 3}.axis{fill:none;stroke:#ccc}text{fill:currentColor}.small{fill:#777}@media(prefers-color-scheme:dark){svg{background:#16181c;color:#ddd}.axis{stroke:#444}.small{fill:#999}}</style>
${panels.join('\n')}
</svg>
`;
}

const runOf = ({ date, commit, machine }: Past): string => `${date} ${commit} ${machine}`;

function panel(figure: string, points: readonly Past[], runs: readonly string[]): string {
  const { width, height, left, right, top, bottom } = PANEL;
  const last = points.at(-1) as Past;
  const promise = last.least ?? last.most;
  const values = [...points.map(({ ratio }) => ratio), ...(promise === undefined ? [] : [promise])];
  const most = Math.max(...values) * 1.1;
  const x = (one: Past): number => left + ((width - left - right) * (runs.indexOf(runOf(one)) + 0.5)) / runs.length;
  const y = (ratio: number): number => top + (height - top - bottom) * (1 - ratio / most);
  const at = (one: Past): string => `${x(one).toFixed(1)},${y(one.ratio).toFixed(1)}`;
  const label = (text: string, atX: number, atY: number, how = ''): string =>
    `<text x="${atX}" y="${atY.toFixed(1)}"${how}>${escaped(text)}</text>`;
  return [
    label(figure, 8, 14, ' font-weight="600"'),
    label(`${last.ratio.toFixed(2)}${promise === undefined ? '' : `, promised ${promised(last)}`}`, 8, 27, ' class="small"'),
    ...[0, most / 1.1].map((value) => label(value.toFixed(value < 10 ? 1 : 0), left - 6, y(value) + 3, ' text-anchor="end" class="small"')),
    `<path class="axis" d="M${left} ${top}V${height - bottom}H${width - right}"/>`,
    promise === undefined ? '' : `<path class="promise" d="M${left} ${y(promise).toFixed(1)}H${width - right}"/>`,
    `<polyline class="line" points="${points.map(at).join(' ')}"/>`,
    ...points.map((one) => {
      const missed = one.ratio < (one.least ?? one.ratio) || one.ratio > (one.most ?? one.ratio);
      return `<circle class="${missed ? 'missed' : 'point'}" cx="${x(one).toFixed(1)}" cy="${y(one.ratio).toFixed(1)}" r="2.5"><title>${escaped(`${one.ratio} on ${one.date}, ${one.commit}, load ${one.load}, ${one.machine}`)}</title></circle>`;
    }),
    label(points[0]?.date ?? '', left, height - 6, ' class="small"'),
    label(last.date, width - right, height - 6, ' text-anchor="end" class="small"'),
  ].join('');
}

const escaped = (text: string): string => text.replace(/[<>&"]/g, (c) => `&#${c.charCodeAt(0)};`);
