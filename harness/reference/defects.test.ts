/** Each defect changes what its title says, and the clean server does not do that. */
import { beforeAll, describe, expect, test } from 'vitest';
import { type DefectName, type Dialect, defects, localhostCertificate, type ReferenceServer, startReference } from './index.ts';
import { answerShows } from './testing/answer-shows.ts';
import { authExchangeShows } from './testing/auth-exchange-shows.ts';
import { authShows } from './testing/auth-shows.ts';
import { backendShows } from './testing/backend-shows.ts';
import { BareClient } from './testing/bare-client.ts';
import { basicCommandShows, resultsetShows } from './testing/basic-shows.ts';
import { commandShows, mariadbCommandShows } from './testing/command-shows.ts';
import { compressionShows, mariadbCompressionShows } from './testing/compression-shows.ts';
import { disturbanceShows } from './testing/disturbance-shows.ts';
import { earlyDataShows, firstPacketShows } from './testing/early-data-shows.ts';
import { endingShows } from './testing/ending-shows.ts';
import { greetingShows } from './testing/greeting-shows.ts';
import { idleShows } from './testing/idle-shows.ts';
import { infileShows } from './testing/infile-shows.ts';
import { lastStatementShows } from './testing/last-statement-shows.ts';
import { leftBehindShows } from './testing/left-behind-shows.ts';
import { limitsShows } from './testing/limits-shows.ts';
import { loginShows } from './testing/login-shows.ts';
import { multiShows } from './testing/multi-shows.ts';
import { neighboursShows } from './testing/neighbours-shows.ts';
import { okErrShows } from './testing/ok-err-shows.ts';
import { preparedMariadbShows, preparedShows } from './testing/prepared-shows.ts';
import { proxyShows } from './testing/proxy-shows.ts';
import { regressionOtherMariadbShows, regressionOtherShows } from './testing/regression-other-shows.ts';
import { brokenAnswerShows, regressionShows } from './testing/regression-shows.ts';
import { replicationShows } from './testing/replication-shows.ts';
import { answerEndShows, columnShows, valueShows } from './testing/resultset-shows.ts';
import { framingShows, sequenceShows } from './testing/sequence-framing-shows.ts';
import { mariadbSessionShows, sessionShows, trackingShows } from './testing/session-shows.ts';
import type { Shows } from './testing/shows.ts';
import { tlsShows } from './testing/tls-shows.ts';

/** Asked of the server that speaks like MariaDB; all others of the one that speaks like MySQL. */
const onMariadb: Partial<Record<DefectName, Shows>> = {
  ...mariadbCommandShows,
  ...regressionOtherMariadbShows,
  ...preparedMariadbShows,
  ...mariadbCompressionShows,
  ...mariadbSessionShows,
};

/** A topic with many rows has a table of its own in testing/<topic>-shows.ts, spread in here. */
const table: Record<DefectName, Shows> = {
  ...compressionShows,
  ...disturbanceShows,
  ...mariadbCompressionShows,
  ...infileShows,
  ...proxyShows,
  ...preparedShows,
  ...preparedMariadbShows,
  ...limitsShows,
  ...regressionOtherShows,
  ...regressionShows,
  ...brokenAnswerShows,
  ...replicationShows,
  ...authExchangeShows,
  ...greetingShows,
  ...earlyDataShows,
  ...firstPacketShows,
  ...authShows,
  ...okErrShows,
  ...sequenceShows,
  ...framingShows,
  ...basicCommandShows,
  ...resultsetShows,
  ...endingShows,
  ...answerShows,
  ...backendShows,
  ...idleShows,
  ...loginShows,
  ...neighboursShows,
  ...tlsShows,
  ...commandShows,
  ...mariadbCommandShows,
  ...regressionOtherMariadbShows,
  ...columnShows,
  ...valueShows,
  ...answerEndShows,
  ...multiShows,
  ...lastStatementShows,
  ...leftBehindShows,
  ...sessionShows,
  ...mariadbSessionShows,
  ...trackingShows,
};

describe('the table of defects', () => {
  test('has words for names, one sentence each, and an area', () => {
    for (const { name, title, area } of defects) {
      expect(name).toMatch(/^[a-z0-9]+(-[a-z0-9]+)+$/);
      expect(title).toMatch(/^[a-z][^.]*[^.\s]/);
      expect(area).not.toBe('');
    }
    expect(new Set(defects.map(({ name }) => name)).size).toBe(defects.length);
    expect(defects.length).toBeGreaterThanOrEqual(45);
  });

  test('an unknown name is refused', async () => {
    await expect(startReference({ defects: ['no-such-thing' as DefectName] })).rejects.toMatchObject({ code: 'REFERENCE_UNKNOWN_DEFECT' });
  });
});

/** They show in the first proof of caching_sha2_password, which counts where the greeting names that plugin. */
const inFirstProof: ReadonlySet<DefectName> = new Set([
  'sha2-empty-response-asks-more',
  'sha2-fast-auth-without-ok',
  'auth-more-data-sequence-skips',
  'compresses-behind-fast-success',
]);
const usual = { certificate: localhostCertificate, proxiesFrom: '127.0.0.2' } as const;

const greetsWithSha2 = { authPlugin: 'caching_sha2_password' } as const;

/** Defects tried at the same time: so few that the machine keeps up, so many that the silences overlap. */
const AT_ONCE = 40;

describe('each defect shows, and the clean server does not', () => {
  const outcomes = new Map<DefectName, { broken: boolean; clean: boolean }>();

  async function tryOut(name: DefectName, cleanOnes: Readonly<Record<Dialect | 'sha2', ReferenceServer>>): Promise<void> {
    const dialect = name in onMariadb ? 'mariadb' : 'mysql';
    const sha2 = inFirstProof.has(name);
    const clean = cleanOnes[sha2 ? 'sha2' : dialect];
    const broken = await startReference({ ...usual, ...(sha2 && greetsWithSha2), dialect, defects: [name] });
    try {
      const [shown, cleanShown] = await Promise.all([ask(broken, table[name]), ask(clean, table[name])]);
      outcomes.set(name, { broken: shown, clean: cleanShown });
    } finally {
      await broken.stop();
    }
  }

  // Many at once: most of the time goes by in listening to silence.
  beforeAll(async () => {
    const clean = {
      mysql: await startReference(usual),
      sha2: await startReference({ ...usual, ...greetsWithSha2 }),
      mariadb: await startReference({ ...usual, dialect: 'mariadb' }),
    };
    try {
      const left = defects.map(({ name }) => name);
      const oneByOne = async (): Promise<void> => {
        for (let name = left.shift(); name !== undefined; name = left.shift()) await tryOut(name, clean);
      };
      await Promise.all(Array.from({ length: AT_ONCE }, oneByOne));
    } finally {
      await Promise.all(Object.values(clean).map((server) => server.stop()));
    }
  }, 120_000);

  test.each(defects)('$name', ({ name, title }) => {
    expect(outcomes.get(name)?.broken, `the server ${title}`).toBe(true);
    expect(outcomes.get(name)?.clean, `the clean server ${title}`).toBe(false);
  });
});

async function ask(server: ReferenceServer, shows: Shows): Promise<boolean> {
  const clients: BareClient[] = [];
  const dial = (from?: string): BareClient => {
    const client = new BareClient(server.endpoint.port, from);
    clients.push(client);
    return client;
  };
  try {
    return await shows(dial);
  } finally {
    for (const client of clients) client.close();
  }
}
