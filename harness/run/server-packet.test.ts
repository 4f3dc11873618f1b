import { expect, test } from 'vitest';
import { readAnswer } from './server-packet.ts';
import { Session } from './session.ts';

const SALT = '50009993df2b5dfec3c17d5c3d72dab2fe45b0b4';

/** A packet of the server in the middle of a login with this plugin. */
function inLogin(plugin: string, payload: string) {
  const session = new Session({});
  session.phase = 'auth';
  session.exchange = { plugin } as never;
  return readAnswer([{ payload: Buffer.from(payload, 'hex'), sequenceId: 4, lastSequenceId: 4 } as never], session, undefined);
}

test.each([`01${SALT}`, SALT])('the ext-salt of parsec is read with 0x01 in front and without: %s', (payload) => {
  const read = inLogin('parsec', payload);
  expect(read?.name).toBe('AuthMoreData');
  expect(Buffer.from(read?.value['data'] as Uint8Array).toString('hex')).toBe(SALT);
});

test('what another plugin says without 0x01 is no packet of a login, nor what begins otherwise', () => {
  expect(inLogin('sha256_password', SALT)?.name).toBe('unknown');
  expect(inLogin('parsec', `51${SALT}`)?.name).toBe('unknown');
});

test('a prepared LOAD DATA LOCAL INFILE asks for its file as the text of one does (MariaDB 10.11.19)', () => {
  const session = new Session({});
  session.phase = 'command';
  const asked = { payload: Buffer.from('fb2f612e637376', 'hex'), sequenceId: 1, lastSequenceId: 1 } as never;
  for (const command of [0x03, 0x17]) {
    const read = readAnswer([asked], session, command);
    expect([read?.name, read?.value['filename']]).toEqual(['LocalInfileRequest', '/a.csv']);
  }
});
