import type { Asked, Peer } from './peer.ts';
import {
  authMoreData,
  authSwitch,
  column,
  compressed,
  endless,
  err,
  flags,
  type Greeting,
  greeting,
  header,
  nasty,
  ok,
  packet,
  resultset,
  row,
  zlibBomb,
  zstdBomb,
} from './said.ts';

/** What a server does on one connection. It is over when the promise is settled. */
export type Misdeed = (peer: Peer) => Promise<void>;

const megabytes16 = Buffer.alloc(0xffffff, 0x41);
const chunk = Buffer.alloc(0x10000, 0x41);
const minute = 60_000;

/** A packet of 16 MiB - 1, which says that more of it follows, and the next, and the next. */
async function packetWithoutEnd(peer: Peer, lead: Uint8Array, sequenceId = 0): Promise<void> {
  await peer.send(header(0xffffff, sequenceId), lead, megabytes16.subarray(lead.length));
  for (let next = sequenceId + 1; !peer.gone; next++) await peer.send(header(0xffffff, next), megabytes16);
}

/** Greets, and is asked to let someone in: the client's packet, undefined where none came. */
async function asked(peer: Peer, how: Greeting = {}): Promise<Asked | undefined> {
  await peer.send(greeting(how));
  return peer.packet();
}

/** What happens to the packet of a login. */
const atLogin =
  (act: (peer: Peer, login: Asked) => Promise<void>, how: Greeting = {}): Misdeed =>
  async (peer) => {
    const login = await asked(peer, how);
    if (login) await act(peer, login);
  };

/** Lets everyone in; what happens to each command. */
const atCommand = (act: (peer: Peer, command: Asked, login: Asked) => Promise<void> | void, how: Greeting = {}): Misdeed =>
  atLogin(async (peer, login) => {
    await peer.send(ok(login.sequenceId + 1));
    for (let command = await peer.packet(); command; command = await peer.packet()) {
      if (command.payload[0] === 1) return peer.fin();
      await act(peer, command, login);
    }
  }, how);

/** The same, but only statements are answered in a wrong way. */
const atQuery = (act: (peer: Peer, command: Asked, login: Asked) => Promise<void> | void, how: Greeting = {}): Misdeed =>
  atCommand((peer, command, login) => {
    const first = command.payload[0];
    if (first === 3 || first === 22 || first === 23) return act(peer, command, login);
    return peer.send(ok(command.sequenceId + 1));
  }, how);

/** Asked for TLS: what comes then. */
const atTls = (act: (peer: Peer) => Promise<void>): Misdeed =>
  atLogin(
    async (peer, first) => {
      if (first.payload.length !== 32) return peer.send(err(first.sequenceId + 1, 'TLS only'));
      await peer.anything();
      await act(peer);
    },
    { offers: flags.ssl },
  );

/** Compression that was agreed on: what comes behind the OK of the login. */
const atCompressed = (offers: number, act: (peer: Peer) => Promise<void>): Misdeed =>
  atLogin(
    async (peer, login) => {
      await peer.send(ok(login.sequenceId + 1));
      if ((flagsOf(login) & offers) === 0) {
        for (let command = await peer.packet(); command; command = await peer.packet()) await peer.send(ok(command.sequenceId + 1));
        return;
      }
      await peer.anything();
      await act(peer);
    },
    { offers },
  );

const parts = (...all: Uint8Array[]): Buffer => Buffer.concat(all);
const flagsOf = ({ payload }: Asked): number => (payload.length < 4 ? 0 : payload.readUInt32LE(0));
const usesEof = (login: Asked): boolean => (flagsOf(login) & flags.deprecateEof) === 0;

