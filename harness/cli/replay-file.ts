import { MORE_THAN_CAPTURED, playBytes } from '../replay/byte-player.ts';
import { byteScript } from '../replay/byte-script.ts';
import { type Captured, LINK } from '../replay/captured.ts';
import { channelsTo } from '../replay/channel.ts';
import type { Plan } from '../replay/plan.ts';
import { replay } from '../replay/player.ts';
import type { Replayed } from '../replay/replayed.ts';
import { type Player, type PlaysAs, parseUsers, playersOf } from '../replay/users.ts';
import { colors } from '../report/color.ts';
import { EachWritten } from '../report/each-written.ts';
import { columnsOf } from '../report/layout.ts';
import { EXIT, type ReplayReport, replayedAsJson, replayedAsText, verdictOf } from '../report/replayed.ts';
import { parseTarget } from '../target/parse-target.ts';
import { startTarget } from '../target/start-target.ts';
import type { RunningTarget } from '../target/target.ts';
import { withhold } from '../wire/child-environment.ts';
import { CliError } from './error.ts';
import { givenText } from './given-text.ts';
import { requireOwned } from './ownership.ts';
import { requireFiles, writeJson } from './pipeline-files.ts';
import type { ReplayArguments } from './replay.ts';
import { ReplayCapture } from './replay-capture.ts';
import { stopOnSignals } from './stop-on-signals.ts';
import { version } from './version.ts';

/** Plays a capture on a target and prints what came of it; the exit code. */
export async function replayFile(file: string, options: ReplayArguments): Promise<number> {
  const { target: name, toCase } = options;
  if (name === undefined && toCase === undefined)
    throw new CliError('CLI_BAD_OPTION', 'say where to play: --target 127.0.0.1:3306, local:mariadb, mariadb:11.8 or reference');
  if (options.bytes && options.statements) throw new CliError('CLI_BAD_OPTION', 'give --bytes or --statements, not both');
  if (name !== undefined) {
    parseTarget(name); // a misspelt name is told before anything is read
    await requireOwned([name], 'whatever the clients of the capture sent, writes too', options);
  }
  const given = playersGiven(options);
  await requireFiles({ '--json': options.json, '--to-case': toCase });
  const toStdout = options.json === '-';
  const screen = toStdout ? process.stderr : process.stdout;
  const c = colors(options.color && screen.isTTY === true);
  const say = (line: string) => void screen.write(`${line}\n`);
  const capture = new ReplayCapture(file, options);
  const { connections, leftOut, plan, largest } = await capture.read((one) => name !== undefined && isByBytes(one, options));
  if (name === undefined) {
    const { writeCases } = await import('./replay-cases.ts');
    await writeCases(toCase as string, file, capture, connections, say);
    return 0;
  }
  const stop = stopOnSignals(() => say('stopping, then reporting what was reached (once more to stop at once)'));
  let target: RunningTarget | undefined;
  try {
    target = await startTarget(name, { binaries: options.binary ?? {}, images: options.image ?? {}, onNote: say });
    const playsAs = given ?? accountsOf(target);
    const byName = new Map(connections.map((one) => [`${LINK} ${one.tcp.id}`, one]));
    const all: Plan = {
      ...plan,
      leftOut: [...leftOut.map((one) => ({ ...one, command: 'connection' })), ...plan.leftOut],
      answersOf: (steps) => capture.answersOf(steps),
    };
    const { host, port } = target.front;
    const { transparent } = target.path;
    const tls = options.tls === 'captured' ? 'as captured' : options.tls;
    const limitMs = Math.min(options.limit, 10_000);
    const replayed = await replay(all, channelsTo({ host, port, playsAs, tls, limitMs, mostPacket: largest + MORE_THAN_CAPTURED }), {
      order: options.order,
      timing: options.timing,
      insertIds: options.insertIds,
      limitMs: options.limit,
      signal: stop.signal,
      other: (index, signal) => {
        const one = capture.withBytes(byName.get(plan.connections[index] as string) as Captured);
        return playBytes(
          byteScript(one.tcp),
          one.ending,
          { host, port, playsAs },
          {
            timing: options.timing,
            limitMs: options.limit,
            signal,
            endingsHidden: !transparent,
          },
        );
      },
    });
    const versions = target.nodes.map((node) => `${node.product === 'unknown' ? '' : node.product} ${node.version}`.trim()).join(' + ');
    const report: ReplayReport = {
      mywire: version(),
      file,
      target: name,
      versions,
      clients: clientsOf(connections, playsAs),
      notes: [...capture.notes, ...modeNotes(connections, options), ...notesOn(target, replayed)],
      replayed,
    };
    const writes = new EachWritten();
    await writeJson(writes, options.json, () => `${replayedAsJson(report)}\n`);
    say(replayedAsText(report, c, columnsOf(screen, 120)));
    if (toCase !== undefined) {
      const { writeCases } = await import('./replay-cases.ts');
      await writeCases(toCase, file, capture, connections, say, { replayed, target, playsAs });
    }
    writes.end();
    return EXIT[verdictOf(report).is];
  } finally {
    stop.end();
    await target?.stop();
  }
}

