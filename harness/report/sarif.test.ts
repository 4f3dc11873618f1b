import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import Ajv from 'ajv';
import { describe, expect, test } from 'vitest';
import { type CaseSource, reportAsSarif } from './sarif.ts';
import { ACTIVE, failing, HOSTILE, manual, result, run, target } from './testdata/reports.ts';

interface Log {
  readonly runs: readonly {
    readonly tool: {
      readonly driver: { readonly rules: readonly { id: string; helpUri?: string; defaultConfiguration: { level: string } }[] };
    };
    readonly invocations: readonly {
      exitCode: number;
      executionSuccessful: boolean;
      toolExecutionNotifications: readonly { level: string; message: { text: string } }[];
    }[];
    readonly results: readonly {
      ruleId: string;
      ruleIndex: number;
      level: string;
      message: { text: string };
      locations: readonly { physicalLocation: { artifactLocation: { uri: string }; region: { startLine: number } } }[];
      partialFingerprints: Record<string, string>;
      suppressions?: readonly { justification: string }[];
    }[];
  }[];
}

/** The schema of the standard, as Microsoft's own SARIF tests carry it (draft 4 of JSON Schema). */
const require = createRequire(import.meta.url);
const schema = JSON.parse(readFileSync(require.resolve('@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json'), 'utf8')) as object;
const ajv = new Ajv({ schemaId: 'id', meta: false, unknownFormats: 'ignore', allErrors: true });
ajv.addMetaSchema(require('ajv/lib/refs/json-schema-draft-04.json') as object, 'http://json-schema.org/draft-04/schema#');
const validate = ajv.compile({ ...schema, $schema: 'http://json-schema.org/draft-04/schema#' });

const sourceOf = (id: string): CaseSource | undefined =>
  id.startsWith('early-data/') ? { file: 'suites/early-data/connection.cases.ts', line: 12 } : undefined;
const sarif = (...args: Parameters<typeof run>): Log => JSON.parse(reportAsSarif(run(...args), sourceOf)) as Log;
const known = { reason: 'closes until 2.0.17', link: 'https://example.org/3342' };

