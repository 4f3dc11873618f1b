import { type Exchange, onLink, type Wire, type WireConnection } from '../../../harness/scenario/wire.ts';
import { backLegs } from './fronts.ts';

export type Carried = Exchange & { readonly on: WireConnection };

/** Every exchange on the legs to the servers whose statement holds that text, by time. */
export function carried(wire: Wire, text: string): Carried[] {
  return backLegs
    .flatMap((link) => onLink(wire, link))
    .flatMap((on) => on.exchanges.filter(({ sql }) => sql?.includes(text)).map((exchange) => ({ ...exchange, on })))
    .sort((one, other) => one.at - other.at);
}

/** A connection to a server, in one word: 'proxy-a 12'. */
export const nameOf = ({ link, number }: Pick<WireConnection, 'link' | 'number'>): string => `${link} ${number}`;

/** The connections that carried statements with that text. */
export const carriers = (wire: Wire, text: string): string[] => [...new Set(carried(wire, text).map(({ on }) => nameOf(on)))];

/** The server at the end of a leg: 'a'. */
export const serverOf = (link: string): string => link.slice(link.indexOf('-') + 1);
