import { describe, expect, test } from 'vitest';
import { parseTarget, productLike } from './parse-target.ts';
import { TargetError } from './target.ts';

const defects: string[] = [];

describe('an address', () => {
  test.each([
    ['127.0.0.1:3306', '127.0.0.1', 3306],
    ['[::1]:3306', '::1', 3306],
    ['[fe80::1]:1', 'fe80::1', 1],
    ['localhost:65535', 'localhost', 65535],
    ['db-1.example_net.test:3307', 'db-1.example_net.test', 3307],
    // A service of a compose file is often called like its product.
    ['mariadb:3306', 'mariadb', 3306],
    ['mysql:33060', 'mysql', 33060],
    // Not a product, so a host; the unresolved name is then told with a hint.
    ['maridb:10', 'maridb', 10],
  ])('%s', (name, host, port) => {
    expect(parseTarget(name)).toEqual({ kind: 'address', name, endpoint: { host, port } });
  });
});

describe('Docker images', () => {
  test.each([
    ['mariadb:11.8', [['mariadb', '11.8']]],
    ['mysql:9', [['mysql', '9']]],
    ['mariadb:latest', [['mariadb', 'latest']]],
    ['mariadb:11.8.6-ubi9', [['mariadb', '11.8.6-ubi9']]],
    [
      'haproxy:3.2+mariadb:11.8',
      [
        ['haproxy', '3.2'],
        ['mariadb', '11.8'],
      ],
    ],
    [
      'haproxy:3.0+proxysql:2.7.1+mariadb:11.8',
      [
        ['haproxy', '3.0'],
        ['proxysql', '2.7.1'],
        ['mariadb', '11.8'],
      ],
    ],
    [
      'proxysql:2.7.1+proxysql:3.0.9+mysql:9.7',
      [
        ['proxysql', '2.7.1'],
        ['proxysql', '3.0.9'],
        ['mysql', '9.7'],
      ],
    ],
    [
      'mysqlrouter:9.7+mysql:9.7',
      [
        ['mysqlrouter', '9.7'],
        ['mysql', '9.7'],
      ],
    ],
    [
      'nginx:1.26+mariadb:11.8',
      [
        ['nginx', '1.26'],
        ['mariadb', '11.8'],
      ],
    ],
    [
      'maxscale:24.02+mariadb:11.8',
      [
        ['maxscale', '24.02'],
        ['mariadb', '11.8'],
      ],
    ],
  ])('%s', (name, parts) => {
    expect(parseTarget(name)).toEqual({ kind: 'docker', name, parts: parts.map(([product, version]) => ({ product, version })) });
  });
});

describe('local programs', () => {
  test.each([
    ['local:mariadb', ['mariadb']],
    ['local:mysql', ['mysql']],
    ['local:haproxy+mariadb', ['haproxy', 'mariadb']],
    ['local:proxysql+mariadb', ['proxysql', 'mariadb']],
    ['local:haproxy+proxysql+mariadb', ['haproxy', 'proxysql', 'mariadb']],
    ['local:haproxy+reference', ['haproxy', 'reference']],
    ['local:proxysql+reference', ['proxysql', 'reference']],
    ['local:mysqlrouter+reference', ['mysqlrouter', 'reference']],
    ['local:mysqlrouter+mysql', ['mysqlrouter', 'mysql']],
    ['local:nginx+mariadb', ['nginx', 'mariadb']],
    ['local:maxscale+mariadb', ['maxscale', 'mariadb']],
    ['local:reference', ['reference']],
  ])('%s', (name, names) => {
    expect(parseTarget(name)).toEqual({ kind: 'local', name, parts: names.map((product) => ({ product, defects })) });
  });

  test.each([
    ['local:haproxy+reference?defect=no-greeting', { defects: ['no-greeting'] }],
    ['local:haproxy+reference?defect=a,b&defect=c', { defects: ['a', 'b', 'c'] }],
    ['local:haproxy+reference?dialect=mariadb', { defects: [], dialect: 'mariadb' }],
    ['local:haproxy+reference?dialect=mysql&defect=a', { defects: ['a'], dialect: 'mysql' }],
  ] as const)('%s', (name, wish) => {
    expect(parseTarget(name)).toEqual({
      kind: 'local',
      name,
      parts: [
        { product: 'haproxy', defects },
        { product: 'reference', ...wish },
      ],
    });
  });
});