/** Byte for byte goes what no client library sends: its oddities are why somebody has captured it. */
function isByBytes({ odd, dangerous, encrypted }: Omit<Captured, 'tcp'>, { bytes, statements }: ReplayArguments): boolean {
  if (statements || encrypted) return false;
  return bytes === true || (odd !== undefined && dangerous === undefined);
}

function modeNotes(connections: readonly Captured[], options: ReplayArguments): string[] {
  const byBytes = connections.filter((one) => isByBytes(one, options));
  const encrypted = connections.filter((one) => one.encrypted).length;
  const [first] = byBytes;
  const why = options.bytes ? '' : `: no client library sends what they do (${LINK} ${first?.tcp.id}: ${first?.odd})`;
  return [
    ...(first ? [`${byBytes.length} of ${connections.length} connections byte for byte${why}`] : []),
    ...(options.bytes && byBytes.length > 1
      ? [
          'each keeps its own order alone: where they were open at one time, what they do to the same rows may come in another (--statements keeps it)',
        ]
      : []),
    ...(options.bytes && encrypted > 0
      ? [`${encrypted} by statements, though --bytes was given: what is encrypted cannot be sent again`]
      : []),
  ];
}

/** Who plays as whom, where the command line says so. */
function playersGiven(options: ReplayArguments): PlaysAs | undefined {
  const { user, users: file, passwordEnv } = options;
  if (passwordEnv !== undefined) withhold(passwordEnv);
  const fromEnv = passwordEnv === undefined ? process.env['MYWIRE_PASSWORD'] : process.env[passwordEnv];
  if (passwordEnv !== undefined && fromEnv === undefined)
    throw new CliError('CLI_BAD_OPTION', `--password-env ${passwordEnv}: the environment has no such variable`);
  const password = options.password ?? fromEnv;
  if (file === undefined && user === undefined && password === undefined) return undefined;
  let users = new Map<string, Player>();
  if (file !== undefined) {
    users = parseUsers(givenText(file, 'the users'), file, process.env);
  }
  if (!users.has('*') && (user !== undefined || password !== undefined))
    users.set('*', { user: user ?? '*', ...(password === undefined ? {} : { password }) });
  return playersOf(users);
}

/** On a target that we started: by the name of an account that it has, else as its usual one. */
function accountsOf({ accounts }: RunningTarget): PlaysAs {
  const known = new Map<string, Player>(
    Object.values(accounts).flatMap((one) => (one ? [[one.user, { user: one.user, password: one.password }]] : [])),
  );
  const { login } = accounts;
  if (login) known.set('*', { user: login.user, password: login.password });
  return playersOf(known);
}

function clientsOf(connections: readonly Captured[], playsAs: PlaysAs): ReplayReport['clients'] {
  return Object.fromEntries(
    connections.map(({ tcp, user }) => {
      const as = user === undefined ? undefined : playsAs(user).user;
      return [
        `${LINK} ${tcp.id}`,
        { address: tcp.client.text, ...(user === undefined ? {} : { user }), ...(as === undefined || as === user ? {} : { as }) },
      ];
    }),
  );
}

function notesOn(target: RunningTarget, { connections }: Replayed): string[] {
  const compressed = connections.flatMap(({ compression }) => (compression ? [compression] : []));
  const plain = compressed.filter(({ replayed }) => replayed === 'none').length;
  const zstd = compressed.filter(({ replayed }) => replayed === 'zstd').length;
  const unjudged = connections.filter((one) => one.unjudged).length;
  const bare = connections.filter((one) => one.withoutAttributes).length;
  return [
    ...(target.notes ?? []),
    ...(target.path.transparent ? [] : [`The path to the target is not transparent: ${target.path.why}.`]),
    ...(plain > 0
      ? [`${plain} of ${compressed.length} compressed connections were played without compression: the target does not offer it.`]
      : []),
    ...(bare > 0 ? [`${bare} of ${connections.length} connections were played without their query attributes: the target has none.`] : []),
    ...(zstd > 0 ? [`${zstd} connections use zstd again; what the clients send travels in frames of raw blocks, hardly compressed.`] : []),
    ...(unjudged > 0 ? [`${unjudged} logins were refused or failed: give the passwords with --users, or --user and --password-env.`] : []),
  ];
}
