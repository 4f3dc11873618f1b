import { defineConfig } from 'vitest/config';

/**
 * A story, and many a unit test, waits for servers to start most of its time: two files at once, whatever the machine, once the
 * matrix and the live servers, which keep it busy alone, are done.
 */
const waiting = { maxWorkers: 2, sequence: { groupOrder: 1 } };

/** A wait ends with its event: what it may take is for machines that are slow or busy (vitest's own limits are 1 s and, for hooks, 10 s). */
const patient = { hookTimeout: 60_000, expect: { poll: { timeout: 10_000 } } };

/**
 * unit: code beside its tests · kill: every case against its defects · live: the suites against whatever real servers this
 * machine has · scenario: the stories on whole topologies · fuzz: our own side against random and hostile peers ·
 * package: what npm packs, installed into an empty folder.
 */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['harness/**/*.test.ts', 'suites/**/*.test.ts', '.*.test.mjs'],
          exclude: ['**/*.package.test.ts'],
          testTimeout: 20_000,
          globalSetup: ['harness/cli/testing/built.ts'],
          ...waiting,
          ...patient,
        },
      },
      { test: { name: 'package', include: ['harness/**/*.package.test.ts'] } },
      { test: { name: 'kill', include: ['suites/kill.suite.ts'], testTimeout: 60_000, maxConcurrency: 16 } },
      { test: { name: 'scenario', include: ['suites/scenario.suite.ts'], testTimeout: 60_000, ...waiting } },
      { test: { name: 'fuzz', include: ['suites/fuzz/*.fuzz.ts'], testTimeout: 30_000 } },
      { test: { name: 'live', include: ['suites/live.suite.ts'], testTimeout: 300_000, hookTimeout: 120_000 } },
    ],
  },
});
