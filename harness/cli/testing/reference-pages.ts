import type { Command } from 'commander';
import { z } from 'zod';
import { lintRules } from '../../../suites/lint.ts';
import { deliveries } from '../../case/delivery.ts';
import { endings, verdicts } from '../../case/verdict.ts';
import type { Exec } from '../../fuzz/exec.ts';
import { oraclesWith } from '../../fuzz/oracles/index.ts';
import { gateConfig } from '../../gate/config.ts';
import { kinds } from '../../gate/difference.ts';
import { usualPolicy } from '../../gate/policy.ts';
import { defects } from '../../reference/index.ts';
import { products } from '../../target/target.ts';
import { examples } from '../examples.ts';
import { listed } from '../list.ts';
import { mywireProgram } from '../program.ts';
import { commentOf, fieldsOf, saidOf } from './declared.ts';

/** docs/reference: each page as Markdown, out of what the program itself reads. */
export const referencePages: Readonly<Record<string, () => string | Promise<string>>> = {
  'verbs.md': verbs,
  'words.md': words,
  'configuration.md': configuration,
  'json-report.md': jsonReport,
  'json-of-verbs.md': jsonOfVerbs,
  'lint-rules.md': lint,
  'oracles.md': oracles,
  'defects.md': defectsPage,
};

const page = (title: string, ...parts: readonly string[]): string =>
  `${[`# ${title}`, 'Drawn from the code by `npm run draw`: do not edit.', ...parts].join('\n\n')}\n`;

const cell = (text: string): string =>
  text
    .replaceAll('|', '\\|')
    .replaceAll('\n', ' ')
    .replace(/<(?=[a-z])/g, '&lt;');
const code = (text: string): string => `\`${text}\``;
const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n');
const block = (language: string, text: string): string => `\`\`\`${language}\n${text}\n\`\`\``;

async function verbs(): Promise<string> {
  return page('Verbs', ...(await mywireProgram()).commands.flatMap(verb));
}

function verb(command: Command): string[] {
  let all = '';
  command.configureOutput({ writeOut: (text) => (all += text) }).outputHelp();
  const [more = ''] = all.slice(command.helpInformation().length).split('\nExamples:');
  const options = command.options.map(({ flags, description, defaultValue, defaultValueDescription, argChoices }) => [
    code(flags.replaceAll('|', '\\|')),
    cell(argChoices ? `${description} (${argChoices.join(', ')})` : description),
    defaultValue === undefined || typeof defaultValue === 'boolean' ? '' : code(defaultValueDescription ?? String(defaultValue)),
  ]);
  const args = command.registeredArguments.map((one) => [code(one.name()), cell(one.description), one.required ? 'required' : '']);
  return [
    `## mywire ${command.name()}`,
    command.description(),
    block('', `mywire ${command.name()} ${command.usage()}`.trim()),
    ...(args.length > 0 ? [table(['argument', '', ''], args)] : []),
    ...(options.length > 0 ? [table(['option', '', 'default'], options)] : []),
    ...(more.trim() === '' ? [] : [block('', more.trim())]),
    block('sh', (examples[command.name()] ?? []).map(({ line, says }) => `${line}   # ${says}`).join('\n')),
  ];
}

function words(): string {
  const file = 'harness/case/verdict.ts';
  const said = (title: string, prose: string, all: readonly string[]): string[] => {
    const says = saidOf(prose, all);
    return [
      `## ${title}`,
      table(
        ['', ''],
        all.map((word) => [code(word), cell(says.get(word) ?? '')]),
      ),
    ];
  };
  return page(
    'Words',
    '## Levels',
    commentOf(file, 'levels'),
    '## Deliveries',
    table(
      ['', ''],
      Object.entries(deliveries).map(([name, says]) => [code(name), says]),
    ),
    ...said('Verdicts', commentOf(file, 'verdicts'), verdicts),
    ...said('Endings', commentOf(file, 'Ending'), endings),
    ...said('Differences that the gate tells', commentOf('harness/gate/difference.ts', 'Kind'), kinds),
    '## Exit codes',
    `Of \`mywire run\`. ${commentOf('harness/report/exit-code.ts', 'exitCodeOf')} 2: the command was wrong. What another verb ends with stands behind its options (verbs.md).`,
    '## Products',
    products.map(code).join(', '),
  );
}

