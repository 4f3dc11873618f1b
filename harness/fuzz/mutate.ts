import { Chance } from './arbitrary/chance.ts';
import { isHarmless, mayChange } from './arbitrary/harmless.ts';
import { lieAbout } from './arbitrary/lie.ts';
import { changed } from './arbitrary/recorded.ts';
import { type Act, type Client, type Exec, isLie, leavings } from './exec.ts';

/** More would say the same again. */
const MOST_ACTS = 32;
const MOST_CLIENTS = 4;

/** One small change; undefined where it does not apply. */
type Change = (exec: Exec, chance: Chance, corpus: readonly Exec[]) => Exec | undefined;

/**
 * Another exec like this one: one to three small changes, which follow from the seed. `corpus` is what parts of others are
 * taken from. Never changes its arguments.
 */
export function mutate(exec: Exec, seed: number, corpus: readonly Exec[]): Exec {
  const chance = new Chance(seed);
  let out = exec;
  for (
    let n = chance.weighted([
      [5, 1],
      [2, 2],
      [1, 3],
    ]);
    n > 0;
    n--
  )
    for (let tries = 0; tries < 6; tries++) {
      const next = chance.weighted(changes)(out, chance, corpus);
      if (!next) continue;
      out = next;
      break;
    }
  return out;
}

/** Changes one of the clients. */
const inOne =
  (change: (client: Client, chance: Chance, corpus: readonly Exec[]) => Client | undefined): Change =>
  (exec, chance, corpus) => {
    const at = chance.below(exec.clients.length);
    const next = change(exec.clients[at] as Client, chance, corpus);
    return next && { clients: exec.clients.map((one, i) => (i === at ? next : one)) as unknown as Exec['clients'] };
  };
/** Changes the acts of one of them; the first is the login. */
const inActs = (change: (acts: readonly Act[], chance: Chance, corpus: readonly Exec[]) => readonly Act[] | undefined): Change =>
  inOne((client, chance, corpus) => {
    const acts = change(client.acts, chance, corpus);
    return acts && acts.length <= MOST_ACTS ? { ...client, acts } : undefined;
  });

const drop = inActs((acts, chance) => {
  const at = chance.below(acts.length);
  return acts.length > 1 ? [...acts.slice(0, at), ...acts.slice(at + 1)] : undefined;
});
const duplicate = inActs((acts, chance) => {
  const at = chance.below(acts.length);
  return acts[at] && [...acts.slice(0, at + 1), ...acts.slice(at)];
});
const swap = inActs((acts, chance) => {
  if (acts.length < 3) return undefined;
  const at = chance.between(1, acts.length - 2);
  return [...acts.slice(0, at), acts[at + 1] as Act, acts[at] as Act, ...acts.slice(at + 2)];
});
/** The end of another client in place of ours, or in the middle. */
const splice = inActs((acts, chance, corpus) => {
  if (corpus.length === 0) return undefined;
  const other = chance.of(chance.of(corpus).clients).acts;
  if (other.length === 0) return undefined;
  const at = chance.between(Math.min(1, acts.length), acts.length);
  const from = chance.below(other.length);
  return [...acts.slice(0, at), ...other.slice(from, from + chance.between(1, 6)), ...(chance.oneIn(2) ? acts.slice(at) : [])];
});
/** Two sends in one segment, or one of them without waiting. */
const joinSends = inActs((acts, chance) => {
  const at = chance.below(acts.length);
  const [one, two] = [acts[at], acts[at + 1]];
  if (!one || !('send' in one)) return undefined;
  if (one.ahead) return [...acts.slice(0, at), { send: one.send }, ...acts.slice(at + 1)];
  if (chance.oneIn(2)) return [...acts.slice(0, at), { ...one, ahead: true }, ...acts.slice(at + 1)];
  return two && 'send' in two ? [...acts.slice(0, at), { ...two, send: [...one.send, ...two.send] }, ...acts.slice(at + 2)] : undefined;
});
const insertAct = inActs((acts, chance) => {
  const at = chance.between(Math.min(1, acts.length), acts.length);
  const act: Act = chance.weighted<Act>([
    [3, { send: [{ message: 'COM_PING' }] }],
    [2, { send: [{ message: 'COM_RESET_CONNECTION' }] }],
    [1, { do: 'half-close' }],
    [1, { do: 'reset' }],
  ]);
  return [...acts.slice(0, at), act, ...acts.slice(at)];
});

const changeSend = (change: (one: Act & { send: unknown }, chance: Chance) => Act | undefined): Change =>
  inActs((acts, chance) => {
    const sends = acts.flatMap((act, i) => ('send' in act ? [i] : []));
    if (sends.length === 0) return undefined;
    const at = chance.of(sends);
    const next = change(acts[at] as Act & { send: unknown }, chance);
    return next && acts.map((one, i) => (i === at ? next : one));
  });
