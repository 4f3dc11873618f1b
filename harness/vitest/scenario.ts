import { beforeAll, describe, expect, test } from 'vitest';
import { type Played, play } from '../scenario/play.ts';
import type { AnyScenario } from '../scenario/scenario.ts';
import { parsePlace } from '../target/topology/choice.ts';
import { canRunInDocker, canRunLocally } from '../target/topology/places.ts';

/** Every scenario on every place of this machine that has its programs; where there is none, it is skipped and says so. */
export async function registerScenarios(scenarios: readonly AnyScenario[]): Promise<void> {
  const docker = parsePlace('docker');
  for (const scenario of scenarios) {
    const places = [
      ...((await canRunLocally(scenario.topology)) ? [parsePlace('local')] : []),
      ...(docker.on === 'docker' && (await canRunInDocker(scenario.topology, docker)) ? [docker] : []),
    ];
    const { nodes, galera } = scenario.topology;
    const programs = [
      ...new Set(Object.values(nodes).map(({ product, atLeast }) => (atLeast ? `${product} ${atLeast}` : product))),
      ...(galera ? ['Galera'] : []),
    ].join(', ');
    if (places.length === 0) test.skip(`${scenario.id} (this machine does not have all of ${programs})`, () => {});
    for (const place of places) {
      describe(`${scenario.id} on ${place.on}`, () => {
        let played: Played | undefined;
        beforeAll(async () => {
          played = await play(scenario, place);
        }, scenario.limitMs + 120_000);
        test.each(scenario.assertions.map(({ name }) => [name]))('%s', (name) => {
          const result = played?.results.find((one) => one.name === name);
          expect(result?.verdict, `${result?.seen ?? played?.reason}\n${played?.story.map(({ says }) => says).join('\n')}`).toBe('pass');
        });
      });
    }
  }
}
