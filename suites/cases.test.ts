import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { Case } from '../harness/case/case.ts';
import { defaultDeliveries } from '../harness/case/case.ts';
import { deliveries } from '../harness/case/delivery.ts';
import { allSteps, stimuliOf } from '../harness/case/script.ts';
import { declaredAccounts, type ListedValue, type Stimulus } from '../harness/case/step.ts';
import { levels } from '../harness/case/verdict.ts';
import { columnType } from '../harness/codec/column-type.ts';
import { messages } from '../harness/codec/messages/index.ts';
import { defects, isDefectName } from '../harness/reference/defects/index.ts';
import { isString } from '../harness/reference/prepared/parameter.ts';
import { follow } from '../harness/run/auth-exchange.ts';
import { compose } from '../harness/run/compose.ts';
import { Session } from '../harness/run/session.ts';
import { areas, suites } from './index.ts';
import { manual } from './manual.ts';

const plugin = 'mysql_native_password';
const accounts = {
  check: { user: 'haproxy_check', password: '', plugin },
  login: { user: 'mywire', password: 'secret', plugin },
} as const;

/** A greeting of MariaDB 10.11.19 (pcaps/mariadb-10.11.19-handshake-variants.pcap, first greeting). */
const greeting = messages.HandshakeV10.values(
  Buffer.from(
    '0a352e352e352d31302e31312e31392d4d6172696144422d302b64656231327531005cb604003f69742c7c4c486200fef7080200ff81150000000000001d000000372b6d673c342e2d3668282d006d7973716c5f6e61746976655f70617373776f726400',
    'hex',
  ),
  { capabilities: 0 },
);

/** Numbers of ERRs that a case takes beside those of its manual. */
const uncitable: Readonly<Record<string, readonly number[]>> = {
  // The defect of the server behind the proxy.
  'regression/backend-err-behind-rows': [1105],
  // MySQL's reference has it for a killed session; the command is MariaDB's alone.
  'command/process-kill': [3169],
  'command/process-kill-itself': [3169],
};
const numbersIn = (one: Case): number[] =>
  allSteps(one.script).flatMap((step) =>
    'expect' in step
      ? step.expect.flatMap(({ where }) => {
          const code: unknown = where?.['errorCode'];
          if (typeof code === 'number') return [code];
          return typeof code === 'object' && code !== null && 'oneOf' in code ? (code.oneOf as number[]) : [];
        })
      : [],
  );
const sentIn = (one: Case): Stimulus[] =>
  allSteps(one.script).flatMap((step) => ('do' in step ? (step.tls?.behind ?? []) : stimuliOf(step)));
/** Stops a server, or leaves something behind on it, where the account may. */
const harms = (stimulus: Stimulus): boolean =>
  stimulus.message === 'COM_SHUTDOWN' ||
  /^(?:08|20|21)$/.test(stimulus.payload ?? '') ||
  /^(?:CREATE|DROP|ALTER) (?:DATABASE|USER)|^SHUTDOWN|^SET GLOBAL/i.test(String(stimulus.with?.['query'] ?? ''));
/** A session in which the server has asked for a proof: it can be given only then. */
function asked(session: Session): Session {
  session.login = { account: accounts.login, password: 'secret' };
  const value = { pluginName: plugin, data: new Uint8Array(21).fill(0x41) };
  follow(session, { name: 'AuthSwitchRequest', value, sequenceId: 2, lastSequenceId: 2, packets: 1 });
  return session;
}

/** What a script may take from the answers to earlier steps: here, anything. */
class AnyAnswer extends Map<string, string | number> {
  override get(): number {
    return 1;
  }
}
const anyone = Object.fromEntries(declaredAccounts.map((name) => [name, { user: name, password: 'secret', plugin }]));

const says: ReadonlySet<unknown> = new Set(Object.values(manual));

