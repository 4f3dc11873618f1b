import { expect, test } from 'vitest';
import type { LabelledPacket } from '../../codec/labelled-packet.ts';
import type { Client } from '../exec.ts';
import type { Played } from '../play.ts';
import { against } from './against.ts';

const packet = (from: 'client' | 'server', name: string, answers?: LabelledPacket): LabelledPacket =>
  ({ from, name, value: {}, payload: new Uint8Array(), length: 0, size: 4, sequenceId: 0, answers }) as unknown as LabelledPacket;
const login = { send: [{ message: 'HandshakeResponse41' }] } as const;
const change = { send: [{ message: 'COM_CHANGE_USER' }], ahead: true } as const;

const played = (client: Client, packets: readonly LabelledPacket[]): Played =>
  ({
    exec: { clients: [client] },
    clients: [{ client, packets, standings: [], ending: 'fin', unsent: 0, transcript: { events: [] } }],
  }) as unknown as Played;

async function saidOf(ours: Played, theirs: Played): Promise<string | undefined> {
  const again = async (): Promise<Played> => ours;
  const told = await against.judge(ours, { again, patiently: again, against: async () => theirs, likeness: 'through a proxy', pick: 0 });
  return told?.says;
}

test('a client that says one thing ahead of the greeting is not one of several commands at once', async () => {
  const client: Client = { acts: [login], delivery: 'early', leaves: 'quit' };
  const more: Client = { ...client, acts: [login, { send: [{ message: 'COM_PING' }] }] };
  const says = (one: Client) => saidOf(played(one, []), played(one, [packet('server', 'HandshakeV10')]));
  expect(await says(client)).toMatch(/^client 0, ahead of the greeting, gets closed without a byte, by FIN; /);
  expect(await says(more)).toMatch(/^client 0, several commands at once, gets closed without a byte/);
});

test('a login that nobody answers is not silenced by what its client would have said behind it', async () => {
  const none = { send: [{ message: 'COM_QUERY', with: { query: "SET resultset_metadata = 'NONE'" } }] } as const;
  const client: Client = { acts: [login, none], delivery: 'fields', leaves: 'quit' };
  const asked = packet('client', 'HandshakeResponse41');
  const silent = (overdue: string, packets: readonly LabelledPacket[]): Played => {
    const { exec, clients } = played(client, packets);
    return { exec, clients: [{ ...clients[0], overdue }] } as unknown as Played;
  };
  const says = (overdue: string) => saidOf(silent(overdue, [asked]), played(client, [asked, packet('server', 'OK', asked)]));
  expect(await says('the answer to HandshakeResponse41')).toMatch(/^client 0, in several segments, gets nothing for/);
  expect(await says('the answer to COM_QUERY')).toMatch(/^client 0, in several segments, under resultset_metadata NONE, gets nothing for/);
});

test('a client that ends its side behind the one thing that it says is not ahead of the greeting', async () => {
  const client: Client = { acts: [{ ...login, ahead: true }], delivery: 'whole', leaves: 'quit' };
  const [greeting, asked] = [packet('server', 'HandshakeV10'), packet('client', 'HandshakeResponse41')];
  const says = (one: Client) => saidOf(played(one, [greeting, asked]), played(one, [greeting, asked, packet('server', 'ERR', asked)]));
  expect(await says(client)).toMatch(/^client 0, without waiting for the answer, gets closed; /);
  expect(await says({ ...client, acts: [login] })).toMatch(/^client 0 gets closed; /);
  expect(await says({ ...client, acts: [login], delivery: 'coalesced' })).toMatch(/^client 0 gets closed; /);
});

test('what the other one asked, and the client had run ahead of, is no difference', async () => {
  const client: Client = { acts: [login, change], delivery: 'whole', leaves: 'quit' };
  const [asked, quit] = [packet('client', 'COM_CHANGE_USER'), packet('client', 'COM_QUIT')];
  const ours = played(client, [asked, packet('server', 'OK', asked)]);
  const question = packet('server', 'AuthSwitchRequest', asked);
  expect(await saidOf(ours, played(client, [asked, quit, question, packet('server', 'ERR', asked)]))).toBeUndefined();
  expect(await saidOf(ours, played(client, [asked, packet('server', 'ERR', asked)]))).toContain('gets OK');
});
