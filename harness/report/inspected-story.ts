import { capability } from '../codec/capability.ts';
import type { Inspected, SeenEnding, SeenGap } from '../inspect/inspected.ts';
import { count } from './layout.ts';
import { wireText } from './wire-text.ts';

/** Places with missing bytes that are told. */
const MOST_PLACES = 4;
/** Errors, and commands without an answer, that are told. */
export const MOST_ERRORS = 3;
export const MOST_WAITING = 3;

const inWords = { open: 'open', fin: 'FIN', 'fin+rst': 'FIN, then RST', rst: 'RST' } as const;

/** Who and what, without anything that differs between two connections that did the same: lines of text. */
export function storyLines(one: Inspected): string[] {
  return [whoLine(one), didLine(one), endingInWords(one.ending), ...missingLines(one)].filter((line) => line !== '');
}

function whoLine(one: Inspected): string {
  const { serverVersion, user, database, plugin, tls, compression, login } = one;
  return [
    serverVersion === undefined
      ? one.beginning === 'missing'
        ? 'version unknown'
        : 'no greeting'
      : serverName(serverVersion, one.dialect),
    user === undefined ? '' : `user ${user === '' ? '(empty)' : wireText(user, 80)}`,
    database ? `database ${wireText(database, 80)}` : '',
    plugin ? wireText(plugin, 40) : '',
    tls ? tlsInWords(tls) : '',
    compression ? `compressed (${compression})` : '',
    clientName(one.clientAttributes),
    one.declared !== undefined && one.user !== undefined && (one.declared & capability.PROTOCOL_41) === 0 ? 'protocol 3.20' : '',
    one.check ? checkInWords(one.check) : '',
    one.early ? 'client sent before the greeting' : '',
    `login ${loginInWords(login)}`,
  ]
    .filter((part) => part !== '')
    .join('; ');
}

function serverName(version: string, dialect: Inspected['dialect']): string {
  const shown = wireText(version, 60);
  if (/mariadb/i.test(shown)) return shown;
  return `${dialect === 'mariadb' ? 'MariaDB' : 'MySQL'} ${shown}`;
}

const whyNot: Readonly<Record<string, string>> = {
  'no-secrets': 'not decrypted: give its secrets by --keylog',
  unsupported: 'not decrypted: its suite is not known here',
  'bytes-missing': 'not decrypted to its end: bytes are missing',
  'bad-record': 'not decrypted to its end: a record does not open',
  zeros: 'it cannot be decrypted: its records hold zeros, as mywire redact leaves them',
  malformed: 'not decrypted to its end: the bytes are no TLS',
};

function tlsInWords({ version, suite, decrypted, stopped }: NonNullable<Inspected['tls']>): string {
  const what = [version ?? 'TLS without a ServerHello', suite].filter(Boolean).join(' ');
  if (stopped) return `${what} (${whyNot[stopped] ?? stopped})`;
  return decrypted ? `${what}, decrypted` : what;
}

function loginInWords(login: Inspected['login']): string {
  return { accepted: 'accepted', refused: 'refused', unfinished: 'not finished', none: 'not tried', unseen: 'not seen' }[login];
}

/** `option mysql-check` sends nothing without a user: then any client that only looks is the same. */
function checkInWords(check: string): string {
  return check === 'no user' ? 'sent nothing, like HAProxy mysql-check without a user' : `HAProxy mysql-check ${check}`;
}

export function clientName(attributes: Inspected['clientAttributes']): string {
  const of = (name: string): string => attributes?.find(([key]) => key === name)?.[1] ?? '';
  const program = of('program_name');
  const library = [of('_client_name'), of('_client_version')].filter(Boolean).join(' ');
  return [program ? `program ${wireText(program, 40)}` : '', library ? `client ${wireText(library, 60)}` : ''].filter(Boolean).join('; ');
}

function didLine(one: Inspected): string {
  const commands = Object.entries(one.commands).map(([name, n]) => (n === 1 ? wireText(name, 40) : `${n} ${wireText(name, 40)}`));
  const parts = [
    commands.length > 0 ? commands.join(', ') : 'no command',
    one.rows > 0 ? count(one.rows, 'row') : '',
    ...one.errors.slice(0, MOST_ERRORS).map((error) => {
      const state = error.sqlState === undefined ? '' : ` #${wireText(error.sqlState, 5)}`;
      const answers = error.answers === undefined ? '' : ` to ${wireText(error.answers, 40)}`;
      return `ERR ${error.code}${state}${answers} "${wireText(error.message, 120)}"`;
    }),
    one.errorCount > MOST_ERRORS ? `${one.errorCount - MOST_ERRORS} more ERR` : '',
  ];
  return parts.filter((part) => part !== '').join('; ');
}

/** 'server closed with FIN, then RST, after its ERR; COM_QUERY (frame 12) had no answer'. */
export function endingInWords(ending: SeenEnding): string {
  const { how, by, after, other, waiting } = ending;
  const last = after
    ? ` after ${after.from === 'client' ? "the client's" : "the server's"} ${wireText(after.packet, 40)}`
    : ' before a byte was said';
  const left = waiting
    .slice(0, MOST_WAITING)
    .map(({ packet, begun }) => `the answer to ${wireText(packet, 40)} ${begun ? 'was not whole' : 'had not come'}`);
  const more = waiting.length > MOST_WAITING ? [`and ${waiting.length - MOST_WAITING} more`] : [];
  const first = by === undefined ? `open when the capture ends,${last}` : `${by} ended it with ${inWords[how]}${last}`;
  const then =
    other !== undefined && other !== 'open' && by !== undefined ? [`${by === 'client' ? 'server' : 'client'}: ${inWords[other]}`] : [];
  const none = (ending.ignored ?? []).map(
    ({ side, frame }) => `RST of the ${side} in frame ${frame} ended nothing: more of it came behind`,
  );
  return [first, ...then, ...left, ...more, ...none].join('; ');
}

function missingLines(one: Inspected): string[] {
  const { client, server } = one.missing;
  return [
    one.beginning === 'missing'
      ? 'the capture does not have the whole of its beginning: what the login agreed on is a guess, and most rules are not judged'
      : '',
    client + server > 0 ? `bytes are missing in the capture: ${client} of the client, ${server} of the server` : '',
    gapsInWords(one.gaps ?? []),
    one.undecoded ? `not decoded to its end: ${one.undecoded}` : '',
  ].filter((line) => line !== '');
}

/** 'missing here: 11 bytes of the server behind its first 152, shown by frame 40'. */
function gapsInWords(gaps: readonly SeenGap[]): string {
  if (gaps.length === 0) return '';
  const places = gaps
    .slice(0, MOST_PLACES)
    .map(
      ({ side, offset, missing, frame, mayEnd }) =>
        `${count(missing, 'byte')} of the ${side} behind its first ${offset}, as frame ${frame} shows${mayEnd ? ' (a FIN counts as one)' : ''}`,
    );
  return `missing here: ${[...places, ...(gaps.length > MOST_PLACES ? ['…'] : [])].join('; ')}`;
}
