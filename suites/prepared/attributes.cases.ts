import type { Case } from '../../harness/case/case.ts';
import type { ListedValue } from '../../harness/case/step.ts';
import { ascii } from '../bytes.ts';
import { manual } from '../manual.ts';
import { done, execute, gives, loggedInWith, longData, prepared, refused, text, type } from '../prepared-steps.ts';
import { beginsInFull } from '../query-steps.ts';
import { works } from '../steps.ts';

const source = [manual['mysql/execute-parameter-count'], manual['mysql/execute-attributes']] as const;
const needs = ['check-account', { dialect: 'mysql' }, { offers: 'QUERY_ATTRIBUTES' }] as const;
const withAttributes = loggedInWith({ add: ['QUERY_ATTRIBUTES'] });
const named = (name: string, chars: string): ListedValue => ({ type: type.VAR_STRING, name, value: ascii(chars) });

/** What flags of the login add to COM_STMT_EXECUTE and its answer. MySQL only. */
export const cases = [
  {
    id: 'prepared/attributes-behind-parameters',
    title: 'with QUERY_ATTRIBUTES the parameters of a statement are the first values, named or not; attributes may stand behind them',
    level: 'MUST',
    source,
    needs,
    script: [
      ...withAttributes,
      ...prepared('SELECT ?, ?', 2, 2),
      {
        send: execute([
          named('', 'first'),
          named('named', 'second'),
          named('trace', 'attribute'),
          { type: type.LONG, name: 'n', value: null },
        ]),
      },
      gives('first', 'second'),
      ...works,
    ],
    killedBy: ['attributes-taken-for-parameters', 'attributes-refused'],
  },
  {
    id: 'prepared/attributes-beside-long-data',
    title: 'with QUERY_ATTRIBUTES a parameter that was sent ahead has a name and a type in the packet, and no value',
    level: 'MUST',
    source: [...source, manual['mysql/long-data'], manual['mysql/long-data-takes-the-place']],
    needs,
    script: [
      ...withAttributes,
      ...prepared('SELECT ?, ?', 2, 2),
      { send: longData(0, ascii('long')) },
      { send: execute([{ type: type.BLOB, name: '' }, named('', 'second'), named('trace', 'attribute')]) },
      gives('long', 'second'),
      ...works,
    ],
    killedBy: ['long-data-value-expected-beside-attributes', 'long-data-value-expected-in-execute'],
  },
  {
    id: 'prepared/attributes-without-parameters',
    title: 'with QUERY_ATTRIBUTES a statement without parameters may be executed with attributes, or with a count of 0',
    level: 'MUST',
    source,
    needs,
    script: [
      ...withAttributes,
      ...prepared('SELECT 1', 0, 1),
      { send: execute([named('trace', 'attribute')]) },
      gives('1'),
      { send: execute() },
      gives('1'),
      ...works,
    ],
    killedBy: ['attributes-refused', 'parameter-count-of-0-refused'],
  },
  {
    id: 'prepared/value-of-an-attribute',
    title: 'an attribute behind the parameters of COM_STMT_EXECUTE has its value in that execution, and none in the next',
    level: 'MUST',
    source: [...source, manual['mysql/query-attributes-function']],
    needs: [...needs, { feature: 'query-attribute-function' }],
    script: [
      ...withAttributes,
      ...prepared("SELECT mysql_query_attribute_string('trace')", 0, 1),
      { send: execute([named('trace', 'mywire-1')]) },
      gives('mywire-1'),
      { send: execute() },
      gives(null),
      ...works,
    ],
    killedBy: ['execute-loses-attributes', 'query-attribute-lost'],
  },
  {
    id: 'prepared/parameter-count-without-flag',
    title: 'with QUERY_ATTRIBUTES the parameter count stands before the NULL bitmap of a statement with parameters, whatever the flags say',
    level: 'MUST',
    source,
    needs,
    script: [...withAttributes, ...prepared('SELECT ?', 1, 1), { send: execute([named('', 'a')], { flags: 0 }) }, gives('a'), ...works],
    killedBy: ['parameter-count-read-by-flag-only'],
  },
  {
    id: 'prepared/parameter-count-too-small',
    title: 'a parameter count below that of the statement is refused',
    level: 'SHOULD',
    source: [...source, manual['mysql/execute-answer']],
    needs,
    script: [
      ...withAttributes,
      ...prepared('SELECT ?, ?', 2, 2),
      { send: execute([named('', 'a')]) },
      refused,
      { send: execute([named('', 'a'), named('', 'b')]) },
      gives('a', 'b'),
      ...works,
    ],
    killedBy: ['missing-parameters-taken-for-null'],
  },
  {
    id: 'prepared/execute-without-metadata',
    title: 'with resultset_metadata NONE the rows of COM_STMT_EXECUTE follow the column count at once',
    // The manual has the flag in front of the column count, MySQL sends it behind.
    level: 'SHOULD',
    source: [
      manual['mysql/resultset-metadata-follows'],
      manual['mysql/optional-metadata'],
      manual['mysql/binary-row'],
      manual['mysql/binary-resultset-end'],
    ],
    needs: ['check-account', { dialect: 'mysql' }, { offers: 'OPTIONAL_RESULTSET_METADATA' }, { offers: 'DEPRECATE_EOF' }, beginsInFull],
    script: [
      ...loggedInWith({ add: ['OPTIONAL_RESULTSET_METADATA', 'DEPRECATE_EOF'] }),
      ...prepared('SELECT ?', 1, 1),
      ...done('SET resultset_metadata = NONE'),
      { send: execute([text('a')]) },
      { expect: [{ packet: 'BinaryResultset', where: { columns: 1, rows: 1, metadataFollows: 0, 'row.0.0': 'a' } }] },
      ...works,
    ],
    killedBy: ['execute-sends-metadata-unasked'],
  },
] as const satisfies readonly Case[];
