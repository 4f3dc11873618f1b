import { PcapError } from './pcap-error.ts';

/** Dotted decimal of the four bytes at `at`. */
export function formatIpv4(view: DataView, at: number): string {
  return `${view.getUint8(at)}.${view.getUint8(at + 1)}.${view.getUint8(at + 2)}.${view.getUint8(at + 3)}`;
}

/** RFC 5952 form of the sixteen bytes at `at`: lower case, the longest run of zero groups as `::`. */
export function formatIpv6(view: DataView, at: number): string {
  const groups = Array.from({ length: 8 }, (_, i) => view.getUint16(at + i * 2));
  const mapped = groups[5] === 0xffff && groups.slice(0, 5).every((group) => group === 0);
  if (mapped) return `::ffff:${formatIpv4(view, at + 12)}`;
  const run = longestZeroRun(groups);
  const text = (from: number, to?: number) =>
    groups
      .slice(from, to)
      .map((group) => group.toString(16))
      .join(':');
  if (run.length < 2) return text(0);
  return `${text(0, run.start)}::${text(run.start + run.length)}`;
}

function longestZeroRun(groups: readonly number[]): { start: number; length: number } {
  let best = { start: 0, length: 0 };
  let start = 0;
  groups.forEach((group, i) => {
    if (group !== 0) start = i + 1;
    else if (i + 1 - start > best.length) best = { start, length: i + 1 - start };
  });
  return best;
}

/**
 * The 4 or 16 bytes of an address in text. A zone (`fe80::1%eth0`) is dropped, and an IPv4-mapped address
 * (`::ffff:127.0.0.1`, as dual-stack sockets show it) becomes IPv4. Throws PcapError `PCAP_BAD_ADDRESS`.
 */
export function parseAddress(text: string): Uint8Array {
  const bare = text.replace(/%.*$/s, '');
  const bytes = bare.includes(':') ? parseIpv6(bare) : parseIpv4(bare);
  if (!bytes) {
    throw new PcapError('PCAP_BAD_ADDRESS', `"${text}" is no IPv4 or IPv6 address: resolve host names first.`);
  }
  const mapped = bytes.length === 16 && bytes.subarray(0, 10).every((b) => b === 0) && bytes[10] === 0xff && bytes[11] === 0xff;
  return mapped ? bytes.slice(12) : bytes;
}

function parseIpv4(text: string): Uint8Array | undefined {
  if (!/^\d{1,3}(\.\d{1,3}){3}$/.test(text)) return undefined;
  const parts = text.split('.').map(Number);
  return parts.every((part) => part <= 255) ? Uint8Array.from(parts) : undefined;
}

function parseIpv6(text: string): Uint8Array | undefined {
  const halves = text.split('::');
  const head = groupsOf(halves[0] ?? '', halves.length === 1);
  const tail = groupsOf(halves[1] ?? '', true);
  if (!head || !tail || halves.length > 2) return undefined;
  const zeros = 8 - head.length - tail.length;
  if (halves.length === 2 ? zeros < 1 : zeros !== 0) return undefined;
  const groups = [...head, ...new Array<number>(zeros).fill(0), ...tail];
  return Uint8Array.from(groups.flatMap((group) => [group >>> 8, group & 0xff]));
}

/** Only the end of an address (`last`) may be written in dotted decimal. */
function groupsOf(text: string, last: boolean): number[] | undefined {
  if (text === '') return [];
  const groups: number[] = [];
  const words = text.split(':');
  for (const [i, word] of words.entries()) {
    const ipv4 = last && i === words.length - 1 ? parseIpv4(word) : undefined;
    if (ipv4) {
      const view = new DataView(ipv4.buffer);
      groups.push(view.getUint16(0), view.getUint16(2));
    } else if (/^[0-9a-f]{1,4}$/i.test(word)) groups.push(Number.parseInt(word, 16));
    else return undefined;
  }
  return groups;
}
