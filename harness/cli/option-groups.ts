import type { Command } from 'commander';

/** Where an option stands in a long help. The first group that names it is meant; what none names stands first. */
const groups: Readonly<Record<string, readonly string[]>> = {
  'Which cases:': ['case', 'area', 'level', 'cases', 'delivery', 'tries'],
  'Targets and their accounts:': [
    ...['i-own-this-target', 'check-user', 'user', 'password', 'password-env', 'users', 'plugin', 'database', 'as', 'binary', 'image'],
    ...['target', 'against', 'haproxy'],
  ],
  'Which connections:': ['server', 'stream', 'keylog'],
  'Pace and limits:': ['time', 'runs', 'seed', 'workers', 'concurrency', 'shard', 'limit', 'time-limit', 'order', 'timing'],
  'Known deviations:': ['expectations'],
  'Reports:': ['json', 'junit', 'sarif', 'github', 'html', 'out', 'to-case', 'color'],
};
/** A help with fewer is read at a glance. */
const MANY = 12;

/** Puts the options of a verb with many into groups. */
export function groupOptions(command: Command): void {
  if (command.options.length < MANY) return;
  for (const option of command.options) {
    const name = option.long?.replace(/^--(no-)?/, '') ?? '';
    const group = Object.entries(groups).find(([, names]) => names.includes(name));
    if (group) option.helpGroup(group[0]);
  }
}