type Send = Extract<Act, { send: unknown }>;

const tellLie = changeSend((act, chance) => {
  const { send, ...rest } = act as Send;
  const at = chance.below(send.length);
  return { ...rest, send: send.map((one, i) => (i === at ? lieAbout(chance, one) : one)) as unknown as Send['send'] };
});
/** Without what makes it a lie; bytes that are no message are left. */
const untell = changeSend((act) => {
  const { send, ...rest } = act as Send;
  if (!send.some((one) => isLie(one) && one.message !== undefined)) return undefined;
  return {
    ...rest,
    send: send.map((one) => {
      const { raw: _r, length: _l, sequenceId: _s, compressed: _c, proof: _p, tail: _t, padTo: _pad, ...honest } = one;
      return one.message === undefined ? one : honest;
    }) as unknown as Send['send'],
  };
});
/** One value of `with`: another number, another text, or without it. */
const otherField = changeSend((act, chance) => {
  const { send, ...rest } = act as Send;
  const at = chance.below(send.length);
  const one = send[at];
  const names = Object.keys(one?.with ?? {});
  if (!one || names.length === 0 || !mayChange(one)) return undefined;
  const name = chance.of(names);
  const value = one.with?.[name];
  const fields = { ...one.with };
  if (typeof value === 'number') fields[name] = chance.of([0, 1, value + 1, value ^ 1, 255, 0x7fff]) & 0x7fff;
  else if (typeof value === 'string') {
    const next = changed(chance, Buffer.from(value, 'latin1'), Buffer.from(value, 'latin1')).toString('latin1');
    // Byte fields are hex: what is none any more cannot be sent.
    if (/^[0-9a-f]*$/.test(value) && !/^([0-9a-f]{2})*$/.test(next)) return undefined;
    if (!isHarmless(Buffer.concat([Buffer.of(0x03), Buffer.from(next, 'latin1')]))) return undefined;
    fields[name] = next;
  } else delete fields[name];
  return { ...rest, send: send.map((s, i) => (i === at ? { ...one, with: fields } : s)) as unknown as Send['send'] };
});
const otherCapability = changeSend((act, chance) => {
  const { send, ...rest } = act as Send;
  const [one] = send;
  const only = one.capabilities?.only;
  if (!only || only.length === 0) return undefined;
  const name = chance.of(only);
  return { ...rest, send: [{ ...one, capabilities: { only: only.filter((flag) => flag !== name) } }, ...send.slice(1)] };
});

/** Ahead of answers only where nothing in the acts waits for one: the login is that of an account without a password. */
const mayGoAhead = ({ acts }: Client): boolean =>
  acts.every(
    (act) =>
      'send' in act &&
      act.send.every(({ account = 'check', message }) => account === 'check' && message !== 'SSLRequest' && message !== 'COM_CHANGE_USER'),
  ) && !JSON.stringify(acts).includes('COMPRESS');
const otherDelivery = inOne((client, chance) => {
  const delivery = chance.of(['whole', 'bytes', 'fields', 'coalesced', 'early'] as const);
  if (delivery === client.delivery || ((delivery === 'coalesced' || delivery === 'early') && !mayGoAhead(client))) return undefined;
  const { cuts: _, ...rest } = client;
  return { ...rest, delivery };
});
const otherCuts = inOne((client, chance) => {
  if (client.delivery !== 'whole') return undefined;
  const cuts = [...new Set(Array.from({ length: chance.between(1, 4) }, () => chance.between(1, 80)))].sort((a, b) => a - b);
  return { ...client, cuts };
});
const otherLeaving = inOne((client, chance) => ({ ...client, leaves: chance.of(leavings) }));
/** One of the corpus beside it, or itself once more. */
const oneMore: Change = (exec, chance, corpus) => {
  if (exec.clients.length >= MOST_CLIENTS) return undefined;
  const other = corpus.length > 0 && chance.oneIn(2) ? chance.of(corpus) : exec;
  return { clients: [...exec.clients, chance.of(other.clients)] };
};
const oneLess: Change = (exec, chance) => (exec.clients.length > 1 ? { clients: [chance.of(exec.clients)] } : undefined);

const changes: readonly (readonly [number, Change])[] = [
  [4, drop],
  [3, duplicate],
  [3, swap],
  [6, splice],
  [2, joinSends],
  [3, insertAct],
  [5, tellLie],
  [2, untell],
  [4, otherField],
  [2, otherCapability],
  [3, otherDelivery],
  [2, otherCuts],
  [2, otherLeaving],
  [2, oneMore],
  [1, oneLess],
];