/** What a parameter is taken for, by its type; nothing, where it has none that a server takes. */
const kindOf = (of: number): string | undefined => {
  const byte = of & 0xff;
  if (byte === columnType.NULL || !types.has(byte)) return undefined;
  if (isString(byte)) return 'text';
  if (byte === columnType.TIMESTAMP || byte === columnType.DATETIME) return 'moment';
  return byte === columnType.DATE || byte === columnType.TIME ? `date or time ${byte}` : `number ${of}`;
};
const types: ReadonlySet<number> = new Set(Object.values(columnType));
/** By parameter and the text that was prepared last: the kind that a script gives it first. */
function firstKinds(one: Case): Map<string, string> {
  const kinds = new Map<string, string>();
  let text = '';
  for (const { message, with: fields } of sentIn(one)) {
    if (message === 'COM_STMT_PREPARE') text = String(fields?.['query']);
    const parameters = message === 'COM_STMT_EXECUTE' ? fields?.['parameters'] : undefined;
    for (const [i, { type }] of ((Array.isArray(parameters) ? parameters : []) as readonly ListedValue[]).entries()) {
      const [parameter, kind] = [`${i} of ${text}`, kindOf(Number(type))];
      if (kind !== undefined && !kinds.has(parameter)) kinds.set(parameter, kind);
    }
  }
  return kinds;
}

describe('the suites', () => {
  test('give the parameters of a text the same kind of value in every case: a proxy may have one statement for all of them', () => {
    const kinds = new Map<string, Map<string, string>>();
    for (const one of suites)
      for (const [parameter, kind] of firstKinds(one)) {
        const known = kinds.get(parameter) ?? new Map<string, string>();
        kinds.set(parameter, known.set(kind, one.id));
      }
    const mixed = [...kinds].filter(([, known]) => known.size > 1).map(([parameter, known]) => [parameter, Object.fromEntries(known)]);
    expect(mixed).toEqual([]);
    expect(kinds.size).toBeGreaterThan(40);
  });

  test('have at least 110 cases', () => {
    expect(suites.length).toBeGreaterThanOrEqual(110);
  });

  test('have no id twice', () => {
    const ids = suites.map(({ id }) => id);
    expect(ids.filter((id, at) => ids.indexOf(id) !== at)).toEqual([]);
  });

  test('keep the cases of an area together, in a folder of that name', () => {
    expect(areas.length).toBe(new Set(areas).size);
    const files = readdirSync(new URL('.', import.meta.url), { recursive: true, encoding: 'utf8' });
    const folders = files.filter((file) => file.endsWith('.cases.ts')).map((file) => file.split('/')[0]);
    expect(new Set(folders)).toEqual(new Set(areas));
  });

  test('leave out no file', () => {
    const files = readdirSync(new URL('.', import.meta.url), { recursive: true, encoding: 'utf8' }).filter((f) => f.endsWith('.cases.ts'));
    const index = readFileSync(new URL('./index.ts', import.meta.url), 'utf8');
    expect(files.filter((file) => !index.includes(`'./${file}'`))).toEqual([]);
  });

  test('speak of defects that are told once', () => {
    const names = defects.map(({ name }) => name);
    expect(names.filter((name, at) => names.indexOf(name) !== at)).toEqual([]);
  });

  test('name every defect of the reference server', () => {
    const named = new Set<string>(suites.flatMap(({ killedBy }) => killedBy));
    expect(defects.map(({ name }) => name).filter((name) => !named.has(name))).toEqual([]);
  });
});