describe('SARIF', () => {
  const everything = [
    target(
      [
        result(),
        failing({ case: 'quit/twice', level: 'SHOULD', area: 'quit' }),
        failing({ delivery: 'whole' }),
        failing({ delivery: 'bytes', deviation: { axis: 'answer', step: 1, expected: 'HandshakeV10', got: 'silence' } }),
        failing({ case: 'quit/known', known }),
        failing({ case: 'quit/death', level: 'MAY', deviation: { axis: 'liveness', step: 1, expected: 'life', got: 'death' } }),
        result({ case: 'quit/observed', level: 'OBSERVE', source: [], link: 'https://example.org/why' }),
        result({ case: 'quit/not-judged', verdict: 'inconclusive', reason: 'no connection' }),
        result({ case: 'quit/skipped', verdict: 'skipped', reason: 'no TLS' }),
      ],
      { expectationProblems: ['x/y passes now'] },
    ),
    target([], { target: '10.0.0.1:3306', failure: { code: 'TARGET_UNREACHABLE', says: 'connection refused' } }),
  ];
  const hostile = [
    target([failing({ target: HOSTILE, reason: HOSTILE, deviation: { axis: 'answer', step: 0, expected: HOSTILE, got: HOSTILE } })], {
      target: HOSTILE,
      failure: { code: 'X', says: HOSTILE },
    }),
  ];

  test.each([
    ['everything that a report can have', everything, { problems: ['unknown case z/z'], untested: ['no Docker'] }],
    ['no target', [], {}],
    ['strings of a hostile server', hostile, { problems: [HOSTILE] }],
  ])('follows its schema: %s', (_what, targets, over) => {
    const log = sarif(targets, over);
    expect(validate(log) || ajv.errorsText(validate.errors)).toBe(true);
    expect(JSON.stringify(log)).not.toMatch(ACTIVE);
  });

  test('the schema refuses what is none', () => {
    const log = sarif(everything);
    expect(validate({ ...log, runs: [{ ...log.runs[0], results: [{ message: 'text' }] }] })).toBe(false);
    expect(validate({ ...log, version: '2.0.0' })).toBe(false);
  });

  const log = sarif(everything, { problems: ['unknown case z/z'], untested: ['no Docker'] }).runs[0] as Log['runs'][number];

  test('a rule per case, with the page of the manual, or why it is asked', () => {
    expect(log.tool.driver.rules.map(({ id, helpUri, defaultConfiguration }) => [id, helpUri, defaultConfiguration.level])).toEqual([
      ['early-data/response-and-quit', manual.url, 'error'],
      ['quit/twice', manual.url, 'warning'],
      ['quit/known', manual.url, 'error'],
      ['quit/death', manual.url, 'warning'],
      ['quit/observed', 'https://example.org/why', 'warning'],
      ['quit/not-judged', manual.url, 'error'],
      ['quit/skipped', manual.url, 'error'],
    ]);
  });

  test('a result per deviating case, at the file of the case; a death is an error whatever the level; a known one is suppressed', () => {
    expect(
      log.results.map(({ ruleId, ruleIndex, level, locations, suppressions }) => [
        ruleId,
        log.tool.driver.rules[ruleIndex]?.id === ruleId,
        level,
        locations[0]?.physicalLocation.artifactLocation.uri,
        locations[0]?.physicalLocation.region.startLine,
        suppressions?.map(({ justification }) => justification),
      ]),
    ).toEqual([
      ['quit/twice', true, 'warning', 'suites/index.ts', 1, undefined],
      ['early-data/response-and-quit', true, 'error', 'suites/early-data/connection.cases.ts', 12, undefined],
      ['quit/known', true, 'error', 'suites/index.ts', 1, ['closes until 2.0.17 https://example.org/3342']],
      ['quit/death', true, 'error', 'suites/index.ts', 1, undefined],
    ]);
    expect(log.results[1]?.message.text.split('\n')).toEqual([
      'local:proxysql+mariadb: expected HandshakeV10, got FIN followed by RST without an answer (whole, bytes).',
      'a check that is sent before the greeting gets the greeting and OK.',
      'Repeat: mywire run local:proxysql+mariadb --case early-data/response-and-quit --delivery whole',
    ]);
  });

  test('a case of which one delivery is unknown is not suppressed', () => {
    const [one] = sarif([target([failing({ known }), failing({ delivery: 'whole' })])]).runs[0]?.results ?? [];
    expect(one).not.toHaveProperty('suppressions');
    expect(one?.message.text).toContain('(early, whole)');
  });

  test('the fingerprint is that of target and case, whatever came', () => {
    const printOf = (over: Parameters<typeof failing>[0]): string | undefined =>
      sarif([target([failing(over)])]).runs[0]?.results[0]?.partialFingerprints['primaryLocationLineHash'];
    expect(printOf({})).toMatch(/^[0-9a-f]{16}:1$/);
    expect(printOf({ delivery: 'whole', deviation: { axis: 'ending', step: 3, expected: 'FIN', got: 'silence for 5003 ms' } })).toBe(
      printOf({}),
    );
    expect(printOf({ target: 'local:mariadb' })).not.toBe(printOf({}));
    expect(printOf({ case: 'quit/twice' })).not.toBe(printOf({}));
  });

  test('what could not be judged is a notification, and no success', () => {
    expect(log.invocations[0]).toMatchObject({ exitCode: 1, executionSuccessful: false });
    expect(log.invocations[0]?.toolExecutionNotifications.map(({ level, message }) => [level, message.text])).toEqual([
      ['error', 'local:proxysql+mariadb: 1 inconclusive, the first of them quit/not-judged (early): no connection'],
      ['error', '10.0.0.1:3306: connection refused (TARGET_UNREACHABLE)'],
      ['warning', 'local:proxysql+mariadb: x/y passes now'],
      ['warning', 'unknown case z/z'],
      ['note', 'no Docker'],
    ]);
    expect(sarif([target([failing()])]).runs[0]?.invocations[0]).toMatchObject({ exitCode: 1, executionSuccessful: true });
  });
});
