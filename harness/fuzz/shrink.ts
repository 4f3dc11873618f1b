import type { Stimulus } from '../case/step.ts';
import { type Act, type Client, type Exec, isLie } from './exec.ts';

/** Does this exec still show it? */
export type StillShows = (exec: Exec) => Promise<boolean>;

/**
 * The smallest exec that still shows it: takes away clients, acts, stimuli, fields and oddities, one at a time and the
 * largest first, until nothing more can go or so many were tried. The same exec and the same answers give the same result.
 */
export async function shrink(exec: Exec, stillShows: StillShows, most: number): Promise<{ exec: Exec; tried: number }> {
  let smallest = exec;
  let tried = 0;
  const failed = new Set<string>();
  for (let again = true; again; ) {
    again = false;
    for (const candidate of reductions(smallest)) {
      const text = JSON.stringify(candidate);
      if (failed.has(text)) continue;
      if (tried >= most) return { exec: smallest, tried };
      tried++;
      if (await stillShows(candidate)) {
        smallest = candidate;
        again = true;
        break;
      }
      failed.add(text);
    }
  }
  return { exec: smallest, tried };
}

/** Simpler execs, the boldest first. */
function* reductions({ clients }: Exec): Generator<Exec> {
  if (clients.length > 1) for (let i = 0; i < clients.length; i++) yield { clients: without(clients, i) as unknown as Exec['clients'] };
  for (let i = 0; i < clients.length; i++)
    for (const simpler of simplerClients(clients[i] as Client))
      yield { clients: clients.map((one, j) => (j === i ? simpler : one)) as unknown as Exec['clients'] };
}

function* simplerClients(client: Client): Generator<Client> {
  const { acts, cuts, delivery, leaves } = client;
  // From the end: what comes first is what the rest stands on.
  for (const fewer of fewerOf(acts, 0)) yield { ...client, acts: fewer };
  if (cuts) {
    const { cuts: _, ...plain } = client;
    yield plain;
    for (const other of ['fields', 'bytes'] as const) yield { ...plain, delivery: other };
    if (cuts.length > 1) for (let i = 0; i < cuts.length; i++) yield { ...client, cuts: without(cuts, i) };
  }
  for (const key of ['slow', 'proxied'] as const)
    if (client[key] !== undefined) {
      const { [key]: _, ...plain } = client;
      yield plain;
    }
  if (delivery !== 'whole') yield { ...client, delivery: 'whole' };
  if (leaves !== 'quit') yield { ...client, leaves: 'quit' };
  for (let i = 0; i < acts.length; i++)
    for (const simpler of simplerActs(acts[i] as Act)) yield { ...client, acts: acts.map((act, j) => (j === i ? simpler : act)) };
}

function* simplerActs(act: Act): Generator<Act> {
  if (!('send' in act)) {
    if ('tls' in act) yield { do: 'start-tls' };
    return;
  }
  const { send, ahead: _, ...rest } = act;
  if (act.ahead) yield { ...rest, send };
  if (send.length > 1) for (let i = 0; i < send.length; i++) yield { ...act, send: without(send, i) as unknown as typeof send };
  for (let i = 0; i < send.length; i++)
    for (const simpler of simplerStimuli(send[i] as Stimulus))
      yield { ...act, send: send.map((one, j) => (j === i ? simpler : one)) as unknown as typeof send };
}

/** The plainest statement that any server answers. */
const PLAIN_QUERY = 'SELECT 1';

function* simplerStimuli(stimulus: Stimulus): Generator<Stimulus> {
  for (const key of Object.keys(stimulus) as (keyof Stimulus)[]) {
    // Without an account nobody logs in: another question.
    if (key === 'message' || key === 'account' || (key === 'payload' && stimulus.message === undefined) || key === 'wire') continue;
    const { [key]: _, ...plain } = stimulus;
    yield plain;
  }
  const { with: given, raw, attributes, capabilities, account } = stimulus;
  if (given) for (const field of Object.keys(given)) yield { ...stimulus, with: leftOut(given, field) };
  if (raw) for (const field of Object.keys(raw)) yield { ...stimulus, raw: leftOut(raw, field) };
  if (attributes) for (const name of Object.keys(attributes)) yield { ...stimulus, attributes: leftOut(attributes, name) };
  if (capabilities)
    for (const side of Object.keys(capabilities) as (keyof typeof capabilities)[]) {
      const flags = capabilities[side] ?? [];
      if (side !== 'only') yield { ...stimulus, capabilities: leftOut(capabilities as Record<string, typeof flags>, side) };
      for (const fewer of fewerOf(flags)) yield { ...stimulus, capabilities: { ...capabilities, [side]: fewer } };
    }
  if (account !== undefined && account !== 'check') yield { ...stimulus, account: 'check' };
  const isText = stimulus.message === 'COM_QUERY' || stimulus.message === 'COM_STMT_PREPARE';
  if (isText && given?.['query'] !== PLAIN_QUERY && !isLie(stimulus)) yield { ...stimulus, with: { ...given, query: PLAIN_QUERY } };
  for (const key of ['payload', 'wire'] as const) {
    const bytes = stimulus[key];
    if (bytes === undefined || bytes.length <= 2) continue;
    const half = Math.ceil(bytes.length / 4) * 2;
    yield { ...stimulus, [key]: bytes.slice(0, half) };
    yield { ...stimulus, [key]: bytes.slice(0, -2) };
  }
  if (stimulus.padTo !== undefined && stimulus.padTo > 1) yield { ...stimulus, padTo: Math.floor(stimulus.padTo / 2) };
}

/** Without halves, quarters, … single ones, the last first; `least` stay. */
function* fewerOf<T>(all: readonly T[], least = 1): Generator<T[]> {
  for (let size = Math.ceil(all.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2))
    for (let to = all.length; to > 0; to -= size) {
      const fewer = [...all.slice(0, Math.max(0, to - size)), ...all.slice(to)];
      if (fewer.length >= least) yield fewer;
    }
}

const without = <T>(list: readonly T[], i: number): T[] => list.filter((_, j) => j !== i);

function leftOut<T>(record: Readonly<Record<string, T>>, name: string): Record<string, T> {
  const { [name]: _, ...rest } = record;
  return rest;
}