interface Schema {
  readonly type?: string;
  readonly description?: string;
  readonly enum?: readonly string[];
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: Schema | false;
  readonly propertyNames?: Schema;
}

function configuration(): string {
  const rows = (schema: Schema, path: string): string[][] =>
    Object.entries(schema.properties ?? {}).flatMap(([name, one]) =>
      one.properties ? rows(one, `${path}${name}.`) : [[code(`${path}${name}`), typeOf(one), cell(one.description ?? '')]],
    );
  return page(
    'mywire.config.yaml',
    'Or `.yml`, `.json`, `.ts`, `.mjs`, `.js` (its default export). Every key may be left out; what the command line says goes before. ' +
      `\`$\{NAME}\` is the environment; a password must come from there. Another key is an error, told with its line.`,
    table(['key', 'value', ''], rows(z.toJSONSchema(gateConfig, { unrepresentable: 'any' }) as Schema, '')),
    '## What stops the gate where the file says nothing',
    table(
      ['kind of difference', 'levels that stop'],
      Object.entries(usualPolicy.stop).map(([kind, all]) => [code(kind), all.join(', ') || 'none']),
    ),
  );
}

function typeOf({ type, enum: some, items, additionalProperties, propertyNames }: Schema): string {
  if (some) return some.map(code).join(', ');
  if (items) return `list of ${typeOf(items)}`;
  if (additionalProperties)
    return `${propertyNames?.enum ? propertyNames.enum.map(code).join(', ') : 'names'}, each ${typeOf(additionalProperties)}`;
  return type ?? '';
}

function jsonReport(): string {
  const json = 'harness/report/json.ts';
  const result = 'harness/run/result.ts';
  const shapes = [
    [json, 'JsonReport'],
    ['harness/report/exit-code.ts', 'ExitCode'],
    [json, 'JsonTarget'],
    [result, 'ToldProfile'],
    [result, 'HealthState'],
    [json, 'JsonResult'],
    ['harness/case/case.ts', 'Source'],
    [result, 'Deviation'],
    [json, 'JsonTranscript'],
    [result, 'RecordedCheck'],
  ] as const;
  return page(
    'JSON report of mywire run',
    commentOf(json, 'JsonReport'),
    ...shapes.flatMap(([file, name]) => [
      `## ${name}`,
      table(
        ['field', 'type', ''],
        fieldsOf(file, name).map((field) => [code(field.name), code(field.type.replaceAll('|', '\\|')), cell(field.says)]),
      ),
    ]),
  );
}

/** One table: what these interfaces say, but for what is left out. */
const shape = (title: string, from: readonly (readonly [string, string])[], without: readonly string[] = []): string[] => [
  `## ${title}`,
  table(
    ['field', 'type', ''],
    from
      .flatMap(([file, name]) => fieldsOf(file, name))
      .filter(({ name }, at, all) => !without.includes(name) && all.findIndex((one) => one.name === name) === at)
      .map((field) => [code(field.name), code(field.type.replaceAll('|', '\\|')), cell(field.says)]),
  ),
];

