import type { Case } from '../../harness/case/case.ts';
import { ascii, byte, int } from '../bytes.ts';
import { framed, okInFrame, works as worksCompressed } from '../compression-steps.ts';
import { manual } from '../manual.ts';
import { greeting, loggedIn, ordinary, works } from '../steps.ts';

const registered = [
  manual['mysql/register-replica-gets-ok-or-err'],
  manual['mysql/register-replica-layout'],
  manual['mariadb/register-replica-layout'],
  manual['mariadb/register-replica-gets-ok'],
] as const;
const needs = ['login-account', { feature: 'binary-log' }, { feature: 'may-replicate' }] as const;
const replica = [greeting, { send: { message: 'HandshakeResponse41', account: 'login' } }, { expect: [{ packet: 'OK' }] }] as const;

/** COM_REGISTER_SLAVE up to a place: server id 4711, a string behind its length. */
const START = `15${int(4, 4711)}`;
const name = (text: string, length = text.length) => byte(length) + ascii(text);
/** MariaDB has ERR 1105 for every broken one, MySQL 1835 where bytes are missing; no manual has either. */
const broken = { expect: [{ packet: 'ERR', sequenceId: 1 }] } as const;
const refusesBroken = (payload: string) => [...replica, { send: { payload } }, broken, ...works] as const;

/** COM_REGISTER_SLAVE. */
export const cases = [
  {
    id: 'replication/register-replica',
    title: 'a replica that names itself in COM_REGISTER_SLAVE gets OK, and the session goes on',
    level: 'MUST',
    source: registered,
    needs,
    script: [
      ...replica,
      {
        send: { message: 'COM_REGISTER_SLAVE', with: { serverId: 4711, hostname: 'mywire.example', user: 'u', password: 'p', port: 3306 } },
      },
      { expect: [{ packet: 'OK', sequenceId: 1 }] },
      ...works,
    ],
    killedBy: ['register-replica-unanswered'],
  },
  {
    id: 'replication/register-replica-over-compression',
    title: 'COM_REGISTER_SLAVE in a compressed packet gets OK in a compressed packet, and the session goes on',
    level: 'MUST',
    source: [...registered, ...framed],
    needs: [...needs, { offers: 'COMPRESS' }],
    script: [
      greeting,
      { send: { message: 'HandshakeResponse41', account: 'login', capabilities: { add: ['COMPRESS'] } } },
      { expect: [{ packet: 'OK', where: { frames: { absent: true } } }] },
      { send: { message: 'COM_REGISTER_SLAVE', with: { serverId: 4714 } } },
      okInFrame,
      ...worksCompressed,
    ],
    killedBy: ['register-replica-unanswered-when-compressed', 'register-replica-unanswered'],
  },
  {
    id: 'replication/register-replica-without-names',
    title: 'a replica that gives no host name, user and password gets OK, too',
    level: 'MUST',
    source: [...registered, manual['mariadb/register-replica-names-usually-not-set']],
    needs,
    script: [
      ...replica,
      { send: { message: 'COM_REGISTER_SLAVE', with: { serverId: 4712 } } },
      { expect: [{ packet: 'OK', sequenceId: 1 }] },
      ...works,
    ],
    killedBy: ['register-replica-insists-on-names', 'register-replica-unanswered'],
  },
  {
    id: 'replication/register-replica-without-privilege',
    title: 'an account without REPLICATION SLAVE gets ERR 1045 or 1227 for COM_REGISTER_SLAVE, and may go on',
    level: 'SHOULD',
    source: [
      ...registered,
      manual['mysql/replication-slave-reads-binlog'],
      manual['mariadb/replication-slave-reads-binlog'],
      manual['mysql/error-1045-access-denied'],
      manual['mysql/error-1227-privilege-needed'],
      manual['mariadb/error-1045-access-denied'],
      manual['mariadb/error-1227-privilege-needed'],
    ],
    needs: ['check-account', ordinary, { feature: 'binary-log' }],
    script: [
      ...loggedIn,
      { send: { message: 'COM_REGISTER_SLAVE', with: { serverId: 4713 } } },
      { expect: [{ packet: 'ERR', sequenceId: 1, where: { errorCode: { oneOf: [1045, 1227] } } }] },
      ...works,
    ],
    killedBy: ['register-replica-without-privilege'],
  },
  {
    id: 'replication/register-replica-without-a-byte',
    title: 'COM_REGISTER_SLAVE without anything behind it is refused, and the session goes on',
    level: 'SHOULD',
    source: registered,
    needs,
    script: refusesBroken('15'),
    killedBy: ['register-replica-takes-broken', 'register-replica-closes-on-broken'],
  },
  {
    id: 'replication/register-replica-that-breaks-off',
    title: 'COM_REGISTER_SLAVE that breaks off behind the host name is refused, and the session goes on',
    level: 'SHOULD',
    source: registered,
    needs,
    script: refusesBroken(START + name('host')),
    killedBy: ['register-replica-takes-broken', 'register-replica-closes-on-broken'],
  },
  {
    id: 'replication/register-replica-name-past-the-end',
    title: 'a host name that is said to be longer than the packet is refused, and nothing is read behind the packet',
    level: 'SHOULD',
    source: registered,
    needs,
    script: refusesBroken(START + name('host', 200)),
    killedBy: ['register-replica-takes-broken', 'register-replica-closes-on-broken'],
  },
  {
    id: 'replication/register-replica-without-ids',
    title: 'COM_REGISTER_SLAVE without rank and source id is refused, and the session goes on',
    level: 'SHOULD',
    source: registered,
    needs,
    script: refusesBroken(`${START}${name('host')}${name('user')}${name('password')}${int(2, 3306)}`),
    killedBy: ['register-replica-takes-broken', 'register-replica-closes-on-broken'],
  },
] as const satisfies readonly Case[];
