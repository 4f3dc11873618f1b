/**
 * The rows of HAProxy's `show stat`: a value by the name of its column ('pxname', 'svname', 'status', 'check_status' …).
 * https://docs.haproxy.org/3.0/management.html#9.1
 */
export function readStat(csv: string): ReadonlyMap<string, string>[] {
  const [header = [], ...rows] = csvRows(csv.replace(/^# /, ''));
  return rows.filter((values) => values.length > 1).map((values) => new Map(values.map((value, index) => [header[index] ?? '', value])));
}

/** A field that holds a comma, a quote or a line end stands in quotes, its own quotes doubled: the tested server's text does as it likes. */
function csvRows(csv: string): string[][] {
  const rows: string[][] = [[]];
  for (const [, quoted, plain = '', end] of csv.matchAll(/(?:"((?:[^"]|"")*)"|([^,\n]*))(,|\n|$)/g)) {
    rows.at(-1)?.push(quoted === undefined ? plain : quoted.replaceAll('""', '"'));
    if (end === '\n') rows.push([]);
    if (end === '') break;
  }
  return rows;
}
