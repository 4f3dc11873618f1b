export const median = (list: readonly number[]): number => list.toSorted((a, b) => a - b)[list.length >> 1] ?? Number.NaN;

/** CPU time of this process while something is done, in ms: what other processes do is not in it. */
export async function cpuOf(what: () => unknown): Promise<number> {
  const before = process.cpuUsage();
  await what();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

/** Each part once unmeasured, then all in turn so many times: the median of each, in ms of CPU. */
export async function inTurn<Name extends string>(
  rounds: number,
  parts: Readonly<Record<Name, () => unknown>>,
): Promise<Record<Name, number>> {
  const all = Object.entries(parts) as [Name, () => unknown][];
  const taken = new Map<Name, number[]>(all.map(([name]) => [name, []]));
  for (const [, part] of all) await part();
  for (let i = 0; i < rounds; i++) for (const [name, part] of all) taken.get(name)?.push(await cpuOf(part));
  return Object.fromEntries(all.map(([name]) => [name, median(taken.get(name) ?? [])])) as Record<Name, number>;
}

/** The exponent by which a cost grows with a size, by least squares over their logarithms: 1 is linear, 2 is quadratic. */
export function exponent(points: readonly (readonly [size: number, cost: number])[]): number {
  const logs = points.map(([size, cost]) => [Math.log(size), Math.log(Math.max(cost, 1e-9))] as const);
  const mean = (pick: 0 | 1): number => logs.reduce((sum, one) => sum + one[pick], 0) / logs.length;
  const [x, y] = [mean(0), mean(1)];
  const over = logs.reduce((sum, [a, b]) => sum + (a - x) * (b - y), 0);
  return over / logs.reduce((sum, [a]) => sum + (a - x) ** 2, 0);
}

/** More than this is not called linear: what is measured is not free of noise. */
export const LINEAR = 1.15;