describe('the reference server', () => {
  test.each([
    ['reference', { defects }],
    ['reference?defect=rst-instead-of-answer', { defects: ['rst-instead-of-answer'] }],
    ['reference?defect=a,b', { defects: ['a', 'b'] }],
    ['reference?defect=a&defect=b', { defects: ['a', 'b'] }],
    ['reference?dialect=mariadb', { defects, dialect: 'mariadb' }],
    ['reference?defect=a&dialect=mysql&defect=b', { defects: ['a', 'b'], dialect: 'mysql' }],
  ] as const)('%s', (name, wish) => {
    expect(parseTarget(name)).toEqual({ kind: 'reference', name, ...wish });
  });
});

describe('anything else is refused with the forms there are', () => {
  test.each([
    ['', 'is unknown'],
    ['localhost', 'an address needs a port: localhost:3306'],
    ['127.0.0.1', 'an address needs a port: 127.0.0.1:3306'],
    ['127.0.0.1:0', '0 is not a port'],
    ['127.0.0.1:65536', '65536 is not a port'],
    ['127.0.0.256:3306', '127.0.0.256 is not an IPv4 address'],
    ['[::1', 'is unknown'],
    ['[:::]:3306', ':::'],
    ['::1:3306', 'brackets: [::1]:3306'],
    ['mysql://127.0.0.1:3306', 'without a scheme'],
    ['mariadb', 'mariadb needs a version (mariadb:11.8), or local:'],
    ['mariadb:', 'mariadb needs a version'],
    ['mariadb:11 8', "'11 8' is not a version of mariadb"],
    ['maridb:11.8', 'did you mean mariadb:11.8?'],
    ['haproxi:3.2+mariadb:11.8', 'did you mean haproxy:3.2+mariadb:11.8?'],
    ['local:proxisql+mariadb', 'did you mean local:proxysql+mariadb?'],
    ['refrence', 'did you mean reference? A target is written'],
    ['local:', 'is unknown'],
    ['local:mariadb:', "'' is not a version of mariadb"],
    ['local:reference:1', "'1' is not a version of reference"],
    ['local:mariadb?defect=x', "mariadb takes no '?'"],
    ['local:haproxy', 'haproxy needs a server behind it: local:haproxy+mariadb'],
    ['haproxy:3.0', 'haproxy needs a server behind it: haproxy:3.0+mariadb:11.8'],
    ['mariadb:11.8+haproxy:3.0', 'mariadb is a server, so it comes last'],
    ['local:reference+haproxy', 'reference is a server, so it comes last'],
    ['haproxy:3.0+reference', "'reference' is unknown"],
    ['reference?defect=', "after '?' comes defect=NAME"],
    ['reference?seed=1', "not 'seed=1'"],
    ['reference?dialect=postgres', "the dialects are mysql and mariadb, not 'postgres'"],
    ['reference?dialect=mysql&dialect=mysql', 'a server speaks one dialect'],
    ['local:haproxy?dialect=mariadb+reference', "haproxy takes no '?'"],
    ['local:mysqlroter+mysql', 'did you mean local:mysqlrouter+mysql?'],
    ['mysqlrouter+mysql:9.7', 'mysqlrouter needs a version (mysqlrouter:9.7)'],
    ['nginx+mariadb:11.8', 'nginx needs a version (nginx:1.26)'],
    ['local:maxscale', 'maxscale needs a server behind it: local:maxscale+mariadb'],
    ['local:mysqlrouter', 'mysqlrouter needs a server behind it: local:mysqlrouter+mariadb'],
    [`local:${'haproxy+'.repeat(8)}mariadb`, 'at most 8'],
    ['postgres:17+mariadb:11.8', "'postgres' is unknown"],
    ['x'.repeat(100_000), 'an address needs a port'],
    ['\0\n', 'is unknown'],
  ])('%j', (name, says) => {
    const error = thrown(() => parseTarget(name));
    expect(error).toBeInstanceOf(TargetError);
    expect(error).toMatchObject({ code: 'TARGET_BAD_NAME' });
    expect((error as TargetError).message).toContain(says);
    expect((error as TargetError).message).toContain('local:haproxy+mariadb');
    expect((error as TargetError).message.length).toBeLessThan(1200);
  });
});

test('a host that may have been meant as a product', () => {
  expect(productLike('maridb')).toBe('mariadb');
  expect(productLike('mysql')).toBe('mysql');
  expect(productLike('db.example.test')).toBeUndefined();
});

function thrown(act: () => unknown): unknown {
  try {
    act();
  } catch (error) {
    return error;
  }
  return undefined;
}
