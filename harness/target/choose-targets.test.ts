import { describe, expect, test } from 'vitest';
import { choose } from './choose-targets.ts';

const docker = { mariadb: '11.8', mysql: '9.7', haproxy: '3.0', proxysql: '2.7.1' };
const nothing = new Set<never>();

describe('what is tested without a name', () => {
  test.each([
    ['all images', { docker, local: nothing }, true, ['mariadb:11.8', 'haproxy:3.0+mariadb:11.8', 'proxysql:2.7.1+mariadb:11.8']],
    ['only MySQL in Docker', { docker: { mysql: '9.7' }, local: nothing }, true, ['mysql:9.7']],
    [
      'ProxySQL only as a program',
      { docker: { mariadb: '11.8' }, local: new Set(['proxysql', 'mariadb'] as const) },
      true,
      ['mariadb:11.8', 'local:proxysql+mariadb'],
    ],
    [
      'ProxySQL only as a program, no server as one',
      { docker: { mariadb: '11.8' }, local: new Set(['proxysql'] as const) },
      true,
      ['mariadb:11.8', 'local:proxysql+reference'],
    ],
    ['images of fronts only', { docker: { haproxy: '3.0' }, local: nothing }, true, ['reference']],
    [
      'programs',
      { docker: {}, local: new Set(['mariadb', 'haproxy', 'proxysql'] as const) },
      false,
      ['local:mariadb', 'local:haproxy+mariadb', 'local:proxysql+mariadb'],
    ],
    ['a MySQL program', { docker: {}, local: new Set(['mysql', 'haproxy'] as const) }, false, ['local:mysql', 'local:haproxy+mysql']],
    ['HAProxy alone', { docker: {}, local: new Set(['haproxy'] as const) }, false, ['reference', 'local:haproxy+reference']],
    ['nothing', { docker: {}, local: nothing }, false, ['reference']],
  ] as const)('%s', (_, found, answers, targets) => {
    const choice = choose(found, answers);
    expect(choice.targets).toEqual(targets);
    expect(choice.says).not.toContain('\n');
    for (const name of targets) expect(choice.says).toContain(name);
    for (const untested of choice.untested) expect(choice.says).toContain(untested);
  });

  test('says why, and what is not tested', () => {
    expect(choose({ docker: {}, local: nothing }, false).says).toBe(
      'No Docker daemon answers, and this machine has no server on PATH: testing reference. Not tested: MariaDB (no Docker, no mariadbd on PATH), ' +
        'MySQL (no Docker, no mysqld of MySQL on PATH), HAProxy (no Docker, no haproxy on PATH), ProxySQL (no Docker, no proxysql on PATH), ' +
        'MySQL Router (no Docker, no mysqlrouter on PATH), MaxScale (no Docker, no maxscale on PATH), nginx (no Docker, no nginx on PATH).',
    );
    expect(choose({ docker: { mariadb: '11.8', mysql: '9.7', haproxy: '3.0' }, local: nothing }, true).says).toBe(
      'Docker answers and has images: testing mariadb:11.8, haproxy:3.0+mariadb:11.8. Not tested: MySQL (mywire run mysql:9.7), ' +
        'ProxySQL (no image proxysql/proxysql:2.7.1, no proxysql on PATH), ' +
        'MySQL Router (no image mysql/mysql-router:9.7, no mysqlrouter on PATH), MaxScale (no image mariadb/maxscale:24.02, no maxscale on PATH), ' +
        'nginx (no image nginx:1.26, no nginx on PATH).',
    );
    expect(choose({ docker: { ...docker, mysqlrouter: '9.7' }, local: nothing }, true).says).toContain(
      'Not tested: MySQL (mywire run mysql:9.7), MySQL Router (mywire run mysqlrouter:9.7+mysql:9.7), ',
    );
    expect(choose({ docker: {}, local: new Set(['mysqlrouter'] as const) }, false).says).toContain(
      'MySQL Router (mywire run local:mysqlrouter+reference)',
    );
    expect(choose({ docker: {}, local: nothing }, true).says).toContain(
      'has no image of a server (docker pull mariadb:11.8, or fixtures/images/build.sh)',
    );
  });
});