function jsonOfVerbs(): string {
  const gated = 'harness/report/gated-json.ts';
  const inspected = 'harness/inspect/inspected.ts';
  const inspect = 'harness/report/inspected-json.ts';
  const replayed = 'harness/replay/replayed.ts';
  const cases = 'harness/case/case.ts';
  const unlisted = fieldsOf(cases, 'Case').map(({ name }) => name);
  return page(
    'JSON of the other verbs',
    'Of `mywire run`: json-report.md. A field that is undefined is left out.',
    '# mywire gate --json FILE',
    commentOf(gated, 'JsonGate'),
    ...shape('JsonGate', [[gated, 'JsonGate']]),
    ...shape('JsonStep', [[gated, 'JsonStep']]),
    ...shape('JsonDifference', [[gated, 'JsonDifference']]),
    ...shape('JsonSeen', [[gated, 'JsonSeen']]),
    '# mywire inspect --json',
    commentOf(inspect, 'INSPECT_SCHEMA'),
    ...shape(
      'A connection',
      [
        [inspect, 'JsonConnection'],
        [inspected, 'Inspected'],
      ],
      ['startedNs', 'endedNs'],
    ),
    ...shape('A packet', [[inspect, 'JsonPacket']]),
    ...shape('A finding', [['harness/inspect/finding.ts', 'Finding']]),
    ...shape('In the totals', [['harness/inspect/totals.ts', 'Totals']]),
    '# mywire replay --json FILE',
    'Bytes are hex. `verdict` is same, differs or unjudged, and `reason` says why in a sentence.',
    ...shape(
      'The whole',
      [
        ['harness/report/replayed.ts', 'ReplayReport'],
        [replayed, 'Replayed'],
      ],
      ['replayed', 'differences'],
    ),
    ...shape('A connection that was played', [[replayed, 'PlayedConnection']]),
    '# mywire fuzz --json FILE, findings.json',
    '`corpus` counts the sessions that were kept.',
    ...shape(
      'The whole',
      [
        ['harness/report/fuzzed.ts', 'FuzzReport'],
        ['harness/fuzz/campaign-options.ts', 'CampaignResult'],
        ['harness/fuzz/campaign-options.ts', 'Progress'],
      ],
      ['entries'],
    ),
    ...shape('A finding of fuzz', [['harness/fuzz/finding.ts', 'Finding']]),
    '# mywire scenario --json FILE',
    ...shape('JsonPlayed', [['harness/report/story.ts', 'JsonPlayed']]),
    '# mywire list --json',
    'A list of cases.',
    ...shape(
      'A case',
      [[cases, 'Case']],
      unlisted.filter((name) => !(listed as readonly string[]).includes(name)),
    ),
  );
}

function lint(): string {
  return page(
    'Rules of the linter',
    'What `mywire inspect` holds both directions of a capture against. A rule of level MUST or SHOULD that is broken makes exit code 1.',
    table(
      ['rule', 'level', 'must hold', 'said by'],
      lintRules.map(({ id, level, title, source }) => [
        code(id),
        level,
        cell(title),
        [...new Map(source.map(({ manual, page: name, url }) => [`${manual}: ${name}`, url]))]
          .map(([name, url]) => `[${cell(name)}](${url})`)
          .join(', '),
      ]),
    ),
  );
}

/** A session as most are. */
const ordinary: Exec = { clients: [{ acts: [], delivery: 'whole', leaves: 'quit' }] };

function oracles(): string {
  return page(
    'Oracles of mywire fuzz',
    'What must hold of every session, whatever was sent.',
    table(
      ['oracle', 'must hold', 'asked', 'caught, in its tests'],
      oraclesWith(lintRules, {}).map(({ name, says, onlyByName, share, killedBy }) => [
        code(name),
        cell(says),
        onlyByName ? 'only by name' : share === undefined ? 'always' : `of ${Math.round(share(ordinary) * 1000) / 10} % of the sessions`,
        killedBy.map(code).join(', '),
      ]),
    ),
  );
}

function defectsPage(): string {
  const areas = [...new Set(defects.map(({ area }) => area))];
  return page(
    'Defects of the built-in server',
    `\`mywire serve --defect NAME\`, \`reference?defect=NAME\`: ${defects.length} ways to be wrong, each in one thing.`,
    ...areas.flatMap((area) => [
      `## ${area}`,
      table(
        ['defect', 'the server'],
        defects.filter((one) => one.area === area).map(({ name, title }) => [code(name), cell(title)]),
      ),
    ]),
  );
}