describe.each(suites.map((one) => [one.id, one] as const))('%s', (id, one) => {
  test('is told in words', () => {
    expect(id).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*\/[a-z0-9.]+(-[a-z0-9.]+)*$/);
    expect(one.title.length).toBeGreaterThan(15);
    expect(one.title).not.toMatch(/\.$|\n/);
    expect(levels).toContain(one.level);
  });

  test('rests on a manual, or observes', () => {
    expect(one.source.filter((source) => !says.has(source))).toEqual([]);
    if (one.level !== 'OBSERVE') expect(one.source.length).toBeGreaterThan(0);
    if (one.link !== undefined) expect(new URL(one.link).protocol).toBe('https:');
    const said = one.source.map(({ url, says }) => `${url} ${says}`);
    expect(new Set(said).size, 'a sentence is named twice').toBe(said.length);
  });

  test('cites a manual for the number of each ERR that it demands', () => {
    if (one.level === 'OBSERVE') return;
    const said = `${(one.source ?? []).map(({ says }) => says).join(' ')} ${JSON.stringify(sentIn(one).map(({ with: fields }) => fields))}`;
    const uncited = numbersIn(one).filter((code) => !new RegExp(`\\b${code}\\b`).test(said));
    expect(uncited.filter((code) => !uncitable[one.id]?.includes(code))).toEqual([]);
  });

  test('can fail', () => {
    expect(one.killedBy.length).toBeGreaterThan(0);
    expect(one.killedBy.filter((name) => !isDefectName(name))).toEqual([]);
    expect(one.script.some((step) => 'expect' in step || 'end' in step)).toBe(true);
  });

  test('can be sent in each of its deliveries', () => {
    const used = one.deliveries ?? defaultDeliveries;
    expect(used.length).toBe(new Set(used).size);
    for (const delivery of used) {
      expect(Object.keys(deliveries)).toContain(delivery);
      const session = new Session({ ...anyone, ...accounts }, 'mywire', undefined, delivery === 'early' ? new Map() : new AnyAnswer());
      // Before the greeting there is no scramble to answer.
      if (delivery !== 'early') {
        session.greet(greeting);
        asked(session);
      }
      for (const stimulus of sentIn(one)) expect(compose(stimulus, session).bytes.length).toBeGreaterThan(0);
    }
  });

  test('asks for accounts, databases and TLS that it uses', () => {
    for (const stimulus of sentIn(one)) {
      if (stimulus.account === 'check') expect(one.needs).toContain('check-account');
      else if (stimulus.account === 'login') expect(one.needs).toContain('login-account');
      else if (stimulus.account && stimulus.account !== 'unknown') expect(one.needs).toContainEqual({ account: stimulus.account });
    }
    if (one.script.some((step) => 'do' in step && step.do === 'start-tls')) expect(one.needs).toContain('tls');
  });

  // The client of a case answers an AuthSwitchRequest with the right proof, and a command behind the login would be taken for that answer.
  test('makes temporary tables only as an account that may', () => {
    const makes = sentIn(one).some(({ with: fields = {} }) => /CREATE TEMPORARY TABLE/i.test(String(fields['query'] ?? '')));
    if (makes) expect(one.needs).toContainEqual({ feature: 'temporary-tables' });
  });

  // With sql_require_primary_key any other gets ERR 3750.
  test('makes tables without a primary key only where they may be', () => {
    const keylessTable = /CREATE TEMPORARY TABLE(?!.*PRIMARY KEY)/is;
    const makes = sentIn(one).some(({ with: fields = {} }) => keylessTable.test(String(fields['query'] ?? '')));
    if (makes) expect(one.needs).toContainEqual({ feature: 'tables-without-a-key' });
  });

  test('says where the first proof must count', () => {
    for (const [i, step] of one.script.entries()) {
      if (!('send' in step) || one.needs?.some((need) => typeof need === 'object' && 'firstProof' in need)) continue;
      const [last, ...before] = [step.send].flat().reverse();
      const behind = before.some(({ message }) => message === 'HandshakeResponse41');
      const login = behind ? before.find(({ message }) => message === 'HandshakeResponse41') : last;
      if (login?.message !== 'HandshakeResponse41' || !login.account || login.account === 'unknown') continue;
      if (!behind && !login.proof && login.with?.['authResponse'] === undefined) continue;
      if (login.capabilities?.only && !login.capabilities.only.includes('PLUGIN_AUTH')) continue;
      const next = one.script[i + 1];
      const asked = next && 'expect' in next && next.expect.some(({ packet }) => packet === 'AuthSwitchRequest');
      expect(asked, 'a server may ask for another proof first').toBe(true);
    }
  });

  test('asks of an ordinary account only what a privileged one would be given', () => {
    // MySQL has no such commands any more (1047) where this one asks for them.
    if (one.id === 'command/removed-commands' || !sentIn(one).some(harms)) return;
    expect(one.needs).toContainEqual({ feature: 'ordinary-account' });
  });

  test('compares tries only where there are some', () => {
    if (one.differs === undefined) return;
    expect(one.tries).toBeGreaterThan(1);
    for (const path of one.differs) {
      const [message = '', field = ''] = path.split('.');
      expect(messages).toHaveProperty(message);
      expect(messages[message as 'HandshakeV10'].fields).toHaveProperty(field);
    }
  });

  test('sends no large packet before the login', () => {
    // A body behind an oversize first packet overwrites memory in ProxySQL 2.0.18 to 3.0.8 (CVE-2026-48773).
    const session = new Session({ ...anyone, ...accounts }, 'mywire', undefined, new AnyAnswer());
    session.greet(greeting);
    for (const stimulus of sentIn(one))
      if (stimulus.message === undefined || stimulus.message.startsWith('Handshake'))
        expect(compose(stimulus, session).bytes.length).toBeLessThan(32_000);
  });
});
