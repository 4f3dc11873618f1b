import { startHaproxy } from './haproxy.ts';
import type { LocalNode, LocalSetting } from './local-node.ts';
import { startMariadb } from './mariadb.ts';
import { startMaxscale } from './maxscale.ts';
import { startMysql } from './mysql.ts';
import { startMysqlrouter } from './mysqlrouter.ts';
import { startNginx } from './nginx.ts';
import type { StartedProduct } from './products.ts';
import { startProxysql } from './proxysql.ts';
import type { Wiring } from './wiring.ts';

/**
 * Starts one of this machine's programs.
 * @param wiring of a proxy
 * @param more options of a server besides the common ones
 * @throws TargetError TARGET_NO_BINARY, TARGET_START_FAILED, TARGET_START_TIMEOUT
 */
export function startProduct(
  product: StartedProduct,
  setting: LocalSetting,
  wiring: Wiring,
  more: readonly string[] = [],
): Promise<LocalNode> {
  switch (product) {
    case 'mariadb':
      return startMariadb(setting, more);
    case 'mysql':
      return startMysql(setting, more);
    case 'haproxy':
      return startHaproxy(setting, wiring);
    case 'nginx':
      return startNginx(setting, wiring);
    case 'proxysql':
      return startProxysql(setting, wiring);
    case 'mysqlrouter':
      return startMysqlrouter(setting, wiring);
    case 'maxscale':
      return startMaxscale(setting, wiring);
  }
}
