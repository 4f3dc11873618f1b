import type { AnyScenario } from '../harness/scenario/scenario.ts';
import { tie } from './multiplexing/tie.scenario.ts';
import { careful, careless } from './switchover/dual-master.scenario.ts';
import { vanishedOnMariadb, vanishedOnMysql } from './switchover/vanished-client.scenario.ts';

/** Every scenario, in the order of the reports. */
export const scenarios: readonly AnyScenario[] = [careless, careful, vanishedOnMariadb, vanishedOnMysql, tie];