/** By name, in the order of the phases in which they happen. */
export const misdeeds: Readonly<Record<string, Misdeed>> = {
  // before anything is said
  silence: (peer) => peer.stay(),
  'never-reads': async (peer) => {
    peer.socket.pause();
    await peer.stay();
  },
  'resets-at-once': async (peer) => peer.reset(),
  'closes-at-once': async (peer) => peer.fin(),
  echo: async (peer) => {
    while (!peer.gone && !peer.socket.readableEnded) await peer.send(await peer.anything());
  },
  http: async (peer) => {
    await peer.anything();
    await peer.send(Buffer.from(`HTTP/1.1 400 Bad Request\r\nServer: ${nasty.replaceAll(/[\r\n]/g, '')}\r\nContent-Length: 0\r\n\r\n`));
    peer.fin();
  },
  ssh: async (peer) => {
    await peer.send(Buffer.from(`SSH-2.0-${nasty}\r\n`));
    await peer.stay();
  },
  'tls-first': async (peer) => {
    await peer.send(Buffer.from('15030100020246', 'hex'), Buffer.from('160303ffff', 'hex'), chunk);
    await peer.stay();
  },
  'zeros-for-ever': (peer) => peer.flood(() => Buffer.alloc(0x10000)),
  'noise-for-ever': (peer) => peer.flood((n) => Buffer.from(chunk.map((_, i) => (i * 31 + n * 17) & 0xff))),
  // the greeting
  'greeting-a-byte-a-minute': (peer) => peer.drip(greeting(), minute),
  'greeting-a-byte-a-second': (peer) => peer.drip(greeting(), 1000),
  'greeting-without-end': (peer) => packetWithoutEnd(peer, Buffer.concat([Buffer.of(10), Buffer.from('8.4.0')])),
  'version-without-end': async (peer) => {
    await peer.send(packet(0, parts(Buffer.of(10), Buffer.alloc(0xff_fff0, 0x38))));
    await peer.stay();
  },
  'greetings-for-ever': (peer) => peer.flood((n) => greeting({ sequenceId: n })),
  'greeting-cut-short': async (peer) => {
    const all = greeting();
    await peer.send(all.subarray(0, peer.number % all.length));
    if (peer.number % 2 === 0) peer.fin();
    else peer.reset();
  },
  'greeting-lies-about-its-length': async (peer) => {
    const all = greeting();
    await peer.send(parts(header(0xfffffe, 0), all.subarray(4)));
    await peer.stay();
  },
  'greeting-with-nasty-strings': atLogin((peer, login) => peer.send(err(login.sequenceId + 1, nasty)), {
    version: nasty.replaceAll('\0', ''),
    plugin: nasty,
  }),
  'refuses-with-nasty-strings': async (peer) => {
    await peer.send(err(0, `${nasty}\0${nasty}`, 1129));
    peer.fin();
  },
  'errors-for-ever': (peer) => peer.flood((n) => err(n, nasty.repeat(20))),
  'error-of-16-megabytes': async (peer) => {
    await peer.send(err(0, megabytes16.subarray(20)));
    await peer.stay();
  },
  // the login
  'login-silence': atLogin((peer) => peer.stay()),
  'login-closes': atLogin(async (peer) => peer.fin()),
  'login-resets': atLogin(async (peer) => peer.reset()),
  'login-a-byte-a-minute': atLogin((peer, login) => peer.drip(ok(login.sequenceId + 1), minute)),
  'login-never-reads': atLogin(async (peer) => {
    peer.socket.pause();
    await peer.stay();
  }),
  'login-switches-for-ever': atLogin(async (peer, login) => {
    for (let last: Asked | undefined = login, n = 0; last; last = await peer.packet(), n++)
      await peer.send(authSwitch(last.sequenceId + 1, n % 2 === 0 ? 'caching_sha2_password' : 'mysql_native_password'));
  }),
  'login-switches-flood': atLogin((peer, login) => peer.flood((n) => authSwitch(login.sequenceId + 1 + n, 'mysql_native_password'))),
  'login-more-data-for-ever': atLogin(
    async (peer, login) => {
      for (let last: Asked | undefined = login; last; last = await peer.packet())
        await peer.send(authMoreData(last.sequenceId + 1, Buffer.of(4)));
    },
    { plugin: 'caching_sha2_password' },
  ),
  'login-more-data-flood': atLogin((peer, login) => peer.flood((n) => authMoreData(login.sequenceId + 1 + n, Buffer.of(3)))),
  'login-key-of-16-megabytes': atLogin(
    async (peer, login) => {
      await peer.send(authMoreData(login.sequenceId + 1, Buffer.of(4)));
      const key = await peer.packet();
      await peer.send(authMoreData((key?.sequenceId ?? 2) + 1, megabytes16.subarray(2)));
      await peer.stay();
    },
    { plugin: 'caching_sha2_password' },
  ),
  'login-plugin-of-16-megabytes': atLogin(async (peer, login) => {
    await peer.send(packet(login.sequenceId + 1, parts(Buffer.of(0xfe), megabytes16.subarray(2))));
    await peer.stay();
  }),
  'login-plugin-with-nasty-name': atLogin(async (peer, login) => {
    await peer.send(authSwitch(login.sequenceId + 1, nasty));
    await peer.stay();
  }),
  'login-ok-that-lies': atLogin(async (peer, login) => {
    await peer.send(packet(login.sequenceId + 1, parts(Buffer.of(0), endless, endless, Buffer.of(2, 0x40, 0, 0), endless, endless)));
    await peer.stay();
  }),
  'login-without-end': atLogin((peer, login) => packetWithoutEnd(peer, Buffer.of(0), login.sequenceId + 1)),
  // TLS
  'tls-silence': atTls((peer) => peer.stay()),
  'tls-resets': atTls(async (peer) => peer.reset()),
  'tls-noise': atTls(async (peer) => peer.send(chunk)),
  'tls-alerts-for-ever': atTls((peer) => peer.flood(() => Buffer.from('15030300020100'.repeat(1000), 'hex'))),
  'tls-records-for-ever': atTls((peer) => peer.flood(() => parts(Buffer.from('1603034000', 'hex'), Buffer.alloc(0x4000)))),
  'tls-a-byte-a-second': atTls((peer) => peer.drip(Buffer.from('160303007a020000760303'.padEnd(300, '0'), 'hex'), 1000)),
  // compression
  'zlib-bomb': atCompressed(flags.compress, (peer) => {
    const bomb = zlibBomb(0xffffff);
    return peer.flood((n) => compressed(n, bomb, 0xffffff));
  }),
  'zlib-bomb-that-lies': atCompressed(flags.compress, async (peer) => {
    await peer.send(compressed(0, zlibBomb(1 << 28), 100));
    await peer.stay();
  }),
  'zlib-noise': atCompressed(flags.compress, async (peer) => {
    await peer.send(compressed(0, chunk, 0xffffff));
    await peer.stay();
  }),
  'zlib-nothing-for-ever': atCompressed(flags.compress, (peer) => peer.flood((n) => compressed(n, Buffer.alloc(0), 0))),
  'zstd-bomb': atCompressed(flags.zstd, (peer) => {
    const bomb = zstdBomb(127);
    return peer.flood((n) => compressed(n, bomb, 127 * 0x20000));
  }),
  'zstd-bomb-that-lies': atCompressed(flags.zstd, async (peer) => {
    await peer.send(compressed(0, zstdBomb(1 << 20), 100));
    await peer.stay();
  }),
  // answers
  'command-silence': atCommand((peer) => peer.stay()),
  'command-closes': atCommand((peer) => peer.fin()),
  'command-resets': atCommand((peer) => peer.reset()),
  'command-a-byte-a-minute': atCommand((peer, command) => peer.drip(ok(command.sequenceId + 1), minute)),
  'query-silence': atQuery((peer) => peer.stay()),
  'columns-2-to-the-64': atQuery(async (peer, command) => {
    await peer.send(packet(command.sequenceId + 1, endless));
    await peer.stay();
  }),
  'columns-for-ever': atQuery(async (peer, command) => {
    await peer.send(packet(command.sequenceId + 1, endless));
    await peer.flood((n) => column(n + 2, nasty));
  }),
  'rows-for-ever': atQuery(async (peer, command, login) => {
    const from = command.sequenceId + 1;
    await peer.send(
      packet(from, Buffer.of(1)),
      column(from + 1),
      ...(usesEof(login) ? [packet(from + 2, Buffer.of(0xfe, 0, 0, 2, 0))] : []),
    );
    const many = Buffer.concat(Array.from({ length: 256 }, (_, n) => row(from + 3 + n, 'x'.repeat(60))));
    await peer.flood(() => many);
  }),
  'rows-of-16-megabytes': atQuery(async (peer, command, login) => {
    const from = command.sequenceId + 1;
    await peer.send(
      packet(from, Buffer.of(1)),
      column(from + 1),
      ...(usesEof(login) ? [packet(from + 2, Buffer.of(0xfe, 0, 0, 2, 0))] : []),
    );
    await packetWithoutEnd(peer, Buffer.concat([endless]), from + 3);
  }),
  'row-that-lies': atQuery(async (peer, command, login) => {
    const from = command.sequenceId + 1;
    await peer.send(
      packet(from, Buffer.of(1)),
      column(from + 1),
      ...(usesEof(login) ? [packet(from + 2, Buffer.of(0xfe, 0, 0, 2, 0))] : []),
    );
    await peer.send(packet(from + 3, parts(endless, Buffer.from('abc'))), ok(from + 4, 2, 0xfe));
  }),
  'results-for-ever': atQuery((peer, command, login) =>
    peer.flood((n) => resultset(command.sequenceId + 1 + 4 * n, { statusFlags: 2 | flags.moreResults, deprecateEof: !usesEof(login) })),
  ),
  'oks-for-ever': atQuery((peer, command) => peer.flood((n) => ok(command.sequenceId + 1 + n, 2 | flags.moreResults))),
  'errors-of-16-megabytes': atCommand((peer, command) => peer.send(err(command.sequenceId + 1, megabytes16.subarray(20)))),
  'nasty-strings': atQuery((peer, command, login) =>
    peer.send(resultset(command.sequenceId + 1, { name: nasty, text: nasty, deprecateEof: !usesEof(login) })),
  ),
  'nasty-errors': atCommand((peer, command) => peer.send(err(command.sequenceId + 1, `${nasty}\0`))),
  'wants-a-file': atQuery(async (peer, command) => {
    await peer.send(packet(command.sequenceId + 1, parts(Buffer.of(0xfb), Buffer.from('/etc/passwd'))));
    const file = await peer.packet();
    if (file?.payload.includes('root:')) throw new Error('the client sent its /etc/passwd');
    await peer.send(ok((file?.sequenceId ?? 0) + 2));
  }),
  'wants-files-for-ever': atQuery((peer, command) =>
    peer.flood((n) => packet(command.sequenceId + 1 + n, parts(Buffer.of(0xfb), Buffer.from('/dev/zero')))),
  ),
  'progress-for-ever': atQuery((peer, command) =>
    peer.flood((n) => packet(command.sequenceId + 1 + n, parts(Buffer.of(0xff, 0xff, 0xff, 1, 1, 1, 0, 0, 0, 3), Buffer.from('abc')))),
  ),
  'prepares-the-world': atCommand(async (peer, command) => {
    await peer.send(packet(command.sequenceId + 1, Buffer.of(0, 1, 0, 0, 0, 255, 255, 255, 255, 0, 0, 0)));
    if (command.payload[0] === 22) await peer.stay();
  }),
  'answers-twice': atCommand((peer, command) => peer.send(ok(command.sequenceId + 1), ok(command.sequenceId + 1))),
  'floods-after-quit': atLogin(async (peer, login) => {
    await peer.send(ok(login.sequenceId + 1));
    for (let command = await peer.packet(); command; command = await peer.packet()) {
      if (command.payload[0] === 1) return packetWithoutEnd(peer, Buffer.of(0));
      await peer.send(ok(command.sequenceId + 1));
    }
  }),
  'floods-unasked': atLogin(async (peer, login) => {
    await peer.send(ok(login.sequenceId + 1));
    await peer.flood(() => chunk);
  }),
  'every-other-connection-another': async (peer) => {
    const all = Object.values(misdeeds);
    // Seven is prime to the length of the table, or near enough: every misdeed comes.
    const one = all[(peer.number * 7) % (all.length - 1)] as Misdeed;
    await one(peer);
  },
};
