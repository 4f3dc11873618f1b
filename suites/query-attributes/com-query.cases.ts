import type { Case } from '../../harness/case/case.ts';
import type { ListedValue, Step } from '../../harness/case/step.ts';
import { ascii } from '../bytes.ts';
import { manual } from '../manual.ts';
import { err, greeting, ok, syntaxErrors, works } from '../steps.ts';

const source = [manual['mysql/query-attributes-layout'], manual['mysql/query-answers']] as const;
const malformed = [manual['mysql/query-attributes-layout'], manual['mysql/error-of-commands']] as const;
const needs = ['check-account', { offers: 'QUERY_ATTRIBUTES' }] as const;

const loggedInWithAttributes = [
  greeting,
  { send: { message: 'HandshakeResponse41', account: 'check', capabilities: { add: ['QUERY_ATTRIBUTES'] } } },
  ok,
] as const satisfies readonly Step[];

const string = (name: string, value: string): ListedValue => ({ type: 0xfe, name, value: ascii(value) });
const query = (text: string, ...parameters: readonly ListedValue[]) =>
  ({ send: { message: 'COM_QUERY', with: { query: text, parameters } } }) as const satisfies Step;
/** What stands behind the command byte, as hex. */
const raw = (rest: string) => ({ send: { message: 'COM_RAW', with: { command: 0x03, rest } } }) as const satisfies Step;
const SELECT_1 = ascii('SELECT 1');
const one = { expect: [{ packet: 'TextResultset', sequenceId: 1, where: { columns: 1, rows: 1, first: '1' } }] } as const satisfies Step;
const isMalformed = { expect: [{ ...err(1835, 'HY000'), sequenceId: 1 }] } as const satisfies Step;

const attribute = (name: string) => `SELECT mysql_query_attribute_string('${name}')`;
const shows = (first: string | null) =>
  ({ expect: [{ packet: 'TextResultset', sequenceId: 1, where: { columns: 1, rows: 1, 'row.0.0': first } }] }) as const satisfies Step;
const withFunction = [...needs, { feature: 'query-attribute-function' }] as const;

