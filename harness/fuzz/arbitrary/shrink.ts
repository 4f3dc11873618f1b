import type { Act, Client, Exec } from '../exec.ts';

/** Execs with something left out, the smallest first: clients, runs of acts, stimuli of a send, odd deliveries. */
export function* smallerThan({ clients }: Exec): Generator<Exec> {
  if (clients.length > 1) for (const one of clients) yield { clients: [one] };
  for (const [i, client] of clients.entries())
    for (const smaller of smallerClients(client))
      yield { clients: clients.map((one, k) => (k === i ? smaller : one)) as unknown as readonly [Client, ...Client[]] };
}

function* smallerClients(client: Client): Generator<Client> {
  const { acts, cuts, ...rest } = client;
  for (let size = Math.floor(acts.length / 2); size >= 1; size = Math.floor(size / 2))
    for (let at = acts.length - size; at >= 0; at -= size) yield { ...client, acts: [...acts.slice(0, at), ...acts.slice(at + size)] };
  for (const [i, act] of acts.entries())
    for (const smaller of smallerActs(act)) yield { ...client, acts: acts.map((one, k) => (k === i ? smaller : one)) };
  if (cuts) yield { acts, ...rest };
  if (client.delivery !== 'whole') yield { ...client, delivery: 'whole' };
  if (client.leaves !== 'quit') yield { ...client, leaves: 'quit' };
}

function* smallerActs(act: Act): Generator<Act> {
  if (!('send' in act)) return;
  if (act.send.length > 1) for (const one of act.send) yield { ...act, send: [one] };
  if (act.ahead) yield { send: act.send };
}
