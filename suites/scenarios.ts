import type { AnyScenario } from '../harness/scenario/scenario.ts';
import { sideBySide } from './checks/side-by-side.scenario.ts';
import { migration, onMariadb, onMysql } from './health-check/believed.scenario.ts';
import { post80OnMariadb, post80OnMysql, post80OnProxysql } from './health-check/post-80.scenario.ts';
import { concurrency } from './mirroring/concurrency.scenario.ts';
import { oneClient } from './mirroring/one-client.scenario.ts';
import { order } from './mirroring/order.scenario.ts';
import { pageSplits } from './mirroring/page-splits.scenario.ts';
import { queue } from './mirroring/queue.scenario.ts';
import { replayed, replayedBehindHaproxy } from './mirroring/replay.scenario.ts';
import { transactions } from './mirroring/transactions.scenario.ts';
import { unseen } from './mirroring/unseen.scenario.ts';
import { delayMsTies } from './multiplexing/delay-ms.scenario.ts';
import { egress } from './multiplexing/egress.scenario.ts';
import { fullHostgroup } from './multiplexing/full-hostgroup.scenario.ts';
import { lastInsertIdAsked } from './multiplexing/last-insert-id.scenario.ts';
import { pinning } from './multiplexing/pins.scenario.ts';
import { routerLastInsertId } from './multiplexing/router-last-insert-id.scenario.ts';
import { routerPins } from './multiplexing/router-pins.scenario.ts';
import { tie } from './multiplexing/tie.scenario.ts';
import { twoLayers } from './multiplexing/two-layers.scenario.ts';
import { careful, careless } from './switchover/dual-master.scenario.ts';
import { vanishedOnMariadb, vanishedOnMysql } from './switchover/vanished-client.scenario.ts';
import { clientGoneThrough } from './through-a-proxy/client-gone.scenario.ts';
import { serverGoneThrough } from './through-a-proxy/server-gone.scenario.ts';
import { sessionThrough } from './through-a-proxy/session.scenario.ts';
import { transparencyThrough } from './through-a-proxy/transparency.scenario.ts';
import { certification } from './transactions/certification.scenario.ts';
import { onGalera, onReplication } from './transactions/haproxy.scenario.ts';
import { onMaxscale } from './transactions/maxscale.scenario.ts';
import { onMysqlrouter, onSplittingRouter } from './transactions/mysqlrouter.scenario.ts';
import { routerRoutes } from './transactions/mysqlrouter-routes.scenario.ts';
import { onNginx } from './transactions/nginx.scenario.ts';
import { onProxysql } from './transactions/proxysql.scenario.ts';

/** Every scenario, in the order of the reports. */
export const scenarios: readonly AnyScenario[] = [
  ...[onMariadb, onMysql, migration, post80OnMariadb, post80OnMysql, post80OnProxysql], // S0
  ...[careless, careful, vanishedOnMariadb, vanishedOnMysql], // S1
  ...[sideBySide, onReplication, onGalera, certification, onNginx, onMysqlrouter, onSplittingRouter, routerRoutes, onProxysql, onMaxscale], // S2
  ...[tie, lastInsertIdAsked, pinning, delayMsTies, fullHostgroup, egress, twoLayers, routerPins, routerLastInsertId], // S3
  ...[oneClient, concurrency, order, unseen, transactions, replayed, replayedBehindHaproxy, pageSplits, queue], // S4
  ...sessionThrough,
  ...clientGoneThrough,
  ...serverGoneThrough,
  ...transparencyThrough,
];