/** COM_QUERY of a client with QUERY_ATTRIBUTES. */
export const cases = [
  {
    id: 'query-attributes/none',
    title: 'with QUERY_ATTRIBUTES a statement without attributes stands behind the counts 0 and 1',
    level: 'MUST',
    source,
    needs,
    script: [...loggedInWithAttributes, query('SELECT 1'), one, ...works],
    killedBy: ['query-attributes-in-statement'],
  },
  {
    id: 'query-attributes/one',
    title: 'a statement with one attribute is executed like one without',
    level: 'MUST',
    source,
    needs,
    script: [...loggedInWithAttributes, query('SELECT 1', string('trace', 'mywire-1')), one, ...works],
    killedBy: ['query-attributes-in-statement'],
  },
  {
    id: 'query-attributes/eight-and-nine',
    title: 'the NULL bitmap of eight attributes is one byte, that of nine is two',
    level: 'MUST',
    source,
    needs,
    script: [
      ...loggedInWithAttributes,
      ...[8, 9].flatMap((count) => [query('SELECT 1', ...Array.from({ length: count }, (_, i) => string(`n${i}`, `v${i}`))), one]),
      ...works,
    ],
    killedBy: ['eight-attributes-malformed', 'nine-attributes-malformed'],
  },
  {
    id: 'query-attributes/null',
    title: 'an attribute that is NULL has no value in the packet',
    level: 'MUST',
    source,
    needs,
    script: [
      ...loggedInWithAttributes,
      query('SELECT 1', { type: 0xfe, name: 'none', value: null }, string('some', 'x'), { type: 0x06, name: 'null', value: null }),
      one,
      ...works,
    ],
    killedBy: ['null-attribute-malformed', 'null-attribute-value-expected'],
  },
  {
    id: 'query-attributes/values-beside-null',
    title: 'the attributes in front of one that is NULL and behind it have their values',
    level: 'MUST',
    source: [...source, manual['mysql/query-attributes-function']],
    needs: withFunction,
    script: [
      ...loggedInWithAttributes,
      ...(['first', 'last'] as const).flatMap((name) => [
        query(attribute(name), string('first', 'before'), { type: 0xfe, name: 'none', value: null }, string('last', 'behind')),
        shows(name === 'first' ? 'before' : 'behind'),
      ]),
      query(attribute('none'), string('first', 'before'), { type: 0xfe, name: 'none', value: null }, string('last', 'behind')),
      shows(null),
      ...works,
    ],
    killedBy: ['attribute-behind-null-is-null', 'null-attribute-malformed'],
  },
  {
    id: 'query-attributes/of-several-statements',
    title: 'an attribute of a text of two statements has its value in both',
    // The attributes stand in front of the whole text; that a second statement has them no page says.
    level: 'OBSERVE',
    source: [...source, manual['mysql/query-attributes-function'], manual['mysql/multi-statement']],
    needs: [...withFunction, { offers: 'MULTI_STATEMENTS' }],
    script: [
      greeting,
      { send: { message: 'HandshakeResponse41', account: 'check', capabilities: { add: ['QUERY_ATTRIBUTES', 'MULTI_STATEMENTS'] } } },
      ok,
      query(`${attribute('trace')}; ${attribute('trace')}`, string('trace', 'mywire-1')),
      shows('mywire-1'),
      { expect: [{ packet: 'TextResultset', where: { columns: 1, rows: 1, 'row.0.0': 'mywire-1' } }] },
      ...works,
    ],
    killedBy: ['query-attributes-of-first-statement-only', 'query-attribute-lost'],
  },
  {
    id: 'query-attributes/ninth-is-null',
    title: 'the NULL bit of the ninth attribute stands in the second byte of the bitmap, and no value in the packet',
    level: 'MUST',
    source,
    needs,
    script: [
      ...loggedInWithAttributes,
      query('SELECT 1', ...Array.from({ length: 8 }, (_, i) => string(`n${i}`, `v${i}`)), { type: 0xfe, name: 'n8', value: null }),
      one,
      ...works,
    ],
    killedBy: ['null-attributes-behind-the-eighth-have-values'],
  },
  {
    id: 'query-attributes/numbers',
    title: 'attributes of the integer types, signed and unsigned, and of FLOAT and DOUBLE are as long as the binary values of their types',
    level: 'MUST',
    source: [...source, manual['mysql/execute-types'], manual['mysql/binary-integers'], manual['mysql/binary-reals']],
    needs,
    script: [
      ...loggedInWithAttributes,
      query(
        'SELECT 1',
        { type: 0x01, name: 'tiny', value: 'f9' },
        { type: 0x8001, name: 'tiny unsigned', value: 'f9' },
        { type: 0x02, name: 'short', value: 'd4fe' },
        { type: 0x03, name: 'long', value: '60790000' },
        { type: 0x8008, name: 'longlong unsigned', value: 'ffffffffffffffff' },
        { type: 0x04, name: 'float', value: '0000c03f' },
        { type: 0x05, name: 'double', value: '00000000000002c0' },
      ),
      one,
      ...works,
    ],
    killedBy: ['typed-attribute-malformed', 'unsigned-attribute-malformed'],
  },
  {
    id: 'query-attributes/temporal',
    title: 'attributes of the temporal types have their length in front, 0 for all zeros',
    level: 'MUST',
    source: [...source, manual['mysql/binary-dates'], manual['mysql/binary-time']],
    needs,
    script: [
      ...loggedInWithAttributes,
      query(
        'SELECT 1',
        { type: 0x0a, name: 'date', value: 'ea070b1a' },
        { type: 0x0c, name: 'datetime', value: 'ea070b1a0c2238' },
        { type: 0x07, name: 'timestamp', value: 'ea070b1a0c2238140a0c00' },
        { type: 0x0b, name: 'time', value: '0000000000 0c2238' },
        { type: 0x0b, name: 'no time', value: '' },
      ),
      one,
      ...works,
    ],
    killedBy: ['typed-attribute-malformed', 'attribute-of-no-time-malformed'],
  },
  {
    id: 'query-attributes/without-a-name',
    title: 'an attribute may have an empty name, and two may have the same one',
    level: 'SHOULD',
    source,
    needs,
    script: [...loggedInWithAttributes, query('SELECT 1', string('', 'x'), string('twice', 'a'), string('twice', 'b')), one, ...works],
    killedBy: ['nameless-attribute-malformed', 'repeated-attribute-malformed', 'query-attributes-in-statement'],
  },
  {
    id: 'query-attributes/long-value',
    title: 'a value of 1000 bytes has its length as FC and two bytes',
    level: 'MUST',
    source: [...source, manual['mysql/lenenc-integer-forms']],
    needs,
    script: [...loggedInWithAttributes, query('SELECT 1', string('long', 'x'.repeat(1000))), one, ...works],
    killedBy: ['long-attribute-malformed', 'query-attributes-in-statement'],
  },
  {
    id: 'query-attributes/value-of-an-attribute',
    title: 'mysql_query_attribute_string() gives the value of an attribute of this statement, and NULL for other names',
    level: 'MUST',
    source: [manual['mysql/query-attributes-function'], ...source],
    needs: withFunction,
    script: [
      ...loggedInWithAttributes,
      query(attribute('trace'), string('other', 'wrong'), string('trace', 'mywire-1')),
      shows('mywire-1'),
      query(attribute('no_such'), string('trace', 'mywire-1')),
      shows(null),
      ...works,
    ],
    killedBy: ['query-attribute-lost', 'query-attribute-of-any-name'],
  },
  {
    id: 'query-attributes/only-for-their-statement',
    title: 'the attributes of a statement are gone with it',
    level: 'MUST',
    source: [manual['mysql/query-attributes-function'], ...source],
    needs: withFunction,
    script: [
      ...loggedInWithAttributes,
      query('SELECT 1', string('trace', 'mywire-1')),
      one,
      query(attribute('trace')),
      shows(null),
      ...works,
    ],
    killedBy: ['query-attributes-kept'],
  },
  {
    id: 'query-attributes/set-count-is-not-one',
    title: 'a parameter_set_count other than 1 gets ERR 1835 (HY000), and the connection goes on',
    level: 'SHOULD',
    source: malformed,
    needs,
    script: [
      ...loggedInWithAttributes,
      raw(`00 00 ${SELECT_1}`),
      isMalformed,
      raw(`00 02 ${SELECT_1}`),
      isMalformed,
      raw(`00 fcffff ${SELECT_1}`),
      isMalformed,
      ...works,
    ],
    killedBy: ['attribute-set-count-ignored'],
  },
  {
    id: 'query-attributes/bind-flag-is-not-one',
    title: 'a new_params_bind_flag of 0 gets ERR 1835 (HY000), and the connection goes on',
    level: 'MUST',
    source: [manual['mysql/query-attributes-bind-flag-is-one'], ...malformed],
    needs,
    script: [...loggedInWithAttributes, raw(`01 01 00 00 fe00 0161 0162 ${SELECT_1}`), isMalformed, ...works],
    killedBy: ['broken-attributes-ignored', 'broken-attributes-close'],
  },
  {
    id: 'query-attributes/cut-off',
    title: 'a packet that ends before the name of its attribute does gets ERR 1835 (HY000), and the connection goes on',
    level: 'SHOULD',
    source: malformed,
    needs,
    script: [
      ...loggedInWithAttributes,
      ...['01', '01 01', '01 01 00', '01 01 00 01', '01 01 00 01 fe', '01 01 00 01 fe00 05 6162'].flatMap((rest) => [
        raw(rest),
        isMalformed,
      ]),
      ...works,
    ],
    deliveries: ['whole', 'bytes'],
    killedBy: ['broken-attributes-close'],
  },
  {
    id: 'query-attributes/name-past-the-end',
    title: 'an attribute name whose length points past the packet gets ERR 1835 (HY000)',
    level: 'SHOULD',
    source: malformed,
    needs,
    script: [...loggedInWithAttributes, raw(`01 01 00 01 fe00 fcffff 61 ${SELECT_1}`), isMalformed, ...works],
    killedBy: ['broken-attributes-ignored', 'broken-attributes-close'],
  },
  {
    id: 'query-attributes/value-past-the-end',
    title: 'an attribute value whose length points past the packet leaves no statement: ERR 1835 or 1065',
    level: 'SHOULD',
    source: [...malformed, manual['mysql/error-1065-empty-query']],
    needs,
    script: [
      ...loggedInWithAttributes,
      raw(`01 01 00 01 fe00 0161 fcffff ${SELECT_1}`),
      {
        expect: [
          { ...err(1835, 'HY000'), sequenceId: 1 },
          { ...err(1065, '42000'), sequenceId: 1 },
        ],
      },
      ...works,
    ],
    killedBy: ['broken-attributes-ignored', 'broken-attributes-close'],
  },
  {
    id: 'query-attributes/count-past-the-end',
    title: 'a parameter_count that the packet has no room for gets ERR 1835 (HY000)',
    level: 'SHOULD',
    source: malformed,
    needs: [...needs, { feature: 'memory-of-64-mib' }],
    script: [
      ...loggedInWithAttributes,
      raw(`fcffff 01 ${SELECT_1}`),
      isMalformed,
      raw(`feffffffffffffffff 01 ${SELECT_1}`),
      isMalformed,
      ...works,
    ],
    killedBy: ['broken-attributes-ignored', 'broken-attributes-close'],
  },
  {
    id: 'query-attributes/not-asked-for',
    title: 'without QUERY_ATTRIBUTES the counts are a part of the statement, and a syntax error',
    level: 'SHOULD',
    source: [
      ...source,
      manual['mysql/query-is-the-rest'],
      manual['mysql/error-of-statements'],
      manual['mariadb/query-is-the-rest'],
      manual['mariadb/error-of-statements'],
    ],
    needs,
    script: [
      greeting,
      { send: { message: 'HandshakeResponse41', account: 'check', capabilities: { drop: ['QUERY_ATTRIBUTES'] } } },
      ok,
      { send: { message: 'COM_QUERY', with: { query: '\x00\x01SELECT 1' } } },
      { expect: [{ ...err(syntaxErrors, '42000'), sequenceId: 1 }] },
      ...works,
    ],
    killedBy: ['query-attributes-unasked'],
  },
] as const satisfies readonly Case[];
